"""One request to a provider, and how far it came: what surely did not leave may go again, the rest is in doubt.

Why not a library: docs/decisions/0020.
"""

import base64
import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Thread, Timer
from time import monotonic
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from .base import ChannelDown, OutcomeUnknown

TIME_OUT = 9.0  # s for all that one `send` asks; a channel has ten
CONNECT = 3.0  # s
LEAST = 0.3  # of the time, for an answer
LARGEST = 64 * 1024  # bytes of an answer; the usual ones have a few hundred
NO_TIME = 0.001  # s; none at all would mean not to wait for anything
HTTPS = 443
REFUSED = range(300, 500)  # the request was not even looked at: it is not for this address, or not ours to ask


class Deadline:
    """The moment by which all questions of one `send` are answered."""

    def __init__(self, seconds: float = TIME_OUT) -> None:
        self._end, self._least = monotonic() + seconds, seconds * LEAST

    @property
    def left(self) -> float:
        return self._end - monotonic()

    @property
    def is_near(self) -> bool:
        """Too near to say something: the answer might come after it, and nobody would know."""
        return self.left <= self._least


@dataclass(frozen=True)
class Request:
    url: str = field(repr=False)  # holds keys and numbers
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    method: str = "POST"


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes = field(repr=False)


def look_up(host: str, port: int, deadline: Deadline) -> list[str]:
    """The host's addresses. The system waits for silent name servers as long as it likes; nobody here waits for it.

    Raises OSError, TimeoutError among them.
    """
    found: list[list[str] | OSError] = []

    def ask_system() -> None:
        try:
            found.append([str(address[0]) for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)])
        except OSError as error:
            found.append(error)

    asking = Thread(target=ask_system, daemon=True)
    asking.start()
    asking.join(max(deadline.left, NO_TIME))
    if not found:
        raise TimeoutError("no name server answers")
    if isinstance(found[0], OSError):
        raise found[0]
    return found[0]


def reached(host: str, port: int, deadline: Deadline) -> socket.socket:
    """Whichever of the host's addresses answers first, within the time. Raises OSError."""
    fault = OSError("no address")
    for address in look_up(host, port, deadline):
        try:
            return socket.create_connection((address, port), max(min(CONNECT, deadline.left), NO_TIME))
        except OSError as error:
            fault = error
    raise fault


def hand_over(request: Request, deadline: Deadline) -> dict[str, Any]:
    """The JSON object that was answered, whatever it says.

    Raises ChannelDown if the request surely was not taken, OutcomeUnknown if it may have been.
    """
    answer = ask(request, deadline)
    try:
        found = json.loads(answer.body)
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    words = f"HTTP {answer.status}"
    raise ChannelDown(words) if answer.status in REFUSED else OutcomeUnknown(words)


def inquire(request: Request, deadline: Deadline) -> dict[str, Any]:
    """As `hand_over`, for a question that changes nothing: silence is no doubt then. Raises ChannelDown."""
    try:
        return hand_over(request, deadline)
    except OutcomeUnknown as error:
        raise ChannelDown(str(error)) from error


def ask(request: Request, deadline: Deadline) -> Answer:
    """Raises ChannelDown if the request surely did not leave, OutcomeUnknown if no whole answer came."""
    _check(request.headers)
    parts = urlsplit(request.url)
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    line = _connected(parts, deadline)
    try:
        with _cut_at(deadline, line.sock):
            line.request(request.method, target, request.body, dict(request.headers))
            answer = line.getresponse()
            return Answer(answer.status, answer.read(LARGEST))
    except (OSError, HTTPException) as error:
        raise OutcomeUnknown(type(error).__name__) from error
    finally:
        line.close()


def _check(headers: Mapping[str, str]) -> None:
    """A key that was typed wrongly must not make every message doubtful."""
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            raise ChannelDown(f"header {name}")


def _connected(parts: SplitResult, deadline: Deadline) -> HTTPConnection:
    """A line that nothing was said on yet; none is kept, for one that went to sleep would make doubts."""
    line = _line(parts, max(min(CONNECT, deadline.left), NO_TIME))

    def reach(place: tuple[str, int], *_: Any) -> socket.socket:
        return reached(place[0], place[1], deadline)

    line._create_connection = reach  # type: ignore[attr-defined]  # http.client's own would wait for name servers
    try:
        line.connect()
        line.sock.settimeout(max(deadline.left, NO_TIME))
    except (OSError, HTTPException) as error:
        line.close()
        raise ChannelDown(type(error).__name__) from error
    if deadline.is_near:
        line.close()
        raise ChannelDown("no time left")
    return line


def _line(parts: SplitResult, seconds: float) -> HTTPConnection:
    """Directly, or through the proxy that the deployment names (HTTPS_PROXY, NO_PROXY)."""
    host = parts.hostname or ""
    if parts.scheme != "https":
        return HTTPConnection(host, parts.port, timeout=seconds)
    proxy = "" if proxy_bypass(host) else getproxies().get("https", "")
    if not proxy:
        return HTTPSConnection(host, parts.port, timeout=seconds)
    by = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    line = HTTPSConnection(by.hostname or "", by.port, timeout=seconds)
    line.set_tunnel(host, parts.port or HTTPS, _who(by))
    return line


def _who(proxy: SplitResult) -> dict[str, str]:
    if not proxy.username:
        return {}
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


@contextmanager
def _cut_at(deadline: Deadline, sock: socket.socket) -> Iterator[None]:
    """The socket's own time-out starts anew with every byte, so a trickle would never end."""
    timer = Timer(max(deadline.left, 0), cut, [sock])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def cut(sock: socket.socket) -> None:
    """Whoever reads from it or writes to it, in whatever thread, finds it ended."""
    try:
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # not TLS's own: that one is not safe beside a reader
    except OSError:
        return  # it was closed meanwhile
