"""Tags, and what is done for many patients at once."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from rest_framework import serializers

from accounts.models import Department
from hospital_crm.lib.answers import Answer
from hospital_crm.lib.rooms import CreateSerializer
from hospital_crm.lib.serializer_fields import KeyField
from institution.models import ReferenceItem
from patients.filters import PatientFilter
from patients.models import CLIENT_KINDS, BulkAct, BulkRefusal, Patient, PatientTag, Selection, Sex
from patients.querysets import MISSING
from patients.services.levels import CODES
from patients.services.selections import MOST_TICKED
from patients.services.tags import LIST


def tag_field(**more: Any) -> KeyField:
    """Tags by their keys, as GET /choices/?list=patient_tag gives them."""
    return KeyField(queryset=ReferenceItem.objects.filter(list__code=LIST), many=True, **more)


class PatientTagSerializer(Answer[PatientTag]):
    code = serializers.CharField(source="tag.code", read_only=True)

    class Meta:
        model = PatientTag
        fields = ("tag", "code", "added_at")
        read_only_fields = fields


class TagsSerializer(CreateSerializer):
    """By their keys, from `GET /choices/?list=patient_tag`."""

    tags = tag_field(allow_empty=False)


class ListFilterSerializer(serializers.Serializer[Any]):
    """By the filters of the list; `filter` is what the list itself reads."""

    q = serializers.CharField(max_length=60, required=False)
    sex = serializers.ChoiceField(choices=Sex.choices, required=False)
    department = serializers.IntegerField(required=False)
    source = serializers.IntegerField(required=False)  # type: ignore[assignment]
    client = serializers.ChoiceField(choices=list(CLIENT_KINDS.items()), required=False)
    level = serializers.ChoiceField(choices=list(CODES.values()), required=False)
    guardian = serializers.ChoiceField(choices=[MISSING], required=False)
    tag = serializers.ListField(child=serializers.IntegerField(), max_length=100, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = {name: value for name, value in attrs.items() if name in PatientFilter.base_filters}
        form = PatientFilter(given, queryset=Patient.objects.none(), request=self.context.get("request")).form
        if not form.is_valid():
            raise serializers.ValidationError(form.errors)
        return {**attrs, "filter": form.cleaned_data}


class SelectionSerializer(serializers.ModelSerializer[Selection]):
    class Meta:
        model = Selection
        fields = ("id", "keys", "wanted", "chosen_at")


class SelectionCreateSerializer(CreateSerializer, ListFilterSerializer):
    """Those with these keys; without `patients`, all whom the filters find."""

    patients = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), max_length=MOST_TICKED, required=False
    )


class ChosenSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="As of now; nobody counts beyond 10,001.")


class BulkTagsSerializer(CreateSerializer):
    """What is put on each of them, and what is taken off; tags by their keys."""

    on = tag_field(required=False, default=list)
    off = tag_field(required=False, default=list)


class BulkDepartmentSerializer(CreateSerializer):
    """Whose they are from now on: one of the departments that the account leads."""

    department = KeyField(queryset=Department.objects.in_use())


class BulkActSerializer(serializers.ModelSerializer[BulkAct]):
    state = serializers.CharField(source="job.state", read_only=True)
    told = serializers.CharField(read_only=True, help_text="What was asked for, in the language of the request.")

    class Meta:
        model = BulkAct
        fields = ("id", "kind", "selection", "parameters", "told", "job", "state", "done", "unchanged", "refused")


class BulkRefusalSerializer(serializers.ModelSerializer[BulkRefusal]):
    words = serializers.SerializerMethodField()

    class Meta:
        model = BulkRefusal
        fields = ("patient", "code", "words")

    def get_words(self, refusal: BulkRefusal) -> str:
        return str(refusal.words.get(get_language(), refusal.code))
