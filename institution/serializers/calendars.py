"""How working calendars look through the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Department
from hospital_crm.lib.rooms import CreateSerializer
from hospital_crm.lib.serializer_fields import KeyField, MomentField
from hospital_crm.lib.worktime import Range, Segment, said_why
from institution import rules
from institution.models import CalendarDay, WorkingCalendar
from institution.rules import DAYS, FIRST_YEAR, HOURS, LAST_YEAR, MOST

DAY_FIELDS = ("kind", "stands_for", "name_zh", "name_en")


@extend_schema_field(str)
class HoursField(serializers.CharField):
    """The ranges of a day: "08:00–12:00, 13:30–17:30"; "" is a day without work."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_blank=True, max_length=120, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        try:
            return rules.read_hours(super().to_internal_value(data))
        except rules.NotHours as error:
            words = _("Write hours like 08:00–12:00, 13:30–17:30. To midnight is 24:00.")
            raise serializers.ValidationError(words) from error
        except rules.HoursOverlap as error:
            raise serializers.ValidationError(_("Two of these ranges overlap.")) from error

    def to_representation(self, value: Any) -> str:
        return rules.said_hours(value)


class WeekSerializer(serializers.Serializer[Any]):
    """The hours of each weekday; what is left out stays."""

    monday = HoursField(required=False)
    tuesday = HoursField(required=False)
    wednesday = HoursField(required=False)
    thursday = HoursField(required=False)
    friday = HoursField(required=False)
    saturday = HoursField(required=False)
    sunday = HoursField(required=False)


WEEKDAYS = tuple(WeekSerializer().fields)


def week_in_words(week: dict[int, list[Range]]) -> dict[str, list[Range]]:
    return {name: week.get(number, []) for number, name in enumerate(WEEKDAYS, start=1)}


class CalendarSerializer(serializers.ModelSerializer[WorkingCalendar]):
    hours = serializers.SerializerMethodField()
    confirmed_years = serializers.SerializerMethodField()

    class Meta:
        model = WorkingCalendar
        fields = ("id", "name", "department", "follows_hospital", "hours", "confirmed_years", "version")

    @extend_schema_field(WeekSerializer)
    def get_hours(self, calendar: WorkingCalendar) -> Any:
        return WeekSerializer(week_in_words(calendar.week())).data

    def get_confirmed_years(self, calendar: WorkingCalendar) -> list[int]:
        return sorted(row.year for row in calendar.confirmed_years.all())


class CalendarCreateSerializer(CreateSerializer):
    """A department gets a calendar of its own, with the hours that held for it so far."""

    department = KeyField(queryset=Department.objects.in_use())


class CalendarUpdateSerializer(serializers.ModelSerializer[WorkingCalendar]):
    hours = WeekSerializer(required=False)
    version = serializers.IntegerField()

    class Meta:
        model = WorkingCalendar
        fields = ("follows_hospital", "hours", "version")


class VersionSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()


class YearSerializer(serializers.Serializer[Any]):
    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)


class YearConfirmSerializer(YearSerializer):
    """`without_days_off`: yes, of a year that has none, or it is not confirmed."""

    without_days_off = serializers.BooleanField(default=False)


class CalendarDaySerializer(serializers.ModelSerializer[CalendarDay]):
    class Meta:
        model = CalendarDay
        fields = ("id", "calendar", "on", *DAY_FIELDS, "is_official", "version")


class CalendarDayCreateSerializer(CreateSerializer, serializers.ModelSerializer[CalendarDay]):
    """One day, or all until the last."""

    calendar = KeyField(queryset=WorkingCalendar.objects.all())
    on = serializers.DateField(validators=rules.CALENDAR_DAYS)
    until = serializers.DateField(required=False, allow_null=True, default=None, validators=rules.CALENDAR_DAYS)

    class Meta:
        model = CalendarDay
        fields = ("calendar", "on", "until", *DAY_FIELDS, "submission")
        validators: list[Any] = []  # the service says that the day is taken


class CalendarDayUpdateSerializer(serializers.ModelSerializer[CalendarDay]):
    on = serializers.DateField(validators=rules.CALENDAR_DAYS)
    version = serializers.IntegerField()

    class Meta:
        model = CalendarDay
        fields = ("on", *DAY_FIELDS, "version")
        validators: list[Any] = []  # the service says that the day is taken


class DeadlineQuestionSerializer(serializers.Serializer[Any]):
    """Since when, how much, counted in what."""

    start = MomentField()
    amount = serializers.IntegerField(min_value=1, max_value=MOST)
    unit = serializers.ChoiceField(choices=[DAYS, HOURS])


class SegmentSerializer(serializers.Serializer[Any]):
    """`why`: working, make_up, lunch, break, night, weekend, closed, day_off."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    why = serializers.CharField()
    words = serializers.SerializerMethodField()

    def get_words(self, segment: Segment) -> str:
        return said_why(segment)


class DeadlineSerializer(serializers.Serializer[Any]):
    """`unconfirmed_years`: those on the way to it whose days off nobody has confirmed."""

    at = serializers.DateTimeField()
    unconfirmed_years = serializers.ListField(child=serializers.IntegerField())
    segments = SegmentSerializer(many=True)
