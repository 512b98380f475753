"""Departments and teams through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts import serializers
from accounts.access import Capability, actor_of
from accounts.models import Department, Team
from accounts.services import departments, teams
from hospital_crm.lib.rooms import CreatesOnce

if TYPE_CHECKING:
    from rest_framework.request import Request


class DepartmentViewSet(CreatesOnce, ReadOnlyModelViewSet[Department]):
    needs = Capability.MANAGE_SETTINGS
    queryset = Department.objects.all()
    serializer_class = serializers.DepartmentSerializer
    create_serializer_class = serializers.DepartmentCreateSerializer
    filterset_class = None

    @extend_schema(request=serializers.DepartmentCreateSerializer, responses={201: serializers.DepartmentSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> Department:
        submission = values.pop("submission")
        actor, now = actor_of(self.request), timezone.now()
        return departments.create_department(values=values, actor=actor, at=now, submission=submission)

    @extend_schema(request=serializers.DepartmentUpdateSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        department = self.get_object()
        typed = self.changed(serializers.DepartmentUpdateSerializer, department)
        version = typed.pop("version")
        stored = {name: getattr(department, name) for name in ("parent", "head", "deputy", "is_active")}
        departments.update_department(
            department=department,
            version=version,
            values={**stored, **typed},
            actor=actor_of(request),
            at=timezone.now(),
        )
        return self.answer(department)


class TeamViewSet(CreatesOnce, ReadOnlyModelViewSet[Team]):
    needs = Capability.MANAGE_SETTINGS
    queryset = Team.objects.prefetch_related("members")
    serializer_class = serializers.TeamSerializer
    create_serializer_class = serializers.TeamCreateSerializer
    filterset_class = None

    @extend_schema(request=serializers.TeamCreateSerializer, responses={201: serializers.TeamSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> Team:
        members, submission = values.pop("members", []), values.pop("submission")
        actor, now = actor_of(self.request), timezone.now()
        return teams.create_team(values=values, members=members, actor=actor, at=now, submission=submission)

    @extend_schema(request=serializers.TeamUpdateSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        team = self.get_object()
        typed = self.changed(serializers.TeamUpdateSerializer, team)
        members, version = typed.pop("members", list(team.members.all())), typed.pop("version")
        teams.update_team(
            team=team, version=version, values=typed, members=members, actor=actor_of(request), at=timezone.now()
        )
        return self.answer(team)
