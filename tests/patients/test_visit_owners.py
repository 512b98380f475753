"""Whose a visit is that came on file while two records were one. Mission A4."""

from datetime import datetime
from decimal import Decimal

import pytest

from hospital_crm.lib.errors import StaleVersion
from patients.models import Patient, Visit
from patients.services.visit_owners import give_visit_back
from patients.services.visits import update_visit
from tests import make


@pytest.fixture
def survivor(db: None) -> Patient:
    return make.patient("张桂兰")


@pytest.fixture
def merged(db: None) -> Patient:
    return make.patient("张贵兰")


@pytest.fixture
def visit(survivor: Patient) -> Visit:
    return make.visit(survivor, total=Decimal(30_000))


def level(patient: Patient) -> int:
    return Patient.objects.values_list("service_level", flat=True).get(pk=patient.pk)


def test_either_is_owed_what_their_own_visits_say(
    survivor: Patient, merged: Patient, visit: Visit, now: datetime
) -> None:
    assert (level(survivor), level(merged)) == (3, 0)
    given = give_visit_back(visit=visit, patient=merged, actor=make.by(), at=now)
    assert given.patient == merged
    assert (level(survivor), level(merged)) == (0, 3)


def test_what_somebody_has_changed_meanwhile_does_not_move(
    survivor: Patient, merged: Patient, visit: Visit, now: datetime
) -> None:
    read = Visit.objects.get(pk=visit.pk)
    values = {"total": Decimal(100)}
    update_visit(visit=visit, version=visit.version, values=values, actor=make.by(), at=now)
    with pytest.raises(StaleVersion):
        give_visit_back(visit=read, patient=merged, actor=make.by(), at=now)
    assert Visit.objects.get(pk=visit.pk).patient == survivor
