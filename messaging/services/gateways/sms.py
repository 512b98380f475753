"""What all SMS providers of mainland China have in common: registered templates, mobile numbers, no second chance."""

import re
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from messaging.models import Message

from .base import Gateway, OnUnknown
from .receipts import CallBack, Reply
from .wire import TIME_OUT

# Registered templates and signatures serve the mainland only; elsewhere another template and price hold.
MOBILE = re.compile(r"\+861\d{10}")


@dataclass(frozen=True)
class ShortMessage:
    """A text as providers want it: not words, but their template and its values."""

    template: str  # the provider's number of it
    values: Mapping[str, str] = field(default_factory=dict)  # in the order of the template's variables


@dataclass(frozen=True)
class SmsSource:
    """How a message is read; the outbox knows, the provider need not."""

    number_of: Callable[[Message], str]  # "+8613800138000", "" if there is none
    worded: Callable[[Message], ShortMessage]
    objection: Callable[[Message], str] = lambda message: ""
    columns: Callable[[Message], dict[str, Any]] = lambda message: {}


class SmsGateway(Gateway):
    """Providers keep no promise to drop a second one ("均不支持幂等", Aliyun's page on SendSms): a person is asked."""

    reads = ("patient__phones", "contact__became__phones", "organisation__contacts")
    can_be_asked = True

    def __init__(
        self, source: SmsSource, *, now: Callable[[], datetime] = timezone.now, time_out: float = TIME_OUT
    ) -> None:
        self.source, self.now, self.time_out = source, now, time_out

    def address_of(self, message: Message) -> str:
        return self.source.number_of(message)

    def refuses(self, message: Message) -> str:
        return self.source.objection(message)

    def columns(self, message: Message) -> dict[str, Any]:
        return self.source.columns(message)

    def takes(self, address: str) -> bool:
        return MOBILE.fullmatch(address) is not None

    def on_unknown(self, message: Message) -> OnUnknown:
        return OnUnknown.RESEND if message.staff_id else OnUnknown.ASK

    @abstractmethod
    def replies_in(self, call_back: CallBack) -> list[Reply]:
        """What recipients answered. Raises Forged, Malformed."""
