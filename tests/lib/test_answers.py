"""An answer tells each row as any serializer with its fields would."""

from datetime import datetime
from typing import Any

import pytest
from rest_framework import serializers

from accounts.models import Staff
from dashboards.serializers import FoundCallerSerializer, FoundOrganisationSerializer, FoundPatientSerializer
from hospital_crm.lib.answers import Answer
from institution.models import ReferenceItem
from patients import serializers as of_patients
from patients.models import Contact, Identifier, Patient
from patients.serializers.segments import PatientTagSerializer
from patients.services.identifiers import NewIdentifier, add_identifier
from patients.services.patients import update_patient
from patients.services.tags import tag_patient
from tests import make

KINDS: set[type[Answer[Any]]] = {
    FoundCallerSerializer,
    FoundOrganisationSerializer,
    FoundPatientSerializer,
    PatientTagSerializer,
    of_patients.IdentifierSerializer,
    of_patients.PatientRowSerializer,
    of_patients.PatientSerializer,
    of_patients.PhoneSerializer,
    of_patients.TimelineEntrySerializer,
}


@pytest.fixture
def patient(alice: Staff, now: datetime) -> Patient:
    """With something in every column that may be empty, and something behind every relation."""
    patient = make.patient("张桂兰", phone="13800000017", department=make.department("眼科"))
    values = {"birth_year": 1953, "preferred_from": now.time(), "language": "zh-hans", "email": "guilan@example.com"}
    update_patient(patient=patient, version=patient.version, values=values, actor=alice.actor, at=now)
    tags = list(ReferenceItem.objects.filter(list__code="patient_tag")[:2])
    tag_patient(patient=patient, tags=tags, actor=alice.actor, at=now)
    document = NewIdentifier(Identifier.Type.PASSPORT, "E12345678")
    add_identifier(patient=patient, new=document, actor=alice.actor, at=now)
    return patient


def of_kind(kind: type[Answer[Any]], patient: Patient) -> list[Any]:
    """Rows as the answer is given them: one that is full and one that is empty."""
    model: Any = kind.Meta.model
    if model is Patient:
        return [patient, make.patient("何建平")]
    if kind is FoundCallerSerializer:
        return [Contact(pk=1, digits="13900000018", name="小何"), Contact(pk=2)]
    if kind is FoundOrganisationSerializer:
        return [make.organisation("春风小学")]
    return list(model._default_manager.filter(patient=patient))


def every_kind(kind: type[Answer[Any]]) -> set[type[Answer[Any]]]:
    return {kind}.union(*map(every_kind, kind.__subclasses__()))


def test_each_kind_of_answer_is_compared() -> None:
    assert every_kind(Answer) - {Answer} == KINDS


@pytest.mark.parametrize("kind", sorted(KINDS, key=str))
@pytest.mark.parametrize("sees_levels", [True, False])
def test_it_tells_what_its_fields_would(kind: type[Answer[Any]], patient: Patient, sees_levels: bool) -> None:
    rows = of_kind(kind, patient)
    assert rows
    for row in rows:
        answer = kind(row, context={"sees_levels": sees_levels})
        plain = serializers.ModelSerializer.to_representation(answer, row)
        assert answer.data == plain
        assert list(answer.data) == list(plain)
