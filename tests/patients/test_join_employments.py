"""What two records of one person tell of one employer, when they become one. Mission A1, A4."""

from datetime import date, datetime
from typing import Any

import pytest

from hospital_crm.lib.errors import StaleVersion
from patients.models import Employment, Organisation, Patient
from patients.services.employments import add_employee, update_employee
from patients.services.merges import merge_patients
from patients.services.unmerging import undo_merge
from tests import make

from .everything import differences, everything

ALL = {"position": "教师", "staff_number": "T-17", "since": date(2020, 9, 1)}


@pytest.fixture
def school(db: None) -> Organisation:
    return make.organisation("示范中学")


@pytest.fixture
def zhang(db: None) -> Patient:
    return make.patient("张桂兰")


def by(at: datetime) -> dict[str, Any]:
    return {"actor": make.by(), "at": at}


def employed(school: Organisation, patient: Patient, at: datetime, **values: Any) -> Employment:
    return add_employee(organisation=school, patient=patient, values=values, **by(at))


@pytest.mark.parametrize(
    ("ours", "theirs", "joined"),
    [
        ({}, ALL, ALL),
        ({"position": "校医"}, ALL, {**ALL, "position": "校医"}),
        (ALL, {"position": "校医"}, ALL),
        ({"staff_number": "T-17"}, {"since": date(2020, 9, 1)}, {**ALL, "position": ""}),
    ],
)
def test_a_merge_joins_what_both_tell_of_one_place(
    school: Organisation,
    zhang: Patient,
    now: datetime,
    ours: dict[str, Any],
    theirs: dict[str, Any],
    joined: dict[str, Any],
) -> None:
    other = make.patient("张贵兰")
    kept = employed(school, zhang, now, **ours)
    employed(school, other, now, **theirs)
    before = everything()
    merge = merge_patients(survivor=zhang, merged=other, **by(now))
    assert zhang.employments.values(*ALL).get() == joined
    if joined != ours:
        with pytest.raises(StaleVersion):  # of a form that was open meanwhile
            update_employee(employment=kept, version=1, values=ours, **by(now))
    undo_merge(merge=merge, **by(now))
    assert differences(before, everything()) == []


def test_what_somebody_wrote_since_the_merge_stays(school: Organisation, zhang: Patient, now: datetime) -> None:
    other = make.patient("张贵兰")
    kept = employed(school, zhang, now)
    employed(school, other, now, position="教师")
    merge = merge_patients(survivor=zhang, merged=other, **by(now))
    update_employee(employment=kept, version=2, values={"position": "校医"}, **by(now))
    undo_merge(merge=merge, **by(now))
    assert [each.employments.get().position for each in (zhang, other)] == ["校医", "教师"]


def test_where_somebody_worked_before_joins_nothing(school: Organisation, zhang: Patient, now: datetime) -> None:
    other = make.patient("张贵兰")
    employed(school, zhang, now)
    employed(school, other, now, position="教师", until=date(2020, 1, 1))
    merge_patients(survivor=zhang, merged=other, **by(now))
    assert sorted(zhang.employments.values_list("position", flat=True)) == ["", "教师"]
