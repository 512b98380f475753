"""The one contract of everything that takes a message out of the house."""

from abc import ABC, abstractmethod
from collections.abc import Collection
from enum import Enum, auto
from typing import Any

from messaging.models import Message

from .receipts import CallBack, Forged, Receipt


class ChannelError(Exception):
    """The message was surely not taken. Permanent: trying again is of no use."""

    def __init__(self, words: str = "", *, permanent: bool, reason: str = Message.Reason.REFUSED) -> None:
        super().__init__(words)
        self.permanent = permanent
        self.reason = reason


class ChannelDown(ChannelError):
    """Nothing can be handed over at all just now: the others need not be tried either."""

    def __init__(self, words: str = "") -> None:
        super().__init__(words, permanent=False)


class OutcomeUnknown(Exception):
    """It was handed over, and no answer came: it may have been taken or not."""


class OnUnknown(Enum):
    RESEND = auto()  # twice does less harm than never
    ASK = auto()  # a person decides


class Gateway(ABC):
    """Made for one run; may keep a connection from the first message to `close`."""

    at_once = 1  # how many may be under way when a worker dies; more only where sending twice is not noticed
    stays_here = False  # the row itself is what the reader gets: nothing is given to anybody
    reads: Collection[str] = ()  # of a message's people, for its address: looked up once a batch
    can_be_asked = False  # whether `receipt` may find out something

    @property
    def is_set_up(self) -> bool:
        return True

    def is_set_up_for(self, message: Message) -> bool:
        return self.is_set_up

    def refuses(self, message: Message) -> str:
        """The reason for which it would surely not take it; "" if there is none."""
        return ""

    def columns(self, message: Message) -> dict[str, Any]:
        """What the row says about the hand-over, beside the address."""
        return {}

    @abstractmethod
    def address_of(self, message: Message) -> str:
        """Where it would go; "" if there is no such place. All that go at once have the same."""

    def takes(self, address: str) -> bool:
        """Whether such an address can be right at all."""
        return True

    @abstractmethod
    def send(self, message: Message) -> str:
        """The message was taken; returns the receipt.

        Raises ChannelError, ChannelDown, OutcomeUnknown; any other error counts as unknown.
        """

    @abstractmethod
    def on_unknown(self, message: Message) -> OnUnknown:
        """What to do when nobody knows whether it was taken."""

    def receipt(self, message: Message) -> Receipt | None:
        """Asks what became of a message that was handed over; None where nobody can say. Raises ChannelError."""
        return None

    def receipts_in(self, call_back: CallBack) -> list[Receipt]:
        """What the provider tells by itself: again, out of order, of unknown ones. Raises Forged, Malformed."""
        raise Forged

    def close(self) -> None:
        """The run is over. Never raises."""
        return  # most have nothing to close
