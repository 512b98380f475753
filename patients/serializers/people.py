"""People, and what is written down about them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Department
from hospital_crm.lib.answers import Answer
from hospital_crm.lib.districts import NotADistrict, read_district
from hospital_crm.lib.rooms import CreateSerializer
from hospital_crm.lib.sent import SentSerializer
from hospital_crm.lib.serializer_fields import ClockField, KeyField, MomentField
from institution.models import ReferenceItem
from patients import rules
from patients.forms import PORTRAIT_FAULTS, STREET_TOLD, which_district
from patients.models import LANGUAGES, ContactChannel, Patient, Sex, TimelineEntry
from patients.rules.portrait import PORTRAIT, faults_of_portrait, tells_street
from patients.services.levels import CODES

from .guardians import GuardianSerializer
from .numbers import NewIdentifierSerializer, NewPhoneSerializer, PhoneSerializer
from .segments import PatientTagSerializer


class PatientRowSerializer(Answer[Patient]):
    """Who it is and how to reach the person: what a list tells. The rest is told of one alone."""

    phones = PhoneSerializer(many=True, read_only=True)
    service_level = serializers.SerializerMethodField(
        help_text="What is owed, by its code in `GET /choices/?list=service_level`; empty for nothing else than to "
        "everybody, and for whoever is not told of it."
    )

    class Meta:
        model = Patient
        fields: tuple[str, ...] = (
            "id",
            "number",
            "hospital_number",
            "name",
            "sex",
            "birth_date",
            "birth_year",
            "department",
            "phones",
            "service_level",
            "registered_at",
            "last_contact_at",
            "version",
        )

    def get_service_level(self, patient: Patient) -> str:
        return CODES.get(patient.service_level, "") if self.context.get("sees_levels") else ""


class PatientSerializer(PatientRowSerializer):
    """All that is on file in the record itself."""

    tags = PatientTagSerializer(many=True, read_only=True)
    preferred_from = ClockField(read_only=True, allow_null=True)
    preferred_until = ClockField(read_only=True, allow_null=True)
    email = serializers.CharField(
        source="masked_email", read_only=True, help_text="Masked; `reveal-email` shows it. Empty where none is on file."
    )

    class Meta:
        model = Patient
        fields = (
            *PatientRowSerializer.Meta.fields,
            *("died_on", "residence", "district", "email", "occupation", "language", "preferred_channel"),
            *("preferred_from", "preferred_until", "not_before", "card", "source", "last_source", "insurance"),
            *("tags", "desk_registered_at"),
        )


def _items(code: str) -> Any:
    return KeyField(queryset=ReferenceItem.objects.selectable(code), required=False, allow_null=True)


class PatientFieldsSerializer(SentSerializer):
    """What is written down about a person; `birth` is a date or a year."""

    name = serializers.CharField(max_length=80)
    sex = serializers.ChoiceField(choices=Sex.choices, default=Sex.UNKNOWN)
    birth = serializers.CharField(max_length=20, required=False, allow_blank=True, help_text="1953 or 1953-08-21")
    residence = serializers.CharField(
        max_length=80, required=False, allow_blank=True, help_text="To the district; a street belongs to `address`."
    )
    card = serializers.CharField(max_length=40, required=False, allow_blank=True)
    hospital_number = serializers.CharField(max_length=40, required=False, allow_blank=True)
    department = KeyField(queryset=Department.objects.in_use(), required=False, allow_null=True)
    source = _items("media_source")
    insurance = _items("insurance")
    occupation = _items("occupation")
    last_source = _items("media_source")
    died_on = serializers.DateField(required=False, allow_null=True)
    district = serializers.CharField(
        max_length=80, required=False, allow_blank=True, help_text="Its code or full name."
    )
    address = serializers.CharField(max_length=120, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=120, required=False, allow_blank=True)
    language = serializers.ChoiceField(choices=LANGUAGES, required=False, allow_blank=True)
    preferred_channel = serializers.ChoiceField(choices=ContactChannel.choices, required=False, allow_blank=True)
    preferred_from = ClockField(required=False, allow_null=True)
    preferred_until = ClockField(required=False, allow_null=True)
    not_before = MomentField(required=False, allow_null=True)

    def validate_hospital_number(self, number: str) -> str:
        taken = Patient.objects.filter(hospital_number=number).exclude(pk=getattr(self.instance, "pk", None) or 0)
        if number and taken.exists():
            raise serializers.ValidationError(_("Somebody has this hospital number already."))
        return number

    def validate_residence(self, text: str) -> str:
        if text != getattr(self.instance, "residence", None) and tells_street(text):
            raise serializers.ValidationError(STREET_TOLD)
        return text

    def validate_district(self, text: str) -> str:
        try:
            return read_district(text).code if text else ""
        except NotADistrict as error:
            raise serializers.ValidationError(which_district(error.likely)) from error

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        told = {name: attrs.get(name, getattr(self.instance, name, None)) for name in PORTRAIT}
        if "birth" in attrs:
            try:
                birth = rules.read_birth(attrs.pop("birth"), timezone.localdate())
            except rules.UnreadableBirth as error:
                message = _("Type a year such as 1953, or a date such as 1953-08-21, not in the future.")
                raise serializers.ValidationError({"birth": [message]}) from error
            attrs["birth_date"], attrs["birth_year"] = birth
        born, year = (attrs.get(name, getattr(self.instance, name, None)) for name in ("birth_date", "birth_year"))
        if faults := faults_of_portrait(**told, birth=(born, year), today=timezone.localdate()):
            raise serializers.ValidationError({name: [PORTRAIT_FAULTS[fault]] for name, fault in faults.items()})
        return attrs


class PatientCreateSerializer(CreateSerializer, PatientFieldsSerializer):
    phones = NewPhoneSerializer(many=True, required=False)
    identifiers = NewIdentifierSerializer(many=True, required=False)
    is_another = serializers.BooleanField(
        default=False, help_text="Somebody made sure that whoever has the same identity document is another person."
    )
    guardian = GuardianSerializer(
        required=False, allow_null=True, default=None, help_text="Required under 14, unless `guardian_unknown`."
    )
    guardian_unknown = serializers.BooleanField(
        default=False, help_text="Of a child under 14 nobody knows yet who the guardian is: it is promised to find out."
    )


class PatientUpdateSerializer(PatientFieldsSerializer):
    """Only what is sent changes; `version` is the one that was read."""

    id = serializers.IntegerField(
        required=False, help_text="Of the record that was read: after a merge an old address answers with another's."
    )
    version = serializers.IntegerField()


class TimelineEntrySerializer(Answer[TimelineEntry]):
    by = serializers.CharField(source="actor.name", read_only=True)

    class Meta:
        model = TimelineEntry
        fields = ("id", "kind", "params", "occurred_at", "struck_at", "by")
