"""How the reason of a deadline looks through the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from institution.serializers import SegmentSerializer


class WhyThenSerializer(serializers.Serializer[Any]):
    """`is_counted`: it came from so much working time; else somebody chose it. `goes_on`: when work goes on, if nobody
    is there at that time. `unconfirmed_years`: those of which nobody has looked at the days off.
    """

    at = serializers.DateTimeField(source="explained.at")
    is_counted = serializers.BooleanField()
    calendar = serializers.IntegerField(source="calendar.pk")
    goes_on = serializers.DateTimeField(allow_null=True)
    unconfirmed_years = serializers.ListField(child=serializers.IntegerField(), source="explained.unconfirmed_years")
    segments = SegmentSerializer(many=True, source="explained.segments", help_text="None more than a month ahead.")
