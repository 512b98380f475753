"""How colleagues and their absences look through the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.access import Role
from accounts.models import Absence, Staff
from hospital_crm.lib.rooms import CreateSerializer
from hospital_crm.lib.serializer_fields import KeyField

from .versions import VersionSerializer

STAFF_FIELDS = ("display_name", "display_name_en", "employee_number", "department", "extension", "email")


class StaffSerializer(serializers.ModelSerializer[Staff]):
    roles = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Staff
        fields = ("id", "username", *STAFF_FIELDS, "roles", "is_active", "version")


class RolesSerializer(serializers.Serializer[Any]):
    roles = serializers.MultipleChoiceField(choices=Role.choices, allow_empty=True)


class StaffCreateSerializer(CreateSerializer, RolesSerializer, serializers.ModelSerializer[Staff]):
    serializer_related_field = KeyField

    class Meta:
        model = Staff
        fields = ("username", *STAFF_FIELDS, "roles", "submission")


class StaffUpdateSerializer(VersionSerializer, RolesSerializer, serializers.ModelSerializer[Staff]):
    serializer_related_field = KeyField

    class Meta:
        model = Staff
        fields = (*STAFF_FIELDS, "roles", "version")


class OneTimePasswordSerializer(serializers.Serializer[Any]):
    one_time_password = serializers.CharField()


class NewStaffSerializer(StaffSerializer):
    """With the one-time password, which is given once."""

    one_time_password = serializers.CharField(read_only=True)

    class Meta(StaffSerializer.Meta):
        fields = (*StaffSerializer.Meta.fields, "one_time_password")  # type: ignore[assignment]


class AbsenceSerializer(serializers.ModelSerializer[Absence]):
    class Meta:
        model = Absence
        fields = ("id", "staff", "starts_on", "ends_on", "deputy", "cancelled_at")


class AbsenceCreateSerializer(CreateSerializer, serializers.ModelSerializer[Absence]):
    serializer_related_field = KeyField

    class Meta:
        model = Absence
        fields = ("staff", "starts_on", "ends_on", "deputy", "submission")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["ends_on"] < attrs["starts_on"]:
            raise serializers.ValidationError({"ends_on": [_("The last day must not come before the first.")]})
        return attrs
