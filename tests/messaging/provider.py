"""A provider on a free port: keeps what it was asked, and answers, hangs, trickles or hangs up as the test says."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from messaging.models import Message
from messaging.services.gateways.wire import Request

HANG, HANG_UP, CUT, TRICKLE = "hang", "hang up", "cut in the middle", "trickle"
NUMBER = "+8613800138000"


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    raw_query: str = ""

    @property
    def said(self) -> dict[str, Any]:
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found


@dataclass(frozen=True)
class Says:
    """A dictionary is sent as JSON."""

    words: Mapping[str, Any] | bytes = b""
    status: int = 200

    @property
    def body(self) -> bytes:
        return self.words if isinstance(self.words, bytes) else json.dumps(self.words).encode()


Rule = Callable[[Asked], Says | str]  # or HANG, HANG_UP, CUT, TRICKLE


@dataclass
class Provider:
    rule: Rule = lambda asked: Says({})
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    scheme: str = "http"
    let_go: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def will_say(self, *answers: Says | str) -> None:
        """One after the other; the last one again and again."""
        left = list(answers)
        self.rule = lambda asked: left.pop(0) if len(left) > 1 else left[0]


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, parts.path, query, headers, body, parts.query)
        self.provider.asked.append(asked)
        with suppress(OSError):
            self._answer(self.provider.rule(asked))

    def _answer(self, answer: Says | str) -> None:
        if answer == HANG:
            self.provider.let_go.wait()
        if isinstance(answer, str) and answer in (HANG, HANG_UP):
            return
        told = answer if isinstance(answer, Says) else Says({"Code": "OK", "errcode": 0})
        self.send_response(told.status)
        self.send_header("content-length", str(len(told.body) if answer != TRICKLE else 10_000))
        self.end_headers()
        if answer == TRICKLE:
            while not self.provider.let_go.wait(0.02):
                self.wfile.write(b" ")
            return
        self.wfile.write(told.body[:3] if answer == CUT else told.body)

    def log_message(self, format: str, *args: object) -> None:
        return  # the test says what matters


class _Server(ThreadingHTTPServer):
    daemon_threads, block_on_close = True, False

    def handle_error(self, request: object, client_address: object) -> None:
        return  # whoever asked may hang up; the test says whether it should


@contextmanager
def provider(rule: Rule = lambda asked: Says({}), tls: ssl.SSLContext | None = None) -> Iterator[Provider]:
    place = Provider(rule, scheme="https" if tls else "http")
    handler = type("Handler", (_Handler,), {"provider": place})
    server = _Server(("127.0.0.1", 0), handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    place.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield place
    finally:
        place.let_go.set()
        server.shutdown()
        server.server_close()


def unsaved(**values: Any) -> Message:
    """A message as gateways see it; what they need is in the row itself."""
    return Message(pk=7, **{"dedupe_key": "plan:3:r1:day7", "kind": "messaging.trial", **values})


def request(place: Provider, path: str = "/", body: bytes = b"hello") -> Request:
    return Request(f"{place.url}{path}", {"content-type": "text/plain"}, body)
