"""A name server that is silent holds up no message longer than it may take. Mission J1."""

import socket
from threading import Event
from time import monotonic
from typing import Any

import pytest

from messaging.services.gateways.base import ChannelDown
from messaging.services.gateways.smtp import WatchedBackend, _Line, judged
from messaging.services.gateways.wire import Deadline, Request, hand_over, look_up, reached


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


@pytest.mark.usefixtures("silence")
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_message_to_a_provider_waits_for_its_next_try_too(scheme: str) -> None:
    began = monotonic()
    with pytest.raises(ChannelDown):
        hand_over(Request(f"{scheme}://sms.provider.example/"), Deadline(0.01))
    assert monotonic() - began < 10


@pytest.mark.usefixtures("silence")
def test_so_it_does_where_the_name_is_that_of_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.hospital.example:3128")
    began = monotonic()
    with pytest.raises(ChannelDown):
        hand_over(Request("https://sms.provider.example/"), Deadline(0.01))
    assert monotonic() - began < 10


@pytest.mark.parametrize("refused", [0, 1])
def test_of_several_addresses_the_first_that_answers_is_taken(monkeypatch: pytest.MonkeyPatch, refused: int) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("192.0.2.1", "192.0.2.2")]
    asked: list[str] = []

    def connect(place: tuple[str, int], seconds: float) -> Any:
        asked.append(place[0])
        if len(asked) <= refused:
            raise ConnectionRefusedError
        return place[0]

    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **values: found)
    monkeypatch.setattr(socket, "create_connection", connect)
    line: Any = reached("sms.provider.example", 443, Deadline())
    assert line == asked[-1]
    assert len(asked) == refused + 1


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
