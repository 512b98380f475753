"""Phones, documents and addresses of a person: masked."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from hospital_crm.lib.answers import Answer
from hospital_crm.lib.rooms import CreateSerializer
from hospital_crm.lib.sent import SentSerializer
from hospital_crm.lib.serializer_fields import ClockField, PhoneNumberField
from patients import rules
from patients.forms import FAULTS, PORTRAIT_FAULTS
from patients.models import Identifier, Phone, Reveal
from patients.rules.portrait import Fault, ends_before
from patients.services.identifiers import NewIdentifier
from patients.services.patients import NewPhone
from patients.services.phone_checks import HOURS


class PhoneSerializer(Answer[Phone]):
    preferred_from = ClockField(read_only=True, allow_null=True)
    preferred_until = ClockField(read_only=True, allow_null=True)

    class Meta:
        model = Phone
        fields = (
            "id",
            "masked",
            "extension",
            "owner",
            "kind",
            "checked_as",
            "checked_at",
            "last_success_at",
            "preferred_from",
            "preferred_until",
            "is_primary",
            "version",
        )


class PhoneUpdateSerializer(serializers.Serializer[Any]):
    """`checked_as`: what became known of the number, "" if nothing did yet."""

    owner = serializers.ChoiceField(choices=Phone.Owner.choices)
    kind = serializers.ChoiceField(choices=Phone.Kind.choices)
    checked_as = serializers.ChoiceField(choices=Phone.Check.choices, allow_blank=True)
    preferred_from = ClockField(required=False, allow_null=True, help_text="Best reached on this number, from.")
    preferred_until = ClockField(required=False, allow_null=True)
    version = serializers.IntegerField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ends_before(*(attrs.get(name, getattr(self.instance, name, None)) for name in HOURS)):
            raise serializers.ValidationError({"preferred_until": [PORTRAIT_FAULTS[Fault.ENDS_BEFORE]]})
        return attrs


class NewPhoneSerializer(SentSerializer):
    number = PhoneNumberField(max_length=40)
    owner = serializers.ChoiceField(choices=Phone.Owner.choices, default=Phone.Owner.OWN)
    kind = serializers.ChoiceField(
        choices=Phone.Kind.choices, required=False, help_text="Without it, what the number says."
    )

    def validate(self, attrs: dict[str, Any]) -> Any:
        kind = Phone.Kind(attrs["kind"]) if "kind" in attrs else None
        return NewPhone(attrs["number"], Phone.Owner(attrs["owner"]), kind)


class AddPhoneSerializer(CreateSerializer, NewPhoneSerializer):
    """One more number of somebody who is on file."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"submission": attrs["submission"], "phone": super().validate(attrs)}


class RevealSerializer(serializers.Serializer[Any]):
    purpose = serializers.ChoiceField(choices=Reveal.Purpose.choices)


class ShownPhoneSerializer(serializers.ModelSerializer[Phone]):
    class Meta:
        model = Phone
        fields = ("id", "digits", "extension", "e164")


class IdentifierSerializer(Answer[Identifier]):
    class Meta:
        model = Identifier
        fields = ("id", "type", "scope", "shown", "added_at")


class ShownIdentifierSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    number = serializers.CharField()


class ShownAddressSerializer(serializers.Serializer[Any]):
    address = serializers.CharField()


class ShownEmailSerializer(serializers.Serializer[Any]):
    email = serializers.CharField()


class NewIdentifierSerializer(serializers.Serializer[Any]):
    """A document by its number; or, as `system`, the key of a row in another system, which `scope` names."""

    type = serializers.ChoiceField(choices=Identifier.Type.choices)
    number = serializers.CharField(max_length=40)
    scope = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> Any:
        kind, number, scope = Identifier.Type(attrs["type"]), attrs["number"], attrs["scope"]
        if kind == Identifier.Type.SYSTEM:
            if not scope:
                raise serializers.ValidationError({"scope": [_("Name the system.")]})
            return NewIdentifier(kind, number, scope)
        try:
            return NewIdentifier(kind, rules.read_identifier(kind, number, timezone.localdate()))
        except rules.UnreadableIdentifier as error:
            raise serializers.ValidationError({"number": [FAULTS[error.fault]]}) from error


class AddIdentifierSerializer(CreateSerializer, NewIdentifierSerializer):
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"submission": attrs["submission"], "new": super().validate(attrs)}
