"""How calls look through the API."""

from __future__ import annotations

from rest_framework import serializers

from consult.models import Call, CallTopic
from consult.services.records import DETAILS

TOPIC = ("topic", "department", "question", "answer")


class CallTopicSerializer(serializers.ModelSerializer[CallTopic]):
    class Meta:
        model = CallTopic
        fields = TOPIC


class CallSerializer(serializers.ModelSerializer[Call]):
    name = serializers.CharField(source="target.name", read_only=True, help_text="Of whom it is about.")
    topics = CallTopicSerializer(many=True, read_only=True)
    promise = serializers.IntegerField(source="promise.pk", read_only=True, default=None, allow_null=True)

    class Meta:
        model = Call
        fields = (
            "id",
            "direction",
            "channel",
            "masked",
            "is_withheld",
            "name",
            "patient",
            "contact",
            *DETAILS,
            "disposition",
            "topics",
            "handled_by",
            "started_at",
            "ended_at",
            "parked_seconds",
            "logged_at",
            "promise",
            "settled",
            "replaces",
            "voided_at",
            "void_reason",
        )
