"""The accounts at providers through the API, to be read."""

from __future__ import annotations

from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import Capability
from hospital_crm.lib.rooms import Room
from messaging import serializers
from messaging.models import GatewaySetup


class ChannelViewSet(Room, ReadOnlyModelViewSet[GatewaySetup]):
    """By which accounts messages leave the house. Keys are typed by a person in a browser, and read by nobody."""

    needs = Capability.MANAGE_SETTINGS
    queryset = GatewaySetup.objects.all()
    serializer_class = serializers.ChannelSerializer
    filterset_class = None
    ordering = ("channel", "provider", "id")
