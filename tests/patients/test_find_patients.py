"""Find people: whom the hospital spoke with last comes first; by the name that holds now; within one's scope."""

from datetime import datetime, timedelta

from accounts.models import Staff
from patients.models import AccessGrant, Patient
from patients.services.patients import update_patient
from patients.services.timeline import record_contact
from tests import make


def found(text: str) -> list[str]:
    return [patient.name for patient in Patient.objects.found_by(text).latest_contact_first()]


def test_whom_the_hospital_spoke_with_last_comes_first(db: None, now: datetime) -> None:
    first, second = make.patient("张一"), make.patient("张二")
    record_contact(target=first, at=now)
    assert found("zhang") == ["张一", "张二"]
    record_contact(target=second, at=now + timedelta(minutes=1))
    assert found("zhang") == ["张二", "张一"]
    record_contact(target=first, at=now - timedelta(days=1))  # an older call, entered late
    assert found("zhang") == ["张二", "张一"]


def test_a_new_name_is_found_and_the_old_one_no_longer(alice: Staff, now: datetime) -> None:
    patient = make.patient("张桂兰")
    update_patient(patient=patient, version=1, values={"name": "王桂兰"}, actor=alice.actor, at=now)
    assert found("王桂") == ["王桂兰"]
    assert found("zhang") == []


def test_within_ones_scope(alice: Staff, dana: Staff, now: datetime) -> None:
    doctor = make.staff("doctor", "doctor", department=dana.department)
    administrator = make.staff("frank", "administrator")
    ours, theirs = make.patient("张一", department=dana.department), make.patient("张二")
    assert set(Patient.objects.visible_to(alice)) == {ours, theirs}
    assert set(Patient.objects.visible_to(doctor)) == {ours}
    assert set(Patient.objects.visible_to(administrator)) == set()


def test_whoever_owes_the_patient_something_finds_the_patient(dana: Staff, now: datetime) -> None:
    doctor = make.staff("doctor", "doctor")
    patient = make.patient("张二")
    grant = AccessGrant.objects.create(patient=patient, staff=doctor, source="promise:1", granted_at=now)
    assert list(Patient.objects.visible_to(doctor)) == [patient]
    AccessGrant.objects.filter(pk=grant.pk).update(ended_at=now)
    assert list(Patient.objects.visible_to(doctor)) == []
    AccessGrant.objects.create(patient=patient, team=make.team("组", doctor), source="promise:2", granted_at=now)
    assert list(Patient.objects.visible_to(doctor)) == [patient]
