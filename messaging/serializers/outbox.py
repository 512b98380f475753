"""How messages look through the API: addresses masked, texts only for whom they are."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from hospital_crm.lib.serializer_fields import KeyField
from messaging.models import Message, OptOut
from messaging.services.settling import MOST, Outcome
from patients.models import Consent, Patient, Phone


class MessageSerializer(serializers.ModelSerializer[Message]):
    """What the outbox shows of a message; not its text. `settled_by`: who decided on it, by name; of a `sent` one, who
    found that it had arrived.
    """

    settled_by = serializers.CharField(source="settled_by.name", read_only=True, default=None, allow_null=True)

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
            "provider",
            "provider_code",
            "fate",
            "delivered_at",
            "parts",
            "cost",
            "queued_at",
            "send_at",
            "expires_at",
            "handed_over_at",
            "settled_at",
            "settled_by",
        )


class RetryManySerializer(serializers.Serializer[Any]):
    messages = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), min_length=1, max_length=MOST
    )


class RetriedSerializer(serializers.Serializer[Any]):
    """`again`: how many wait for their turn; `left`: how many of yours have moved on, or are out of time."""

    again = serializers.IntegerField()
    left = serializers.IntegerField()


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


class OptOutSerializer(serializers.ModelSerializer[OptOut]):
    """The address masked; of a number that several use `patient` may be null."""

    class Meta:
        model = OptOut
        fields = (
            "id",
            "patient",
            "masked",
            "channel",
            "scope",
            "way",
            "text",
            "opted_out_at",
            "recorded_at",
            "lifted_at",
            "lift_reason",
        )


class NewOptOutSerializer(serializers.Serializer[Any]):
    """Of the patient, or with `phone` of one of the patient's numbers, whoever uses it."""

    patient = KeyField(queryset=Patient.objects.none())
    phone = KeyField(queryset=Phone.objects.all(), required=False, allow_null=True, default=None)
    channel = serializers.ChoiceField(choices=Consent.Channel.choices, required=False, allow_blank=True, default="")
    scope = serializers.ChoiceField(choices=OptOut.Scope.choices, default=OptOut.Scope.OFFERS)
    text = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if staff := self.context.get("staff"):
            self.fields["patient"].queryset = Patient.objects.visible_to(staff)  # type: ignore[attr-defined]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        patient, phone = attrs["patient"], attrs.pop("phone")
        if phone is None:
            return attrs
        if phone.patient_id != patient.pk:
            raise serializers.ValidationError({"phone": [_("This is no number of the patient.")]})
        return {**attrs, "patient": None, "channel": "phone", "address": phone.digits}


class LiftSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)
