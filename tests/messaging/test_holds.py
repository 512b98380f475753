"""Silence towards a patient: a class of messages, for as long as its source wants it."""

from datetime import datetime

from accounts.models import AuditEntry, Staff
from messaging.models import Hold, MessageClass
from messaging.services.holds import lift_holds, place_hold
from patients.models import Patient
from tests import make

SURVEY, MARKETING, CARE = MessageClass.SURVEY, MessageClass.MARKETING, MessageClass.CARE


def place(patient: Patient, by: Staff, at: datetime, source: str = "complaint:42") -> list[Hold]:
    reason = Hold.Reason.COMPLAINT
    return place_hold(patient=patient, classes=[SURVEY, MARKETING], reason=reason, source=source, actor=by.actor, at=at)


def held(patient: Patient) -> set[MessageClass]:
    return {MessageClass(each.message_class) for each in Hold.objects.open().filter(patient=patient)}


def test_silences_its_classes_of_one_patient(alice: Staff, now: datetime) -> None:
    patient, other = make.patient("张桂兰"), make.patient("李建国")
    place(patient, alice, now)
    assert (held(patient), held(other)) == ({SURVEY, MARKETING}, set())
    assert AuditEntry.objects.about(patient).filter(verb="hold.placed", actor=alice.actor).count() == 1


def test_placed_twice_it_is_there_once(alice: Staff, now: datetime) -> None:
    patient = make.patient("张桂兰")
    assert (len(place(patient, alice, now)), place(patient, alice, now)) == (2, [])


def test_lifted_by_its_source_only(alice: Staff, now: datetime) -> None:
    patient = make.patient("张桂兰")
    place(patient, alice, now)
    place_hold(
        patient=patient, classes=[SURVEY], reason=Hold.Reason.REQUEST, source="call:7", actor=alice.actor, at=now
    )
    assert lift_holds(source="complaint:42", actor=alice.actor, at=now) == 2
    assert held(patient) == {SURVEY}
    assert lift_holds(source="complaint:42", actor=alice.actor, at=now) == 0
    assert lift_holds(source="call:7", actor=alice.actor, at=now) == 1
    assert held(patient) == set()
    assert AuditEntry.objects.about(patient).filter(verb="hold.lifted").count() == 2


def test_lifted_it_can_be_placed_again(alice: Staff, now: datetime) -> None:
    patient = make.patient("张桂兰")
    place(patient, alice, now)
    lift_holds(source="complaint:42", actor=alice.actor, at=now)
    assert len(place(patient, alice, now)) == 2
