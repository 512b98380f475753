"""E-mail through whatever server the deployment names (EMAIL_URL); the demo without one prints it."""

import hashlib
import logging
import smtplib
from contextlib import AbstractContextManager, nullcontext
from email.utils import parseaddr
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email

from messaging.models import Message
from messaging.services.letters import letter_of
from messaging.services.links import unsubscribe_headers

from .addresses import email_of
from .base import ChannelError, Gateway, OnUnknown
from .smtp import WatchedBackend, judged
from .wire import TIME_OUT

FAREWELL = 0.9  # s: with the mail itself, less than the ten that a channel has
log = logging.getLogger(__name__)


class EmailGateway(Gateway):
    reads = ("contact__became", "organisation__contacts")

    @property
    def is_set_up(self) -> bool:
        return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")

    @cached_property
    def _connection(self) -> Any:
        return get_connection()

    def address_of(self, message: Message) -> str:
        return email_of(message)

    def takes(self, address: str) -> bool:
        try:
            validate_email(address)
        except ValidationError:
            return False
        return True

    def on_unknown(self, message: Message) -> OnUnknown:
        """A colleague rather reads it twice, and its number is the same (docs/decisions/0011); others are asked for."""
        return OnUnknown.RESEND if message.staff_id else OnUnknown.ASK

    def send(self, message: Message) -> str:
        mail = self._mail(message)
        try:
            with self._within(TIME_OUT):
                self._connection.open()
                self._connection.send_messages([mail])
        except (smtplib.SMTPException, OSError) as error:
            verdict = judged(error, is_in_doubt=getattr(self._connection.connection, "is_in_doubt", False))
            self.close()
            raise verdict from error
        return str(mail.extra_headers["Message-ID"])

    def close(self) -> None:
        """Its farewell is of no importance: what was taken is taken."""
        try:
            with self._within(FAREWELL):
                self._connection.close()
        except (smtplib.SMTPException, OSError) as error:
            log.info("the mail server's farewell failed: %s", type(error).__name__)
        self.__dict__.pop("_connection", None)

    def _within(self, seconds: float) -> AbstractContextManager[None]:
        """Of a server; what is printed or kept in memory takes no time."""
        return self._connection.within(seconds) if isinstance(self._connection, WatchedBackend) else nullcontext()

    def _mail(self, message: Message) -> EmailMessage:
        try:
            letter = letter_of(message, language=message.staff.language if message.staff else "")
        except Exception as error:
            log.exception("message %s has no words", message.pk)
            raise ChannelError(permanent=True, reason=Message.Reason.BROKEN) from error
        headers = {
            "Message-ID": message_id(message),
            "Auto-Submitted": "auto-generated",
            **unsubscribe_headers(message),
        }
        return EmailMessage(letter.subject, letter.body, to=[self.address_of(message)], headers=headers)


def message_id(message: Message) -> str:
    """The same at every try, so that a mail server or reader may drop the second; tells nothing."""
    digest = hashlib.sha256(message.dedupe_key.encode()).hexdigest()[:32]
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{digest}@{domain}>"
