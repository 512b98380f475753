"""A row that is inserted is the row that `create` makes."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, Submission
from hospital_crm.lib.inserts import insert, insert_all
from institution.models import ReferenceItem
from patients.models import Patient, Phone, TimelineEntry
from tests import make

KEY = UUID("5f2b5c1e-0f6e-4b53-9d8f-3f0b7c6a1d20")


def of_patient(now: datetime) -> Patient:
    insurance = ReferenceItem.objects.filter(list__code="insurance").first()
    told = {"sex": "female", "insurance": insurance, "preferred_from": time(8, 30), "birth_date": date(1953, 8, 21)}
    return Patient(number="P900001", name="张桂兰 '\\%s", **told, registered_at=now, updated_at=now)


def of_audit(now: datetime) -> AuditEntry:
    return AuditEntry(at=now, actor=make.by(), verb="patient.opened", fields=["name", "性别"], address="2001:db8::1")


def of_story(now: datetime) -> TimelineEntry:
    told = {"params": {"number": "P1", "名": [1, None]}, "needs": "find_people"}
    return TimelineEntry(patient=make.patient(), kind="patients.registered", **told, occurred_at=now, actor=make.by())


def of_submission(now: datetime) -> Submission:
    return Submission(key=KEY, kind="patients.Patient", actor=make.by(), subject_id=1, created_at=now)


def columns(row: models.Model) -> dict[str, Any]:
    (there,) = type(row)._base_manager.filter(pk=row.pk).values()
    return {name: value for name, value in there.items() if name != "id"}


@pytest.mark.parametrize("make_row", [of_patient, of_audit, of_story, of_submission])
def test_it_holds_what_a_created_row_holds(db: None, now: datetime, make_row: Callable[[datetime], Any]) -> None:
    row, plain = make_row(now), make_row(now)
    inserted = columns(insert(row))
    assert (row._state.adding, row._state.db) == (False, "default")
    type(row)._base_manager.filter(pk=row.pk).delete()
    plain.save()
    assert {**columns(plain), "patient_id": None} == {**inserted, "patient_id": None}


def test_several_of_a_table_take_one_statement_and_get_their_keys(db: None, now: datetime) -> None:
    patient = make.patient()
    rows = [Phone(patient=patient, digits=f"1380000000{each}", added_at=now, updated_at=now) for each in range(3)]
    with CaptureQueriesContext(connection) as asked:
        insert_all(rows)
    assert len(asked) == 1
    assert [Phone.objects.get(digits=row.digits).pk for row in rows] == [row.pk for row in rows]
    with CaptureQueriesContext(connection) as asked:
        assert insert_all([]) == []
    assert len(asked) == 0


def test_what_the_table_refuses_is_refused(db: None, now: datetime) -> None:
    insert(of_submission(now))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(of_submission(now))
