"""A name server that is silent holds up no mail longer than the mail may take. Mission J1."""

import socket
from threading import Event
from time import monotonic
from typing import Any

import pytest

from messaging.services.gateways.base import ChannelDown
from messaging.services.gateways.smtp import WatchedBackend, _Line, judged
from messaging.services.gateways.wire import Deadline, look_up


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Until the end of the test."""
    over = Event()

    def ask(*args: Any, **values: Any) -> list[Any]:
        over.wait(20)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", ask)
    yield
    over.set()


@pytest.mark.usefixtures("silence")
def test_silence_ends_with_the_time_of_the_mail() -> None:
    line, began = _Line(), monotonic()
    line.deadline = Deadline(0.01)
    with pytest.raises(TimeoutError):
        line.reach("mail.hospital.example", 25, 5)
    assert monotonic() - began < 10


@pytest.mark.usefixtures("silence")
def test_the_mail_waits_for_its_next_try(settings: Any) -> None:
    backend = WatchedBackend(host="mail.hospital.example", port=25)
    with pytest.raises(OSError) as error, backend.within(0.01):  # noqa: PT011  whichever it is
        backend.open()
    assert isinstance(judged(error.value, is_in_doubt=False), ChannelDown)


def test_what_the_system_knows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 25)) for address in ("192.0.2.1", "192.0.2.2")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **values: found)
    assert look_up("mail.hospital.example", 25, Deadline()) == ["192.0.2.1", "192.0.2.2"]


def test_a_name_that_nobody_knows_is_an_error_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **values: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(socket.gaierror):
        look_up("mail.hospital.example", 25, Deadline())
