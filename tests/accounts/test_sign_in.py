"""Sign in and out: tries are counted per account and address, a lock opens by itself, nobody is led elsewhere."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditEntry, Staff
from accounts.services import leaving
from tests import make
from tests.conftest import SignedIn

from .pages import Page, in_english, sign_in

pytestmark = pytest.mark.usefixtures("db")
WRONG = "a guess"


@pytest.fixture
def eve(client: Client) -> Client:
    """Not signed in, reads English."""
    return in_english(client)


def guess(browser: Client, username: str, times: int = 1, **more: Any) -> Any:
    """The last answer to so many wrong passwords."""
    for _ in range(times):
        answer = sign_in(browser, username, WRONG, **more)
    return answer


def tries_left(answer: Any) -> str:
    return Page(answer).alerts[0].partition(" left,")[0].partition("wrong. ")[2]


def is_signed_in(browser: Client) -> bool:
    return bool(browser.post("/account/still-here/").status_code == 204)


def verbs_of(staff: Staff) -> list[str]:
    return [entry.verb for entry in AuditEntry.objects.about(staff).order_by("pk")]


# ── In and out ───────────────────────────────────────────────────────────────


def test_the_right_password_leads_to_the_workbench(client: Client, alice: Staff) -> None:
    assert sign_in(client, "alice")["Location"] == "/"
    assert "Alice" in client.get("/").content.decode()


def test_the_key_of_the_session_changes_so_that_nobody_can_plant_one(client: Client, alice: Staff) -> None:
    planted = client.session.session_key  # made on the way
    assert planted
    sign_in(client, "alice")
    assert client.session.session_key != planted


@pytest.mark.parametrize("name", ["ALICE", " Alice "])
def test_the_user_name_is_the_same_in_capitals(client: Client, alice: Staff, name: str) -> None:
    sign_in(client, name)
    assert is_signed_in(client)


def test_the_password_is_not(client: Client, alice: Staff) -> None:
    sign_in(client, "alice", make.PASSWORD.upper())
    assert not is_signed_in(client)


def test_in_and_out_are_in_the_audit_with_the_address(client: Client, alice: Staff, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        sign_in(client, "alice")
        client.post("/sign-out/", REMOTE_ADDR="10.1.2.3")
    entries = AuditEntry.objects.about(alice).filter(verb__startswith="session.").order_by("pk")
    assert [(entry.verb, entry.actor, entry.address, entry.at) for entry in entries] == [
        ("session.started", alice.actor, "127.0.0.1", now),
        ("session.ended", alice.actor, "10.1.2.3", now),
    ]


def test_without_a_proxy_of_ours_a_forwarded_address_is_not_believed(client: Client, alice: Staff) -> None:
    client.defaults["HTTP_X_FORWARDED_FOR"] = "203.0.113.9"
    sign_in(client, "alice")
    assert AuditEntry.objects.get(verb="session.started").address == "127.0.0.1"


def test_signing_out_is_asked_for_and_ends_the_session(client: Client, alice: Staff) -> None:
    sign_in(client, "alice")
    assert client.get("/sign-out/").status_code == 200
    assert is_signed_in(client)
    client.post("/sign-out/")
    assert not is_signed_in(client)


def test_somebody_deactivated_stays_outside(eve: Client, alice: Staff, frank: Staff, now: datetime) -> None:
    leaving.deactivate_staff(staff=alice, actor=frank.actor, at=now)
    answer = sign_in(eve, "alice")
    assert answer.status_code == 200
    assert not is_signed_in(eve)


def test_a_shared_computer_forgets_at_the_end_of_the_browser(client: Client, alice: Staff) -> None:
    cookie = sign_in(client, "alice").cookies["sessionid"]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_ones_own_computer_remembers_beyond_the_end_of_the_browser(client: Client, alice: Staff) -> None:
    """Longer than the idle clock, so that it is the clock that signs out, and says why."""
    assert sign_in(client, "alice", remember="on").cookies["sessionid"]["max-age"] > 8 * 3600


# ── Where it leads ───────────────────────────────────────────────────────────


def test_leads_back_to_the_page_that_was_asked_for(client: Client, frank: Staff, alice: Staff) -> None:
    answer = client.get("/account/?from=desk&x=1")
    assert answer["Location"] == f"/sign-in/?next={quote('/account/?from=desk&x=1', safe='')}"
    page = Page(client.get(answer["Location"]))
    assert sign_in(client, "alice", next=page.values["next"][0])["Location"] == "/account/?from=desk&x=1"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "\x08//evil"]
)
def test_never_leads_elsewhere(client: Client, alice: Staff, elsewhere: str) -> None:
    assert sign_in(client, "alice", next=elsewhere)["Location"] == "/"
    assert client.post("/sign-out/", {"next": elsewhere})["Location"] == "/"


def test_a_page_that_was_posted_to_leads_back_to_the_page_itself(client: Client) -> None:
    assert client.post("/staff/new/?a=1", {})["Location"] == f"/sign-in/?next={quote('/staff/new/', safe='')}"


# ── Wrong passwords ──────────────────────────────────────────────────────────


def test_a_wrong_password_says_how_many_tries_are_left(eve: Client, alice: Staff) -> None:
    assert [tries_left(guess(eve, "alice")) for _ in range(4)] == ["4 tries", "3 tries", "2 tries", "1 try"]
    assert Page(guess(eve, "bob")).values["login"] == ["bob"]


def test_an_unknown_name_reads_the_same(eve: Client, alice: Staff) -> None:
    assert Page(guess(eve, "nobody")).alerts == Page(guess(eve, "alice")).alerts


def test_too_many_lock_the_account_even_for_the_right_password(eve: Client, alice: Staff) -> None:
    locked = guess(eve, "alice", 5)
    assert (locked.status_code, locked["Retry-After"]) == (429, "900")
    assert "wait 15 minutes" in locked.content.decode()
    assert sign_in(eve, "alice").status_code == 429
    assert not is_signed_in(eve)


def test_the_lock_is_in_the_audit_once_however_often_somebody_goes_on(eve: Client, alice: Staff, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        guess(eve, "alice", 7)
    assert verbs_of(alice).count("session.locked") == 1


def test_an_unknown_name_is_locked_too_and_nobody_is_told_apart(eve: Client) -> None:
    answer = guess(eve, "nobody", 5)
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")


def test_capitals_do_not_start_a_new_count(eve: Client, alice: Staff) -> None:
    guess(eve, "alice", 2)
    guess(eve, "ALICE", 2)
    assert guess(eve, " Alice ").status_code == 429


def test_colleagues_at_the_same_address_are_not_locked(eve: Client, alice: Staff, bob: Staff) -> None:
    """A hospital often has one address for everybody."""
    guess(eve, "alice", 5)
    assert tries_left(guess(eve, "bob")) == "4 tries"
    sign_in(eve, "bob")
    assert is_signed_in(eve)


def test_the_person_at_another_address_is_not_locked(eve: Client, alice: Staff) -> None:
    guess(eve, "alice", 5)
    elsewhere = Client(REMOTE_ADDR="10.1.2.3")
    sign_in(elsewhere, "alice")
    assert is_signed_in(elsewhere)


def test_guessing_one_account_from_many_addresses_is_stopped_too(alice: Staff) -> None:
    for number in range(10):
        guess(Client(REMOTE_ADDR=f"10.1.2.{number}"), "alice")
    answer = sign_in(Client(REMOTE_ADDR="10.1.2.99"), "alice")
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")


def test_signing_in_clears_the_count(eve: Client, alice: Staff) -> None:
    guess(eve, "alice", 4)
    sign_in(eve, "alice")
    eve.post("/sign-out/")
    assert tries_left(guess(in_english(eve), "alice")) == "4 tries"


def test_the_lock_opens_by_itself(eve: Client, alice: Staff, clock: time_machine.Traveller) -> None:
    guess(eve, "alice", 5)
    clock.shift(timedelta(minutes=14, seconds=59))
    assert sign_in(eve, "alice").status_code == 429
    clock.shift(timedelta(seconds=2))
    assert sign_in(eve, "alice").status_code == 302
    assert is_signed_in(eve)


def test_going_on_trying_waits_no_longer(eve: Client, alice: Staff, clock: time_machine.Traveller) -> None:
    guess(eve, "alice", 5)
    for _ in range(2):
        clock.shift(timedelta(minutes=7))
        assert guess(eve, "alice").status_code == 429
    clock.shift(timedelta(minutes=1, seconds=1))
    assert sign_in(eve, "alice").status_code == 302


@pytest.mark.parametrize(("url", "field"), [("/account/confirm/", "password"), ("/account/password/", "oldpassword")])
def test_a_stolen_session_does_not_allow_endless_guessing(
    alice: Staff, signed_in: SignedIn, url: str, field: str
) -> None:
    """The pages that ask for the password once more count like the door."""
    browser = signed_in(alice)
    new = {"password1": "blue-otter-31", "password2": "blue-otter-31"}
    answers = [browser.post(url, {field: WRONG, **new}).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    assert browser.post(url, {field: make.PASSWORD, **new}).status_code == 429
    assert AuditEntry.objects.about(alice).filter(verb="session.locked").count() == 1
