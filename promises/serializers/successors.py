"""Who can be asked to take it over."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Team

from .promises import PersonSerializer


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
