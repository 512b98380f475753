"""Visits to organisations, through the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Staff
from hospital_crm.lib.fields import DAYS_THAT_ARE_MEANT
from hospital_crm.lib.rooms import CreateSerializer
from hospital_crm.lib.serializer_fields import KeyField
from patients.models import Organisation, OrganisationVisit


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
