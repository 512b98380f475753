"""What a provider tells later: whether a message arrived, and what was answered to it."""

from __future__ import annotations

import hmac
import json
import logging
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from hospital_crm.lib.phones import read_phone

CHINA = ZoneInfo("Asia/Shanghai")
YEARS = range(1971, 9999)  # outside them nothing was said, and the clocks of other zones may have no such moment
OPT_OUT_WORDS = frozenset("R T TD N 退订 拒收".split())
NOT_A_WORD = re.compile(r"\W+")
WORDS = re.compile(r"[A-Z0-9]+|退订|拒收|\w")  # Chinese has no spaces between; any other letter is a word of its own
T = TypeVar("T")
log = logging.getLogger(__name__)


class Forged(Exception):
    """Whoever called does not prove to be the provider: nothing of it may be believed."""


class Malformed(Exception):
    """It proves where it comes from, and cannot be read. The provider should call again."""


class Fate(Enum):
    DELIVERED = auto()
    NOT_DELIVERED = auto()
    UNDER_WAY = auto()  # taken, and the carrier has not reported yet


BEST_FIRST = (Fate.DELIVERED, Fate.UNDER_WAY, Fate.NOT_DELIVERED)


@dataclass(frozen=True)
class CallBack:
    """What was asked of us, before anybody has looked at it."""

    body: bytes = b""
    path_token: str = ""
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Receipt:
    receipt: str  # as `send` returned it
    address: str
    fate: Fate
    at: datetime | None
    code: str  # the provider's or carrier's own word
    reference: str = ""  # what we had passed on, if it comes back
    is_blocked: bool = False  # the recipient or the carrier wants nothing more from us

    def cleaned(self) -> Receipt:
        words = (self.receipt, self.address, self.code, self.reference)
        receipt, address, code, reference = (clean(each) for each in words)
        return replace(self, receipt=receipt, address=address, code=code, reference=reference)


def best(found: Iterable[Receipt]) -> Receipt | None:
    """Of several tries of one message: one that arrived says more than one that may, and that than one that did not."""
    return min(found, key=lambda receipt: BEST_FIRST.index(receipt.fate), default=None)


@dataclass(frozen=True)
class Reply:
    number: str
    text: str
    at: datetime | None
    provider_id: str  # the same when it is pushed again

    def cleaned(self) -> Reply:
        number, text, key = (clean(each) for each in (self.number, self.text, self.provider_id))
        return replace(self, number=number, text=text, provider_id=key)

    @property
    def keyword(self) -> str:
        """The word that stops messages, if the text is nothing else; "" for a text that somebody should read.

        Of several, as in "TD退订", the first one.
        """
        text = unicodedata.normalize("NFKC", self.text).upper()
        words = [whole] if (whole := NOT_A_WORD.sub("", text)) in OPT_OUT_WORDS else WORDS.findall(text)
        return words[0] if words and OPT_OUT_WORDS.issuperset(words) else ""


def check_path_token(call_back: CallBack, expected: str) -> None:
    """For providers that sign nothing: only they were told the address. Raises Forged; without a token nobody may."""
    if not expected or not hmac.compare_digest(call_back.path_token.encode(), expected.encode()):
        raise Forged


def entries(body: bytes) -> list[Any]:
    """The JSON array that was pushed; one object counts as an array of one. Raises Malformed."""
    try:
        found = json.loads(body)
    except ValueError as error:
        raise Malformed from error
    if not isinstance(found, dict | list):
        raise Malformed
    return found if isinstance(found, list) else [found]


def read_each(found: list[Any], read: Callable[[Mapping[str, Any]], T]) -> list[T]:
    """Those that can be read: one that cannot must not cost the others, which may be refusals of messages."""
    done = []
    for entry in found:
        try:
            done.append(read(entry))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            log.warning("one of %s entries of a call-back cannot be read: %s", len(found), type(error).__name__)
    return done


def take_each(told: Iterable[T], take: Callable[[T], object]) -> list[object]:
    """Each by itself: one at which something breaks does not cost those behind it.

    Raises the first fault when all are taken, so that the provider calls again.
    """
    taken, faults = [], []
    for each in told:
        try:
            taken.append(take(each))
        except Exception as fault:
            log.warning("one entry of a call-back cannot be taken: %s", type(fault).__name__)
            faults.append(fault)
    if faults:
        raise faults[0]
    return taken


def moment(text: object) -> datetime | None:
    """2017-01-01 00:00:00, by the clock of China; None for what is none: what was said counts more than when.

    Unverified: neither provider's pages name the time zone. Both show the console's, which is UTC+8.
    """
    try:
        told = datetime.strptime(str(text), "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
        return told if told.year in YEARS else None
    except ValueError:
        return None


def second(number: object) -> datetime | None:
    """Seconds since 1970; None for what is no moment, likewise."""
    try:
        told = datetime.fromtimestamp(int(str(number)), UTC)
        return told if told.year in YEARS else None
    except (ValueError, OverflowError, OSError):
        return None


def clean(text: str) -> str:
    """As it can be written down: half an emoji and the NUL character cannot."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def number_of(text: object) -> str:
    """+8613800138000. Raises ValueError for what is no number."""
    number = read_phone(str(text))
    return number.e164 or number.digits
