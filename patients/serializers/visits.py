"""How visits look through the API: clinical text only for whoever may read it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Department, Staff
from hospital_crm.lib.rooms import CreateSerializer
from hospital_crm.lib.serializer_fields import KeyField, MomentField
from patients.forms.visits import FAULTS, MOST_LINES, STATUSES
from patients.models import Diagnosis, Operation, Patient, Visit
from patients.rules.visits import faults_of_visit
from patients.services.visits import ClinicalText, NewDiagnosis, NewOperation

CLINICAL = ("diagnoses", "operations")


class DiagnosisSerializer(serializers.ModelSerializer[Diagnosis]):
    class Meta:
        model = Diagnosis
        fields = ("code", "text")


class OperationSerializer(serializers.ModelSerializer[Operation]):
    performed_at = MomentField(required=False, allow_null=True)

    class Meta:
        model = Operation
        fields = ("code", "text", "performed_at")


class VisitSerializer(serializers.ModelSerializer[Visit]):
    """`diagnoses` and `operations` are left out for whoever may not read clinical text."""

    diagnoses = DiagnosisSerializer(many=True, required=False)
    operations = OperationSerializer(many=True, required=False)

    class Meta:
        model = Visit
        fields = (
            *("id", "patient", "kind", "status", "department", "doctor", "doctor_name", "starts_at", "ends_at"),
            *("disposition", "total", "insured", "currency", "scope", "external_id", "historic", "cancel_reason"),
            *("diagnoses", "operations", "recorded_at", "version"),
        )

    def to_representation(self, instance: Visit) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        return shown if instance.shows_clinical else {name: shown[name] for name in shown if name not in CLINICAL}


class VisitFieldsSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=Visit.Kind.choices)
    status = serializers.ChoiceField(choices=STATUSES, required=False)
    department = KeyField(queryset=Department.objects.in_use(), required=False, allow_null=True)
    doctor = KeyField(queryset=Staff.objects.active().doctors(), required=False, allow_null=True)
    doctor_name = serializers.CharField(max_length=60, required=False, allow_blank=True)
    starts_at = MomentField()
    ends_at = MomentField(required=False, allow_null=True)
    disposition = serializers.ChoiceField(choices=Visit.Disposition.choices, required=False, allow_blank=True)
    total = serializers.DecimalField(max_digits=12, decimal_places=2, required=False, allow_null=True)
    insured = serializers.DecimalField(max_digits=12, decimal_places=2, required=False, allow_null=True)
    diagnoses = serializers.ListField(child=DiagnosisSerializer(), required=False, max_length=MOST_LINES)
    operations = serializers.ListField(child=OperationSerializer(), required=False, max_length=MOST_LINES)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        names = ("starts_at", "ends_at", "total", "insured")
        told = {name: attrs.get(name, getattr(self.instance, name, None)) for name in names}
        status = attrs.get("status", getattr(self.instance, "status", Visit.Status.FINISHED))
        if faults := faults_of_visit(**told, status=status, at=timezone.now()):
            raise serializers.ValidationError({name: [FAULTS[fault]] for name, fault in faults.items()})
        return attrs


class VisitCreateSerializer(CreateSerializer, VisitFieldsSerializer):
    patient = KeyField(queryset=Patient.objects.none())
    scope = serializers.CharField(max_length=40, required=False, allow_blank=True, help_text="The system it is from.")
    external_id = serializers.CharField(max_length=80, required=False, allow_blank=True, help_text="Its number there.")

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        if staff := self.context.get("staff"):
            fields["patient"].queryset = Patient.objects.visible_to(staff, timezone.localdate())
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        scope, key = attrs.get("scope", ""), attrs.get("external_id", "")
        if key and not scope:
            raise serializers.ValidationError({"scope": [_("Name the system.")]})
        if key and Visit.objects.filter(scope=scope, external_id=key).exists():
            raise serializers.ValidationError({"external_id": [_("This visit is on file already.")]})
        return super().validate(attrs)


class VisitUpdateSerializer(VisitFieldsSerializer):
    """Only what is sent changes; `version` is the one that was read."""

    version = serializers.IntegerField()


class CancelSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


class DayQuerySerializer(serializers.Serializer[Any]):
    day = serializers.DateField(required=False, help_text="Today, if it is left out.")


def day_of(query: Any) -> date:
    """The day that a program asks for. Raises ValidationError."""
    asked = DayQuerySerializer(data=query)
    asked.is_valid(raise_exception=True)
    day: date = asked.validated_data.get("day") or timezone.localdate()
    return day


def clinical_of(values: dict[str, Any], before: ClinicalText) -> ClinicalText | None:
    """Takes what is clinical out of what was sent; None if nothing was."""
    if not set(CLINICAL) & values.keys():
        return None
    diagnoses, operations = values.pop("diagnoses", None), values.pop("operations", None)
    return ClinicalText(
        before.diagnoses if diagnoses is None else [NewDiagnosis(**row) for row in diagnoses],
        before.operations if operations is None else [NewOperation(**row) for row in operations],
    )
