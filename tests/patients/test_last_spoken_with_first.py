"""Of a name that many share, the search box shows with whom the hospital spoke last, whoever registered since."""

from datetime import datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from accounts.models import Staff
from consult.reports.callers import Callers
from consult.services.voids import void_call
from dashboards.reports.search import LOOKED_AT, find_people
from patients.models import Patient, SearchToken
from patients.services.alike import Typed, find_alike
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


def test_among_a_crowd_of_one_day_the_minute_counts_and_within_it_the_second(
    alice: Staff, crowd: list[int], now: datetime
) -> None:
    Patient.objects.filter(pk__in=crowd).update(last_contact_at=None)
    for each, key in enumerate(reversed(crowd)):
        record_contact(target=Patient.objects.get(pk=key), at=now + timedelta(minutes=each))
    record_contact(target=Patient.objects.get(pk=crowd[1]), at=now + timedelta(minutes=len(crowd) - 1, seconds=1))
    assert [each.pk for each in find_people(staff=alice, text=NAME).patients[:3]] == [crowd[1], crowd[0], crowd[2]]


def test_a_list_has_all_of_them_the_newest_registered_first(alice: Staff, crowd: list[int], now: datetime) -> None:
    more = [NewPatient({"name": NAME}, now, [], now) for _ in range(500)]
    register_patients(more, actor=alice.actor, at=now)
    new = make.patient(NAME, at=now + DAY)
    assert make.client_of(alice).get("/api/v1/patients/", {"q": NAME}).json()["results"][0]["id"] == new.pk
    assert Patient.objects.visible_to(alice).found_by(NAME).count() == len(crowd) + len(more) + 1


def test_the_warning_shows_who_shares_the_phone_before_a_crowd_of_the_name(
    alice: Staff, crowd: list[int], now: datetime
) -> None:
    """And of the birth: there are more of both than are compared."""
    Patient.objects.update(birth_year=1960)
    known = make.patient(NAME, "13800001234", at=now - 400 * DAY)
    typed = Typed(name=NAME, phone="13800001234", birth="1960")
    rows = find_alike(typed, among=Patient.objects.visible_to(alice), today=now.date())
    assert len(rows) < len(crowd)
    assert (rows[0].patient, rows[0].is_likely) == (known, True)


def test_whoever_finds_one_department_alone_finds_them_behind_a_crowd_of_others(
    alice: Staff, crowd: list[int], now: datetime
) -> None:
    place = make.department()
    patient = make.patient(NAME, department=place, at=now - 200 * DAY)
    assert first(make.staff("yann", "doctor", department=place)) == patient.pk


def test_what_was_on_file_before_stands_where_its_last_contact_says(crowd: list[int], now: datetime) -> None:
    """The migration."""
    make.patient("何建平", at=now)  # never spoken with
    told = sorted(SearchToken.objects.values_list("patient", "token", "last_contact_minute"))
    SearchToken.objects.update(last_contact_minute=0)
    import_module("patients.migrations.0049_tokens_by_last_contact").tell_last_contact(apps, None)
    assert sorted(SearchToken.objects.values_list("patient", "token", "last_contact_minute")) == told


@pytest.mark.parametrize("asked", ["王秀英", "秀英", "wxy", "13900001234", "1234"])
def test_of_colleagues_with_the_same_rights_each_finds_whom_they_owe_something(
    db: None, now: datetime, asked: str
) -> None:
    """They share the query, and PostgreSQL's plan."""
    place = make.department()
    for name in ("yann", "yves"):
        doctor = make.staff(name, "doctor", department=place)
        patient = make.patient(NAME, "13900001234", department=make.department())
        make.promise(patient, owner=doctor, at=now)
        assert [each.pk for each in find_people(staff=doctor, text=asked).patients] == [patient.pk]
        if asked.isdigit():
            callers = Callers(staff=doctor, today=now.date(), number=asked, name="", who="")
            assert [each.person for each in callers.candidates] == [patient]
