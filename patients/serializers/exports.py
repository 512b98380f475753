"""Which people a program carries away, and what for."""

from __future__ import annotations

from rest_framework import serializers

from hospital_crm.lib.rooms import CreateSerializer
from patients.forms.exports import FORMATS
from patients.services.exports import ExportPurpose

from .segments import ListFilterSerializer


class PatientExportSerializer(CreateSerializer, ListFilterSerializer):
    """By the filters of the list, or those of a `selection`; as what sort of file, and what for."""

    format = serializers.ChoiceField(choices=FORMATS, default="xlsx")
    purpose = serializers.ChoiceField(choices=ExportPurpose.choices)
    selection = serializers.IntegerField(required=False, min_value=1, help_text="From `POST /selections/`.")
