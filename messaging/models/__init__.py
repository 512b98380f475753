from .contacts import ContactLog
from .holds import Hold
from .kinds import KIND_NAMES, MessageClass
from .messages import Channel, Message
from .pauses import ChannelPause

__all__ = ("KIND_NAMES", "Channel", "ChannelPause", "ContactLog", "Hold", "Message", "MessageClass")
