"""Reset a colleague's password: the old one is void, the second factor gone, every session over."""

import re
from datetime import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Staff
from accounts.services import leaving, passwords
from tests import make
from tests.conftest import SignedIn

from .pages import in_english, sign_in

SHOWN = re.compile(r'id="one-time-password">([^<]+)<')


def reset_url(staff: Staff) -> str:
    return reverse("accounts:staff_reset_password", args=[staff.pk])


def test_old_password_stops_and_the_new_one_must_be_changed(alice: Staff, frank: Staff, now: datetime) -> None:
    password = passwords.reset_password(staff=alice, actor=frank.actor, at=now)
    alice.refresh_from_db()
    assert not alice.check_password(make.PASSWORD)
    assert alice.check_password(password)
    assert alice.must_change_password


def test_removes_the_second_factor_of_this_person_only(frank: Staff, now: datetime) -> None:
    grace = make.staff("grace", "administrator", second_factor=True)
    passwords.reset_password(staff=grace, actor=frank.actor, at=now)
    assert not grace.has_second_factor
    assert frank.has_second_factor


def test_ends_every_session_of_the_person(
    alice: Staff, bob: Staff, frank: Staff, signed_in: SignedIn, now: datetime
) -> None:
    browsers = [signed_in(alice), signed_in(alice)]
    other = signed_in(bob)
    passwords.reset_password(staff=alice, actor=frank.actor, at=now)
    for browser in browsers:
        assert browser.get("/").status_code == 302
    assert other.get("/").status_code == 200


def test_is_in_the_audit_without_the_password(alice: Staff, frank: Staff, now: datetime) -> None:
    passwords.reset_password(staff=alice, actor=frank.actor, at=now)
    entry = AuditEntry.objects.about(alice).get(verb="staff.password_reset")
    assert (entry.actor, entry.at, entry.fields) == (frank.actor, now, [])


def test_page_asks_first_then_shows_the_password_once(office: Client, client: Client, alice: Staff) -> None:
    question = office.get(reset_url(alice))
    assert "Reset the password of Alice?" in question.content.decode()
    alice.refresh_from_db()
    assert alice.check_password(make.PASSWORD)
    answer = office.get(office.post(reset_url(alice))["Location"])
    password = SHOWN.findall(answer.content.decode())[0]
    assert "no-store" in answer["Cache-Control"]
    assert password not in office.get(f"/staff/{alice.pk}/").content.decode()
    assert sign_in(client, "alice", password).status_code == 302
    assert client.get("/")["Location"] == "/account/password/"


def test_the_password_stays_on_its_page_for_ten_minutes_in_that_browser_only(
    office: Client, alice: Staff, bob: Staff, signed_in: SignedIn, clock: time_machine.Traveller
) -> None:
    """A reload, the other language and Back show it again; the session's row holds it sealed."""
    page = office.post(reset_url(alice))["Location"]
    password = SHOWN.findall(office.get(page).content.decode())[0]
    office.post("/account/language/", {"language": "zh-hans", "next": page})
    assert SHOWN.findall(office.get(page).content.decode()) == [password]
    assert password not in str(dict(office.session))
    grace = make.staff("grace", "administrator", second_factor=True)
    for browser, url in ((signed_in(grace), page), (office, f"/staff/{bob.pk}/password/")):
        assert password not in browser.get(url, follow=True).content.decode()
    clock.shift(601)
    late = in_english(office).get(page, follow=True)
    assert late.redirect_chain == [(f"/staff/{alice.pk}/", 302)]
    assert password not in late.content.decode()


def test_is_not_for_somebody_deactivated(office: Client, alice: Staff, frank: Staff, now: datetime) -> None:
    leaving.deactivate_staff(staff=alice, actor=frank.actor, at=now)
    for answer in (office.get(reset_url(alice), follow=True), office.post(reset_url(alice), follow=True)):
        assert answer.redirect_chain == [(f"/staff/{alice.pk}/", 302)]
        assert "This person was deactivated already." in answer.content.decode()
    with pytest.raises(leaving.StaffAlreadyInactive):
        passwords.reset_password(staff=alice, actor=frank.actor, at=now)
    alice.refresh_from_db()
    assert alice.check_password(make.PASSWORD)


def test_is_refused_for_oneself(office: Client, frank: Staff, now: datetime) -> None:
    """It would end the session at once, and nobody would have read the new password."""
    with pytest.raises(passwords.OwnPassword):
        passwords.reset_password(staff=frank, actor=frank.actor, at=now)
    answer = office.post(reset_url(frank), follow=True)
    assert "Change your password under My account." in answer.content.decode()
    assert "Reset password" not in office.get(f"/staff/{frank.pk}/").content.decode()
    frank.refresh_from_db()
    assert frank.check_password(make.PASSWORD)


def test_opens_a_lock_after_wrong_passwords(alice: Staff, frank: Staff, client: Client, now: datetime) -> None:
    """The page of the lock sends whoever forgot the password to the administrator."""
    for _ in range(12):
        sign_in(client, "alice", "wrong")
    assert sign_in(client, "alice").status_code == 429
    password = passwords.reset_password(staff=alice, actor=frank.actor, at=now)
    assert sign_in(client, "alice", password).status_code == 302


def test_only_the_administrator_may(alice: Staff, dana: Staff, signed_in: SignedIn, client: Client) -> None:
    assert signed_in(dana).post(reset_url(alice)).status_code == 403
    assert client.post(reset_url(alice)).status_code == 302
    alice.refresh_from_db()
    assert alice.check_password(make.PASSWORD)
