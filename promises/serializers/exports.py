"""Which promises a program carries away, and what for."""

from __future__ import annotations

from rest_framework import serializers

from hospital_crm.lib.exports import FilteredExportSerializer
from promises.filters import FALLS, MEASURES, STATES, WHOSE, PromiseFilter
from promises.models import Promise


class PromiseExportSerializer(FilteredExportSerializer):
    """By the filters of the list; as what sort of file, and what for."""

    filter_class = PromiseFilter
    state = serializers.ChoiceField(choices=STATES, required=False)
    kind = serializers.ChoiceField(choices=Promise.Kind.choices, required=False)
    owner = serializers.IntegerField(required=False)
    team = serializers.IntegerField(required=False)
    department = serializers.IntegerField(required=False)
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)
    measure = serializers.ChoiceField(choices=MEASURES, required=False)
    whose = serializers.ChoiceField(choices=WHOSE, required=False)
    falls = serializers.ChoiceField(choices=FALLS, required=False)
