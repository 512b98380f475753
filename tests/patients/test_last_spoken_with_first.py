"""Of a name that many share, the search box shows with whom the hospital spoke last, whoever registered since."""

from datetime import date, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from accounts.models import Staff
from consult.services.voids import void_call
from dashboards.reports.search import LOOKED_AT, find_people
from patients.models import Patient, SearchToken
from patients.services.bulk import NewPatient, register_patients
from patients.services.patients import update_patient
from patients.services.timeline import record_contact
from patients.services.unmerging import undo_merge
from tests import make
from tests.patients.test_merge_patients import merged

NAME = "王秀英"
DAY = timedelta(days=1)


@pytest.fixture
def crowd(alice: Staff, now: datetime) -> list[int]:
    """More of one name than are looked at, each spoken with on a day of their own; the first registered longest ago."""
    people = [NewPatient({"name": NAME}, now - 90 * DAY, [], now - (90 - day) * DAY) for day in range(LOOKED_AT + 5)]
    return list(register_patients(people, actor=alice.actor, at=now))


def first(staff: Staff, text: str = NAME) -> int:
    return find_people(staff=staff, text=text).patients[0].pk


@pytest.mark.parametrize("text", [NAME, "秀英", "王", "wangxiuying", "wxy"])
def test_whoever_was_spoken_with_last_is_shown_first(alice: Staff, crowd: list[int], now: datetime, text: str) -> None:
    assert first(alice, text) == crowd[-1]
    record_contact(target=Patient.objects.get(pk=crowd[0]), at=now)
    assert [each.pk for each in find_people(staff=alice, text=text).patients[:2]] == [crowd[0], crowd[-1]]


def test_a_call_puts_forward_and_voiding_it_puts_back(alice: Staff, crowd: list[int], now: datetime) -> None:
    call = make.call(alice, Patient.objects.get(pk=crowd[0]), at=now)
    assert first(alice) == crowd[0]
    void_call(call=call, reason="登错人", staff=alice, at=now + timedelta(hours=1))
    assert first(alice) == crowd[-1]
    assert crowd[0] not in [each.pk for each in find_people(staff=alice, text=NAME).patients]


def test_a_merged_record_brings_its_last_contact_and_takes_it_back(
    alice: Staff, crowd: list[int], now: datetime
) -> None:
    kept, double = Patient.objects.get(pk=crowd[0]), make.patient(NAME, at=now - DAY)
    record_contact(target=double, at=now)
    merge = merged(kept, Patient.objects.get(pk=double.pk), now)
    assert first(alice) == kept.pk
    undo_merge(merge=merge, actor=alice.actor, at=now)
    assert first(alice) == double.pk
    assert kept.pk not in [each.pk for each in find_people(staff=alice, text=NAME).patients]


def test_a_new_name_stands_where_the_contact_says(alice: Staff, crowd: list[int], now: datetime) -> None:
    patient = make.patient("王桂兰", at=now - 90 * DAY)
    record_contact(target=patient, at=now)
    patient.refresh_from_db()
    update_patient(patient=patient, version=patient.version, values={"name": NAME}, actor=alice.actor, at=now)
    assert first(alice) == patient.pk


def test_within_a_day_the_hour_counts(alice: Staff, crowd: list[int], now: datetime) -> None:
    noon = now.replace(hour=12)
    for key, hours in ((crowd[1], 2), (crowd[2], 3), (crowd[0], 1)):
        record_contact(target=Patient.objects.get(pk=key), at=noon + timedelta(hours=hours))
    assert [each.pk for each in find_people(staff=alice, text=NAME).patients[:3]] == [crowd[2], crowd[1], crowd[0]]


def test_whoever_finds_one_department_alone_finds_them_behind_a_crowd_of_others(
    alice: Staff, crowd: list[int], now: datetime
) -> None:
    place = make.department()
    patient = make.patient(NAME, department=place, at=now - 200 * DAY)
    assert first(make.staff("yann", "doctor", department=place)) == patient.pk


def test_what_was_on_file_before_stands_where_its_last_contact_says(crowd: list[int], now: datetime) -> None:
    """The migration."""
    told = sorted(SearchToken.objects.values_list("patient", "token", "last_contact_on"))
    SearchToken.objects.update(last_contact_on=date.min)
    import_module("patients.migrations.0048_tokens_by_last_contact").tell_last_contact(apps, None)
    assert sorted(SearchToken.objects.values_list("patient", "token", "last_contact_on")) == told
