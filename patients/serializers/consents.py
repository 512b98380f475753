"""What a person agreed to."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from hospital_crm.lib.rooms import CreateSerializer
from hospital_crm.lib.serializer_fields import MomentField
from patients.models import Consent, Purpose
from patients.services.consents import Decision


class ConsentSerializer(serializers.ModelSerializer[Consent]):
    wording_version = serializers.IntegerField(source="wording.version", default=None, allow_null=True, read_only=True)

    class Meta:
        model = Consent
        fields = (
            "id",
            "purpose",
            "channel",
            "is_given",
            "decided_at",
            "last_on",
            "way",
            "said_by",
            "guardian",
            "wording_version",
        )


class OnChannelSerializer(serializers.Serializer[Any]):
    channel = serializers.ChoiceField(choices=Consent.Channel.choices)
    is_given = serializers.BooleanField()
    last_on = serializers.DateField(allow_null=True)


class StandingSerializer(serializers.Serializer[Any]):
    """As of today. `channels` were decided on alone, and later than the rest; `last_on` is the last day of a word that
    ends by itself.
    """

    purpose = serializers.ChoiceField(choices=Purpose.choices)
    is_allowed = serializers.BooleanField()
    last_on = serializers.DateField(allow_null=True)
    channels = OnChannelSerializer(many=True, source="on_channels")


class ConsentsSerializer(serializers.Serializer[Any]):
    standing = StandingSerializer(many=True)
    decisions = ConsentSerializer(many=True)


class DecisionSerializer(CreateSerializer):
    """Leave `channel` out for all of them, `decided_at` for now."""

    purpose = serializers.ChoiceField(choices=Purpose.choices)
    is_given = serializers.BooleanField()
    channel = serializers.ChoiceField(choices=Consent.Channel.choices, required=False, allow_blank=True, default="")
    way = serializers.ChoiceField(choices=Consent.Way.choices, default=Consent.Way.SPOKEN)
    said_by = serializers.ChoiceField(choices=Consent.SaidBy.choices, default=Consent.SaidBy.SELF)
    guardian = serializers.CharField(
        max_length=80, required=False, allow_blank=True, default="", help_text="The name, where a guardian decided."
    )
    decided_at = MomentField(required=False, allow_null=True, default=None)
    last_on = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="The last day on which an agreement counts."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        submission = attrs.pop("submission")
        decision = Decision(
            purpose=Purpose(attrs["purpose"]),
            is_given=attrs["is_given"],
            channel=attrs["channel"],
            way=Consent.Way(attrs["way"]),
            said_by=Consent.SaidBy(attrs["said_by"]),
            guardian=attrs["guardian"],
            decided_at=attrs["decided_at"],
            last_on=attrs["last_on"],
        )
        return {"submission": submission, "decision": decision}
