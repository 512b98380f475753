"""Relatives, and what they may be told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from hospital_crm.lib.rooms import CreateSerializer
from hospital_crm.lib.serializer_fields import LastingKeyField, PhoneNumberField
from patients.kinship import UNSAID, Tie
from patients.models import Patient, Relation
from patients.services.relatives import Named


class RelationSerializer(serializers.ModelSerializer[Relation]):
    """`role` is what the relative is to the patient; either may be seen from the other side."""

    class Meta:
        model = Relation
        fields = (
            "id",
            "patient",
            "relative",
            "name",
            "masked",
            "role",
            "is_guardian",
            "is_ward",
            "may_be_told",
            "patient_may_be_told",
            "added_at",
            "ended_at",
            "version",
        )


class TieSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=Relation.Role.choices)
    is_guardian = serializers.BooleanField(default=False, help_text="The relative, of the patient.")
    is_ward = serializers.BooleanField(default=False, help_text="The patient is the relative's guardian.")
    may_be_told = serializers.ChoiceField(
        choices=Relation.Told.choices,
        default=UNSAID,
        allow_blank=True,
        help_text="Left out, a guardian is told everything and anybody else nothing.",
    )
    patient_may_be_told = serializers.ChoiceField(choices=Relation.Told.choices, default=UNSAID, allow_blank=True)


TIE = {
    "role": "role",
    "is_guardian": "guards",
    "is_ward": "is_guarded",
    "may_be_told": "may_be_told",
    "patient_may_be_told": "may_hear",
}


def tie_with(tie: Tie, values: dict[str, Any]) -> Tie:
    """The tie with what was sent in its place."""
    return replace(tie, **{TIE[name]: value for name, value in values.items()})


class NewRelationSerializer(CreateSerializer, TieSerializer):
    """`relative` is somebody on file; or `name` and `phone` say who it is."""

    patient = LastingKeyField(queryset=Patient.objects.none())
    relative = LastingKeyField(queryset=Patient.objects.none(), required=False, allow_null=True, default=None)
    name = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    phone = PhoneNumberField(max_length=40, required=False, allow_blank=True, default="")

    def get_fields(self) -> Any:
        fields: Any = super().get_fields()
        if (staff := self.context.get("staff")) is not None:
            fields["patient"].queryset = fields["relative"].queryset = Patient.objects.visible_to(staff)
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        name, phone, relative = attrs.pop("name"), attrs.pop("phone") or None, attrs.pop("relative")
        if relative is None and not name:
            raise serializers.ValidationError({"relative": [_("Say who it is.")]})
        told = {key: attrs.pop(key) for key in TIE}
        return {**attrs, "relative": relative or Named(name, phone), "tie": tie_with(Tie(told["role"]), told)}


class RelationUpdateSerializer(TieSerializer):
    version = serializers.IntegerField()
