from .contacts import ContactLog
from .holds import Hold
from .inbound import InboundText
from .kinds import FOR_GROUPS, KIND_NAMES, MessageClass
from .messages import Channel, Message
from .opt_outs import STOPPED, OptOut
from .pauses import ChannelPause
from .purposes import PURPOSES, MessagePurpose, Variable
from .setups import GatewaySetup, Provider
from .templates import MessageTemplate, TemplateCertificate, TemplateRegistration, TemplateVersion

__all__ = (
    "FOR_GROUPS",
    "KIND_NAMES",
    "PURPOSES",
    "STOPPED",
    "Channel",
    "ChannelPause",
    "ContactLog",
    "GatewaySetup",
    "Hold",
    "InboundText",
    "Message",
    "MessageClass",
    "MessagePurpose",
    "MessageTemplate",
    "OptOut",
    "Provider",
    "TemplateCertificate",
    "TemplateRegistration",
    "TemplateVersion",
    "Variable",
)
