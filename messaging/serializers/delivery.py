"""How the figures of the outbox look through the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class MessageFigureSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    query = serializers.CharField(help_text="The filter of /messages/ that shows the rows it counts.")


class DeliveryLineSerializer(serializers.Serializer[Any]):
    """`delivered` is part of `told`: what a provider took that tells whether it arrived."""

    name = serializers.CharField()
    detail = serializers.CharField(help_text="Of a template its class, language and version.")
    messages = MessageFigureSerializer()
    waiting = MessageFigureSerializer()
    sent = MessageFigureSerializer()
    delivered = MessageFigureSerializer()
    told = MessageFigureSerializer()
    failed = MessageFigureSerializer()
    unknown = MessageFigureSerializer()
    withheld = MessageFigureSerializer()
    dropped = MessageFigureSerializer(help_text="Cancelled, or too late.")
    paid = MessageFigureSerializer()
    parts = serializers.IntegerField()
    cost = serializers.DecimalField(max_digits=14, decimal_places=4, help_text="CNY")


class DeliveryReasonSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    withheld = MessageFigureSerializer()
    waiting = MessageFigureSerializer()
    dropped = MessageFigureSerializer()


class DeliverySerializer(serializers.Serializer[Any]):
    """`recipients` are the patients who were sent what they can stop, `stopped` those of them who did."""

    since = serializers.DateField()
    until = serializers.DateField()
    as_of = serializers.DateTimeField()
    total = DeliveryLineSerializer()
    channels = DeliveryLineSerializer(many=True)
    templates = DeliveryLineSerializer(many=True)
    reasons = DeliveryReasonSerializer(many=True)
    recipients = MessageFigureSerializer()
    stopped = MessageFigureSerializer()
