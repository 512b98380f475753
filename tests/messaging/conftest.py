from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from messaging.models import Channel, Message
from messaging.services.gateways import GATEWAYS, Gateway, OnUnknown

from .certificates import certificate, trusted  # noqa: F401  fixtures


@dataclass
class Post(Gateway):
    """A gateway that does what the test says, and keeps what it was given."""

    answer: Callable[[Message], str] = lambda message: "taken"
    rule: OnUnknown = OnUnknown.ASK
    address: str = "somebody@example.com"
    given: list[int] = field(default_factory=list)
    closed: int = 0

    def address_of(self, message: Message) -> str:
        return self.address

    def takes(self, address: str) -> bool:
        return "@" in address

    def send(self, message: Message) -> str:
        self.given.append(message.pk)
        return self.answer(message)

    def on_unknown(self, message: Message) -> OnUnknown:
        return self.rule

    def close(self) -> None:
        self.closed += 1

    def fail_with(self, error: Exception) -> None:
        def fail(message: Message) -> str:
            raise error

        self.answer = fail


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    """Stands in for the mail server."""
    post = Post()
    monkeypatch.setitem(GATEWAYS, Channel.EMAIL, lambda: post)
    return post
