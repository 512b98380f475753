"""What a mail server's answer, or its silence, means for one message."""

import smtplib
from collections.abc import Iterable
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

from .base import ChannelDown, ChannelError, OutcomeUnknown

FOR_GOOD = range(500, 600)
CLOSING = 421  # "service not available, closing": meant for everybody


class _Watched(smtplib.SMTP):
    """Remembers whether a whole text may be on the other side without its answer here."""

    is_in_doubt = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.is_in_doubt = True
        try:
            answer = super().data(msg)
        except smtplib.SMTPDataError:  # it answered: it does not even want the text
            self.is_in_doubt = False
            raise
        self.is_in_doubt = False
        return answer


class _WatchedSSL(_Watched, smtplib.SMTP_SSL):
    pass


class WatchedBackend(EmailBackend):
    """Django's own, over a connection that says how far it came."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _WatchedSSL if self.use_ssl else _Watched


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
