"""E-mail to staff: in their language, telling little, and judged rightly at every stage of the conversation (J1)."""

import email
import time
from collections.abc import Iterator
from datetime import datetime
from email.message import Message as Mail
from typing import Any

import pytest

from accounts.models import Staff
from hospital_crm.lib.mail_server import SERVER
from messaging.models import Channel, ChannelPause, Message
from messaging.services.delivery import deliver_due
from patients.models import Patient
from tests import make
from tests.messaging.mail_server import HANG, HANG_UP, STAGES, TRICKLE, MailServer, Rule, at, mail_server
from tests.messaging.make import message

pytestmark = pytest.mark.system  # a mail server of its own, which also lets one wait


@pytest.fixture
def wang(db: None) -> Staff:
    return make.staff("wang", "consultant", email="wang@example.com", language="en")


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with mail_server() as server:
        settings.EMAIL_BACKEND = SERVER
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_TIMEOUT = 0.2
        settings.BASE_URL = "https://crm.hospital.example"
        yield server


def send(person: Staff, now: datetime, **values: Any) -> Message:
    mail = message(person, now, channel=Channel.EMAIL, **values)
    deliver_due(now=lambda: now)
    mail.refresh_from_db()
    return mail


def text_of(mail: Mail) -> str:
    words = mail.get_payload(decode=True)
    assert isinstance(words, bytes)
    return words.decode()


def test_arrives_with_subject_link_and_a_number_that_stays(wang: Staff, server: MailServer, now: datetime) -> None:
    sent = send(wang, now)
    assert (sent.state, sent.attempts, sent.address) == ("sent", 1, "wang@example.com")
    (mail,) = (email.message_from_bytes(text) for text in server.taken)
    assert (mail["To"], mail["Subject"], mail["Auto-Submitted"]) == (
        "wang@example.com",
        "Test message",
        "auto-generated",
    )
    assert sent.receipt == mail["Message-ID"]
    assert text_of(mail).split() == [
        "Whoever",
        "reads",
        "this",
        "is",
        "reached.",
        "https://crm.hospital.example/outbox/",
    ]
    Message.objects.update(state="queued", settled_at=None)
    deliver_due(now=lambda: now)
    assert server.copies() == {sent.receipt: 2}  # a server or a reader can drop the second


def test_several_go_in_one_conversation(wang: Staff, server: MailServer, now: datetime) -> None:
    for _ in range(3):
        message(wang, now, channel=Channel.EMAIL)
    deliver_due(now=lambda: now)
    assert (server.reached["greeting"], len(server.taken)) == (1, 3)


REFUSAL, LATER = "550 no such user", "451 try later"


@pytest.mark.parametrize(
    ("rule", "state", "reason"),
    [
        # refused for this message: for good, or for now
        (at("rcpt", REFUSAL), "failed", "refused"),
        (at("data", REFUSAL), "failed", "refused"),
        (at("text", REFUSAL), "failed", "refused"),
        (at("rcpt", LATER), "queued", ""),
        (at("data", LATER), "queued", ""),
        (at("text", LATER), "queued", ""),
        # nobody can be served: surely not taken
        (at("greeting", "554 not you"), "queued", ""),
        (at("greeting", HANG_UP), "queued", ""),
        (at("greeting", HANG), "queued", ""),
        (at("ehlo", HANG), "queued", ""),
        (at("mail", "530 sign in first"), "queued", ""),
        (at("mail", HANG_UP), "queued", ""),
        (at("rcpt", HANG), "queued", ""),
        # what happens to the farewell is of no importance
        (at("quit", HANG), "sent", ""),
        (at("quit", HANG_UP), "sent", ""),
        (at("quit", "500 what"), "sent", ""),
    ],
    ids=lambda value: "" if callable(value) else str(value),
)
def test_what_the_servers_answer_means(
    wang: Staff, server: MailServer, now: datetime, settings: Any, rule: Rule, state: str, reason: str
) -> None:
    server.rule = rule
    if state == "queued" and HANG in map(rule, STAGES):
        settings.EMAIL_TIMEOUT = 0.05  # where a busy machine made it too early, the outcome would be the same
    sent = send(wang, now)
    assert (sent.state, sent.reason, sent.attempts, sent.in_doubt) == (state, reason, 1, False)


