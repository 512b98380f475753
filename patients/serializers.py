"""How people look through the API: numbers masked, as on the pages."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Department
from hospital_crm.lib.rooms import CreateSerializer
from hospital_crm.lib.serializer_fields import KeyField, PhoneNumberField
from institution.models import ReferenceItem
from patients import rules
from patients.models import Patient, Phone, Reveal, Sex, TimelineEntry
from patients.services.patients import NewPhone


class PhoneSerializer(serializers.ModelSerializer[Phone]):
    class Meta:
        model = Phone
        fields = ("id", "masked", "extension", "owner", "is_primary")


class NewPhoneSerializer(serializers.Serializer[Any]):
    number = PhoneNumberField(max_length=40)
    owner = serializers.ChoiceField(choices=Phone.Owner.choices, default=Phone.Owner.OWN)

    def validate(self, attrs: dict[str, Any]) -> Any:
        return NewPhone(attrs["number"], Phone.Owner(attrs["owner"]))


class AddPhoneSerializer(CreateSerializer, NewPhoneSerializer):
    """One more number of somebody who is on file."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"submission": attrs["submission"], "phone": super().validate(attrs)}


class RevealSerializer(serializers.Serializer[Any]):
    purpose = serializers.ChoiceField(choices=Reveal.Purpose.choices)


class ShownPhoneSerializer(serializers.ModelSerializer[Phone]):
    class Meta:
        model = Phone
        fields = ("id", "digits", "extension", "e164")


class PatientSerializer(serializers.ModelSerializer[Patient]):
    phones = PhoneSerializer(many=True, read_only=True)

    class Meta:
        model = Patient
        fields = (
            "id",
            "number",
            "hospital_number",
            "name",
            "sex",
            "birth_date",
            "birth_year",
            "residence",
            "card",
            "source",
            "insurance",
            "department",
            "phones",
            "registered_at",
            "last_contact_at",
            "version",
        )


def _items(code: str) -> Any:
    return KeyField(queryset=ReferenceItem.objects.selectable(code), required=False, allow_null=True)


class PatientFieldsSerializer(serializers.Serializer[Any]):
    """What is written down about a person; `birth` is a date or a year."""

    name = serializers.CharField(max_length=80)
    sex = serializers.ChoiceField(choices=Sex.choices, default=Sex.UNKNOWN)
    birth = serializers.CharField(max_length=20, required=False, allow_blank=True, help_text="1953 or 1953-08-21")
    residence = serializers.CharField(max_length=80, required=False, allow_blank=True)
    card = serializers.CharField(max_length=40, required=False, allow_blank=True)
    hospital_number = serializers.CharField(max_length=40, required=False, allow_blank=True)
    department = KeyField(queryset=Department.objects.in_use(), required=False, allow_null=True)
    source = _items("media_source")
    insurance = _items("insurance")

    def validate_hospital_number(self, number: str) -> str:
        taken = Patient.objects.filter(hospital_number=number).exclude(pk=getattr(self.instance, "pk", None) or 0)
        if number and taken.exists():
            raise serializers.ValidationError(_("Somebody has this hospital number already."))
        return number

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "birth" in attrs:
            try:
                birth = rules.read_birth(attrs.pop("birth"), timezone.localdate())
            except rules.UnreadableBirth as error:
                message = _("Type a year such as 1953, or a date such as 1953-08-21, not in the future.")
                raise serializers.ValidationError({"birth": [message]}) from error
            attrs["birth_date"], attrs["birth_year"] = birth
        return attrs


class PatientCreateSerializer(CreateSerializer, PatientFieldsSerializer):
    phones = NewPhoneSerializer(many=True, required=False)


class PatientUpdateSerializer(PatientFieldsSerializer):
    """Only what is sent changes; `version` is the one that was read."""

    version = serializers.IntegerField()


class TimelineEntrySerializer(serializers.ModelSerializer[TimelineEntry]):
    by = serializers.CharField(source="actor.name", read_only=True)

    class Meta:
        model = TimelineEntry
        fields = ("id", "kind", "params", "occurred_at", "struck_at", "by")
