"""Many people at once are on file just as if each had been registered alone."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Actor, AuditEntry, Department
from hospital_crm.lib.phones import read_phone
from patients.models import Patient, Phone, SearchToken, TimelineEntry
from patients.services.bulk import NewPatient, register_patients
from patients.services.patients import NewPhone, register_patient
from patients.services.timeline import record_contact
from tests import make

AWKWARD = "张\\t\t\"桂'兰\u3000🙂"


def people(place: Department, now: datetime) -> list[NewPatient]:
    phones = [NewPhone(read_phone("13800001234")), NewPhone(read_phone("13800001234"), Phone.Owner.CHILD)]
    return [
        NewPatient({"name": "张桂兰", "birth_year": 1954, "department": place}, now - timedelta(days=2), phones),
        NewPatient({"name": AWKWARD, "hospital_number": "H7"}, now, [NewPhone(read_phone("057155506620"))], now),
        NewPatient({"name": "Anna Li"}, now),
    ]


def on_file() -> list[Any]:
    """All that was written about people, but for keys and whose number comes next."""
    return [
        list(Patient.objects.order_by("pk").values_list("name", "hospital_number", "birth_year", "department")),
        list(Patient.objects.order_by("pk").values_list("number", "version", "registered_at", "last_contact_at")),
        list(Phone.objects.order_by("pk").values_list("digits", "e164", "owner", "is_primary", "patient__name")),
        sorted(SearchToken.objects.values_list("token", "patient__name", "last_contact_minute")),
        list(
            TimelineEntry.objects.order_by("pk").values_list("kind", "params", "needs", "occurred_at", "patient__name")
        ),
    ]


def written_by(register: Callable[[Sequence[NewPatient]], object], place: Department, now: datetime) -> list[Any]:
    with transaction.atomic():
        register(people(place, now))
        written = on_file()
        transaction.set_rollback(True)
    return written


def test_whoever_brings_a_file_has_seen_nobody_at_the_desk(db: None, now: datetime) -> None:
    """Whoever records arrivals may import, too."""
    guide = make.staff("gina", "guide")
    for at_desk, registered in ((True, now), (False, None)):
        (key,) = register_patients([NewPatient({"name": "张桂兰"}, now)], actor=guide.actor, at=now, at_desk=at_desk)
        assert Patient.objects.get(pk=key).desk_registered_at == registered


def alone(new: NewPatient, actor: Actor) -> Patient:
    patient = register_patient(values=new.values, phones=new.phones, actor=actor, at=new.registered_at)
    if new.last_contact_at is not None:
        record_contact(target=patient, at=new.last_contact_at)
    return patient


def test_as_if_each_had_been_registered_alone(cataract: Department, system: Actor, now: datetime) -> None:
    together = written_by(lambda new: register_patients(new, actor=system, at=now), cataract, now)
    one_by_one = written_by(lambda new: [alone(each, system) for each in new], cataract, now)
    assert together == one_by_one


def test_found_by_search_and_one_more_can_follow(cataract: Department, system: Actor, now: datetime) -> None:
    registered = register_patients(people(cataract, now), actor=system, at=now)
    following = make.patient("王建军")
    assert Patient.objects.found_by("zgl").first() == Patient.objects.get(pk=registered[0])
    assert following.pk > registered[-1]
    assert following.number > Patient.objects.get(pk=registered[-1]).number
    assert AuditEntry.objects.filter(verb="patients.imported").count() == 1


def test_all_of_them_or_none(cataract: Department, system: Actor, now: datetime) -> None:
    make.patient("王建军", hospital_number="H7")
    with pytest.raises(IntegrityError), transaction.atomic():
        register_patients(people(cataract, now), actor=system, at=now)
    assert Patient.objects.get().name == "王建军"
