"""To many at once, or among several colleagues."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Staff, Team
from hospital_crm.lib.rooms import CreateSerializer
from hospital_crm.lib.serializer_fields import KeyField, MomentField
from promises.models import KINDS_FOR_PEOPLE

from .acts import DeclineSerializer
from .promises import PersonSerializer


def keys() -> serializers.ListField:
    child = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    return serializers.ListField(child=child, min_length=1, max_length=500)


class NamedSerializer(serializers.Serializer[Any]):
    promises = keys()


class ReassignSerializer(NamedSerializer, DeclineSerializer):
    owner = KeyField(queryset=Staff.objects.all(), required=False, allow_null=True, default=None)
    team = KeyField(queryset=Team.objects.all(), required=False, allow_null=True, default=None)


class SpreadSerializer(NamedSerializer, CreateSerializer, DeclineSerializer):
    among = KeyField(queryset=Staff.objects.active(), many=True)


TO_PEOPLE = [(kind.value, kind.label) for kind in KINDS_FOR_PEOPLE]


class ManySerializer(CreateSerializer):
    """The same to each of many patients: of a `selection`, made by `POST /selections/`."""

    selection = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    kind = serializers.ChoiceField(choices=TO_PEOPLE)
    due_at = MomentField()
    owner = KeyField(queryset=Staff.objects.all(), required=False, allow_null=True, default=None)
    team = KeyField(queryset=Team.objects.all(), required=False, allow_null=True, default=None)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class SharerSerializer(PersonSerializer):
    """With what the colleague has open, and of that late, as far as whoever asks may know."""

    open_number = serializers.IntegerField(read_only=True)
    late_number = serializers.IntegerField(read_only=True)

    class Meta(PersonSerializer.Meta):
        fields = (*PersonSerializer.Meta.fields, "open_number", "late_number")  # type: ignore[assignment]


class ReassignedSerializer(serializers.Serializer[Any]):
    reassigned = serializers.IntegerField()
