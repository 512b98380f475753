"""Files go on telling of two people whom somebody has merged: the person is found, and the merge stays as it is."""

from datetime import datetime, timedelta

import pytest

from accounts.models import Actor
from patients.models import Patient, TimelineEntry, Visit
from patients.services.bulk_visits import NewVisit, record_visits
from patients.services.merges import merge_patients
from patients.services.unmerging import undo_merge
from tests import make
from tests.patients.brought import complaints, counts, imported

HOUR = timedelta(hours=1)
NUMBERED = "id,姓名,病案号,出生日期\n1,张桂兰,H1,1953\n2,张贵兰,H2,1953-08-04\n"


@pytest.fixture
def both(system: Actor, now: datetime) -> tuple[Patient, Patient]:
    imported(NUMBERED, actor=system, at=now)
    survivor, merged = Patient.objects.order_by("pk")
    return survivor, merged


def merge(survivor: Patient, merged: Patient, now: datetime, *take: str) -> None:
    merge_patients(survivor=survivor, merged=merged, take=take, actor=make.by(), at=now)
    survivor.refresh_from_db()


def test_the_same_file_changes_nothing(both: tuple[Patient, Patient], system: Actor, now: datetime) -> None:
    survivor, _merged = both
    merge(*both, now)
    for _night in range(2):
        run = imported(NUMBERED, actor=system, at=now)
        assert (counts(run), complaints(run)) == ((0, 0, 2, 0), [])
    version = survivor.version
    survivor.refresh_from_db()
    assert (survivor.name, survivor.hospital_number, survivor.version) == ("张桂兰", "H1", version)


@pytest.mark.parametrize("taken", [("name",), ("birth",), ("hospital_number",), ("name", "birth", "hospital_number")])
def test_what_was_chosen_when_they_were_merged_stays(
    both: tuple[Patient, Patient], system: Actor, now: datetime, taken: tuple[str, ...]
) -> None:
    survivor, _merged = both
    merge(*both, now, *taken)
    before = (survivor.name, survivor.birth_date, survivor.hospital_number, survivor.version)
    assert counts(imported(NUMBERED, actor=system, at=now)) == (0, 0, 2, 0)
    survivor.refresh_from_db()
    assert (survivor.name, survivor.birth_date, survivor.hospital_number, survivor.version) == before


def test_what_the_file_tells_anew_is_written(both: tuple[Patient, Patient], system: Actor, now: datetime) -> None:
    survivor, _merged = both
    merge(*both, now, "name")
    told = NUMBERED.replace("张桂兰", "章桂兰")
    assert counts(imported(told, actor=system, at=now)) == (0, 1, 1, 0)
    survivor.refresh_from_db()
    assert survivor.name == "章桂兰"


def test_a_row_of_the_merged_fills_blanks_of_the_person(
    both: tuple[Patient, Patient], system: Actor, now: datetime
) -> None:
    survivor, merged = both
    merge(*both, now)
    told = "病案号,姓名,居住地\nH2,张贵兰,杭州\n"
    assert counts(imported(told, actor=system, at=now)) == (0, 1, 0, 0)
    assert counts(imported(told, actor=system, at=now)) == (0, 0, 1, 0)
    assert counts(imported(told.replace("杭州", "宁波"), actor=system, at=now)) == (0, 0, 1, 0)
    survivor.refresh_from_db()
    merged.refresh_from_db()
    assert (survivor.name, survivor.residence, merged.residence) == ("张桂兰", "杭州", "")


def test_a_number_of_the_merged_is_not_the_one_to_dial(
    both: tuple[Patient, Patient], system: Actor, now: datetime
) -> None:
    survivor, _merged = both
    merge(*both, now)
    imported("id,姓名,电话\n1,张桂兰,13800001234\n2,张贵兰,13900005678\n", actor=system, at=now)
    assert survivor.phone is not None
    assert (survivor.phone.digits, survivor.phones.count()) == ("13800001234", 2)


def test_after_the_merge_was_undone_each_row_is_of_its_own(
    both: tuple[Patient, Patient], system: Actor, now: datetime
) -> None:
    survivor, merged = both
    merge(*both, now)
    undo_merge(merge=survivor.merges.get(), actor=make.by(), at=now)
    told = NUMBERED.replace("张贵兰", "章贵兰")
    assert counts(imported(told, actor=system, at=now)) == (0, 1, 1, 0)
    merged.refresh_from_db()
    assert merged.name == "章贵兰"


