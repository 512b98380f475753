"""How the audit looks through the API."""

from __future__ import annotations

from rest_framework import serializers

from accounts.models import AuditEntry


class AuditEntrySerializer(serializers.ModelSerializer[AuditEntry]):
    by = serializers.CharField(source="actor.name", read_only=True)

    class Meta:
        model = AuditEntry
        fields = ("id", "at", "by", "verb", "subject_type", "subject_id", "fields", "address")
