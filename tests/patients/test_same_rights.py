"""Two colleagues with the same rights share the questions of a patient's page, and each gets the own answers."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

import pytest
import time_machine
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from accounts.access import Role
from accounts.models import Absence, Staff
from hospital_crm.lib import planned
from messaging.reports.story import KIND as MESSAGE
from messaging.reports.story import of_story
from patients.models import DuplicatePair, Patient, TimelineEntry, Visit
from patients.services.grants import grant_access
from patients.views import page, panels, story, visits
from tests import make

from . import filling

on_postgres = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite keeps statements by itself")


@pytest.fixture
def patients(alice: Staff, now: datetime) -> list[Patient]:
    """One of each department, who was here, works somewhere and looks like the other."""
    people = [make.patient(name, department=make.department()) for name in ("高一一", "高二二")]
    for patient in people:
        make.visit(patient, starts_at=now, diagnoses=["H25.0 白内障"])
    for fill in (filling.works, filling.tagged, filling.looks_like_an_older_one):
        fill(people[1], alice, now)
    return people


def pair_of(role: Role, patients: list[Patient]) -> list[Staff]:
    """Each owes another patient something, one through a team; a line of the story is about each of them."""
    pair = [make.staff(f"of-{each.pk}", role, department=each.department) for each in patients]
    for to, patient in ((pair[0], patients[1]), (make.team("队", pair[1]), patients[0])):
        grant_access(patient=patient, to=to, source=f"tests:{patient.pk}", at=timezone.now())
    for reader, patient in zip(pair, patients, strict=True):
        TimelineEntry.objects.filter(patient=patient).latest("pk").excluded.add(reader)
    return pair


def asked_by(reader: Staff) -> Any:
    request: Any = RequestFactory().get("/")
    request.user = Staff.objects.with_access().get(pk=reader.pk)
    return request


def told(reader: Staff, patient: Patient) -> list[Any]:
    """What the page reads for the reader by questions that others share."""
    request = asked_by(reader)
    numbers = story.story_numbers(request, patient)
    found = Patient.objects.visible_to(request.user).filter(pk=patient.pk).exists()
    return [
        bool(vars(page._patient(request, patient.pk))["is_owed"]) if found else None,
        [(visit.pk, visit.shows_clinical) for visit in visits.last_visits(request, patient)],
        [line.pk for line in story.story_page(request, patient, "patients", numbers).rows],
        +numbers,
        panels.employers_of(patient, request.user),
        panels.alike_to(patient, request.user),
    ]


def plain(reader: Staff, patient: Patient) -> list[Any]:
    """The same by questions that are put together for this reader alone."""
    today = timezone.localdate()
    seen = Patient.objects.visible_to(reader, today).with_debts_of(reader, today).filter(pk=patient.pk).first()
    last = Visit.objects.filter(patient=patient).with_clinical_for(reader, today).newest_first()[: visits.IN_PANEL]
    lines = TimelineEntry.objects.filter(patient=patient).visible_to(reader)
    numbers = Counter(lines.values_list("kind", flat=True))
    numbers[MESSAGE] = of_story(reader).filter(patient=patient).count()
    return [
        seen and bool(vars(seen)["is_owed"]),
        [(visit.pk, visit.shows_clinical) for visit in last],
        [line.pk for line in lines.of_part("patients").order_by("-occurred_at", "-pk")],
        +numbers,
        list(patient.employments.visible_to(reader).latest_first()),
        list(DuplicatePair.objects.visible_to(reader).alike().of(patient).order_by("-score", "-pk")[: panels.ALIKE]),
    ]


def plans() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("role", Role)
def test_each_gets_the_own_answers(patients: list[Patient], role: Role) -> None:
    first, other = pair_of(role, patients)
    for reader in (first, other, first):
        for patient in patients:
            assert told(reader, patient) == plain(reader, patient)


@on_postgres
@pytest.mark.parametrize("role", Role)
def test_the_plans_of_one_are_those_of_the_other_and_of_the_next_day(
    patients: list[Patient], role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planned, "_kept", WeakKeyDictionary())
    first, other = pair_of(role, patients)
    none = plans()
    for patient in patients:
        told(first, patient)
    before = plans()
    assert before > none
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        for patient in patients:
            told(other, patient)
    assert plans() == before


def test_whoever_loses_a_role_reads_less_at_once(patients: list[Patient]) -> None:
    doctor, _other = pair_of(Role.DOCTOR, patients)
    before = told(doctor, patients[0])
    doctor.role_grants.all().delete()
    doctor.role_grants.create(role=Role.GUIDE)
    after = told(Staff.objects.get(pk=doctor.pk), patients[0])
    assert all(shows for _, shows in before[1])
    assert not any(shows for _, shows in after[1])


def test_whoever_moves_reads_of_the_new_place_and_without_one_of_none(patients: list[Patient]) -> None:
    reader = make.staff("mover", Role.DOCTOR, department=patients[0].department)
    seen = []
    for place in (patients[0].department, patients[1].department, None):
        Staff.objects.filter(pk=reader.pk).update(department=place)
        moved = Staff.objects.get(pk=reader.pk)
        seen.append([told(moved, patient)[0] is not None for patient in patients])
        assert [told(moved, patient) for patient in patients] == [plain(moved, patient) for patient in patients]
    assert seen == [[True, False], [False, True], [False, False]]


def test_whoever_stands_in_owes_on_those_days_alone(patients: list[Patient], now: datetime) -> None:
    owes, deputy = pair_of(Role.CONSULTANT, patients)
    day: date = timezone.localdate(now)
    Absence.objects.create(staff=owes, deputy=deputy, starts_on=day, ends_on=day)
    owed = []
    for days in (0, 1, 0):
        with time_machine.travel(now + timedelta(days=days), tick=False):
            owed.append(told(deputy, patients[1])[0])
    assert owed == [True, False, True]


def test_the_page_shows_each_what_is_theirs(patients: list[Patient]) -> None:
    """Diagnoses of the own department's patients."""
    role = Role.FOLLOWUP_NURSE
    nurses = [make.staff(f"nurse-{at}", role, department=each.department) for at, each in enumerate(patients)]
    browsers = [make.client_of(each) for each in nurses]
    shown = ["白内障" in each.get(f"/patients/{patients[1].pk}/").content.decode() for each in browsers * 2]
    assert shown == [False, True] * 2