def test_merged_twice_the_numbers_lead_to_the_last(both: tuple[Patient, Patient], system: Actor, now: datetime) -> None:
    merge(*both, now)
    last = make.patient("张桂兰", hospital_number="H3")
    merge(last, both[0], now)
    assert counts(imported(NUMBERED, actor=system, at=now)) == (0, 1, 1, 0)  # the birth was blank
    assert counts(imported(NUMBERED, actor=system, at=now)) == (0, 0, 2, 0)
    last.refresh_from_db()
    assert (last.name, last.hospital_number) == ("张桂兰", "H3")


@pytest.mark.parametrize("heading", ["病案号", "患者id"])
def test_a_visit_of_the_merged_is_the_persons(
    both: tuple[Patient, Patient], system: Actor, now: datetime, heading: str
) -> None:
    survivor, _merged = both
    merge(*both, now)
    number = "H2" if heading == "病案号" else "2"
    told = f"就诊号,{heading},就诊时间\nV1,{number},2026-03-01 10:00\n"
    assert counts(imported(told, kind="visits", actor=system, at=now)) == (1, 0, 0, 0)
    assert Visit.objects.get().patient == survivor
    assert counts(imported(told, kind="visits", actor=system, at=now)) == (0, 0, 1, 0)


def test_many_visits_of_the_merged_are_the_persons(both: tuple[Patient, Patient], system: Actor, now: datetime) -> None:
    survivor, merged = both
    merge(*both, now)
    record_visits([NewVisit(merged.pk, {"kind": "outpatient", "starts_at": now})], actor=system, at=now)
    assert Visit.objects.get().patient == survivor


def test_a_visit_that_has_not_followed_yet_is_the_persons_too(
    both: tuple[Patient, Patient], system: Actor, now: datetime
) -> None:
    text = "就诊号,患者id,就诊时间\nV1,2,2026-03-01 10:00\n"
    imported(text, kind="visits", actor=system, at=now)
    merge(*both, now)
    Visit.objects.update(patient=both[1])  # whoever wrote it did not know of the merge
    run = imported(text, kind="visits", actor=system, at=now)
    assert (counts(run), complaints(run)) == ((0, 0, 1, 0), [])


def test_a_visit_that_came_in_between_goes_back_with_the_next_file(
    both: tuple[Patient, Patient], system: Actor, now: datetime
) -> None:
    survivor, merged = both
    text = "就诊号,患者id,就诊时间,诊断\nV1,2,2026-03-01 10:00,青光眼\n"
    done = merge_patients(survivor=survivor, merged=merged, actor=make.by(), at=now - HOUR)
    imported(text, kind="visits", actor=system, at=now)
    assert Visit.objects.get().patient == survivor
    undo_merge(merge=done, actor=make.by(), at=now + HOUR)
    run = imported(text, kind="visits", actor=system, at=now + 2 * HOUR)
    assert (counts(run), complaints(run)) == ((0, 1, 0, 0), [])
    assert Visit.objects.get().patient == merged
    assert [line.patient for line in TimelineEntry.objects.filter(kind="patients.visited")] == [merged]
    assert counts(imported(text, kind="visits", actor=system, at=now + 3 * HOUR)) == (0, 0, 1, 0)


@pytest.mark.parametrize("hours", [-2, 2], ids=["before the merge", "after it was undone"])
def test_a_visit_that_came_at_another_time_does_not_move(
    both: tuple[Patient, Patient], system: Actor, now: datetime, hours: int
) -> None:
    survivor, merged = both
    text = "就诊号,患者id,就诊时间\nV1,{},2026-03-01 10:00\n"
    moments = sorted([(hours, "file"), (-1, "merge"), (1, "undo")])
    done = None
    for hour, act in moments:
        at = now + hour * HOUR
        if act == "file":
            imported(text.format(1), kind="visits", actor=system, at=at)
        elif act == "merge":
            done = merge_patients(survivor=survivor, merged=merged, actor=make.by(), at=at)
        elif done is not None:
            undo_merge(merge=done, actor=make.by(), at=at)
    run = imported(text.format(2), kind="visits", actor=system, at=now + 3 * HOUR)
    assert complaints(run) == [(2, "patient", "of_another")]
    assert Visit.objects.get().patient == survivor
