"""Who owes a call sees the number, and each look is recorded. Mission D7."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import AuditEntry, Staff, Team
from accounts.services.absences import record_absence
from patients.services.contacts import find_or_create_contact
from patients.services.phones import owes
from promises.models import Promise
from tests import make


@pytest.fixture(autouse=True)
def _morning(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def promise(alice: Staff, now: datetime) -> Promise:
    return make.promise(make.patient("张桂兰", "13800001234"), owner=alice, at=now)


def looks(staff: Staff) -> int:
    return AuditEntry.objects.filter(verb="promise.dialled", actor=staff.actor).count()


def test_who_owes_it_sees_the_number_and_the_look_is_recorded_once(promise: Promise, alice: Staff) -> None:
    browser = make.client_of(alice)
    for _ in range(2):
        text = browser.get(f"/promises/{promise.pk}/dial/").content.decode()
    assert 'href="tel:+8613800001234"' in text
    assert "138 0000 1234" in text
    assert looks(alice) == 1


def test_a_colleague_of_the_team_who_does_not_owe_it_sees_no_number(promise: Promise, alice: Staff, bob: Staff) -> None:
    make.team("热线组", alice, bob)
    browser = make.client_of(bob)
    assert browser.get(f"/promises/{promise.pk}/").status_code == 200
    assert browser.get(f"/promises/{promise.pk}/dial/").status_code == 404
    assert looks(bob) == 0


def test_what_nobody_owns_can_be_dialled_by_the_team(alice: Staff, bob: Staff, now: datetime) -> None:
    caller = find_or_create_contact(name="", digits="13800001234", actor=bob.actor, at=now)
    promise = make.promise(caller, team=make.team("热线组", alice), at=now)
    url = f"/promises/{promise.pk}/dial/"
    assert 'href="tel:13800001234"' in make.client_of(alice).get(url).content.decode()
    assert make.client_of(bob).get(url).status_code == 404


def test_a_caller_who_withheld_the_number_has_none(alice: Staff, now: datetime) -> None:
    caller = find_or_create_contact(name="王女士", digits="", actor=alice.actor, at=now)
    promise = make.promise(caller, owner=alice, at=now)
    text = make.client_of(alice).get(f"/promises/{promise.pk}/dial/").content.decode()
    assert "tel:" not in text


def test_a_caller_without_a_name_has_a_masked_number_and_is_rung_from_the_page(alice: Staff, now: datetime) -> None:
    caller = find_or_create_contact(name="", digits="13900005678", actor=alice.actor, at=now)
    owed = make.promise(caller, owner=alice, at=now)
    browser = make.client_of(alice)
    page = browser.get(f"/promises/{owed.pk}/").content.decode()
    assert page.count("139****5678") == 2  # in the head and among the details
    assert f'href="/promises/{owed.pk}/dial/"' in page
    assert "139****5678" in browser.get("/promises/").content.decode()
    assert "13900005678" not in page
    withheld = find_or_create_contact(name="", digits="", actor=alice.actor, at=now)
    silent = make.promise(withheld, owner=alice, at=now)
    assert f'href="/promises/{silent.pk}/dial/"' not in browser.get(f"/promises/{silent.pk}/").content.decode()


def test_who_stands_in_sees_the_number_on_the_patients_page_too_and_only_that_day(
    promise: Promise, alice: Staff, charlie: Staff, now: datetime
) -> None:
    """A doctor of another department finds the patient through it as well."""
    deputy = make.staff("hugo", "doctor", department=charlie.department)
    today = now.date()
    url, browser = f"/patients/{promise.patient_id}/", make.client_of(deputy)
    assert browser.get(url).status_code == 404
    record_absence(staff=alice, starts_on=today, ends_on=today, deputy=deputy, actor=alice.actor, at=now)
    assert 'href="tel:+8613800001234"' in browser.get(url).content.decode()
    with time_machine.travel(now + timedelta(days=1), tick=False):
        assert make.client_of(deputy).get(url).status_code == 404


def test_who_stands_in_opens_all_that_the_patients_page_leads_to(
    promise: Promise, alice: Staff, charlie: Staff, now: datetime
) -> None:
    deputy = make.staff("hugo", "doctor", department=charlie.department)
    patient, today = promise.patient_id, now.date()
    browser = make.client_of(deputy)

    def opened() -> set[int]:
        urls = [
            f"/patients/{patient}/", f"/promises/for-patient/{patient}/", f"/calls/for-patient/{patient}/",
            f"/calls/new/?patient={patient}", f"/patients/{patient}/edit/", f"/patients/{patient}/phones/new/",
            f"/api/v1/patients/{patient}/", f"/api/v1/patients/{patient}/timeline/",
        ]  # fmt: skip
        return {browser.get(url).status_code for url in urls}

    assert opened() == {404}
    record_absence(staff=alice, starts_on=today, ends_on=today, deputy=deputy, actor=alice.actor, at=now)
    assert opened() == {200}


def test_a_closed_team_opens_no_number(alice: Staff, now: datetime) -> None:
    line = make.team("热线组", alice)
    promise = make.promise(make.patient("张桂兰", "13800001234"), team=line, at=now)
    assert promise.patient is not None
    seen = [owes(staff=alice, patient=promise.patient, on=now.date())]
    Team.objects.update(is_active=False)
    seen.append(owes(staff=alice, patient=promise.patient, on=now.date()))
    assert seen == [True, False]
