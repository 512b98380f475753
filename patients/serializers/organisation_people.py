"""Whom one speaks with at an organisation, and who works there, through the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from hospital_crm.lib.rooms import CreateSerializer
from hospital_crm.lib.serializer_fields import KeyField, LastingKeyField, PhoneNumberField
from patients.models import Employment, Organisation, OrganisationContact, Patient


class OrganisationContactSerializer(serializers.ModelSerializer[OrganisationContact]):
    """`patient`: the same person's record, for whoever is a patient too."""

    class Meta:
        model = OrganisationContact
        fields = (
            "id",
            "organisation",
            "name",
            "position",
            "masked",
            "extension",
            "email",
            "is_main",
            "patient",
            "added_at",
            "ended_at",
            "version",
        )


class OfPatientSerializer(serializers.Serializer[Any]):
    """Names a patient whom the caller may find."""

    def get_fields(self) -> Any:
        fields: Any = super().get_fields()
        if (staff := self.context.get("staff")) is not None:
            fields["patient"].queryset = Patient.objects.visible_to(staff)
            if "organisation" in fields:
                fields["organisation"].queryset = Organisation.objects.visible_to(staff)
        return fields


class OrganisationContactFieldsSerializer(OfPatientSerializer):
    name = serializers.CharField(max_length=80)
    position = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    phone = PhoneNumberField(max_length=40, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=120, required=False, allow_blank=True, default="")
    is_main = serializers.BooleanField(required=False, default=False)
    patient = LastingKeyField(queryset=Patient.objects.none(), required=False, allow_null=True, default=None)


class OrganisationContactCreateSerializer(CreateSerializer, OrganisationContactFieldsSerializer):
    organisation = KeyField(queryset=Organisation.objects.none())


class OrganisationContactUpdateSerializer(OrganisationContactFieldsSerializer):
    version = serializers.IntegerField()


class ShownContactSerializer(serializers.ModelSerializer[OrganisationContact]):
    class Meta:
        model = OrganisationContact
        fields = ("id", "digits", "extension")


class EmploymentSerializer(serializers.ModelSerializer[Employment]):
    name = serializers.CharField(source="patient.name", read_only=True)

    class Meta:
        model = Employment
        fields = (
            "id",
            "organisation",
            "patient",
            "name",
            "position",
            "staff_number",
            "since",
            "until",
            "added_at",
            "version",
        )


class EmploymentFieldsSerializer(serializers.ModelSerializer[Employment]):
    class Meta:
        model = Employment
        fields: tuple[str, ...] = ("position", "staff_number", "since", "until")
        validators: tuple[Any, ...] = ()


class EmploymentCreateSerializer(CreateSerializer, OfPatientSerializer, EmploymentFieldsSerializer):
    organisation = KeyField(queryset=Organisation.objects.none())
    patient = LastingKeyField(queryset=Patient.objects.none())

    class Meta(EmploymentFieldsSerializer.Meta):
        fields = ("organisation", "patient", *EmploymentFieldsSerializer.Meta.fields, "submission")


class EmploymentUpdateSerializer(EmploymentFieldsSerializer):
    version = serializers.IntegerField()

    class Meta(EmploymentFieldsSerializer.Meta):
        fields = (*EmploymentFieldsSerializer.Meta.fields, "version")
