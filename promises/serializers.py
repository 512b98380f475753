"""How promises look through the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Staff, Team
from hospital_crm.lib.rooms import CreateSerializer, ReasonSerializer
from hospital_crm.lib.serializer_fields import KeyField, MomentField
from patients.models import Organisation
from promises.models import KINDS_FOR_PEOPLE, Promise, PromiseEvent
from promises.services.organisations import KIND_CHOICES


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


class OrganisationPromiseSerializer(CreateSerializer):
    """Something owed to an organisation; to people it is promised in calls. The owner is the caller unless named."""

    organisation = KeyField(queryset=Organisation.objects.none())
    kind = serializers.ChoiceField(choices=KIND_CHOICES)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    due_at = MomentField()
    owner = KeyField(queryset=Staff.objects.active(), required=False, allow_null=True, default=None)

    def get_fields(self) -> Any:
        fields: Any = super().get_fields()
        if (staff := self.context.get("staff")) is not None:
            fields["organisation"].queryset = Organisation.objects.visible_to(staff)
        return fields


class PromiseEventSerializer(serializers.ModelSerializer[PromiseEvent]):
    by = serializers.CharField(source="actor.name", read_only=True)
    staff = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = PromiseEvent
        fields = ("id", "verb", "happened_at", "by", "staff", "team", "due_at", "level", "reason")


class AsReadSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(help_text="The one that was read: whoever has changed it since wins.")


class KeepSerializer(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class PostponeSerializer(AsReadSerializer, ReasonSerializer):
    due_at = MomentField()


class DeclineSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class HandOverSerializer(AsReadSerializer, DeclineSerializer):
    to = KeyField(queryset=Staff.objects.all())


def keys() -> serializers.ListField:
    child = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    return serializers.ListField(child=child, min_length=1, max_length=500)


class NamedSerializer(serializers.Serializer[Any]):
    promises = keys()


class ReassignSerializer(NamedSerializer, DeclineSerializer):
    owner = KeyField(queryset=Staff.objects.all(), required=False, allow_null=True, default=None)
    team = KeyField(queryset=Team.objects.all(), required=False, allow_null=True, default=None)


class ReleaseSerializer(AsReadSerializer, ReasonSerializer):
    team = KeyField(queryset=Team.objects.in_use())


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


class SuccessorSerializer(PersonSerializer):
    """A colleague who can be asked; `away_until` is the last day of an absence."""

    away_until = serializers.DateField(read_only=True, allow_null=True)

    class Meta(PersonSerializer.Meta):
        fields = (*PersonSerializer.Meta.fields, "away_until")  # type: ignore[assignment]


class TakingTeamSerializer(serializers.ModelSerializer[Team]):
    class Meta:
        model = Team
        fields = ("id", "name")
        read_only_fields = fields


class SuccessorsSerializer(serializers.Serializer[Any]):
    people = SuccessorSerializer(many=True)
    teams = TakingTeamSerializer(many=True)


class SharerSerializer(PersonSerializer):
    """With what the colleague has open, and of that late, as far as whoever asks may know."""

    open_number = serializers.IntegerField(read_only=True)
    late_number = serializers.IntegerField(read_only=True)

    class Meta(PersonSerializer.Meta):
        fields = (*PersonSerializer.Meta.fields, "open_number", "late_number")  # type: ignore[assignment]


class ReassignedSerializer(serializers.Serializer[Any]):
    reassigned = serializers.IntegerField()


class NumberSerializer(serializers.Serializer[Any]):
    """A number to dial, in clear."""

    digits = serializers.CharField()
    extension = serializers.CharField()
