"""Who called."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from hospital_crm.lib.serializer_fields import LastingKeyField
from patients.models import Patient, Sex


class CallerSerializer(serializers.Serializer[Any]):
    """The patient who called; or the name and sex of a new one."""

    patient = LastingKeyField(queryset=Patient.objects.none(), required=False, default=None)
    name = serializers.CharField(max_length=80, required=False, default="")
    sex = serializers.ChoiceField(choices=Sex.choices, default=Sex.UNKNOWN)

    def get_fields(self) -> Any:
        fields: Any = super().get_fields()
        if (staff := self.context.get("staff")) is not None:
            fields["patient"].queryset = Patient.objects.visible_to(staff)
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["patient"] and not attrs["name"]:
            raise serializers.ValidationError({"patient": [_("Say who it was.")]})
        return attrs
