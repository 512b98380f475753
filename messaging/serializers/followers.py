"""Under which open id a patient follows the official account: masked."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from hospital_crm.lib.serializer_fields import KeyField
from patients.models import Patient


class NewFollowerSerializer(serializers.Serializer[Any]):
    patient = KeyField(queryset=Patient.objects.none())
    open_id = serializers.CharField(
        max_length=40, allow_blank=True, help_text="In place of the one on file; empty for who follows no more."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if staff := self.context.get("staff"):
            self.fields["patient"].queryset = Patient.objects.visible_to(staff)  # type: ignore[attr-defined]


class FollowerSerializer(serializers.Serializer[Any]):
    """`shown`: masked; empty for who follows no more."""

    patient = serializers.IntegerField()
    shown = serializers.CharField()
