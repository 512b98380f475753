"""Which version was read."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class VersionSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="The one that was read: whoever saved since wins.")
