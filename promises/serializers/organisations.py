"""What is promised to an organisation."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Staff
from hospital_crm.lib.rooms import CreateSerializer
from hospital_crm.lib.serializer_fields import KeyField, MomentField
from patients.models import Organisation
from promises.services.organisations import KIND_CHOICES


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
