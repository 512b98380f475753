"""The ways out of the house. A new one is a class here and a line in GATEWAYS."""

from collections.abc import Callable

from messaging.models import Channel

from .base import ChannelDown, ChannelError, Gateway, OnUnknown, OutcomeUnknown
from .email import EmailGateway
from .in_app import InAppGateway
from .refusals import Blocked
from .set_up import hospital_sms, hospital_wechat, hospital_wecom

# The app's own first: it cannot hang. The others take turns.
GATEWAYS: dict[Channel, Callable[[], Gateway]] = {
    Channel.IN_APP: InAppGateway,
    Channel.EMAIL: EmailGateway,
    Channel.SMS: hospital_sms,
    Channel.WECHAT: hospital_wechat,
    Channel.WECOM: hospital_wecom,
}

__all__ = ("GATEWAYS", "Blocked", "ChannelDown", "ChannelError", "Gateway", "OnUnknown", "OutcomeUnknown")
