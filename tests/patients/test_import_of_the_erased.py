"""Files go on telling of somebody whose data are erased: nothing of it is written. Mission A7."""

from datetime import datetime

import pytest

from accounts.models import Actor, Staff
from patients.models import Diagnosis, Patient, Visit
from tests.patients.asked import approved, erase_all
from tests.patients.brought import complaints, counts, imported

PEOPLE = "id,姓名,病案号\n1,张桂兰,H1\n2,何建平,H2\n"
VISITS = "就诊号,患者id,就诊时间,诊断\nV1,1,2026-03-01 10:00,青光眼\n"


@pytest.fixture
def zhang(system: Actor, alice: Staff, dana: Staff, now: datetime) -> Patient:
    """On file with a visit; the erasure is approved and no part has gone yet."""
    imported(PEOPLE, actor=system, at=now)
    imported(VISITS, kind="visits", actor=system, at=now)
    zhang = Patient.objects.get(hospital_number="H1")
    approved(zhang, alice, dana, now)
    return zhang


@pytest.mark.parametrize("told", ["1,章桂兰,", ",章桂兰,H1", "3,章桂兰,H1"])
def test_no_file_tells_of_the_person_any_more(zhang: Patient, system: Actor, now: datetime, told: str) -> None:
    run = imported(f"id,姓名,病案号\n{told}\n2,何健平,H2\n", actor=system, at=now)
    assert (counts(run), complaints(run)) == ((0, 1, 0, 1), [(2, "", "erased")])
    zhang.refresh_from_db()
    assert (zhang.name, zhang.identifiers.count()) == ("张桂兰", 1)


@pytest.mark.parametrize("told", ["V2,1,2026-03-02 10:00,白内障", "V1,1,2026-03-01 10:00,白内障"])
def test_no_visit_comes_to_those_that_are_kept(zhang: Patient, system: Actor, now: datetime, told: str) -> None:
    run = imported(f"就诊号,患者id,就诊时间,诊断\n{told}\n", kind="visits", actor=system, at=now)
    assert complaints(run) == [(2, "", "erased")]
    assert [(visit.external_id, visit.version) for visit in Visit.objects.filter(patient=zhang)] == [("V1", 1)]
    assert not Diagnosis.objects.filter(text="白内障").exists()


def test_once_it_is_done_a_visit_that_the_law_keeps_says_why_it_stays_as_it_is(
    zhang: Patient, system: Actor, now: datetime
) -> None:
    erase_all(now)
    run = imported(VISITS, kind="visits", actor=system, at=now)
    assert complaints(run) == [(2, "", "erased")]
    assert zhang.visits.count() == 1
