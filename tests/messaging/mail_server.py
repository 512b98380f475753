"""A mail server on a free port that answers, refuses, hangs or hangs up where the test says so."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

STAGES = ("greeting", "ehlo", "mail", "rcpt", "data", "text", "quit")
FRIENDLY = {"greeting": "220 ready", "data": "354 go on", "quit": "221 bye"}
HANG, HANG_UP = "hang", "hang up"
TRICKLE = "trickle"  # an answer of a hundred lines, 20 ms each
LOSE = "lose"  # the text is read and forgotten, and nobody learns of it
MESSAGE_ID = re.compile(rb"^Message-ID: (<[^>]+>)", re.IGNORECASE | re.MULTILINE)

Rule = Callable[[str], str]  # from the stage to an answer, HANG, HANG_UP, TRICKLE, LOSE, or "" for a friendly one


@dataclass
class MailServer:
    port: int
    rule: Rule = lambda stage: ""
    taken: list[bytes] = field(default_factory=list)  # texts that it answered for with yes, or would have
    reached: Counter[str] = field(default_factory=Counter)
    let_go: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def copies(self) -> Counter[str]:
        """How often each message arrived."""
        return Counter(found[1].decode() for text in self.taken if (found := MESSAGE_ID.search(text)))

    def answer(self, stage: str) -> str:
        self.reached[stage] += 1
        return self.rule(stage) or FRIENDLY.get(stage, "250 fine")

    def held(self, words: str) -> str:
        if words == HANG:
            self.let_go.wait()
        return words

    def talk(self, client: socket.socket) -> None:
        """One conversation, to its end or to its rude end."""
        with contextlib.suppress(OSError), client, client.makefile("rb") as lines:
            if not self._tell(client, self.held(self.answer("greeting"))):
                return
            for line in lines:
                verb = line[:4].strip().lower().decode("ascii", "replace")
                stage = {"helo": "ehlo", "rset": "reset"}.get(verb, verb)
                words = self.held(self.answer(stage))
                if not self._tell(client, words) or verb == "quit":
                    return
                if verb == "data" and words.startswith("3") and not self._read_text(client, lines):
                    return

    def _read_text(self, client: socket.socket, lines: Iterator[bytes]) -> bool:
        text = b"".join(iter(lambda: next(lines, b".\r\n"), b".\r\n"))
        answer = self.answer("text")
        if not answer.startswith(("4", "5", LOSE)):
            self.taken.append(text)
        return self._tell(client, self.held(answer))

    def _tell(self, client: socket.socket, words: str) -> bool:
        if words in (HANG, HANG_UP, LOSE):
            client.shutdown(socket.SHUT_RDWR)
            return False
        for _ in range(100 if words == TRICKLE else 0):
            client.sendall(b"250-wait\r\n")
            time.sleep(0.02)
        client.sendall(f"{'250 fine' if words == TRICKLE else words}\r\n".encode())
        return True


@contextmanager
def mail_server(rule: Rule = lambda stage: "") -> Iterator[MailServer]:
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = MailServer(door.getsockname()[1], rule)
        threading.Thread(target=_welcome, args=(door, server), daemon=True).start()
        try:
            yield server
        finally:
            server.let_go.set()


def _welcome(door: socket.socket, server: MailServer) -> None:
    while True:
        try:
            client, _ = door.accept()
        except OSError:  # the test is over
            return
        threading.Thread(target=server.talk, args=(client,), daemon=True).start()


def at(stage: str, words: str) -> Rule:
    """Friendly everywhere else."""
    return lambda here: words if here == stage else ""
