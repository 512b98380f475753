"""Working calendars through the API: their hours, special days and years, and deadlines counted by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import Capability, actor_of
from hospital_crm.lib.rooms import CreatesOnce
from hospital_crm.lib.worktime import DueTooFar, NoWorkingTime, due, explain
from institution import serializers
from institution.models import WorkingCalendar
from institution.rules import limit_of
from institution.services import calendar_years, calendars
from institution.services.working_time import value_of

if TYPE_CHECKING:
    from rest_framework.request import Request


class CalendarViewSet(CreatesOnce, ReadOnlyModelViewSet[WorkingCalendar]):
    """The hospital's (without department) and those of departments."""

    needs = Capability.MANAGE_SETTINGS
    queryset = WorkingCalendar.objects.select_related("department").prefetch_related("hours", "confirmed_years")
    serializer_class = serializers.CalendarSerializer
    create_serializer_class = serializers.CalendarCreateSerializer
    filterset_class = None

    @extend_schema(request=serializers.CalendarCreateSerializer, responses={201: serializers.CalendarSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> WorkingCalendar:
        return calendars.create_calendar(**values, actor=actor_of(self.request), at=timezone.now())

    @extend_schema(request=serializers.CalendarUpdateSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Weekdays that are left out stay as they are."""
        calendar = self.get_object()
        values = self.changed(serializers.CalendarUpdateSerializer, calendar)
        hours = {**serializers.week_in_words(calendar.week()), **values.get("hours", {})}
        calendars.set_hours(
            calendar=calendar,
            week={number: hours[name] for number, name in enumerate(serializers.WEEKDAYS, start=1)},
            follows_hospital=values.get("follows_hospital", calendar.follows_hospital),
            version=values["version"],
            actor=actor_of(request),
            at=timezone.now(),
        )
        return self.answer(calendar)

    @extend_schema(request=serializers.VersionSerializer, responses={204: None})
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, pk: str) -> Response:
        """The department keeps to the calendar above it again."""
        version = self.typed(serializers.VersionSerializer)["version"]
        calendar, actor = self.get_object(), actor_of(request)
        calendars.remove_calendar(calendar=calendar, version=version, actor=actor, at=timezone.now())
        return Response(status=204)

    @extend_schema(request=serializers.YearSerializer, responses=serializers.CalendarSerializer)
    @action(detail=True, methods=["post"], url_path="take-over", url_name="take-over")
    def take_over(self, request: Request, pk: str) -> Response:
        """The days of the official list are added; what the calendar says about a day already stays."""
        return self._of_year(request, calendar_years.take_over_year)

    @extend_schema(request=serializers.YearConfirmSerializer, responses=serializers.CalendarSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Somebody has compared the days of the year with the official notice."""
        return self._of_year(request, calendar_years.confirm_year, serializers.YearConfirmSerializer)

    @extend_schema(request=serializers.YearSerializer, responses=serializers.CalendarSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Nobody has confirmed the year."""
        return self._of_year(request, calendar_years.withdraw_confirmation)

    @extend_schema(
        parameters=[serializers.DeadlineQuestionSerializer], responses=serializers.DeadlineSerializer, filters=False
    )
    @action(detail=True, methods=["get"], pagination_class=None)
    def deadline(self, request: Request, pk: str) -> Response:
        """When something would be due, and why just then."""
        asked = serializers.DeadlineQuestionSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        start, limit = (
            asked.validated_data["start"],
            limit_of(asked.validated_data["amount"], asked.validated_data["unit"]),
        )
        value = value_of(self.get_object())
        try:
            deadline = due(value, start, limit)
        except NoWorkingTime as error:
            raise ValidationError(_("This calendar has no working hours, so nothing falls due by it.")) from error
        except DueTooFar as error:
            raise ValidationError({"amount": [_("That would be due in more than forty years.")]}) from error
        told = {**vars(deadline), "segments": explain(value, start, deadline.at)}
        return Response(serializers.DeadlineSerializer(told).data)

    def _of_year(self, request: Request, act: Any, shape: Any = serializers.YearSerializer) -> Response:
        calendar, values = self.get_object(), self.typed(shape)
        act(calendar=calendar, **values, actor=actor_of(request), at=timezone.now())
        return self.answer(calendar)
