"""A mail server that is not ours (aiosmtpd) takes what is sent: over TLS, with the password, word for word."""

import email.policy
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from accounts.models import Staff
from hospital_crm.lib.mail_server import SERVER
from messaging.models import Channel, Message
from messaging.services.delivery import deliver_due
from tests import make
from tests.messaging.make import message
from tests.services import free_port

pytestmark = pytest.mark.system
USER, PASSWORD, NOBODY = "crm@hospital.example", "geheim und lang", "nobody@example.com"


@dataclass
class Box:
    """What the server keeps; who it does not know."""

    taken: list[Envelope] = field(default_factory=list)
    over_tls: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == NOBODY:
            return "550 5.1.1 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append(envelope)
        self.over_tls.append(session.ssl is not None)
        return "250 2.0.0 kept"

    @property
    def mails(self) -> list[EmailMessage]:
        return [email.message_from_bytes(bytes(each.content), policy=email.policy.default) for each in self.taken]  # type: ignore[arg-type]


def knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, told: Any) -> AuthResult:
    right = isinstance(told, LoginPassword) and (told.login, told.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


@pytest.fixture
def box(settings: Any, certificate: Path, trusted: None) -> Iterator[Box]:
    context, box = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), Box()
    context.load_cert_chain(certificate)
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SERVER, "127.0.0.1", free_port()
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD, settings.EMAIL_USE_TLS = USER, PASSWORD, True
    server = Controller(
        box,
        hostname="127.0.0.1",
        port=settings.EMAIL_PORT,
        tls_context=context,
        require_starttls=True,
        authenticator=knows,
        auth_required=True,
    )
    server.start()
    yield box
    server.stop()


def sent_to(person: Staff, now: datetime) -> Message:
    mail = message(person, now, channel=Channel.EMAIL)
    deliver_due(now=lambda: now)
    mail.refresh_from_db()
    return mail


@pytest.mark.parametrize(("language", "subject"), [("zh-hans", "测试消息"), ("en", "Test message")])
def test_it_arrives_word_for_word(db: None, box: Box, now: datetime, language: str, subject: str) -> None:
    sent = sent_to(make.staff("wang", email="wang@example.com", language=language), now)
    (mail,) = box.mails
    assert (sent.state, sent.receipt) == ("sent", mail["Message-ID"])
    assert (mail["To"], mail["Subject"], box.over_tls) == ("wang@example.com", subject, [True])
    assert box.taken[0].rcpt_tos == ["wang@example.com"]


def test_whom_it_does_not_know_is_not_written_to_again(db: None, box: Box, now: datetime) -> None:
    sent = sent_to(make.staff("gone", email=NOBODY), now)
    assert (sent.state, sent.reason, box.taken) == ("failed", "refused", [])
    sent_to(make.staff("wang", email="wang@example.com"), now)  # the others still are, in the same conversation
    assert len(box.taken) == 1


def test_a_wrong_password_is_a_fault_of_the_channel_and_of_no_message(
    db: None, box: Box, settings: Any, now: datetime
) -> None:
    settings.EMAIL_HOST_PASSWORD = "wrong"
    sent = sent_to(make.staff("wang", email="wang@example.com"), now)
    assert (sent.state, box.taken) == ("queued", [])
