"""How the hospital looks through the API."""

from .calendars import (
    WEEKDAYS,
    CalendarCreateSerializer,
    CalendarDayCreateSerializer,
    CalendarDaySerializer,
    CalendarDayUpdateSerializer,
    CalendarSerializer,
    CalendarUpdateSerializer,
    DeadlineQuestionSerializer,
    DeadlineSerializer,
    SegmentSerializer,
    VersionSerializer,
    YearSerializer,
    week_in_words,
)
from .hospital import (
    ChangeSettingSerializer,
    ItemCreateSerializer,
    ItemSerializer,
    ItemUpdateSerializer,
    ProfileSerializer,
    ProfileUpdateSerializer,
    SettingSerializer,
)

__all__ = (
    "WEEKDAYS",
    "CalendarCreateSerializer",
    "CalendarDayCreateSerializer",
    "CalendarDaySerializer",
    "CalendarDayUpdateSerializer",
    "CalendarSerializer",
    "CalendarUpdateSerializer",
    "ChangeSettingSerializer",
    "DeadlineQuestionSerializer",
    "DeadlineSerializer",
    "ItemCreateSerializer",
    "ItemSerializer",
    "ItemUpdateSerializer",
    "ProfileSerializer",
    "ProfileUpdateSerializer",
    "SegmentSerializer",
    "SettingSerializer",
    "VersionSerializer",
    "YearSerializer",
    "week_in_words",
)
