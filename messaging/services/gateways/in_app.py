from messaging.models import Message

from .base import Gateway, OnUnknown

AT_ONCE = 100


class InAppGateway(Gateway):
    """The reader's own list: the row is the note, so it cannot arrive twice."""

    at_once = AT_ONCE

    def address_of(self, message: Message) -> str:
        return "app" if message.staff_id else ""

    def send(self, message: Message) -> str:
        return ""

    def on_unknown(self, message: Message) -> OnUnknown:
        return OnUnknown.RESEND
