"""Which messages a program carries away, and what for."""

from __future__ import annotations

from rest_framework import serializers

from hospital_crm.lib.exports import ExportSerializer, FilteredExportSerializer
from messaging.filters import MEASURES, STATES, MessageFilter
from messaging.models import Channel, Message, Provider


class MessageExportSerializer(FilteredExportSerializer):
    """By the filters of the list; as what sort of file, and what for."""

    filter_class = MessageFilter
    q = serializers.CharField(max_length=160, required=False)
    state = serializers.ChoiceField(choices=STATES, required=False)
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)
    kind = serializers.CharField(max_length=40, required=False)
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)
    template_version = serializers.IntegerField(required=False)
    reason = serializers.ChoiceField(choices=Message.Reason.choices, required=False)
    fate = serializers.ChoiceField(choices=Message.Fate.choices, required=False)
    provider = serializers.ChoiceField(choices=Provider.choices, required=False)
    measure = serializers.ChoiceField(choices=MEASURES, required=False)


class OptOutExportSerializer(ExportSerializer):
    """Of whom; as what sort of file, and what for."""

    patient = serializers.IntegerField(min_value=1)
