"""Organisations, through the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Department, Staff
from hospital_crm.lib.districts import NotADistrict, read_district
from hospital_crm.lib.rooms import CreateSerializer
from hospital_crm.lib.serializer_fields import KeyField, PhoneNumberField
from patients.forms import which_district
from patients.models import Organisation
from patients.services.organisation_people import columns_of


def columns(values: dict[str, Any]) -> dict[str, Any]:
    """With the number, where one was sent, as the columns that hold it."""
    if "phone" not in values:
        return values
    return {**{name: value for name, value in values.items() if name != "phone"}, **columns_of(values["phone"])}


class OrganisationSerializer(serializers.ModelSerializer[Organisation]):
    """The switchboard is public: `digits` are in clear."""

    class Meta:
        model = Organisation
        fields = (
            "id",
            "number",
            "name",
            "kind",
            "district",
            "address",
            "digits",
            "extension",
            "note",
            "owner",
            "department",
            "registered_at",
            "last_contact_at",
            "ended_at",
            "end_reason",
            "version",
        )


class OrganisationFieldsSerializer(serializers.ModelSerializer[Organisation]):
    district = serializers.CharField(
        max_length=80, required=False, allow_blank=True, help_text="Its name or its six digits."
    )
    phone = PhoneNumberField(max_length=40, required=False, allow_blank=True)
    owner = KeyField(queryset=Staff.objects.active(), required=False, allow_null=True)
    department = KeyField(queryset=Department.objects.in_use(), required=False, allow_null=True)

    class Meta:
        model = Organisation
        fields = ("name", "kind", "district", "address", "phone", "owner", "department", "note")
        validators: tuple[Any, ...] = ()  # the service says that the name is taken, and at which field

    def validate_district(self, text: str) -> str:
        try:
            return read_district(text).code if text else ""
        except NotADistrict as error:
            raise serializers.ValidationError(which_district(error.likely)) from error


class OrganisationCreateSerializer(CreateSerializer, OrganisationFieldsSerializer):
    class Meta(OrganisationFieldsSerializer.Meta):
        fields = (*OrganisationFieldsSerializer.Meta.fields, "submission")  # type: ignore[assignment]


class OrganisationUpdateSerializer(OrganisationFieldsSerializer):
    version = serializers.IntegerField()

    class Meta(OrganisationFieldsSerializer.Meta):
        fields = (*OrganisationFieldsSerializer.Meta.fields, "version")  # type: ignore[assignment]


class EndSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)
