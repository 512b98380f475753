"""What can be done to one promise."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Staff, Team
from hospital_crm.lib.rooms import ReasonSerializer
from hospital_crm.lib.serializer_fields import KeyField, MomentField


class AsReadSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(help_text="The one that was read: whoever has changed it since wins.")


class EndSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(
        required=False,
        help_text="The one that was read: whoever has changed it since, or has written, wins. Needed where the person "
        "has written to us.",
    )


class WithdrawSerializer(EndSerializer, ReasonSerializer):
    pass


class KeepSerializer(EndSerializer):
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class PostponeSerializer(AsReadSerializer, ReasonSerializer):
    due_at = MomentField()


class DeclineSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class HandOverSerializer(AsReadSerializer, DeclineSerializer):
    to = KeyField(queryset=Staff.objects.all())


class ReleaseSerializer(AsReadSerializer, ReasonSerializer):
    team = KeyField(queryset=Team.objects.in_use())
