"""How tries look through the API."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from followups.models import Attempt
from hospital_crm.lib.rooms import CreateSerializer
from hospital_crm.lib.serializer_fields import KeyField, MomentField
from messaging.models import ContactLog
from patients.models import Patient, Phone
from promises.models import Promise


class AttemptSerializer(serializers.ModelSerializer[Attempt]):
    by = serializers.CharField(source="by.name", read_only=True)

    class Meta:
        model = Attempt
        fields = (
            "id",
            "promise",
            "rank",
            "outcome",
            "channel",
            "phone",
            "note",
            "attempted_at",
            "next_at",
            "voided_at",
            "by",
        )


class AttemptCreateSerializer(CreateSerializer):
    promise = KeyField(queryset=Promise.objects.none())
    outcome = serializers.ChoiceField(choices=Attempt.Outcome.choices)
    channel = serializers.ChoiceField(choices=ContactLog.Channel.choices, default=ContactLog.Channel.PHONE)
    phone = KeyField(
        queryset=Phone.objects.none(),
        required=False,
        allow_null=True,
        help_text="The number on file that was rung; null: it was none of those, or they rang us. Left out, the only "
        "one that can be dialled is meant; of several it has to be said (409 number_is_missing).",
    )
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    next_at = MomentField(required=False, allow_null=True, default=None)
    revision = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Of the promise, as it was read: whoever has changed it since wins. Needed where the person has "
        "written to us and was reached, or refused.",
    )

    def get_fields(self) -> Any:
        fields: Any = super().get_fields()
        if (staff := self.context.get("staff")) is not None:
            today = timezone.localdate()
            fields["promise"].queryset = Promise.objects.visible_to(staff, today)
            fields["phone"].queryset = Phone.objects.filter(patient__in=Patient.objects.visible_to(staff, today))
        return fields
