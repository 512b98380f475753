"""The guardian of a child who is registered."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from hospital_crm.lib.serializer_fields import LastingKeyField, PhoneNumberField
from patients.models import Patient, Relation
from patients.services.guardians import ROLES, NewGuardian
from patients.services.relatives import Named


class GuardianSerializer(serializers.Serializer[Any]):
    """`patient` is somebody on file; or `name` and `phone` say who it is."""

    patient = LastingKeyField(queryset=Patient.objects.none(), required=False, allow_null=True, default=None)
    name = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    phone = PhoneNumberField(max_length=40, required=False, allow_blank=True, default="")
    role = serializers.ChoiceField(
        choices=[(each.value, each.label) for each in ROLES],
        default=Relation.Role.PARENT,
        help_text="What the guardian is to the child.",
    )

    def get_fields(self) -> Any:
        fields: Any = super().get_fields()
        if (staff := self.context.get("staff")) is not None:
            fields["patient"].queryset = Patient.objects.visible_to(staff)
        return fields

    def validate(self, attrs: dict[str, Any]) -> Any:
        role = Relation.Role(attrs["role"])
        if attrs["patient"] is not None:
            return NewGuardian(attrs["patient"], role)
        for name, missing in (("name", _("Say who it is.")), ("phone", _("Say on which phone."))):
            if not attrs[name]:
                raise serializers.ValidationError({name: [missing]})
        return NewGuardian(Named(attrs["name"], attrs["phone"]), role)
