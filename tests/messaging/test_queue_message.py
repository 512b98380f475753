"""Queueing and cancelling: in the transaction of the act itself, once a key, cancelled by its source."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.template import TemplateDoesNotExist

from accounts.models import Actor, Department, Staff
from accounts.services.actors import system_actor
from messaging.models import Channel, Message, MessageClass
from messaging.services.outbox import cancel_messages, tell_staff
from messaging.services.queueing import Recipient
from patients.models import Contact
from tests import make
from tests.messaging.make import message

HOUR = timedelta(hours=1)


def tell(staff: Staff, at: datetime) -> list[Message]:
    return tell_staff(
        staff=staff,
        kind="messaging.trial",
        params={},
        dedupe_key="promise:17:r3:due",
        source="promise:17",
        send_at=at,
        expires_at=at + HOUR,
        actor=system_actor("tests"),
        at=at,
    )


def test_waits_with_what_it_was_given(alice: Staff, system: Actor, now: datetime) -> None:
    patient = make.patient("张桂兰")
    queued = message(alice, now, params={"promise": 17, "due_at": now}, about=patient, send_at=now + HOUR)
    kept = Message.objects.get(pk=queued.pk)
    assert (kept.state, kept.attempts, kept.due_at, kept.read_at) == ("queued", 0, now + HOUR, None)
    assert (kept.recipient, kept.about, kept.message_class) == (alice, patient, MessageClass.STAFF)
    assert kept.params == {"promise": 17, "due_at": now.isoformat(timespec="seconds")}


@pytest.mark.parametrize("kind", ["staff", "patient", "contact"])
def test_goes_to_one_of_three_kinds_of_people(alice: Staff, system: Actor, now: datetime, kind: str) -> None:
    people: dict[str, Recipient] = {
        "staff": alice,
        "patient": make.patient("张桂兰"),
        "contact": Contact.objects.create(created_at=now, created_by=system),
    }
    assert Message.objects.get(pk=message(people[kind], now).pk).recipient == people[kind]


def test_the_same_key_again_inserts_nothing(alice: Staff, bob: Staff, now: datetime) -> None:
    message(alice, now, dedupe_key="promise:17:r3:due")
    later = now + timedelta(days=1)
    with pytest.raises(AssertionError):
        message(bob, later, dedupe_key="promise:17:r3:due")
    assert Message.objects.get().staff == alice
    message(alice, later, dedupe_key="promise:17:r4:due")
    assert Message.objects.count() == 2


def test_goes_with_the_act_that_was_rolled_back(alice: Staff, now: datetime) -> None:
    with transaction.atomic():
        message(alice, now)
        transaction.set_rollback(True)
    assert not Message.objects.exists()


def test_cannot_expire_before_it_is_sent(alice: Staff, now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        message(alice, now, expires_at=now)


def test_a_kind_without_words_is_refused_at_once(alice: Staff, system: Actor, now: datetime) -> None:
    with pytest.raises(TemplateDoesNotExist):
        message(alice, now, kind="messaging.nonsense")


def test_staff_are_told_in_the_app_and_by_mail_where_there_is_an_address(alice: Staff, now: datetime) -> None:
    bert = make.staff("bert", "consultant", email="bert@example.com")
    assert [(each.staff, each.channel) for each in tell(alice, now)] == [(alice, Channel.IN_APP)]
    assert [each.channel for each in tell(bert, now)] == [Channel.IN_APP, Channel.EMAIL]
    assert tell(bert, now) == []
    assert Message.objects.count() == 3


def test_told_on_one_channel_before_the_other_is_not_lost(alice: Staff, now: datetime) -> None:
    tell(alice, now)
    alice.email = "alice@example.com"
    assert [each.channel for each in tell(alice, now)] == [Channel.EMAIL]
    assert Message.objects.count() == 2


def test_cancelled_by_its_source_and_by_no_other(alice: Staff, system: Actor, now: datetime) -> None:
    mine, other = message(alice, now, source="promise:17"), message(alice, now, source="promise:170")
    assert cancel_messages(source="promise:17", actor=alice.actor, at=now) == 1
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.state, mine.settled_at, mine.settled_by, other.state) == ("cancelled", now, alice.actor, "queued")
    assert cancel_messages(source="promise:17", actor=alice.actor, at=now) == 0


def test_stands_in_the_outbox_of_its_department(
    alice: Staff, charlie: Staff, system: Actor, cataract: Department, glaucoma: Department, now: datetime
) -> None:
    patient = make.patient("张桂兰", department=glaucoma)
    assert message(alice, now, actor=charlie.actor).department == cataract
    assert message(patient, now, actor=alice.actor).department == cataract
    assert message(patient, now).department == glaucoma
