"""How far a request came decides what may be done with the message: every cut is named rightly."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from messaging.services.gateways.base import ChannelDown, OutcomeUnknown
from messaging.services.gateways.wire import LARGEST, Deadline, Request, ask, hand_over, inquire
from tests.messaging.provider import CUT, HANG, HANG_UP, TRICKLE, Provider, Says, provider, request

pytestmark = pytest.mark.system  # a server of its own, which also lets one wait
SHORT = 0.3  # s


@pytest.fixture
def place() -> Iterator[Provider]:
    with provider() as place:
        yield place


@pytest.fixture
def mute() -> Iterator[int]:
    """A port that welcomes and never says a word; not even TLS's."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        yield door.getsockname()[1]


def test_what_was_asked_arrives_and_the_answer_comes_back(place: Provider) -> None:
    place.rule = lambda asked: Says({"fine": "好"})
    assert hand_over(request(place, "/a/b?c=d%20e", "问".encode()), Deadline()) == {"fine": "好"}
    (asked,) = place.asked
    assert (asked.method, asked.path, asked.query, asked.body.decode()) == ("POST", "/a/b", {"c": "d e"}, "问")
    assert asked.headers["host"] == f"127.0.0.1:{place.port}"


@pytest.mark.parametrize("silence", [HANG, HANG_UP, CUT, TRICKLE])
def test_no_whole_answer_is_a_doubt_and_takes_no_longer_than_allowed(place: Provider, silence: str) -> None:
    place.will_say(silence)
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown):
        hand_over(request(place), Deadline(SHORT))
    assert time.monotonic() - began < SHORT + 1
    assert len(place.asked) == 1
    with pytest.raises(ChannelDown):  # a question may be asked again
        inquire(request(place), Deadline(SHORT))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Says(b"<html>", 200), OutcomeUnknown),
        (Says(b'["a list"]', 200), OutcomeUnknown),
        (Says(b"", 200), OutcomeUnknown),
        (Says(b"\xff\xfe\x00", 200), OutcomeUnknown),
        (Says(b"<html>", 502), OutcomeUnknown),
        (Says(b"<html>", 504), OutcomeUnknown),
        (Says(b"{}" + b" " * LARGEST + b"x", 200), {}),  # what is too long is cut, and may still be read
        (Says(b"", 302), ChannelDown),
        (Says(b"<html>", 403), ChannelDown),
        (Says(b"<html>", 404), ChannelDown),
        (Says({"Code": "x"}, 500), {"Code": "x"}),  # whoever can still talk may say what it means
        (Says({"Code": "x"}, 403), {"Code": "x"}),
    ],
)
def test_an_answer_that_nobody_understands(
    place: Provider, answer: Says, error: type[Exception] | dict[str, str]
) -> None:
    place.will_say(answer)
    if isinstance(error, dict):
        assert hand_over(request(place), Deadline()) == error
        return
    with pytest.raises(error):
        hand_over(request(place), Deadline())


def test_where_nobody_listens_nothing_left(place: Provider) -> None:
    for url in ("http://127.0.0.1:1/", "https://127.0.0.1:1/", "http://no-such-host.invalid/"):
        with pytest.raises(ChannelDown):
            ask(Request(url), Deadline(SHORT))


def test_before_the_line_is_safe_nothing_left(place: Provider, mute: int) -> None:
    """A handshake that hangs, or is none, is no doubt about the message."""
    for port in (mute, place.port):
        with pytest.raises(ChannelDown):
            ask(Request(f"https://127.0.0.1:{port}/"), Deadline(SHORT))
    assert place.asked == []


def test_without_time_for_an_answer_nothing_leaves(place: Provider) -> None:
    late = Deadline(SHORT)
    time.sleep(SHORT * 0.8)
    for deadline in (late, Deadline(0)):
        with pytest.raises(ChannelDown):
            ask(request(place), deadline)
    assert place.asked == []


@pytest.mark.parametrize("key", ["密钥", "line\nbreak", "line\r\nx: y"])
def test_a_key_that_cannot_be_a_header_makes_no_doubts(place: Provider, key: str) -> None:
    with pytest.raises(ChannelDown, match="header authorization"):
        ask(Request(place.url, {"authorization": key}), Deadline())
    assert place.asked == []


def test_goes_through_the_proxy_of_the_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=_refuse_one, args=(door, heard), daemon=True).start()
        monkeypatch.setenv("https_proxy", f"http://wang:p%40ss@127.0.0.1:{door.getsockname()[1]}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        with pytest.raises(ChannelDown):  # the tunnel is not there, so nothing left
            ask(Request("https://provider.example/send?key=secret"), Deadline(2))
    assert heard[0].startswith("CONNECT provider.example:443 HTTP/1.")
    assert "Proxy-Authorization: Basic d2FuZzpwQHNz" in heard[0]
    assert "secret" not in heard[0]


def _refuse_one(door: socket.socket, heard: list[str]) -> None:
    client, _ = door.accept()
    with client:
        heard.append(client.recv(4096).decode())
        client.sendall(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")


def test_keys_do_not_show_where_a_request_is_printed() -> None:
    shown = repr(Request("https://x.example/?key=secret", {"authorization": "secret"}, b"secret"))
    assert "secret" not in shown
