"""Two records that may be one person, and merges."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from hospital_crm.lib.keys import read_key
from hospital_crm.lib.rooms import CreateSerializer
from hospital_crm.lib.serializer_fields import LastingKeyField
from patients.models import DuplicatePair, Merge, Patient
from patients.services.choices import GROUPS

from .numbers import PhoneSerializer


class PairSideSerializer(serializers.ModelSerializer[Patient]):
    phones = PhoneSerializer(many=True, read_only=True)

    class Meta:
        model = Patient
        fields = ("id", "number", "name", "sex", "birth_date", "birth_year", "phones", "version")


class DuplicatePairSerializer(serializers.ModelSerializer[DuplicatePair]):
    """`reasons` are codes, the weightiest first: what speaks for one person, then what speaks against it."""

    older = PairSideSerializer(read_only=True)
    newer = PairSideSerializer(read_only=True)

    class Meta:
        model = DuplicatePair
        fields = ("id", "older", "newer", "score", "reasons", "is_certain", "state", "found_at", "decided_at")


class NewPairSerializer(serializers.Serializer[Any]):
    one = LastingKeyField(queryset=Patient.objects.none())
    other = LastingKeyField(queryset=Patient.objects.none())

    def get_fields(self) -> Any:
        fields: Any = super().get_fields()
        if (staff := self.context.get("staff")) is not None:
            fields["one"].queryset = fields["other"].queryset = Patient.objects.visible_to(staff)
        return fields


class VerdictSerializer(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(choices=("family", "another", "open"))


class NewMergeSerializer(CreateSerializer):
    """Which record stays, and of which fields the other one's value counts: without `take`, of those it lacks."""

    stays = serializers.ChoiceField(choices=("older", "newer"))
    take = serializers.ListField(
        child=serializers.ChoiceField(choices=sorted(GROUPS)), required=False, allow_null=True, default=None
    )
    seen = serializers.DictField(
        child=serializers.IntegerField(),
        required=False,
        allow_null=True,
        default=None,
        help_text="By the ids of both the versions that were read; if one has changed since, nothing is merged.",
    )

    def validate_seen(self, seen: dict[str, int] | None) -> dict[int, int] | None:
        return None if seen is None else {read_key(key): version for key, version in seen.items()}


class MergeSerializer(serializers.ModelSerializer[Merge]):
    class Meta:
        model = Merge
        fields = ("id", "survivor", "merged", "merged_at", "undone_at", "stayed", "stayed_rows", "stayed_new")