@pytest.mark.parametrize("silence", [HANG, HANG_UP])
def test_silence_after_the_text_is_a_doubt_and_a_colleague_is_written_to_again(
    wang: Staff, server: MailServer, now: datetime, silence: str
) -> None:
    server.rule = at("text", silence)
    doubtful = send(wang, now)
    assert (doubtful.state, doubtful.in_doubt) == ("queued", True)
    server.rule = lambda stage: ""
    deliver_due(now=lambda: doubtful.due_at)
    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.in_doubt, doubtful.attempts) == ("sent", True, 2)
    assert server.copies() == {doubtful.receipt: 2}


# ── It is over in time, however slowly the server talks ──────────────────────


@pytest.fixture
def in_time(server: MailServer, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail may take 0.3 s, each step far longer."""
    settings.EMAIL_TIMEOUT = 5
    monkeypatch.setattr("messaging.services.gateways.email.TIME_OUT", 0.3)


def slowly(stage: str) -> str:
    time.sleep(0.1)
    return ""


@pytest.mark.usefixtures("in_time")
@pytest.mark.parametrize("rule", [slowly, at("ehlo", TRICKLE), at("rcpt", TRICKLE)])
def test_a_server_that_is_slow_in_all_its_steps_is_left_alone(
    wang: Staff, server: MailServer, now: datetime, rule: Rule
) -> None:
    server.rule = rule
    sent = send(wang, now)
    assert (sent.state, sent.in_doubt, server.taken) == ("queued", False, [])
    assert ChannelPause.objects.filter(channel="email").exists()


@pytest.mark.usefixtures("in_time")
def test_a_trickle_after_the_text_is_a_doubt(wang: Staff, server: MailServer, now: datetime) -> None:
    server.rule = at("text", TRICKLE)
    sent = send(wang, now)
    assert (sent.state, sent.in_doubt) == ("queued", True)


@pytest.mark.usefixtures("in_time")
def test_a_handshake_that_hangs_is_cut_too(wang: Staff, server: MailServer, now: datetime, settings: Any) -> None:
    settings.EMAIL_USE_SSL = True
    server.rule = at("greeting", HANG)  # the other side of the handshake says nothing
    began = time.monotonic()
    assert send(wang, now).state == "queued"
    assert time.monotonic() - began < 4  # s; a step alone has five


def test_where_no_server_listens_it_waits(wang: Staff, server: MailServer, now: datetime, settings: Any) -> None:
    settings.EMAIL_PORT = 1
    assert send(wang, now).state == "queued"


def test_one_refused_recipient_does_not_hold_up_the_next(wang: Staff, server: MailServer, now: datetime) -> None:
    answers = iter([REFUSAL, ""])
    server.rule = lambda stage: next(answers) if stage == "rcpt" else ""
    first, second = (message(wang, now, channel=Channel.EMAIL) for _ in range(2))
    deliver_due(now=lambda: now)
    states = dict(Message.objects.values_list("pk", "state"))
    assert (states[first.pk], states[second.pk]) == ("failed", "sent")


def test_the_demo_without_a_server_prints_it(
    wang: Staff, now: datetime, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert send(wang, now).state == "sent"
    assert "Subject: Test message" in capsys.readouterr().out


@pytest.mark.parametrize(("language", "subject"), [("en", "Test message"), ("zh-hans", "测试消息"), ("", "测试消息")])
def test_speaks_the_language_of_the_one_who_reads_it(
    db: None, now: datetime, mailoutbox: Any, language: str, subject: str
) -> None:
    send(make.staff(email="a@example.com", language=language), now)
    assert [mail.subject for mail in mailoutbox] == [subject]


def test_is_not_given_the_patient_but_the_family_name(
    wang: Staff, now: datetime, mailoutbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a template prints of it, no full name and no number can leave the house."""
    given: dict[str, Any] = {}
    monkeypatch.setattr("messaging.services.letters.Context", lambda context, **_: given.update(context) or context)
    patient = make.patient("欧阳桂兰", "13800001234")
    send(wang, now, about=patient)
    assert given["family_name"] == "欧阳"
    assert not [value for value in given.values() if isinstance(value, Patient | Message)]
