"""How the accounts at providers look through the API: without what opens them."""

from __future__ import annotations

from rest_framework import serializers

from messaging.models import GatewaySetup
from messaging.services.gateways.set_up import gateway_of


class ChannelSerializer(serializers.ModelSerializer[GatewaySetup]):
    """An account at a provider, without what opens it: of keys it tells which there are."""

    keys_stored = serializers.SerializerMethodField()
    is_complete = serializers.SerializerMethodField()
    told = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="Of a WeCom group: the kinds of notes that it is told."
    )

    class Meta:
        model = GatewaySetup
        fields = (
            "id",
            "provider",
            "channel",
            "department",
            "is_active",
            "is_complete",
            "values",
            "told",
            "keys_stored",
            "called_back_at",
            "strays",
            "version",
        )

    def get_keys_stored(self, setup: GatewaySetup) -> list[str]:
        return sorted(name for name in setup.sealed if setup.has_secret(name))

    def get_is_complete(self, setup: GatewaySetup) -> bool:
        return gateway_of(setup).is_set_up
