"""How messages look through the API: addresses masked, texts only for whom they are."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from messaging.models import Message
from messaging.services.settling import Outcome


class MessageSerializer(serializers.ModelSerializer[Message]):
    """What the outbox shows of a message; not its text."""

    class Meta:
        model = Message
        fields = (
            "id",
            "channel",
            "kind",
            "source",
            "staff",
            "masked_address",
            "state",
            "reason",
            "attempts",
            "in_doubt",
            "queued_at",
            "send_at",
            "expires_at",
            "settled_at",
        )


class SettleSerializer(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(choices=Outcome.choices)


class NoteSerializer(serializers.ModelSerializer[Message]):
    """What one was told in the app."""

    class Meta:
        model = Message
        fields = (
            "id",
            "kind",
            "params",
            "about_patient",
            "about_contact",
            "about_organisation",
            "settled_at",
            "read_at",
        )


class ReadSerializer(serializers.Serializer[Any]):
    notes = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), min_length=1, max_length=200
    )


class ReadAnswerSerializer(serializers.Serializer[Any]):
    read = serializers.IntegerField()
