"""Organisations and their people through the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Department, Staff
from hospital_crm.lib.districts import NotADistrict, read_district
from hospital_crm.lib.fields import DAYS_THAT_ARE_MEANT
from hospital_crm.lib.rooms import CreateSerializer
from hospital_crm.lib.serializer_fields import KeyField, LastingKeyField, PhoneNumberField
from patients.forms import which_district
from patients.models import Employment, Organisation, OrganisationContact, OrganisationVisit, Patient
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


class OrganisationVisitSerializer(serializers.ModelSerializer[OrganisationVisit]):
    class Meta:
        model = OrganisationVisit
        fields = (
            "id",
            "organisation",
            "status",
            "on_day",
            "visited_by",
            "purpose",
            "result",
            "cancel_reason",
            "recorded_at",
            "version",
        )


class OrganisationVisitFieldsSerializer(serializers.Serializer[Any]):
    on_day = serializers.DateField(validators=DAYS_THAT_ARE_MEANT)
    visited_by = KeyField(queryset=Staff.objects.active())
    purpose = serializers.CharField(max_length=200)


class OrganisationVisitCreateSerializer(CreateSerializer, OrganisationVisitFieldsSerializer):
    organisation = KeyField(queryset=Organisation.objects.none())
    result = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")

    def get_fields(self) -> Any:
        fields: Any = super().get_fields()
        if (staff := self.context.get("staff")) is not None:
            fields["organisation"].queryset = Organisation.objects.visible_to(staff)
        return fields


class OrganisationVisitUpdateSerializer(OrganisationVisitFieldsSerializer):
    version = serializers.IntegerField()


class HeldSerializer(serializers.Serializer[Any]):
    """Day and colleague as planned, unless they are sent."""

    on_day = serializers.DateField(required=False, validators=DAYS_THAT_ARE_MEANT)
    visited_by = KeyField(queryset=Staff.objects.active(), required=False)
    result = serializers.CharField(max_length=500)
