"""A way out of the house where everything happens, also while a message is under way; and it remembers what came."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from messaging.models import Message
from messaging.services.gateways import ChannelDown, ChannelError, Gateway, OnUnknown, OutcomeUnknown

ERRORS: dict[str, Callable[[], Exception]] = {
    "refused": lambda: ChannelError(permanent=True),
    "later": lambda: ChannelError(permanent=False),
    "down": ChannelDown,
    "lost": OutcomeUnknown,
    "silent": OutcomeUnknown,
    "slow": OutcomeUnknown,
    "broken": lambda: RuntimeError("no error of ours"),
    "broken after": lambda: RuntimeError("no error of ours"),
}
# Of these the other side has it, though nobody here may learn so.
ARRIVES = ("taken", "silent", "broken after", "dies after")
ANSWERS = ("taken", "taken", "taken", *ERRORS, "dies before", "dies after")
Answer = tuple[int | None, str]  # how many minutes it takes, in which others go on; and then what


class Killed(BaseException):
    """The process is gone: nothing that would tidy up runs. Not an Exception, for no service may catch it."""


@dataclass
class Unruly(Gateway):
    """Answers as it is told, in turn. `elsewhere`: what others do while it waits; `objection`: what stands against a
    message that is being sent all the same.
    """

    clock: Callable[[], datetime]
    elsewhere: Callable[[timedelta], None]
    objection: Callable[[Message], str]
    answers: list[Answer] = field(default_factory=list)
    tried: Counter[int] = field(default_factory=Counter)
    arrived: Counter[int] = field(default_factory=Counter)
    on_the_way: Counter[int] = field(default_factory=Counter)  # "slow": on the other side, and not there yet
    wrong: list[str] = field(default_factory=list)

    def address_of(self, message: Message) -> str:
        return "somebody@example.com"

    def on_unknown(self, message: Message) -> OnUnknown:
        """As with e-mail: colleagues rather read it twice."""
        return OnUnknown.RESEND if message.staff_id else OnUnknown.ASK

    def send(self, message: Message) -> str:
        self.wrong += filter(None, [self.objection(message)])  # an error would only be one more of its answers
        self.tried[message.pk] += 1
        minutes, answer = self.answers.pop(0) if self.answers else (None, "taken")
        self.arrived[message.pk] += answer in ARRIVES
        self.on_the_way[message.pk] += answer == "slow"
        if minutes is not None:
            self.elsewhere(timedelta(minutes=minutes))
        if answer.startswith("dies"):
            raise Killed
        if answer in ERRORS:
            raise ERRORS[answer]()
        return "receipt"
