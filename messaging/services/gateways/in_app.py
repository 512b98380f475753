from messaging.models import Message

from .base import Gateway, OnUnknown

AT_ONCE = 500  # also where the hospital takes fewer at a time: none of them waits for anybody outside


class InAppGateway(Gateway):
    """The reader's own list: the row is the note, so it cannot arrive twice."""

    at_once = AT_ONCE
    stays_here = True

    def address_of(self, message: Message) -> str:
        return "app" if message.staff_id else ""

    def send(self, message: Message) -> str:
        """Nothing is left to do."""
        return ""

    def on_unknown(self, message: Message) -> OnUnknown:
        return OnUnknown.RESEND
