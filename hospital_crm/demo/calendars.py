"""When the demo hospital's departments work that keep other hours than the hospital."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from hospital_crm.lib.worktime import Range
from institution.models import CalendarDay
from institution.services.calendar_days import add_days
from institution.services.calendars import create_calendar, set_hours

from .people import Hospital

SATURDAY = 6
MORNING, LATE_MORNING = (time(8), time(12)), (time(8, 30), time(12))
# By department: the hours from Monday to Friday, with a pause at noon, and those of Saturday.
HOURS = {
    "service": ((MORNING, (time(13), time(17, 30))), (LATE_MORNING,)),
    "cataract": (((time(8), time(11, 30)), (time(14), time(17, 30))), (MORNING,)),
}
TRAINING = {"kind": CalendarDay.Kind.DAY_OFF, "name_zh": "科室培训", "name_en": "Training of the department"}


def seed_calendars(hospital: Hospital, *, at: datetime) -> None:
    """Two departments have calendars of their own, both with Saturday mornings; one is away for a day of training."""
    by: dict[str, Any] = {"actor": hospital.actor, "at": at}
    calendars = {}
    for place, (weekdays, saturday) in HOURS.items():
        calendar = create_calendar(department=hospital.places[place], **by)
        week = {day: [Range.between(*ends) for ends in weekdays] for day in range(1, SATURDAY)}
        week[SATURDAY] = [Range.between(*ends) for ends in saturday]
        version = calendar.version
        set_hours(calendar=calendar, week=week, follows_hospital=True, version=version, **by)
        calendars[place] = calendar
    day = timezone.localdate(at) + timedelta(days=21)
    add_days(calendar=calendars["cataract"], first=day, last=day, values=TRAINING, **by)
