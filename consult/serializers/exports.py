"""Which calls a program carries away, and what for."""

from __future__ import annotations

from rest_framework import serializers

from consult.filters import CallFilter
from consult.models import Call
from hospital_crm.lib.exports import FilteredExportSerializer


class CallExportSerializer(FilteredExportSerializer):
    """Which calls, by the filters of the list; as what sort of file, and what for."""

    filter_class = CallFilter
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)
    handled_by = serializers.IntegerField(required=False)
    direction = serializers.ChoiceField(choices=Call.Direction.choices, required=False)
    channel = serializers.ChoiceField(choices=Call.Channel.choices, required=False)
    disposition = serializers.ChoiceField(choices=Call.Disposition.choices, required=False)
    topic = serializers.IntegerField(required=False)
    q = serializers.CharField(max_length=60, required=False)
