"""What a mail server's answer, or its silence, means for one message."""

import smtplib
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Timer
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

from .base import ChannelDown, ChannelError, OutcomeUnknown
from .wire import Deadline, cut, reached

FOR_GOOD = range(500, 600)
CLOSING = 421  # "service not available, closing": meant for everybody


class _Line:
    """The connection as it is below all TLS: it can be cut whatever is going on above."""

    def __init__(self) -> None:
        self.deadline = Deadline()
        self._below: socket.socket | None = None

    def reach(self, host: str, port: int, step: float) -> socket.socket:
        """Whichever of the host's addresses answers first, within the time; then each step may take `step` seconds."""
        sock = reached(host, port, self.deadline)
        sock.settimeout(step)
        self._below = sock.dup()
        if self.deadline.left <= 0:  # the cut came too early for this line
            self.cut()
        return sock

    def cut(self) -> None:
        if self._below is not None:
            cut(self._below)

    def close(self) -> None:
        if self._below is not None:
            self._below.close()
            self._below = None


class _Watching:
    """Remembers whether a whole text may be on the other side without its answer here."""

    is_in_doubt = False

    def __init__(self, *args: Any, line: _Line, **options: Any) -> None:
        self.line = line
        super().__init__(*args, **options)

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.is_in_doubt = True
        try:
            answer: tuple[int, bytes] = super().data(msg)  # type: ignore[misc]  # smtplib's
        except smtplib.SMTPDataError:  # it answered: it does not even want the text
            self.is_in_doubt = False
            raise
        self.is_in_doubt = False
        return answer


class _Watched(_Watching, smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self.line.reach(host, port, timeout)


class _WatchedSSL(_Watching, smtplib.SMTP_SSL):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self.context.wrap_socket(self.line.reach(host, port, timeout), server_hostname=host)


class WatchedBackend(EmailBackend):
    """Django's own, over a connection that says how far it came and ends in time."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._line = _Line()

    @property
    def connection_class(self) -> Callable[..., smtplib.SMTP]:  # type: ignore[override]  # it is only ever called
        return partial(_WatchedSSL if self.use_ssl else _Watched, line=self._line)

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Whatever is said meanwhile is over by then: EMAIL_TIMEOUT starts anew with every step, and every byte."""
        self._line.deadline = Deadline(seconds)
        timer = Timer(seconds, self._line.cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._line.close()


def judged(error: Exception, *, is_in_doubt: bool) -> Exception:
    """The error of our own that says what to do now.

    A refused recipient or text concerns this message: 5xx for good, 4xx for now. Everything else before the text
    concerns all: no connection, no sign-in, a sender that is not liked.
    """
    words = type(error).__name__
    if is_in_doubt:
        return OutcomeUnknown(words)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _of_code(max(code for code, _ in _answers(error)), words)
    if isinstance(error, smtplib.SMTPDataError):
        return _of_code(error.smtp_code, words)
    return ChannelDown(words)


def _answers(error: smtplib.SMTPRecipientsRefused) -> Iterable[tuple[int, bytes]]:
    return error.recipients.values()


def _of_code(code: int, words: str) -> ChannelError:
    return ChannelDown(words) if code == CLOSING else ChannelError(words, permanent=code in FOR_GOOD)
