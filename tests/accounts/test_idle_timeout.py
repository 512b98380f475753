"""Idle: out after 15 minutes on a shared computer, 8 hours on one's own; what a page asks by itself is no work."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditEntry, Staff
from tests import make

from .pages import in_english, sign_in

LIMIT = timedelta(minutes=15)
SECOND = timedelta(seconds=1)


@pytest.fixture
def desk(client: Client, alice: Staff, clock: time_machine.Traveller) -> Client:
    """Alice signed in at a shared computer at 10:24."""
    sign_in(in_english(client), "alice")
    return client


def is_signed_in(browser: Client) -> bool:
    return bool(browser.get("/").status_code == 200)


def test_at_the_limit_one_is_still_there_and_a_second_later_out(desk: Client, clock: time_machine.Traveller) -> None:
    clock.shift(LIMIT)
    assert is_signed_in(desk)
    clock.shift(LIMIT + SECOND)
    assert not is_signed_in(desk)


def test_every_page_starts_the_clock_again(desk: Client, clock: time_machine.Traveller) -> None:
    for _ in range(4):
        clock.shift(timedelta(minutes=10))
        assert is_signed_in(desk)


def test_polling_does_not(desk: Client, clock: time_machine.Traveller) -> None:
    for _ in range(3):
        clock.shift(timedelta(minutes=5))
        assert desk.get("/counts/").status_code == 200
    clock.shift(SECOND)
    assert desk.get("/counts/").status_code == 302
    assert not is_signed_in(desk)


def test_an_address_that_nobody_knows_ends_the_session_too(
    desk: Client, alice: Staff, clock: time_machine.Traveller
) -> None:
    clock.shift(LIMIT + SECOND)
    answer = desk.get("/no/such/page/")
    assert (answer.status_code, "Alice" in answer.content.decode()) == (404, False)
    assert "_auth_user_id" not in desk.session
    assert AuditEntry.objects.about(alice).filter(verb="session.timed_out").count() == 1


def test_a_form_without_its_token_ends_the_session_too(tabs: Client, clock: time_machine.Traveller) -> None:
    come_in(tabs, token_of(tabs.get("/sign-in/").content.decode()))
    clock.shift(LIMIT + SECOND)
    assert tabs.post("/account/", {"display_name": "x"})["Location"].startswith("/sign-in/")
    assert not is_signed_in(tabs)


def test_neither_of_them_starts_the_clock_again(tabs: Client, clock: time_machine.Traveller) -> None:
    come_in(tabs, token_of(tabs.get("/sign-in/").content.decode()))
    clock.shift(timedelta(minutes=10))
    assert tabs.post("/account/", {"display_name": "x"}).status_code == 403
    assert tabs.get("/no/such/page/").status_code == 404
    clock.shift(timedelta(minutes=5, seconds=1))
    assert not is_signed_in(tabs)


def test_typing_on_a_page_that_sends_nothing_does(desk: Client, clock: time_machine.Traveller) -> None:
    for _ in range(3):
        clock.shift(timedelta(minutes=10))
        assert desk.post("/account/still-here/").status_code == 204
    clock.shift(LIMIT)
    assert is_signed_in(desk)


def test_typing_too_late_does_not_bring_the_session_back(desk: Client, clock: time_machine.Traveller) -> None:
    clock.shift(LIMIT + SECOND)
    assert desk.post("/account/still-here/").status_code == 302
    assert not is_signed_in(desk)


def test_ones_own_computer_stays_signed_in_for_hours(
    client: Client, alice: Staff, clock: time_machine.Traveller
) -> None:
    sign_in(client, "alice", remember="on")
    clock.shift(timedelta(hours=7, minutes=59))
    assert is_signed_in(client)
    clock.shift(timedelta(hours=8, seconds=1))
    assert not is_signed_in(client)


def test_page_leads_to_the_sign_in_says_why_and_comes_back(desk: Client, clock: time_machine.Traveller) -> None:
    clock.shift(LIMIT + SECOND)
    answer = desk.get("/account/?from=desk")
    assert answer["Location"] == f"/sign-in/?next={quote('/account/?from=desk', safe='')}"
    text = desk.get(answer["Location"]).content.decode()
    assert "You were signed out after 15 minutes without activity." in text
    assert "What you had typed is kept in this browser tab." in text
    assert sign_in(desk, "alice", next="/account/?from=desk")["Location"] == "/account/?from=desk"


def test_the_reason_is_said_in_the_language_of_the_sign_in_page(
    client: Client, alice: Staff, clock: time_machine.Traveller
) -> None:
    """An English account at a Chinese browser: the page at the door is Chinese, so its notice is."""
    make.client_of(alice).post("/account/language/", {"language": "en"})
    chinese = {"accept-language": "zh-CN"}
    sign_in(client, "alice")
    assert "Workbench" in client.get("/", headers=chinese).content.decode()
    clock.shift(LIMIT + SECOND)
    text = client.get("/account/", headers=chinese, follow=True).content.decode()
    assert "15 分钟没有操作" in text
    assert "without activity" not in text


# ── A second tab, opened before somebody signed out and in again ─────────────


@pytest.fixture
def tabs(alice: Staff) -> Client:
    """A browser that checks as the product does."""
    return in_english(Client(enforce_csrf_checks=True))


def token_of(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def come_in(tab: Client, token: str, **more: str) -> Any:
    sent = {"login": "alice", "password": make.PASSWORD, "csrfmiddlewaretoken": token, **more}
    return tab.post("/sign-in/", sent)


def test_a_second_tab_at_the_sign_in_page_goes_on_where_it_was(tabs: Client) -> None:
    first = token_of(tabs.get("/sign-in/?next=/account/").content.decode())
    second = token_of(tabs.get("/sign-in/?next=/keys/").content.decode())
    assert come_in(tabs, first, next="/account/")["Location"] == "/account/"
    assert come_in(tabs, second, next="/keys/")["Location"] == "/keys/"
    assert come_in(tabs, second, next="https://evil.example/")["Location"] == "/"


def test_a_form_from_before_leads_to_the_sign_in_and_back_to_its_page(tabs: Client) -> None:
    come_in(tabs, token_of(tabs.get("/sign-in/").content.decode()))
    old = token_of(tabs.get("/account/").content.decode())
    del tabs.cookies["sessionid"], tabs.cookies["csrftoken"]
    back = {"referer": "http://testserver/account/?from=desk"}
    sent = {"csrfmiddlewaretoken": old, "language": "zh-hans"}
    answer = tabs.post("/jobs/1/cancel/", sent, headers=back)
    assert answer["Location"] == f"/sign-in/?next={quote('/account/?from=desk', safe='')}"
    part = tabs.post(
        "/jobs/1/cancel/", sent, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/jobs/"}
    )
    assert (part.status_code, part["HX-Redirect"]) == (401, f"/sign-in/?next={quote('/jobs/', safe='')}")


def test_signed_in_again_elsewhere_the_page_of_the_form_is_opened_anew(tabs: Client) -> None:
    come_in(tabs, token_of(tabs.get("/sign-in/").content.decode()))
    old = token_of(tabs.get("/account/").content.decode())
    tabs.cookies["csrftoken"] = "x" * 32  # as another tab's sign-in has left it
    answer = tabs.post(
        "/jobs/1/cancel/", {"csrfmiddlewaretoken": old}, headers={"referer": "http://testserver/jobs/?state=open"}
    )
    assert answer.status_code == 403
    assert 'href="/jobs/?state=open"' in answer.content.decode()


def test_an_old_sign_in_page_asks_once_more_and_says_why(tabs: Client) -> None:
    old = token_of(tabs.get("/sign-in/?next=/keys/").content.decode())
    tabs.cookies["csrftoken"] = "x" * 32
    answer = come_in(tabs, old, next="/keys/")
    assert answer["Location"] == f"/sign-in/?next={quote('/keys/', safe='')}"
    assert "This page was open too long." in tabs.get(answer["Location"]).content.decode()
    del tabs.cookies["csrftoken"]  # a browser without cookies would go round in circles
    assert come_in(tabs, old).status_code == 403


def test_a_form_that_comes_too_late_changes_nothing(desk: Client, alice: Staff, clock: time_machine.Traveller) -> None:
    clock.shift(LIMIT + SECOND)
    answer: Any = desk.post("/account/", {"display_name": "Somebody", "version": 1})
    assert answer["Location"] == f"/sign-in/?next={quote('/account/', safe='')}"
    alice.refresh_from_db()
    assert alice.display_name == "Alice"


def test_a_fragment_takes_the_whole_page_to_the_sign_in(desk: Client, clock: time_machine.Traveller) -> None:
    clock.shift(LIMIT + SECOND)
    here = {"HX-Request": "true", "HX-Current-URL": "http://testserver/jobs/?cursor="}
    answer = desk.get("/counts/", headers=here)
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == f"/sign-in/?next={quote('/jobs/?cursor=', safe='')}"


def test_a_filter_chosen_after_the_pause_is_there_again(desk: Client, clock: time_machine.Traveller) -> None:
    """The address bar still shows the list as it was before."""
    clock.shift(LIMIT + SECOND)
    here = {"HX-Request": "true", "HX-Current-URL": "http://testserver/jobs/?cursor="}
    answer = desk.get("/jobs/?state=failed", headers=here)
    assert answer["HX-Redirect"] == f"/sign-in/?next={quote('/jobs/?state=failed', safe='')}"


def test_a_fragment_of_a_foreign_page_comes_back_to_the_workbench(desk: Client, clock: time_machine.Traveller) -> None:
    clock.shift(LIMIT + SECOND)
    answer = desk.get("/counts/", headers={"HX-Request": "true", "HX-Current-URL": "https://evil.example/x"})
    assert answer["HX-Redirect"] == f"/sign-in/?next={quote('/', safe='')}"


def test_is_in_the_audit_once_with_the_address(desk: Client, alice: Staff, clock: time_machine.Traveller) -> None:
    clock.shift(LIMIT + SECOND)
    for _ in range(2):
        desk.get("/")
    entry = AuditEntry.objects.about(alice).get(verb="session.timed_out")
    assert (entry.actor, entry.address) == (alice.actor, "127.0.0.1")


def test_the_sign_in_page_opens_without_a_detour(desk: Client, clock: time_machine.Traveller) -> None:
    clock.shift(LIMIT + SECOND)
    assert desk.get("/sign-in/").status_code == 200
    assert not is_signed_in(desk)


def test_the_limit_is_the_hospital_s_own(desk: Client, clock: time_machine.Traveller, settings: Any) -> None:
    settings.IDLE_MINUTES = 1
    clock.shift(timedelta(seconds=61))
    answer = desk.get("/")
    assert "after 1 minute without activity" in desk.get(answer["Location"]).content.decode()


def test_a_button_without_a_page_of_its_own_leads_back_to_where_it_stands(
    desk: Client, clock: time_machine.Traveller, alice: Staff
) -> None:
    clock.shift(LIMIT + SECOND)
    here = f"/staff/{alice.pk}/?from=desk"
    answer = desk.post(f"/staff/{alice.pk}/reactivate/", headers={"Referer": f"http://testserver{here}"})
    assert answer["Location"] == f"/sign-in/?next={quote(here, safe='')}"
