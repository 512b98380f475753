"""Deactivate a colleague: signed out at once, nothing lost, never the last administrator."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Department, Staff
from accounts.services import leaving
from accounts.services import staff as services
from tests import make
from tests.conftest import SignedIn

from .pages import sign_in


def deactivate(staff: Staff, *, by: Staff, at: datetime) -> Staff:
    return leaving.deactivate_staff(staff=staff, actor=by.actor, at=at)


def test_ends_the_sign_in_at_once(alice: Staff, frank: Staff, signed_in: SignedIn, now: datetime) -> None:
    browser = signed_in(alice)
    assert browser.get("/").status_code == 200
    deactivate(alice, by=frank, at=now)
    answer = browser.get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_is_in_the_audit(alice: Staff, frank: Staff, now: datetime) -> None:
    deactivate(alice, by=frank, at=now)
    entry = AuditEntry.objects.about(alice).get(verb="staff.deactivated")
    assert (entry.actor, entry.at) == (frank.actor, now)


def test_is_refused_twice(alice: Staff, frank: Staff, now: datetime) -> None:
    deactivate(alice, by=frank, at=now)
    with pytest.raises(leaving.StaffAlreadyInactive):
        deactivate(alice, by=frank, at=now)


def test_is_refused_for_oneself(frank: Staff, now: datetime) -> None:
    make.staff("grace", "administrator")
    with pytest.raises(leaving.OwnAccount):
        deactivate(frank, by=frank, at=now)


def test_is_refused_for_the_last_administrator(frank: Staff, alice: Staff, now: datetime) -> None:
    with pytest.raises(services.LastAdministrator):
        deactivate(frank, by=alice, at=now)


def test_page_asks_first_and_then_does_it(alice: Staff, frank: Staff, signed_in: SignedIn) -> None:
    browser = signed_in(frank)
    url = reverse("accounts:staff_deactivate", args=[alice.pk])
    assert "Alice" in browser.get(url).content.decode()
    alice.refresh_from_db()
    assert alice.is_active
    assert browser.post(url).status_code == 302
    alice.refresh_from_db()
    assert not alice.is_active


def test_only_the_administrator_may(alice: Staff, bob: Staff, dana: Staff, signed_in: SignedIn, client: Client) -> None:
    url = reverse("accounts:staff_deactivate", args=[alice.pk])
    for person in (bob, dana):
        assert signed_in(person).post(url).status_code == 403
    assert client.post(url).status_code == 302
    alice.refresh_from_db()
    assert alice.is_active


def test_api_does_the_same_and_names_the_refusal(alice: Staff, frank: Staff, signed_in: SignedIn) -> None:
    browser = signed_in(frank)
    url = reverse("api-staff-deactivate", args=[alice.pk])
    assert browser.post(url).json()["is_active"] is False
    again = browser.post(url)
    assert (again.status_code, again.json()["code"]) == (409, "staff_already_inactive")


def test_can_be_undone(alice: Staff, frank: Staff, signed_in: SignedIn, now: datetime) -> None:
    deactivate(alice, by=frank, at=now)
    leaving.reactivate_staff(staff=alice, actor=frank.actor, at=now)
    assert signed_in(alice).get("/").status_code == 200
    with pytest.raises(leaving.StaffStillActive):
        leaving.reactivate_staff(staff=alice, actor=frank.actor, at=now)


def test_reactivating_does_not_open_an_old_sign_in(alice: Staff, frank: Staff, client: Client) -> None:
    sign_in(client, "alice")
    assert client.get("/").status_code == 200
    later = timezone.now() + timedelta(seconds=2)
    deactivate(alice, by=frank, at=later)
    leaving.reactivate_staff(staff=alice, actor=frank.actor, at=later)
    assert client.get("/").status_code == 302


def test_is_not_undone_into_a_closed_department(
    office: Client, alice: Staff, cataract: Department, frank: Staff, now: datetime
) -> None:
    deactivate(alice, by=frank, at=now)
    Department.objects.filter(pk=cataract.pk).update(is_active=False)
    answer = office.post(reverse("accounts:staff_reactivate", args=[alice.pk]), follow=True)
    assert "This person&#x27;s department was closed." in answer.content.decode()
    alice.refresh_from_db()
    assert not alice.is_active
