"""Shape and wording of what the administrator types; rules live in the services."""

from .calendar_days import DayCreateForm, DayEditForm, DeadlineForm
from .calendars import CalendarForm, HoursForm, YearConfirmForm
from .hospital import ItemCreateForm, ItemEditForm, ProfileForm, SettingForm

__all__ = (
    "CalendarForm",
    "DayCreateForm",
    "DayEditForm",
    "DeadlineForm",
    "HoursForm",
    "ItemCreateForm",
    "ItemEditForm",
    "ProfileForm",
    "SettingForm",
    "YearConfirmForm",
)
