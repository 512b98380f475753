"""A file that still tells of somebody who is being erased writes nothing, and says so. Mission A7, A2."""

from datetime import datetime

import pytest

from accounts.models import Actor, Staff
from patients.models import Patient, Visit

from .asked import approved, erase_all
from .brought import complaints, counts, imported

PEOPLE = "id,姓名,病案号,出生日期\n1,张桂兰,H1,1953\n2,王建军,H2,1961\n"
VISITS = "就诊号,患者id,就诊时间,诊断\n{number},1,2026-03-01 10:00,青光眼\nV9,2,2026-03-01 10:00,白内障\n"


@pytest.fixture
def zhang(system: Actor, now: datetime) -> Patient:
    imported(PEOPLE, actor=system, at=now)
    imported(VISITS.format(number="V1"), kind="visits", actor=system, at=now)
    return Patient.objects.get(hospital_number="H1")


def test_a_row_of_the_person_is_refused(
    zhang: Patient, system: Actor, alice: Staff, dana: Staff, now: datetime
) -> None:
    approved(zhang, alice, dana, now)
    run = imported(PEOPLE.replace("1953", "1954-01-01"), actor=system, at=now)
    assert (counts(run), complaints(run)) == ((0, 0, 1, 1), [(2, "", "erased")])
    zhang.refresh_from_db()
    assert (zhang.name, zhang.birth_date) == (zhang.number, None)


@pytest.mark.parametrize("number", ["V1", "V2"])
def test_a_visit_of_the_person_is_refused(
    number: str, zhang: Patient, system: Actor, alice: Staff, dana: Staff, now: datetime
) -> None:
    approved(zhang, alice, dana, now)
    told = VISITS.format(number=number).replace("青光眼", "黄斑变性")
    run = imported(told, kind="visits", actor=system, at=now)
    assert (counts(run), complaints(run)) == ((0, 0, 1, 1), [(2, "", "erased")])
    assert Visit.objects.count() == 2
    erase_all(now)
    run = imported(told, kind="visits", actor=system, at=now)
    assert complaints(run) == [(2, "patient", "no_patient")]
