"""Who and what a form offers, and whoever asks."""

from __future__ import annotations

from rest_framework import serializers

from accounts.models import Department, Staff, Team


class ColleagueSerializer(serializers.ModelSerializer[Staff]):
    """Whom a form offers: with `away_until`, the last day of an absence."""

    away_until = serializers.DateField(read_only=True, allow_null=True)

    class Meta:
        model = Staff
        fields = ("id", "name", "department", "teams", "away_until")
        read_only_fields = fields


class MyselfSerializer(serializers.ModelSerializer[Staff]):
    roles = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Staff
        fields = ("id", "username", "name", "roles", "department", "teams")
        read_only_fields = fields


class PlaceSerializer(serializers.ModelSerializer[Department]):
    class Meta:
        model = Department
        fields = ("id", "name", "kind", "parent")
        read_only_fields = fields


class GroupSerializer(serializers.ModelSerializer[Team]):
    class Meta:
        model = Team
        fields = ("id", "name", "lead")
        read_only_fields = fields
