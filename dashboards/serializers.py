"""How search and figures look through the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Staff
from hospital_crm.lib.rooms import CreateSerializer
from patients.models import Contact, Patient


class FoundPatientSerializer(serializers.ModelSerializer[Patient]):
    class Meta:
        model = Patient
        fields = ("id", "number", "name", "sex", "last_contact_at")


class FoundCallerSerializer(serializers.ModelSerializer[Contact]):
    class Meta:
        model = Contact
        fields = ("id", "name", "masked", "extension")


class FoundSerializer(serializers.Serializer[Any]):
    patients = FoundPatientSerializer(many=True)
    callers = FoundCallerSerializer(many=True)


class QuestionSerializer(serializers.Serializer[Any]):
    q = serializers.CharField(max_length=80)


class DaysSerializer(serializers.Serializer[Any]):
    since = serializers.DateField()
    until = serializers.DateField()


class FigureSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    query = serializers.CharField(help_text="The filter of /promises/ that shows the rows it counts.")


class LineSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    promised = FigureSerializer()
    judged = FigureSerializer()
    met = FigureSerializer()
    missed = FigureSerializer()
    postponed = FigureSerializer()
    not_reached = FigureSerializer()
    late = FigureSerializer(allow_null=True)


class PromiseFiguresSerializer(serializers.Serializer[Any]):
    since = serializers.DateField()
    until = serializers.DateField()
    total = LineSerializer()
    people = LineSerializer(many=True)
    teams = LineSerializer(many=True)
    days = LineSerializer(many=True)


class AuditExportSerializer(CreateSerializer):
    """Which entries, by the filter of the page."""

    who = serializers.PrimaryKeyRelatedField(
        queryset=Staff.objects.all(), required=False, allow_null=True, default=None
    )
    verb = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    since = serializers.DateField(required=False, allow_null=True, default=None)
    until = serializers.DateField(required=False, allow_null=True, default=None)
