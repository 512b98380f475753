from .calendar_days import CalendarDayViewSet
from .calendars import CalendarViewSet
from .hospital import ChoiceViewSet, ItemViewSet, ProfileViewSet, SettingViewSet

__all__ = (
    "CalendarDayViewSet",
    "CalendarViewSet",
    "ChoiceViewSet",
    "ItemViewSet",
    "ProfileViewSet",
    "SettingViewSet",
)
