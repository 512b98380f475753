"""Colleagues and their absences through the API: for the administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts import serializers
from accounts.access import Capability, Role, actor_of
from accounts.filters import StaffFilter
from accounts.models import Absence, Staff
from accounts.services import absences, leaving, passwords
from accounts.services import staff as services
from hospital_crm.lib.rooms import CreatesOnce

if TYPE_CHECKING:
    from rest_framework.request import Request


class StaffViewSet(CreatesOnce, ReadOnlyModelViewSet[Staff]):
    needs = Capability.MANAGE_SETTINGS
    queryset = Staff.objects.with_work()
    serializer_class = serializers.StaffSerializer
    create_serializer_class = serializers.StaffCreateSerializer
    filterset_class = StaffFilter

    @extend_schema(request=serializers.StaffCreateSerializer, responses={201: serializers.NewStaffSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The colleague can sign in with the one-time password, which is given once."""
        response = super().create(request, *args, **kwargs)
        if response.status_code == 201:
            response.data["one_time_password"] = self.password
        return response

    def make(self, values: dict[str, Any]) -> Staff:
        self.password = passwords.one_time_password()
        roles = [Role(role) for role in values.pop("roles")]
        return services.create_staff(
            **values, roles=roles, password=self.password, actor=actor_of(self.request), at=timezone.now()
        )

    @extend_schema(request=serializers.StaffUpdateSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        staff = self.get_object()
        values = self.changed(serializers.StaffUpdateSerializer, staff)
        roles, version = [Role(role) for role in values.pop("roles", staff.roles)], values.pop("version")
        services.update_staff(
            staff=staff, version=version, values=values, roles=roles, actor=actor_of(request), at=timezone.now()
        )
        return self.answer(staff)

    @extend_schema(request=None, responses=serializers.OneTimePasswordSerializer)
    @action(detail=True, methods=["post"], url_path="reset-password")
    def reset_password(self, request: Request, pk: str) -> Response:
        """The old password is void; the one-time password is given once."""
        password = passwords.reset_password(staff=self.get_object(), actor=actor_of(request), at=timezone.now())
        return Response({"one_time_password": password})

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def deactivate(self, request: Request, pk: str) -> Response:
        return self._act(leaving.deactivate_staff)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def reactivate(self, request: Request, pk: str) -> Response:
        return self._act(leaving.reactivate_staff)

    def _act(self, service: Any) -> Response:
        return self.answer(service(staff=self.get_object(), actor=actor_of(self.request), at=timezone.now()))


class AbsenceFilter(django_filters.FilterSet):
    staff = django_filters.ModelChoiceFilter(queryset=Staff.objects.all())

    class Meta:
        model = Absence
        fields = ()


class AbsenceViewSet(CreatesOnce, ReadOnlyModelViewSet[Absence]):
    needs = Capability.MANAGE_SETTINGS
    queryset = Absence.objects.select_related("staff")
    serializer_class = serializers.AbsenceSerializer
    create_serializer_class = serializers.AbsenceCreateSerializer
    filterset_class = AbsenceFilter

    @extend_schema(request=serializers.AbsenceCreateSerializer, responses={201: serializers.AbsenceSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> Absence:
        values.setdefault("deputy", None)
        return absences.record_absence(**values, actor=actor_of(self.request), at=timezone.now())

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """The person is there after all."""
        absence = absences.cancel_absence(absence=self.get_object(), actor=actor_of(request), at=timezone.now())
        return self.answer(absence)
