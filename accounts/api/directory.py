"""Who works here and where, as every form offers it: names and places, and nothing else about anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from accounts import serializers
from accounts.access import Capability, staff_of
from accounts.models import Department, Staff, Team
from hospital_crm.lib.filters import KeyFilter

if TYPE_CHECKING:
    from accounts.querysets.staff import StaffQuerySet


class ColleagueFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Name, user name, number"), method="named_like", max_length=60)
    team = KeyFilter("teams")
    department = KeyFilter("department")
    keeps_promises = django_filters.BooleanFilter(method="keeping", help_text="Who may owe something to a patient.")

    class Meta:
        model = Staff
        fields = ()

    def named_like(self, people: StaffQuerySet, name: str, text: str) -> StaffQuerySet:
        return people.named_like(text.strip())

    def keeping(self, people: StaffQuerySet, name: str, value: bool) -> StaffQuerySet:
        keepers = Staff.objects.keepers().values("pk")
        return people.filter(pk__in=keepers) if value else people.exclude(pk__in=keepers)


class ColleagueViewSet(ListModelMixin, GenericViewSet[Staff]):
    """Who works here now, by name; and until when whoever is away is away."""

    needs = Capability.USE_OWN_ACCOUNT
    queryset = Staff.objects.none()
    serializer_class = serializers.ColleagueSerializer
    filterset_class = ColleagueFilter
    ordering = ("sort_key", "id")

    def get_queryset(self) -> StaffQuerySet:
        people: StaffQuerySet = Staff.objects.active()
        return people.with_absence(timezone.localdate()).prefetch_related("teams")


class Myself(APIView):
    """Who the token or the session stands for."""

    needs = Capability.USE_OWN_ACCOUNT

    @extend_schema(responses=serializers.MyselfSerializer)
    def get(self, request: Request) -> Response:
        return Response(serializers.MyselfSerializer(staff_of(request)).data)


class PlaceViewSet(ListModelMixin, GenericViewSet[Department]):
    """The departments in use, each before those below it."""

    needs = Capability.USE_OWN_ACCOUNT
    queryset = Department.objects.in_use()
    serializer_class = serializers.PlaceSerializer
    filterset_class = None
    ordering = ("path", "id")


class GroupViewSet(ListModelMixin, GenericViewSet[Team]):
    """The teams in use."""

    needs = Capability.USE_OWN_ACCOUNT
    queryset = Team.objects.in_use()
    serializer_class = serializers.GroupSerializer
    filterset_class = None
    ordering = ("id",)
