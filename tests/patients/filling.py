"""What fills each panel of a patient's page; of the benchmark's fullest page too."""

from collections.abc import Callable
from datetime import datetime

from accounts.models import Staff
from institution.models import ReferenceItem
from patients.kinship import Tie
from patients.models import DuplicatePair, Identifier, Patient, Purpose, Relation
from patients.reports.panels import Panel, with_panels
from patients.services.consents import Decision, record_consent
from patients.services.employments import add_employee
from patients.services.identifiers import NewIdentifier, add_identifier
from patients.services.relatives import add_relative
from patients.services.tags import tag_patient
from tests import make

Fill = Callable[[Patient, Staff, datetime], object]


def owed(patient: Patient, alice: Staff, now: datetime) -> None:
    make.promise(patient, owner=alice)


def was_here(patient: Patient, alice: Staff, now: datetime) -> None:
    make.visit(patient, starts_at=now, status="planned")


def decided(patient: Patient, alice: Staff, now: datetime) -> None:
    record_consent(patient=patient, decision=Decision(Purpose.CARE, is_given=False), actor=alice.actor, at=now)


def tagged(patient: Patient, alice: Staff, now: datetime) -> None:
    tag_patient(patient=patient, tags=[ReferenceItem.objects.get(code="wheelchair")], actor=alice.actor, at=now)


def has_papers(patient: Patient, alice: Staff, now: datetime) -> None:
    new = NewIdentifier(Identifier.Type.PASSPORT, "E12345678")
    add_identifier(patient=patient, new=new, actor=alice.actor, at=now)


def works(patient: Patient, alice: Staff, now: datetime) -> None:
    place = make.organisation("青山小学")
    add_employee(organisation=place, patient=patient, values={}, actor=alice.actor, at=now)


def has_a_child(patient: Patient, alice: Staff, now: datetime) -> None:
    child, tie = make.patient("林小雨"), Tie(Relation.Role.CHILD)
    add_relative(patient=patient, relative=child, tie=tie, actor=alice.actor, at=now)


def is_a_child(patient: Patient, alice: Staff, now: datetime) -> None:
    mother, tie = make.patient("林小雨"), Tie(Relation.Role.CHILD)
    add_relative(patient=mother, relative=patient, tie=tie, actor=alice.actor, at=now)


def shares_a_number(patient: Patient, alice: Staff, now: datetime) -> None:
    make.phone(patient, "13800001234")
    make.phone(make.patient("周同号"), "13800001234")


def looks_like_an_older_one(patient: Patient, alice: Staff, now: datetime) -> None:
    older = Patient.objects.exclude(pk=patient.pk).earliest("pk")
    DuplicatePair.objects.create(older=older, newer=patient, score=70, basis="x", found_at=now)


def looks_like_a_newer_one(patient: Patient, alice: Staff, now: datetime) -> None:
    newer = make.patient("沈相似")
    DuplicatePair.objects.create(older=patient, newer=newer, score=70, basis="x", found_at=now)


ALL = (was_here, decided, tagged, has_papers, works, has_a_child, shares_a_number, looks_like_a_newer_one, owed)


def filled(reader: Staff, now: datetime, name: str = "高一一") -> Patient:
    """Somebody with something in every panel, to whom the reader owes a call and the hospital a service level."""
    source = ReferenceItem.objects.filter(list__code="media_source").first()
    patient = make.patient(name, "13800009876", source=source)
    for fill in ALL:
        fill(patient, reader, now)
    for _ in range(3):
        make.visit(patient, starts_at=now, diagnoses=["H25.0 白内障"])
    return patient


def filled_panels(patient: int) -> Panel:
    """What the page of this person knows to have anything in it."""
    return Panel(vars(with_panels(Patient.objects.filter(pk=patient)).get())["filled"])
