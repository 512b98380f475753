"""What people ask about their data, and unusual looks, through the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.models import AuditEntry, Staff
from hospital_crm.lib.rooms import CreateSerializer
from hospital_crm.lib.serializer_fields import KeyField, LastingKeyField, MomentField
from patients.models import ColleagueRecord, DataRequest, ErasureStep, KeptRecord, LookToCheck, Patient
from patients.services.copies import CopyPurpose
from patients.services.rights import Asked


class ErasureStepSerializer(serializers.ModelSerializer[ErasureStep]):
    class Meta:
        model = ErasureStep
        fields = ("part", "done_at")


class KeptRecordSerializer(serializers.ModelSerializer[KeptRecord]):
    class Meta:
        model = KeptRecord
        fields = ("what", "number", "until", "rule", "ended_at")
        read_only_fields = fields


@extend_schema_serializer(component_name="AskedAboutData")
class DataRequestSerializer(serializers.ModelSerializer[DataRequest]):
    recorded_by = serializers.CharField(source="recorded_by.name", read_only=True)
    approved_by = serializers.CharField(source="approved_by.name", read_only=True, default=None, allow_null=True)
    patient_version = serializers.IntegerField(source="patient.version", read_only=True)
    goes_too = serializers.PrimaryKeyRelatedField(  # type: ignore[var-annotated]
        source="patient.merged_from",
        many=True,
        read_only=True,
        help_text="The records that were merged into this one: an erasure takes them too.",
    )
    copy_state = serializers.SerializerMethodField(help_text="Of the job that writes the copy; none was asked for yet.")
    steps = ErasureStepSerializer(many=True, read_only=True)
    kept = KeptRecordSerializer(many=True, read_only=True)

    class Meta:
        model = DataRequest
        fields = (
            "id",
            "patient",
            "patient_version",
            "goes_too",
            "kind",
            "asker",
            "identity",
            "note",
            "asked_at",
            "recorded_at",
            "recorded_by",
            "due_on",
            "state",
            "answer",
            "closed_at",
            "approved_at",
            "approved_by",
            "copy_state",
            "steps",
            "kept",
            "version",
        )

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_copy_state(self, request: DataRequest) -> str | None:
        return str(request.copy.state) if request.copy else None


class NewDataRequestSerializer(CreateSerializer):
    """Leave `asked_at` out for now."""

    patient = LastingKeyField(queryset=Patient.objects.none())
    kind = serializers.ChoiceField(choices=DataRequest.Kind.choices)
    asker = serializers.ChoiceField(choices=DataRequest.Asker.choices, default=DataRequest.Asker.PERSON)
    identity = serializers.ChoiceField(choices=DataRequest.Identity.choices)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    asked_at = MomentField(required=False, allow_null=True, default=None)

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        if staff := self.context.get("staff"):
            fields["patient"].queryset = Patient.objects.visible_to(staff)
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        asked = Asked(
            kind=DataRequest.Kind(attrs["kind"]),
            identity=DataRequest.Identity(attrs["identity"]),
            asker=DataRequest.Asker(attrs["asker"]),
            note=attrs["note"],
            asked_at=attrs["asked_at"],
        )
        return {"submission": attrs["submission"], "patient": attrs["patient"], "asked": asked}


class AnswerSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="The one that was read: whoever has changed it since wins.")
    answer = serializers.CharField(max_length=500)


class ApproveSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="The one that was read: whoever has changed it since wins.")
    patient_version = serializers.IntegerField(help_text="Of the record that was read, with all that goes with it.")
    number = serializers.CharField(max_length=40, help_text="Of the record, typed to confirm.")


class FetchSerializer(serializers.Serializer[Any]):
    purpose = serializers.ChoiceField(choices=CopyPurpose.choices)


class LookedSerializer(serializers.ModelSerializer[AuditEntry]):
    """One look; `patient` is the key of whoever the reader may find."""

    patient = serializers.SerializerMethodField()

    class Meta:
        model = AuditEntry
        fields = ("at", "verb", "verb_name", "fields", "patient")
        read_only_fields = fields

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        return {**fields, "fields": serializers.ListField(child=serializers.CharField(), read_only=True)}

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_patient(self, entry: AuditEntry) -> int | None:
        whom: int | None = entry.whom  # type: ignore[attr-defined]  # annotated
        return whom if whom in self.context.get("known", ()) else None


class LookToCheckSerializer(serializers.ModelSerializer[LookToCheck]):
    staff_name = serializers.CharField(source="staff.name", read_only=True)

    class Meta:
        model = LookToCheck
        fields = (
            "id",
            "kind",
            "staff",
            "staff_name",
            "day",
            "looks",
            "usual",
            "found_at",
            "state",
            "words",
            "checked_at",
            "version",
        )


class CheckSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="The one that was read: whoever has changed it since wins.")
    words = serializers.CharField(max_length=500, help_text="What was found; name no patient.")


class ColleagueRecordSerializer(serializers.ModelSerializer[ColleagueRecord]):
    class Meta:
        model = ColleagueRecord
        fields = ("id", "staff", "patient", "added_at", "ended_at")


class NewColleagueRecordSerializer(CreateSerializer):
    patient = LastingKeyField(queryset=Patient.objects.none())
    staff = KeyField(queryset=Staff.objects.active())

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        if staff := self.context.get("staff"):
            fields["patient"].queryset = Patient.objects.visible_to(staff)
            fields["staff"].queryset = Staff.objects.active().exclude(pk=staff.pk)
        return fields
