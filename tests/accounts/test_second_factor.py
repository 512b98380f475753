"""The second factor: set up through the pages, asked for at sign-in, required for administrators, never in clear."""

import json
import re
import time
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client

from accounts.access import Role
from accounts.models import AuditEntry, Staff
from accounts.services import staff as services
from tests import make
from tests.conftest import SignedIn

from .pages import Page, in_english, sign_in

SECRET = "JBSWY3DPEHPK3PXP"  # of everybody whom make.staff gives a second factor
ACTIVATE, DEACTIVATE, CODE = "/account/second-factor/activate/", "/account/second-factor/deactivate/", "/sign-in/code/"
CONFIRM, RECOVERY = "/account/confirm/", "/account/recovery-codes/"
MINUTE = timedelta(minutes=1)  # a code counts once, and the one before and after it too

pytestmark = pytest.mark.usefixtures("clock")


def code(secret: str = SECRET) -> str:
    """What the phone shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def wrong_code(secret: str = SECRET) -> str:
    return f"{(int(code(secret)) + 1) % 1_000_000:06d}"


def set_up(browser: Client) -> str:
    """Through the page, as with a phone; returns the secret."""
    secret = re.findall(r"<code>([A-Z2-7]{32})</code>", browser.get(ACTIVATE).content.decode())[0]
    answer = browser.post(ACTIVATE, {"code": code(secret)})
    assert answer["Location"] == RECOVERY
    return str(secret)


def confirm(browser: Client) -> Any:
    """The password once more, as the pages ask before something delicate."""
    return browser.post(CONFIRM, {"password": make.PASSWORD})


def recovery_codes(browser: Client) -> list[str]:
    page = browser.get(RECOVERY).content.decode().partition('<ul class="c-well c-codes">')[2].partition("</ul>")[0]
    return re.findall(r"<li>([^<]+)</li>", page)


def enter(browser: Client, number: str) -> Any:
    return browser.post(CODE, {"code": number})


def is_signed_in(browser: Client) -> bool:
    return bool(browser.post("/account/still-here/").status_code == 204)


@pytest.fixture
def hers(alice: Staff) -> Client:
    """Alice is signed in and has said who she is once more."""
    browser = in_english(make.client_of(alice))
    confirm(browser)
    return browser


@pytest.fixture
def codes(alice: Staff) -> list[str]:
    """Alice has a second factor, as its page sets it up; these are her recovery codes."""
    TOTP.activate(alice, SECRET)
    return [str(number) for number in RecoveryCodes.activate(alice).get_unused_codes()]


# ── Set-up ───────────────────────────────────────────────────────────────────


def test_set_up_through_the_pages_gives_ten_recovery_codes(hers: Client, alice: Staff) -> None:
    set_up(hers)
    assert alice.has_second_factor
    assert len(set(recovery_codes(hers))) == 10
    assert "On: a code from your phone is asked for at sign-in." in hers.get("/account/").content.decode()


def test_turning_it_on_and_off_is_in_the_audit(
    hers: Client, alice: Staff, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        set_up(hers)
        hers.post("/account/second-factor/deactivate/")
    verbs = list(
        AuditEntry.objects.about(alice).filter(verb__startswith="second_factor").values_list("verb", flat=True)
    )
    assert sorted(verbs) == ["second_factor.activated", "second_factor.deactivated"]


def test_a_wrong_first_code_turns_nothing_on(hers: Client, alice: Staff) -> None:
    hers.get(ACTIVATE)
    page = Page(hers.post(ACTIVATE, {"code": "000000"}))
    assert page.errors == {"code": "Incorrect code."}
    assert not alice.has_second_factor


def test_the_key_stays_the_same_after_a_wrong_code(hers: Client) -> None:
    shown = [hers.get(ACTIVATE), hers.post(ACTIVATE, {"code": "000000"})]
    keys = {re.findall(r"<code>([A-Z2-7]{32})</code>", page.content.decode())[0] for page in shown}
    assert len(keys) == 1


def test_the_password_is_asked_once_more_and_again_after_five_minutes(
    client: Client, alice: Staff, clock: time_machine.Traveller
) -> None:
    sign_in(client, "alice")
    for _ in range(2):
        answer = client.get(ACTIVATE)
        assert answer["Location"] == f"{CONFIRM}?next={quote(ACTIVATE, safe='')}"
        assert client.post(answer["Location"], {"password": make.PASSWORD})["Location"] == ACTIVATE
        assert client.get(ACTIVATE).status_code == 200
        clock.shift(timedelta(minutes=5))


def test_neither_secret_nor_recovery_codes_lie_in_the_database_in_clear(hers: Client) -> None:
    secret = set_up(hers)
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert len(Authenticator.objects.all()) == 2
    assert secret not in stored
    assert all(number not in stored for number in recovery_codes(hers))


# ── Sign-in ──────────────────────────────────────────────────────────────────


def test_the_next_sign_in_asks_for_the_code(hers: Client, client: Client, clock: time_machine.Traveller) -> None:
    secret = set_up(hers)
    clock.shift(MINUTE)
    assert sign_in(client, "alice")["Location"] == CODE
    assert not is_signed_in(client)
    assert list(Page(enter(client, wrong_code(secret))).errors) == ["code"]
    assert not is_signed_in(client)
    assert enter(client, code(secret))["Location"] == "/"
    assert is_signed_in(client)


def test_is_in_the_audit_only_after_the_code(client: Client, frank: Staff) -> None:
    started = AuditEntry.objects.about(frank).filter(verb="session.started")
    sign_in(client, "frank")
    assert not started.exists()
    enter(client, code())
    assert started.count() == 1


def test_leads_to_the_page_that_was_asked_for(client: Client, frank: Staff) -> None:
    sign_in(client, "frank", next="/staff/")
    assert enter(client, code())["Location"] == "/staff/"


def test_ones_own_computer_is_remembered_through_the_code(
    client: Client, frank: Staff, clock: time_machine.Traveller
) -> None:
    sign_in(client, "frank", remember="on")
    enter(client, code())
    clock.shift(timedelta(hours=7))
    assert is_signed_in(client)


def test_a_code_opens_once(client: Client, frank: Staff) -> None:
    number = code()
    sign_in(client, "frank")
    enter(client, number)
    other = Client()
    sign_in(other, "frank")
    enter(other, number)
    assert not is_signed_in(other)


def test_an_old_code_opens_nothing(client: Client, frank: Staff, clock: time_machine.Traveller) -> None:
    number = code()
    clock.shift(timedelta(minutes=2))
    sign_in(client, "frank")
    enter(client, number)
    assert not is_signed_in(client)


def test_without_the_password_there_is_no_page_for_codes(client: Client, frank: Staff) -> None:
    assert client.get(CODE)["Location"] == "/sign-in/"
    assert enter(client, code())["Location"] == "/sign-in/"


def test_a_recovery_code_opens_once_when_the_phone_is_away(codes: list[str]) -> None:
    first, second, *_ = codes
    for number, opens in ((first, True), (first, False), (second, True)):
        browser = Client()
        sign_in(browser, "alice")
        enter(browser, number)
        assert is_signed_in(browser) is opens


def test_new_recovery_codes_replace_the_old_ones(hers: Client, codes: list[str]) -> None:
    hers.post("/account/recovery-codes/new/")
    new = recovery_codes(hers)
    assert (len(new), set(new) & set(codes)) == (10, set())


def test_guessing_codes_is_stopped_even_with_the_password(
    client: Client, frank: Staff, clock: time_machine.Traveller
) -> None:
    sign_in(client, "frank")
    for _ in range(10):
        enter(client, wrong_code())
    assert AuditEntry.objects.about(frank).filter(verb="second_factor.refused", actor=frank.actor).count() == 1
    sign_in(client, "frank")
    enter(client, code())
    assert not is_signed_in(client)
    clock.shift(timedelta(minutes=15, seconds=1))
    sign_in(client, "frank")
    enter(client, code())
    assert is_signed_in(client)


def test_a_secret_that_nobody_can_read_any_more_breaks_nothing(client: Client, frank: Staff, settings: Any) -> None:
    settings.SECRET_KEY = "another-secret-" * 5
    sign_in(client, "frank")
    assert list(Page(enter(client, code())).errors) == ["code"]
    assert not is_signed_in(client)


# ── Required for administrators ──────────────────────────────────────────────


@pytest.fixture
def grace(db: None) -> Staff:
    """Administers, and has not set up the second factor yet."""
    return make.staff("grace", "administrator")


def test_an_administrator_sets_it_up_before_any_other_page(client: Client, grace: Staff) -> None:
    sign_in(client, "grace")
    for page in ("/", "/staff/", "/account/", "/audit/", "/jobs/", RECOVERY):
        assert client.get(page)["Location"] == ACTIVATE, page
    assert client.get("/api/v1/staff/").status_code == 403
    confirm(client)
    set_up(client)
    assert client.get("/staff/").status_code == 200
    assert client.get("/api/v1/staff/").status_code == 200


def test_the_password_of_ones_own_comes_first(client: Client, db: None) -> None:
    make.staff("heidi", "administrator", must_change_password=True)
    sign_in(client, "heidi")
    assert client.get("/")["Location"] == "/account/password/"
    own = {"oldpassword": make.PASSWORD, "password1": "blue-otter-31", "password2": "blue-otter-31"}
    client.post("/account/password/", own)
    assert client.get("/")["Location"] == ACTIVATE


def test_in_the_demo_nobody_must(client: Client, grace: Staff, settings: Any) -> None:
    settings.SECOND_FACTOR_FOR_ADMINISTRATORS = False
    sign_in(client, "grace")
    assert client.get("/staff/").status_code == 200


def test_other_roles_need_not(hers: Client) -> None:
    assert hers.get("/account/").status_code == 200


def test_whoever_becomes_an_administrator_sets_it_up_at_once(hers: Client, alice: Staff, frank: Staff) -> None:
    services.update_staff(
        staff=alice, version=1, values={}, roles=[*alice.roles, Role.ADMINISTRATOR], actor=frank.actor, at=make.THEN
    )
    assert hers.get("/")["Location"] == ACTIVATE


def test_an_administrator_cannot_turn_it_off(client: Client, frank: Staff) -> None:
    sign_in(client, "frank")
    enter(client, code())
    confirm(client)
    assert client.post(DEACTIVATE).status_code == 200
    assert frank.has_second_factor
    assert client.get("/staff/").status_code == 200


def test_others_can_and_the_recovery_codes_go_with_it(
    hers: Client, alice: Staff, codes: list[str], client: Client
) -> None:
    assert hers.get(DEACTIVATE).status_code == 200
    assert alice.has_second_factor
    hers.post(DEACTIVATE)
    assert not Authenticator.objects.filter(user=alice).exists()
    assert sign_in(client, "alice")["Location"] == "/"


@pytest.mark.usefixtures("codes")
def test_turning_it_off_asks_who_it_is_after_a_while(hers: Client, alice: Staff, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(minutes=5))
    assert hers.post(DEACTIVATE)["Location"].startswith(CONFIRM)
    assert alice.has_second_factor


def test_a_computer_left_open_makes_no_recovery_codes_without_the_password(frank: Staff, signed_in: SignedIn) -> None:
    assert signed_in(frank).post("/account/recovery-codes/new/")["Location"].startswith(CONFIRM)
    assert not Authenticator.objects.filter(user=frank, type="recovery_codes").exists()


def test_what_a_page_asks_by_itself_does_not_make_a_new_secret(client: Client, db: None, settings: Any) -> None:
    """The rail's numbers are polled on the page with the code, too; so is a reload or the other language."""
    settings.SECOND_FACTOR_FOR_ADMINISTRATORS = True
    make.staff("grace", "administrator")
    sign_in(client, "grace")
    client.post("/account/confirm/", {"password": make.PASSWORD})
    page = client.get("/account/second-factor/activate/").content.decode()
    here = {"HX-Request": "true", "HX-Current-URL": "http://testserver/account/second-factor/activate/"}
    polled = client.get("/counts/", headers=here)
    assert (polled.status_code, polled.headers.get("HX-Redirect")) == (204, None)
    elsewhere = client.get("/counts/", headers=here | {"HX-Current-URL": "http://testserver/"})
    assert elsewhere["HX-Redirect"] == "/account/second-factor/activate/"
    secret = client.session["mfa.totp.secret"]
    assert secret in page
    assert secret in client.get("/account/second-factor/activate/").content.decode()


def test_the_code_that_turned_it_on_does_not_open_the_door_too(
    hers: Client, alice: Staff, clock: time_machine.Traveller
) -> None:
    secret = set_up(hers)
    hers.post("/sign-out/")
    sign_in(hers, "alice")
    enter(hers, code(secret))
    assert not is_signed_in(hers)
    clock.shift(timedelta(seconds=31))
    enter(hers, code(secret))
    assert is_signed_in(hers)
