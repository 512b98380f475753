"""What a merge and its undoing neither lose nor take back from whoever worked on meanwhile. Mission A4."""

from datetime import date, datetime, time, timedelta

import pytest

from accounts.models import Staff
from hospital_crm.lib.errors import StaleVersion
from patients.kinship import Tie
from patients.models import Employment, Merge, Patient, Relation
from patients.services.employments import add_employee
from patients.services.following import newer_rows
from patients.services.late_rows import LATE, gather_late_rows
from patients.services.merges import merge_patients
from patients.services.patients import update_patient
from patients.services.phones import choose_phone
from patients.services.relatives import add_relative, end_relative, kin_of
from patients.services.timeline import record_contact
from patients.services.unmerging import changed_since, undo_merge
from tests import make

HOUR = timedelta(hours=1)
NINE, TEN, NOON = time(9), time(10), time(12)
PHONE, OTHER_PHONE = "13800001234", "13900005678"


@pytest.fixture
def kept(db: None) -> Patient:
    return make.patient("张桂兰")


@pytest.fixture
def double(db: None) -> Patient:
    return make.patient("张贵兰", PHONE)


def merged(survivor: Patient, other: Patient, now: datetime, *take: str) -> Merge:
    merge = merge_patients(survivor=survivor, merged=other, take=take or None, actor=make.by(), at=now)
    survivor.refresh_from_db()
    return merge


def undone(merge: Merge, now: datetime) -> Merge:
    return undo_merge(merge=merge, actor=make.by(), at=now)


def changed(patient: Patient, version: int, now: datetime, **values: object) -> None:
    patient.refresh_from_db()
    update_patient(patient=patient, version=version, values=values, actor=make.by(), at=now)


def related(one: Patient, other: Patient, now: datetime, role: str = "parent") -> Relation:
    return add_relative(patient=one, relative=other, tie=Tie(role), actor=make.by(), at=now)


def dialled(patient: Patient) -> list[str]:
    return [phone.digits for phone in patient.phones.filter(is_primary=True)]


def test_whoever_had_no_number_has_one_to_dial(kept: Patient, double: Patient, now: datetime) -> None:
    merged(kept, double, now)
    assert dialled(kept) == [PHONE]


def test_after_the_undo_the_merged_one_has_a_number_to_dial_too(kept: Patient, double: Patient, now: datetime) -> None:
    merge = merged(kept, double, now)
    choose_phone(phone=make.phone(kept, OTHER_PHONE), actor=make.by(), at=now)
    undone(merge, now)
    assert (dialled(kept), dialled(double)) == ([OTHER_PHONE], [PHONE])


def test_whom_somebody_spoke_with_since_was_spoken_with_then(kept: Patient, double: Patient, now: datetime) -> None:
    record_contact(target=kept, at=now - 3 * HOUR)
    record_contact(target=double, at=now - 2 * HOUR)
    for since, last in ((None, now - 3 * HOUR), (now + HOUR, now + HOUR)):
        kept.refresh_from_db()
        double.refresh_from_db()
        merge = merged(kept, double, now)
        assert kept.last_contact_at == now - 2 * HOUR
        if since is not None:
            record_contact(target=kept, at=since)
        undone(merge, now + 2 * HOUR)
        kept.refresh_from_db()
        assert kept.last_contact_at == last


def test_a_form_opened_before_does_not_save_over_a_merge_or_its_undoing(
    kept: Patient, double: Patient, now: datetime
) -> None:
    before_merge = kept.version
    merge = merged(kept, double, now, "name")
    with pytest.raises(StaleVersion):
        changed(kept, before_merge, now, residence="杭州")
    before_undo, before = kept.version, double.version
    undone(merge, now)
    for patient, opened in ((kept, before_merge), (kept, before_undo), (double, before)):
        with pytest.raises(StaleVersion):
            changed(patient, opened, now, residence="杭州")


def test_what_is_chosen_together_goes_back_together(db: None, now: datetime) -> None:
    kept = make.patient("张桂兰", preferred_from=NINE, preferred_until=TEN)
    double = make.patient("张贵兰", preferred_from=NINE, preferred_until=NOON)
    merge = merged(kept, double, now, "preferred_hours")
    assert kept.preferred_until == NOON
    assert undone(merge, now).stayed == []
    kept.refresh_from_db()
    assert (kept.preferred_from, kept.preferred_until) == (NINE, TEN)


