from .calendars import CalendarDay, ConfirmedYear, Weekday, WorkingCalendar, WorkingHours
from .lists import ReferenceItem, ReferenceList
from .numbers import NumberSequence
from .profile import HospitalProfile
from .settings import Setting

__all__ = (
    "CalendarDay",
    "ConfirmedYear",
    "HospitalProfile",
    "NumberSequence",
    "ReferenceItem",
    "ReferenceList",
    "Setting",
    "Weekday",
    "WorkingCalendar",
    "WorkingHours",
)
