"""Which people a program carries away, and what for."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from hospital_crm.lib.rooms import CreateSerializer
from patients.filters import PatientFilter
from patients.forms.exports import FORMATS
from patients.models import CLIENT_KINDS, Patient, Sex
from patients.services.exports import ExportPurpose


class PatientExportSerializer(CreateSerializer):
    """By the filters of the list; as what sort of file, and what for."""

    format = serializers.ChoiceField(choices=FORMATS, default="xlsx")
    purpose = serializers.ChoiceField(choices=ExportPurpose.choices)
    q = serializers.CharField(max_length=60, required=False)
    sex = serializers.ChoiceField(choices=Sex.choices, required=False)
    department = serializers.IntegerField(required=False)
    source = serializers.IntegerField(required=False)  # type: ignore[assignment]
    client = serializers.ChoiceField(choices=list(CLIENT_KINDS.items()), required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """`filter`: as the list itself reads it."""
        given = {name: value for name, value in attrs.items() if name in PatientFilter.base_filters}
        form = PatientFilter(given, queryset=Patient.objects.none()).form
        if not form.is_valid():
            raise serializers.ValidationError(form.errors)
        return {**attrs, "filter": form.cleaned_data}
