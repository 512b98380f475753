"""Register a patient: on file with a number, found at once, once however often it is sent. Mission A2."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry, Staff
from hospital_crm.lib.errors import DuplicateSubmission
from hospital_crm.lib.phones import read_phone
from patients.models import Patient, Phone
from patients.services.patients import NewPhone, register_patient
from tests import make


def test_is_on_file_with_a_number_of_ours(alice: Staff, now: datetime) -> None:
    first = register_patient(values={"name": "张桂兰"}, phones=[], actor=alice.actor, at=now)
    second = register_patient(values={"name": "王建军"}, phones=[], actor=alice.actor, at=now)
    assert (first.number, second.number) == ("P-000001", "P-000002")
    assert (first.registered_at, first.updated_by) == (now, alice.actor)


def test_the_first_phone_is_the_one_to_dial_and_each_number_is_kept_once(alice: Staff, now: datetime) -> None:
    numbers = [
        NewPhone(read_phone("138 0000 1234"), Phone.Owner.CHILD),
        NewPhone(read_phone("0571 5550 0100 转 7")),
        NewPhone(read_phone("+8613800001234")),
    ]
    patient = register_patient(values={"name": "张桂兰"}, phones=numbers, actor=alice.actor, at=now)
    kept = [(phone.digits, phone.extension, phone.owner, phone.is_primary) for phone in patient.phones.primary_first()]
    assert kept == [("13800001234", "", "child", True), ("057155500100", "7", "own", False)]


def test_is_the_first_line_of_the_persons_story_and_in_the_audit(alice: Staff, now: datetime) -> None:
    patient = make.patient("张桂兰", actor=alice.actor, at=now)
    entry = patient.timelineentrys.get()
    assert (entry.kind, entry.params, entry.occurred_at) == ("patients.registered", {"number": patient.number}, now)
    assert AuditEntry.objects.about(patient).get().verb == "patient.registered"


def test_sent_twice_it_is_made_once(alice: Staff, now: datetime) -> None:
    key = uuid4()
    patient = make.patient("张桂兰", actor=alice.actor, at=now, submission=key)
    with pytest.raises(DuplicateSubmission) as refused:
        make.patient("张桂兰", actor=alice.actor, at=now, submission=key)
    assert refused.value.subject_id == patient.pk
    assert Patient.objects.count() == 1


def test_a_hospital_number_is_held_once(alice: Staff, now: datetime) -> None:
    make.patient("张桂兰", hospital_number="H-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.patient("王建军", hospital_number="H-1")
    assert make.patient("王建军").number == "P-000002"  # a refused registration leaves no gap
