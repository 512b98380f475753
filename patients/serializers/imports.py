"""How imports look through the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from hospital_crm.lib.rooms import CreateSerializer
from patients.models import Import, ImportFault
from patients.services.imports.failures import words_of_failure
from patients.services.imports.previews import words_of


class ImportSerializer(serializers.ModelSerializer[Import]):
    state = serializers.CharField(source="job.state", default="", read_only=True)
    failure = serializers.SerializerMethodField(help_text="Why it stopped; empty if it did not.")

    class Meta:
        model = Import
        fields = (
            *(
                "id",
                "kind",
                "file_name",
                "header",
                "columns",
                "scope",
                "historic",
                "job",
                "state",
                "failure",
                "is_trial",
            ),
            *("is_open_ended", "position", "created", "updated", "unchanged", "failed", "without_guardian"),
            "uploaded_at",
        )
        read_only_fields = fields

    def get_failure(self, run: Import) -> str:
        return words_of_failure(run)


class ImportCreateSerializer(CreateSerializer):
    kind = serializers.ChoiceField(choices=Import.Kind.choices)
    file = serializers.FileField(help_text="CSV or Excel; the first row names the columns.")


class MappingSerializer(serializers.Serializer[Any]):
    """By field, the names of its columns; several are joined."""

    columns = serializers.DictField(child=serializers.ListField(child=serializers.CharField(max_length=200)))
    scope = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    historic = serializers.BooleanField(required=False, default=False)
    remember_as = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")


class StartSerializer(CreateSerializer):
    trial = serializers.BooleanField(required=False, default=False, help_text="Nothing is written.")


class ImportFaultSerializer(serializers.ModelSerializer[ImportFault]):
    words = serializers.SerializerMethodField()

    class Meta:
        model = ImportFault
        fields = ("row", "field", "code", "words")

    def get_words(self, fault: ImportFault) -> str:
        return words_of(fault.run.kind, fault.field, fault.code)
