"""How promises look through the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Staff
from hospital_crm.lib.serializer_fields import ClockField
from messaging.models import InboundText
from messaging.services.before_calls import Doubt
from promises.models import Promise, PromiseEvent


class PersonSerializer(serializers.ModelSerializer[Staff]):
    class Meta:
        model = Staff
        fields = ("id", "name")
        read_only_fields = fields


class PromiseSerializer(serializers.ModelSerializer[Promise]):
    name = serializers.CharField(
        source="about.name", default="", read_only=True, help_text="Of whom it was promised to; empty: to the hospital."
    )
    owner = PersonSerializer(read_only=True, allow_null=True)
    pending_owner = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Promise
        fields = (
            "id",
            "kind",
            "note",
            "state",
            "name",
            "patient",
            "contact",
            "organisation",
            "owner",
            "pending_owner",
            "team",
            "department",
            "due_at",
            "first_due_at",
            "late_at",
            "revision",
            "times_postponed",
            "escalation_level",
            "made_at",
            "ended_at",
            "reason",
        )


class PromiseEventSerializer(serializers.ModelSerializer[PromiseEvent]):
    by = serializers.CharField(source="actor.name", read_only=True)
    staff = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = PromiseEvent
        fields = ("id", "verb", "happened_at", "by", "staff", "team", "due_at", "level", "reason")


class TextSerializer(serializers.ModelSerializer[InboundText]):
    number = serializers.CharField(source="masked", read_only=True, help_text="Or open id; masked.")
    text = serializers.CharField(read_only=True, help_text="Empty once it is not kept any more.")

    class Meta:
        model = InboundText
        fields = ("id", "channel", "number", "said_at", "received_at", "text")


class DoubtSerializer(serializers.Serializer[Doubt]):
    """Why one should not ring now. Whoever rings decides."""

    code = serializers.CharField(source="reason")
    detail = serializers.CharField(source="__str__", help_text="For people.")
    until = serializers.DateTimeField(allow_null=True)


class NumberSerializer(serializers.Serializer[Any]):
    """A number to dial, in clear."""

    digits = serializers.CharField(source="phone.digits")
    extension = serializers.CharField(source="phone.extension")
    preferred_from = ClockField(source="phone.preferred_from", default=None, allow_null=True, read_only=True)
    preferred_until = ClockField(source="phone.preferred_until", default=None, allow_null=True, read_only=True)
    doubts = DoubtSerializer(many=True)
