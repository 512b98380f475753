"""How colleagues and their places look through the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.access import Role
from accounts.models import Absence, AuditEntry, Department, SavedView, Staff, Team
from accounts.models.saved_views import LONGEST_QUERY
from accounts.services.saved_views import LISTS
from hospital_crm.lib.rooms import CreateSerializer
from hospital_crm.lib.serializer_fields import KeyField

STAFF_FIELDS = ("display_name", "display_name_en", "employee_number", "department", "extension", "email")
DEPARTMENT_FIELDS = ("name_zh", "name_en", "official_code", "kind", "parent", "head", "deputy", "is_active")
TEAM_FIELDS = ("name_zh", "name_en", "lead", "members", "is_active")


class VersionSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="The one that was read: whoever saved since wins.")


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


class ColleagueSerializer(serializers.ModelSerializer[Staff]):
    """Whom a form offers: with `away_until`, the last day of an absence."""

    away_until = serializers.DateField(read_only=True, allow_null=True)

    class Meta:
        model = Staff
        fields = ("id", "name", "department", "teams", "away_until")
        read_only_fields = fields


class MyselfSerializer(serializers.ModelSerializer[Staff]):
    roles = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Staff
        fields = ("id", "username", "name", "roles", "department", "teams")
        read_only_fields = fields


class PlaceSerializer(serializers.ModelSerializer[Department]):
    class Meta:
        model = Department
        fields = ("id", "name", "kind", "parent")
        read_only_fields = fields


class GroupSerializer(serializers.ModelSerializer[Team]):
    class Meta:
        model = Team
        fields = ("id", "name", "lead")
        read_only_fields = fields


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


class AuditEntrySerializer(serializers.ModelSerializer[AuditEntry]):
    by = serializers.CharField(source="actor.name", read_only=True)

    class Meta:
        model = AuditEntry
        fields = ("id", "at", "by", "verb", "subject_type", "subject_id", "fields", "address")


class SavedViewSerializer(serializers.ModelSerializer[SavedView]):
    class Meta:
        model = SavedView
        fields = ("id", "list", "name", "query", "opens_first", "version")


class SavedViewCreateSerializer(CreateSerializer):
    list = serializers.CharField(max_length=60, help_text="A list of the pages, e.g. `patients:patient_list`.")
    name = serializers.CharField(max_length=40)
    query = serializers.CharField(
        max_length=LONGEST_QUERY, required=False, allow_blank=True, default="", help_text="E.g. `department=3&tag=7`."
    )
    opens_first = serializers.BooleanField(default=False)

    def validate_list(self, route: str) -> str:
        if route not in LISTS:
            raise serializers.ValidationError(_("There is no such list."))
        return route


class SavedViewUpdateSerializer(VersionSerializer):
    name = serializers.CharField(max_length=40, required=False)
    opens_first = serializers.BooleanField(required=False)