def test_where_one_half_was_changed_since_both_stay(db: None, now: datetime) -> None:
    kept = make.patient("张桂兰", preferred_from=NINE, preferred_until=TEN)
    double = make.patient("张贵兰", preferred_from=NINE, preferred_until=NOON)
    merge = merged(kept, double, now, "preferred_hours")
    changed(kept, kept.version, now, preferred_from=time(11))
    assert undone(merge, now).stayed == ["preferred_hours"]
    kept.refresh_from_db()
    assert (kept.preferred_from, kept.preferred_until) == (time(11), NOON)


def test_what_only_the_survivor_had_and_somebody_changed_since_is_named(double: Patient, now: datetime) -> None:
    kept = make.patient("张桂兰", birth_date=date(1954, 3, 1))
    merge = merged(kept, double, now)
    changed(kept, kept.version, now, birth_date=date(1954, 3, 2))
    merge.survivor.refresh_from_db()
    assert changed_since(merge) == ["birth"]
    assert undone(merge, now).stayed == ["birth"]
    kept.refresh_from_db()
    assert kept.birth_date == date(1954, 3, 2)


def test_what_came_since_is_counted_before_and_afterwards(kept: Patient, double: Patient, now: datetime) -> None:
    make.visit(kept)
    make.visit(double)
    merge = merged(kept, double, now)
    assert newer_rows(merge) == set()
    phone, visit = make.phone(kept, OTHER_PHONE), make.visit(kept)
    assert newer_rows(merge) == {("patients.Phone", phone.pk), ("patients.Visit", visit.pk)}
    done = undone(merge, now)
    assert done.stayed_new == [["patients.Phone", 1], ["patients.Visit", 1]]
    assert (done.stayed_rows, kept.visits.count(), double.visits.count()) == ([], 2, 1)


def test_what_went_back_with_what_it_belongs_to_has_not_stayed(
    kept: Patient, double: Patient, alice: Staff, now: datetime
) -> None:
    promise = make.promise(double, owner=alice, at=now, due_at=now + HOUR)
    merge = merged(kept, double, now)
    promise.refresh_from_db()
    call = make.call_back(alice, promise, at=now)
    assert ("consult.Call", call.pk) in newer_rows(merge)
    assert undone(merge, now).stayed_new == []


def test_a_post_that_one_has_and_the_other_had_is_not_lost(kept: Patient, double: Patient, now: datetime) -> None:
    school = make.organisation("示范中学", kind="school", at=now)
    past = {"since": date(2020, 1, 1), "until": date(2021, 1, 1)}
    for patient, values in ((kept, past), (double, {"position": "教师"})):
        add_employee(organisation=school, patient=patient, values=values, actor=make.by(), at=now)
    merge = merged(kept, double, now)
    assert sorted(row.position for row in Employment.objects.filter(patient=kept)) == ["", "教师"]
    undone(merge, now)
    assert [row.position for row in Employment.objects.filter(patient=double)] == ["教师"]


def test_relatives_whom_only_the_past_shares_stay_relatives(
    kept: Patient, double: Patient, alice: Staff, now: datetime
) -> None:
    child = make.patient("张小雨")
    end_relative(relation=related(child, kept, now), actor=make.by(), at=now)
    related(child, double, now, "guardian")
    merged(kept, double, now)
    assert [(each.other, each.tie.role) for each in kin_of(child, alice)] == [(kept, "guardian")]


def test_a_guardian_who_is_none_any_more_does_not_become_one_again(
    kept: Patient, double: Patient, alice: Staff, now: datetime
) -> None:
    child = make.patient("张小雨")
    over = end_relative(relation=related(child, double, now, "guardian"), actor=make.by(), at=now)
    related(child, kept, now)
    merged(kept, double, now)
    assert [(each.other, each.tie.role) for each in kin_of(child, alice)] == [(kept, "parent")]
    assert Relation.objects.get(pk=over.pk).ended_at == now  # it stays on file


def test_nobody_is_found_by_a_record_that_was_merged_on(kept: Patient, double: Patient, now: datetime) -> None:
    last = make.patient("王建军")
    merged(kept, double, now)
    merged(last, kept, now)
    late = make.visit(last)
    type(late).objects.filter(pk=late.pk).update(patient=double)
    assert gather_late_rows(at=now + LATE) > 0
    assert list(Patient.objects.found_by("张桂兰")) == []
    late.refresh_from_db()
    assert late.patient == last
