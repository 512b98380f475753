"""A channel whose messages go through different accounts: each department's robot, a provider that is only tried."""

from collections.abc import Callable, Collection
from typing import Any

from messaging.models import Message

from .base import ChannelError, Gateway, OnUnknown
from .receipts import Receipt


class NoGateway(Gateway):
    """Nobody has set the channel up."""

    @property
    def is_set_up(self) -> bool:
        return False

    def address_of(self, message: Message) -> str:
        return ""

    def send(self, message: Message) -> str:
        raise ChannelError(permanent=True, reason=Message.Reason.NOT_SET_UP)

    def on_unknown(self, message: Message) -> OnUnknown:
        return OnUnknown.ASK


class ByMessage(Gateway):
    """Leaves everything to the gateway that is right for the message."""

    def __init__(
        self,
        of: Callable[[Message], Gateway],
        *,
        usual: Gateway,
        reads: Collection[str] = (),
        can_be_asked: bool = False,
        taker: Callable[[Message], Gateway] | None = None,
    ) -> None:
        """`taker` finds the one that a message was handed over to."""
        self._of, self._usual, self._taker = of, usual, taker or of
        self.reads, self.can_be_asked = reads, can_be_asked

    @property
    def is_set_up(self) -> bool:
        return self._usual.is_set_up

    def is_set_up_for(self, message: Message) -> bool:
        return self._of(message).is_set_up

    def refuses(self, message: Message) -> str:
        return self._of(message).refuses(message)

    def columns(self, message: Message) -> dict[str, Any]:
        return self._of(message).columns(message)

    def address_of(self, message: Message) -> str:
        return self._of(message).address_of(message)

    def takes(self, address: str) -> bool:
        return self._usual.takes(address)

    def send(self, message: Message) -> str:
        return self._of(message).send(message)

    def on_unknown(self, message: Message) -> OnUnknown:
        return self._of(message).on_unknown(message)

    def receipt(self, message: Message) -> Receipt | None:
        return self._taker(message).receipt(message)
