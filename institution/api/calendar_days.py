"""The special days of working calendars through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import Capability, actor_of
from hospital_crm.lib.filters import KeyFilter
from hospital_crm.lib.rooms import CreatesOnce
from institution import serializers
from institution.models import CalendarDay
from institution.services import calendar_days

if TYPE_CHECKING:
    from rest_framework.request import Request


class CalendarDayFilter(django_filters.FilterSet):
    calendar = KeyFilter("calendar")
    since = django_filters.DateFilter(field_name="on", lookup_expr="gte")
    until = django_filters.DateFilter(field_name="on", lookup_expr="lte")

    class Meta:
        model = CalendarDay
        fields = ()


class CalendarDayViewSet(CreatesOnce, ReadOnlyModelViewSet[CalendarDay]):
    """Days unlike their weekday: off, or made up with the hours of the weekday that they stand for (1 = Monday)."""

    needs = Capability.MANAGE_SETTINGS
    queryset = CalendarDay.objects.select_related("calendar__department")
    serializer_class = serializers.CalendarDaySerializer
    create_serializer_class = serializers.CalendarDayCreateSerializer
    filterset_class = CalendarDayFilter
    ordering = ("calendar_id", "on", "id")

    @extend_schema(request=serializers.CalendarDayCreateSerializer, responses={201: serializers.CalendarDaySerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All days until the last; answers with the first of them."""
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> CalendarDay:
        calendar, first, submission = values.pop("calendar"), values.pop("on"), values.pop("submission")
        return calendar_days.add_days(
            calendar=calendar,
            first=first,
            last=values.pop("until") or first,
            values=values,
            actor=actor_of(self.request),
            at=timezone.now(),
            submission=submission,
        )

    @extend_schema(request=serializers.CalendarDayUpdateSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        day = self.get_object()
        values = self.changed(serializers.CalendarDayUpdateSerializer, day)
        version = values.pop("version")
        calendar_days.update_day(day=day, version=version, values=values, actor=actor_of(request), at=timezone.now())
        return self.answer(day)

    @extend_schema(request=serializers.VersionSerializer, responses={204: None})
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, pk: str) -> Response:
        """The day is like its weekday again."""
        version = self.typed(serializers.VersionSerializer)["version"]
        calendar_days.remove_day(day=self.get_object(), version=version, actor=actor_of(request), at=timezone.now())
        return Response(status=204)
