"""Working calendars: one of the hospital, at most one a department, and only hours that can be kept."""

from datetime import date, datetime, time
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Department, Staff
from institution.models import CalendarDay, ConfirmedYear, WorkingCalendar, WorkingHours


@pytest.fixture
def hospital(db: None) -> WorkingCalendar:
    return WorkingCalendar.objects.of_hospital()


def open_on(calendar: WorkingCalendar, weekday: int, opens_at: time, closes_at: time) -> WorkingHours:
    return WorkingHours.objects.create(calendar=calendar, weekday=weekday, opens_at=opens_at, closes_at=closes_at)


def refuses(create: Any, **values: Any) -> bool:
    try:
        with transaction.atomic():
            create(**values)
    except IntegrityError:
        return True
    return False


def test_the_hospital_has_one_calendar(hospital: WorkingCalendar) -> None:
    assert refuses(WorkingCalendar.objects.create, name_zh="第二", name_en="Second")
    assert WorkingCalendar.objects.of_hospital() == hospital


def test_a_department_may_have_one_of_its_own(
    hospital: WorkingCalendar, cataract: Department, glaucoma: Department
) -> None:
    for department in (cataract, glaucoma):
        assert not refuses(WorkingCalendar.objects.create, name_zh="科", name_en="Own", department=department)
    assert refuses(WorkingCalendar.objects.create, name_zh="科", name_en="Own", department=cataract)
    assert WorkingCalendar.objects.of_hospital() == hospital


@pytest.mark.parametrize(
    ("weekday", "opens_at", "closes_at"),
    [
        (0, time(8), time(12)),
        (8, time(8), time(12)),
        (6, time(12), time(12)),
        (6, time(12), time(8)),
        (1, time(8), time(11)),  # Monday opens at eight already
    ],
)
def test_hours_that_cannot_be_kept_are_refused(
    hospital: WorkingCalendar, weekday: int, opens_at: time, closes_at: time
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        open_on(hospital, weekday, opens_at, closes_at)


def test_sunday_may_have_hours_and_a_day_several_ranges(hospital: WorkingCalendar) -> None:
    open_on(hospital, 7, time(8), time(12))
    open_on(hospital, 7, time(13), time(17))
    assert hospital.hours.filter(weekday=7).count() == 2


def test_a_day_is_off_or_made_up_never_both(hospital: WorkingCalendar, now: datetime) -> None:
    spring = {"calendar": hospital, "on": date(2027, 2, 6), "updated_at": now}
    CalendarDay.objects.create(**spring, kind=CalendarDay.Kind.DAY_OFF, name_zh="春节")
    assert refuses(CalendarDay.objects.create, **spring, kind=CalendarDay.Kind.MAKE_UP)


def test_a_year_is_confirmed_once(hospital: WorkingCalendar, frank: Staff, now: datetime) -> None:
    notice = {"calendar": hospital, "year": 2027, "confirmed_at": now, "confirmed_by": frank.actor}
    ConfirmedYear.objects.create(**notice)
    assert refuses(ConfirmedYear.objects.create, **notice)
