"""Files go on telling of somebody whose data are erased: nothing of it is written. Mission A7."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Actor, Staff
from patients.models import Diagnosis, ErasedKey, Kept, Patient, Visit
from patients.services.imports.known import KnownPeople
from patients.services.imports.rows import ReadRow
from patients.services.keeping import end_kept_records
from patients.services.merges import merge_patients
from tests import make
from tests.accounts.pages import in_english
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


def test_no_file_tells_of_the_person_any_more(zhang: Patient, system: Actor, now: datetime) -> None:
    run = imported("id,姓名,病案号\n1,章桂兰,\n2,何健平,H2\n", actor=system, at=now)
    assert (counts(run), complaints(run)) == ((0, 1, 0, 1), [(2, "", "erased")])
    zhang.refresh_from_db()
    assert zhang.name == zhang.number  # forgotten with the approval


@pytest.mark.parametrize("told", ["V2,1,2026-03-02 10:00,白内障", "V1,1,2026-03-01 10:00,白内障"])
def test_no_visit_comes_to_those_that_are_kept(zhang: Patient, system: Actor, now: datetime, told: str) -> None:
    run = imported(f"就诊号,患者id,就诊时间,诊断\n{told}\n", kind="visits", actor=system, at=now)
    assert complaints(run) == [(2, "", "erased")]
    assert [(visit.external_id, visit.version) for visit in Visit.objects.filter(patient=zhang)] == [("V1", 1)]
    assert not Diagnosis.objects.filter(text="白内障").exists()


CARD = "11010519491231002X"
EVERY_NUMBER = f"id,姓名,病案号,身份证号\n9,王建军,H9,{CARD}\n"


@pytest.fixture
def wang(system: Actor, now: datetime) -> Patient:
    imported(EVERY_NUMBER, actor=system, at=now)
    return Patient.objects.get(hospital_number="H9")


@pytest.mark.parametrize("is_over", [False, True])
@pytest.mark.parametrize("told", ["id\n9,王建军", "病案号\nH9,王建军", f"身份证号\n{CARD},王建军"])
def test_no_number_of_a_file_brings_the_person_back(
    wang: Patient, system: Actor, alice: Staff, dana: Staff, now: datetime, told: str, is_over: bool
) -> None:
    approved(wang, alice, dana, now)
    if is_over:
        erase_all(now)
    header, row = told.split("\n")
    for is_trial in (True, False):
        run = imported(f"{header},姓名\n{row}\n", actor=system, at=now, is_trial=is_trial)
        assert complaints(run) == [(2, "", "erased")]
    assert not Patient.objects.on_file().exists()


@pytest.mark.parametrize("told", ["患者id\n9", "病案号\nH9"])
def test_no_number_brings_visits_back_once_it_is_done(
    wang: Patient, system: Actor, alice: Staff, dana: Staff, now: datetime, told: str
) -> None:
    approved(wang, alice, dana, now)
    erase_all(now)
    header, row = told.split("\n")
    run = imported(f"{header},就诊时间\n{row},2026-03-01 10:00\n", kind="visits", actor=system, at=now)
    assert (complaints(run), Visit.objects.count()) == ([(2, "", "erased")], 0)


def test_another_systems_same_number_is_somebody_else(
    wang: Patient, system: Actor, alice: Staff, dana: Staff, now: datetime
) -> None:
    approved(wang, alice, dana, now)
    erase_all(now)
    run = imported("id,姓名\n9,赵云\n", actor=system, at=now, scope="LIS")
    assert counts(run) == (1, 0, 0, 0)


def test_numbers_of_a_merged_record_do_not_bring_it_back(
    wang: Patient, system: Actor, alice: Staff, dana: Staff, now: datetime
) -> None:
    imported("id,姓名,病案号\n10,王健军,H10\n", actor=system, at=now)
    other = Patient.objects.get(hospital_number="H10")
    merge_patients(survivor=wang, merged=other, actor=system, at=now)
    approved(wang, alice, dana, now)
    erase_all(now)
    run = imported("id,姓名,病案号\n10,王健军,\n,王健军,H10\n", actor=system, at=now)
    assert complaints(run) == [(2, "", "erased"), (3, "", "erased")]


def test_whoever_is_registered_anew_is_told_of_again(
    wang: Patient, system: Actor, alice: Staff, dana: Staff, now: datetime
) -> None:
    approved(wang, alice, dana, now)
    erase_all(now)
    anew = make.patient("王建军", hospital_number="H9")
    people = imported("id,姓名,病案号,地址\n9,王建军,H9,湖滨路 1 号\n", actor=system, at=now)
    visits = imported("患者id,就诊时间\n9,2026-03-01 10:00\n", kind="visits", actor=system, at=now)
    assert (counts(people), counts(visits)) == ((0, 1, 0, 0), (1, 0, 0, 0))
    assert anew.visits.exists()


def test_name_and_phone_alone_are_nobody_in_particular(
    wang: Patient, system: Actor, alice: Staff, dana: Staff, now: datetime
) -> None:
    approved(wang, alice, dana, now)
    erase_all(now)
    assert counts(imported("姓名,电话\n王建军,13800001234\n", actor=system, at=now)) == (1, 0, 0, 0)


def test_what_is_kept_for_it_is_listed_unreadable_and_goes_in_its_time(
    wang: Patient, system: Actor, alice: Staff, dana: Staff, now: datetime
) -> None:
    request = approved(wang, alice, dana, now)
    erase_all(now)
    row = request.kept.get(what=Kept.PRINTS)
    assert (row.number, row.until) == (3, date(2056, 3, 12))
    told = str(list(ErasedKey.objects.values()))
    assert not [number for number in ("H9", CARD, "王建军") if number in told]
    page = in_english(make.client_of(dana)).get(f"/patients/requests/{request.pk}/").content.decode()
    assert "Fingerprints of numbers" in page
    end_kept_records(at=now + timedelta(days=31 * 366))
    assert not ErasedKey.objects.exists()


def test_the_erased_cost_a_file_one_query_a_batch(zhang: Patient, system: Actor, now: datetime) -> None:
    rows = [ReadRow(number, {"external_id": str(number), "name": "赵云"}) for number in range(100, 150)]
    with CaptureQueriesContext(connection) as asked:
        KnownPeople(rows, "HIS")
    assert len([each for each in asked if "erasedkey" in each["sql"]]) == 1


def test_once_it_is_done_a_visit_that_the_law_keeps_says_why_it_stays_as_it_is(
    zhang: Patient, system: Actor, now: datetime
) -> None:
    erase_all(now)
    run = imported(VISITS, kind="visits", actor=system, at=now)
    assert complaints(run) == [(2, "", "erased")]
    assert zhang.visits.count() == 1
