"""What a provider's error code means for a message."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from .base import ChannelDown, ChannelError, OutcomeUnknown


class Verdict(Enum):
    PERMANENT = auto()  # this message will never be taken
    TEMPORARY = auto()  # this message will be taken later
    BLOCKED = auto()  # this recipient wants nothing from us
    DOWN = auto()  # nothing is taken now: keys, credit, permission, the account's own limits
    UNKNOWN = auto()  # the provider itself does not know


class Blocked(ChannelError):
    """The recipient or the carrier has refused us for good; whoever keeps refusals should hear of it."""

    def __init__(self, words: str = "") -> None:
        super().__init__(words, permanent=True)


@dataclass(frozen=True)
class Codes:
    """A provider's codes: by name, else by the longest beginning, else for good, so that a person sees what is new."""

    by_name: Mapping[Verdict, str]  # names, separated by spaces
    by_beginning: Mapping[str, Verdict]

    def verdict(self, code: str) -> Verdict:
        for verdict, names in self.by_name.items():
            if code in names.split():
                return verdict
        fitting = [beginning for beginning in self.by_beginning if code.startswith(beginning)]
        return self.by_beginning[max(fitting, key=len)] if fitting else Verdict.PERMANENT

    def check(self, code: object, taken: object) -> None:
        """Raises what the code means, unless it says "taken". An answer without a code says nothing."""
        if code is None or isinstance(code, dict | list) or str(code) == "":
            raise OutcomeUnknown("malformed answer")
        if code != taken:
            raise self.refusal(str(code))

    def refusal(self, code: str) -> Exception:
        """The error to raise. Its words are the code alone: what providers write beside it may name the recipient."""
        verdict = self.verdict(code)
        if verdict is Verdict.DOWN:
            return ChannelDown(code)
        if verdict is Verdict.UNKNOWN:
            return OutcomeUnknown(code)
        if verdict is Verdict.BLOCKED:
            return Blocked(code)
        return ChannelError(code, permanent=verdict is Verdict.PERMANENT)
