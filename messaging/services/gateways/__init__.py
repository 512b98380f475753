"""The ways out of the house. A new one is a class here and a line in GATEWAYS."""

from collections.abc import Callable

from messaging.models import Channel

from .base import ChannelDown, ChannelError, Gateway, OnUnknown, OutcomeUnknown
from .email import EmailGateway
from .in_app import InAppGateway

# In the order in which they are served: what cannot hang comes first.
GATEWAYS: dict[Channel, Callable[[], Gateway]] = {
    Channel.IN_APP: InAppGateway,
    Channel.EMAIL: EmailGateway,
}

__all__ = ("GATEWAYS", "ChannelDown", "ChannelError", "Gateway", "OnUnknown", "OutcomeUnknown")
