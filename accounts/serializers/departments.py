"""How departments and teams look through the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Department, Team
from hospital_crm.lib.rooms import CreateSerializer
from hospital_crm.lib.serializer_fields import KeyField

from .versions import VersionSerializer

DEPARTMENT_FIELDS = ("name_zh", "name_en", "official_code", "kind", "parent", "head", "deputy", "is_active")
TEAM_FIELDS = ("name_zh", "name_en", "lead", "members", "is_active")


class DepartmentSerializer(serializers.ModelSerializer[Department]):
    class Meta:
        model = Department
        fields = ("id", *DEPARTMENT_FIELDS, "version")


class DepartmentFieldsSerializer(serializers.ModelSerializer[Department]):
    serializer_related_field = KeyField

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        head, deputy = (attrs.get(name, getattr(self.instance, name, None)) for name in ("head", "deputy"))
        if deputy is not None and deputy == head:
            raise serializers.ValidationError({"deputy": [_("The deputy must be somebody other than the head.")]})
        return attrs


class DepartmentCreateSerializer(CreateSerializer, DepartmentFieldsSerializer):
    class Meta:
        model = Department
        fields = (*DEPARTMENT_FIELDS, "submission")


class DepartmentUpdateSerializer(VersionSerializer, DepartmentFieldsSerializer):
    class Meta:
        model = Department
        fields = (*DEPARTMENT_FIELDS, "version")


class TeamSerializer(serializers.ModelSerializer[Team]):
    class Meta:
        model = Team
        fields = ("id", *TEAM_FIELDS, "version")


class TeamCreateSerializer(CreateSerializer, serializers.ModelSerializer[Team]):
    serializer_related_field = KeyField

    class Meta:
        model = Team
        fields = (*TEAM_FIELDS, "submission")


class TeamUpdateSerializer(VersionSerializer, serializers.ModelSerializer[Team]):
    serializer_related_field = KeyField

    class Meta:
        model = Team
        fields = (*TEAM_FIELDS, "version")
