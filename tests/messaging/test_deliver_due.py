"""Every state that a message goes through on its way out, and every reason for which it does not go (D5, J1)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.utils import translation

from accounts.models import Staff
from accounts.services.leaving import deactivate_staff
from messaging.models import Channel, ChannelPause, ContactLog, Hold, Message, MessageClass
from messaging.services import delivery
from messaging.services.gateways import ChannelDown, ChannelError, OnUnknown, OutcomeUnknown
from messaging.services.holds import place_hold
from messaging.services.outbox import cancel_messages
from tests import make
from tests.house.world import counted
from tests.messaging.conftest import Post
from tests.messaging.make import message

EMAIL, HOUR, MINUTE = Channel.EMAIL, timedelta(hours=1), timedelta(minutes=1)
REFUSED = ChannelError(permanent=True)
NOT_NOW = ChannelError(permanent=False)


def deliver(at: datetime) -> int:
    return delivery.deliver_due(now=lambda: at)


def state_of(row: Message) -> tuple[str, str]:
    row.refresh_from_db()
    return row.state, row.reason


def test_a_note_in_the_app_is_there_when_its_time_has_come(alice: Staff, now: datetime) -> None:
    note = message(alice, now, send_at=now + HOUR)
    assert (deliver(now + HOUR - timedelta(seconds=1)), state_of(note)) == (0, ("queued", ""))
    assert (deliver(now + HOUR), state_of(note)) == (1, ("sent", ""))
    assert (note.handed_over_at, note.settled_at, note.attempts, note.claim) == (now + HOUR, now + HOUR, 1, None)
    assert list(Message.objects.notes_of(alice)) == [note]
    assert deliver(now + HOUR) == 0


def test_the_longest_due_are_claimed_first_and_each_by_one_alone(alice: Staff, now: datetime) -> None:
    late, later, latest = (message(alice, now, send_at=now - number * MINUTE) for number in (3, 2, 1))
    message(alice, now, send_at=now + MINUTE)
    claims = [delivery.claim_due(channel=Channel.IN_APP, limit=2, at=now) for _ in range(3)]
    assert claims == [[late, later], [latest], []]
    assert [(row.state, row.claimed_at, row.claim is not None) for row in claims[0]] == [("claimed", now, True)] * 2
    assert [state_of(row)[0] for row in (late, later, latest)] == ["claimed"] * 3
    assert len({row.claim for row in (*claims[0], *claims[1])}) == 2


def test_an_idle_second_asks_once_and_writes_nothing(alice: Staff, now: datetime) -> None:
    message(alice, now, send_at=now + HOUR)
    with counted() as queries:
        deliver(now)
    assert len(queries) == 1
    assert queries[0].startswith("SELECT")


def test_a_batch_of_notes_asks_as_often_as_one_note(alice: Staff, bob: Staff, now: datetime) -> None:
    asked = []
    for people in ([alice], [alice, bob, alice, bob]):
        for staff in people:
            message(staff, now)
        with counted() as queries:
            deliver(now)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_what_leaves_the_house_is_handed_over_once_with_its_address_and_receipt(
    alice: Staff, post: Post, now: datetime
) -> None:
    mail = message(alice, now, channel=EMAIL)
    deliver(now)
    assert state_of(mail) == ("sent", "")
    assert (post.given, post.closed, mail.address, mail.receipt) == ([mail.pk], 1, "somebody@example.com", "taken")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_hand_over_is_written_down_before_it_happens_and_outside_any_transaction(post: Post, now: datetime) -> None:
    seen: list[Any] = []

    def look(row: Message) -> str:
        seen.append((Message.objects.get(pk=row.pk).state, connection.in_atomic_block))
        return "taken"

    post.answer = look
    for _ in range(2):
        message(make.staff(), now, channel=EMAIL)
    deliver(now)
    assert seen == [("handed_over", False)] * 2


@pytest.mark.parametrize(
    ("error", "rule", "becomes", "reason", "waits"),
    [
        (REFUSED, OnUnknown.ASK, "failed", "refused", None),
        (NOT_NOW, OnUnknown.ASK, "queued", "", MINUTE),
        (ChannelDown(), OnUnknown.ASK, "queued", "", MINUTE),
        (OutcomeUnknown(), OnUnknown.ASK, "unknown", "no_answer", None),
        (OutcomeUnknown(), OnUnknown.RESEND, "queued", "", MINUTE),
        (ZeroDivisionError(), OnUnknown.ASK, "unknown", "no_answer", None),
    ],
    ids=str,
)
def test_what_becomes_of_it_when_it_was_not_surely_taken(
    alice: Staff, post: Post, now: datetime, error: Exception, rule: OnUnknown, becomes: str, reason: str,
    waits: timedelta | None,
) -> None:  # fmt: skip
    post.fail_with(error)
    post.rule = rule
    mail = message(alice, now, channel=EMAIL)
    deliver(now)
    assert (state_of(mail), mail.attempts, mail.claim) == ((becomes, reason), 1, None)
    assert mail.due_at == now + (waits or timedelta())
    assert mail.in_doubt is (isinstance(error, OutcomeUnknown) and rule is OnUnknown.RESEND)


def test_it_is_tried_again_at_growing_distances_and_then_a_person_sees_it(
    alice: Staff, post: Post, now: datetime
) -> None:
    post.fail_with(NOT_NOW)
    mail = message(alice, now, channel=EMAIL, expires_at=now + timedelta(days=1))
    tries, at = [], now
    while state_of(mail)[0] == "queued":
        at = mail.due_at
        tries.append((at - now) // MINUTE)
        deliver(at)
    assert tries == [0, 1, 5, 21, 85]
    assert (state_of(mail), mail.settled_at) == (("failed", "spent"), at)


def test_one_that_nobody_answers_for_is_not_sent_again_without_end(alice: Staff, post: Post, now: datetime) -> None:
    post.fail_with(OutcomeUnknown())
    post.rule = OnUnknown.RESEND
    mail = message(alice, now, channel=EMAIL, expires_at=now + timedelta(days=1))
    while state_of(mail)[0] == "queued":
        deliver(mail.due_at)
    assert (state_of(mail), len(post.given)) == (("unknown", "no_answer"), 5)


def test_a_gateway_that_is_down_is_left_alone_and_holds_up_nothing_else(
    alice: Staff, post: Post, now: datetime
) -> None:
    post.fail_with(ChannelDown())
    mails = [message(alice, now, channel=EMAIL) for _ in range(3)]
    note = message(alice, now)
    deliver(now)
    assert (len(post.given), state_of(note)) == (1, ("sent", ""))
    assert [(state_of(mail)[0], mail.attempts) for mail in mails] == [("queued", 1), ("queued", 0), ("queued", 0)]
    assert deliver(now + timedelta(seconds=59)) == 0
    post.answer = lambda mail: "taken"
    deliver(now + MINUTE)
    assert [state_of(mail)[0] for mail in mails] == ["sent"] * 3
    assert ChannelPause.objects.count() == 1


def test_what_the_database_refuses_to_one_channel_holds_up_no_other(
    alice: Staff, post: Post, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, mail = message(alice, now), message(alice, now, channel=EMAIL)
    claim = delivery.claim_due

    def refuse_notes(*, channel: Channel, limit: int, at: datetime) -> list[Message]:
        if channel == Channel.IN_APP:
            raise DatabaseError("refused")
        return claim(channel=channel, limit=limit, at=at)

    monkeypatch.setattr(delivery, "claim_due", refuse_notes)
    with pytest.raises(DatabaseError, match="refused"):  # told, after the others had their turn
        deliver(now)
    assert (state_of(note), state_of(mail)) == (("queued", ""), ("sent", ""))


def test_a_clock_that_is_set_back_does_not_lengthen_the_wait(alice: Staff, post: Post, now: datetime) -> None:
    post.fail_with(ChannelDown())
    message(alice, now, channel=EMAIL)
    deliver(now)
    post.answer = lambda mail: "taken"
    before = now - timedelta(hours=1)
    mail = message(alice, before, channel=EMAIL)
    deliver(before)
    assert state_of(mail)[0] == "sent"


def test_a_slow_gateway_gives_the_worker_back_after_three_seconds(alice: Staff, post: Post, now: datetime) -> None:
    clock = [now]

    def slow(mail: Message) -> str:
        clock[0] += timedelta(seconds=2)
        return "taken"

    post.answer = slow
    mails = [message(alice, now, channel=EMAIL) for _ in range(4)]
    delivery.deliver_due(now=lambda: clock[0])
    assert [state_of(mail)[0] for mail in mails] == ["sent", "sent", "queued", "queued"]
    assert (mails[3].claim, mails[3].attempts) == (None, 0)


# ── Withheld ─────────────────────────────────────────────────────────────────


def leave(person: Staff, at: datetime) -> None:
    deactivate_staff(staff=person, actor=make.staff().actor, at=at)


def hold(person: Staff, at: datetime) -> None:
    patient = make.patient("张桂兰")
    classes, reason = [MessageClass.SERVICE, MessageClass.CARE], Hold.Reason.COMPLAINT
    place_hold(patient=patient, classes=classes, reason=reason, source="complaint:1", actor=person.actor, at=at)
    Message.objects.update(staff=None, patient=patient, message_class=MessageClass.SERVICE)


def lose_address(person: Staff, at: datetime) -> None:
    Message.objects.update(channel=Channel.EMAIL)


def mistype_address(person: Staff, at: datetime) -> None:
    lose_address(person, at)
    Staff.objects.filter(pk=person.pk).update(email="nonsense")


def grow_old(person: Staff, at: datetime) -> None:
    Message.objects.update(send_at=at - HOUR, expires_at=at)


@pytest.mark.parametrize(
    ("happen", "becomes", "reason", "said"),
    [
        (leave, "withheld", "recipient_left", "同事已离职。"),
        (hold, "withheld", "held", "已暂停联系这位患者。"),
        (lose_address, "withheld", "no_address", "没有这个渠道的地址。"),
        (mistype_address, "withheld", "bad_address", "地址不对。"),
        (grow_old, "expired", "expired", "还没发出就过了时间。"),
    ],
)
def test_what_happened_meanwhile_withholds_it_and_it_says_why(
    alice: Staff, now: datetime, happen: Callable[[Staff, datetime], None], becomes: str, reason: str, said: str
) -> None:
    note = message(alice, now)
    happen(alice, now)
    deliver(now)
    assert (state_of(note), note.attempts, note.settled_at) == ((becomes, reason), 0, now)
    with translation.override("zh-hans"):
        assert note.get_reason_display() == said


def test_without_a_mail_server_mails_are_withheld(alice: Staff, now: datetime, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    mail = message(make.staff(email="a@example.com"), now, channel=EMAIL)
    deliver(now)
    assert state_of(mail) == ("withheld", "not_set_up")


def test_a_hold_silences_its_classes_only_and_never_a_note_to_staff(alice: Staff, post: Post, now: datetime) -> None:
    patient = make.patient("张桂兰")
    place_hold(
        patient=patient, classes=[MessageClass.SURVEY], reason=Hold.Reason.COMPLAINT, source="complaint:1",
        actor=alice.actor, at=now,
    )  # fmt: skip
    survey = message(patient, now, channel=EMAIL, message_class=MessageClass.SURVEY)
    care = message(patient, now, channel=EMAIL, message_class=MessageClass.CARE)
    note = message(alice, now, about=patient, message_class=MessageClass.SURVEY)
    deliver(now)
    assert [state_of(each)[0] for each in (survey, care, note)] == ["withheld", "sent", "sent"]


def test_a_message_to_a_patient_counts_as_a_contact(alice: Staff, post: Post, now: datetime) -> None:
    patient = make.patient("张桂兰")
    mail = message(patient, now, channel=EMAIL)
    message(alice, now, channel=EMAIL)
    deliver(now)
    entry = ContactLog.objects.get()
    assert (entry.target, entry.channel, entry.source) == (patient, "email", f"message:{mail.pk}")


# ── Cancelled ────────────────────────────────────────────────────────────────


def test_cancelled_after_it_was_claimed_it_is_not_handed_over(
    alice: Staff, post: Post, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail, other = message(alice, now, channel=EMAIL), message(alice, now, channel=EMAIL, source="test:2")

    def cancel(row: Message, *_: Any) -> None:
        cancel_messages(source="test:1", actor=alice.actor, at=now)

    monkeypatch.setattr("messaging.services.delivery.objection", cancel)
    deliver(now)
    assert (state_of(mail), mail.settled_by, state_of(other)[0]) == (
        ("cancelled", "not_needed"),
        alice.actor,
        "sent",
    )
    assert post.given == [other.pk]


def test_a_note_cancelled_after_it_was_claimed_is_not_in_the_list(
    alice: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, other = message(alice, now), message(alice, now, source="test:2")

    def cancel(row: Message, *_: Any) -> None:
        cancel_messages(source="test:1", actor=alice.actor, at=now)

    monkeypatch.setattr("messaging.services.delivery.objection", cancel)
    deliver(now)
    assert (state_of(note), note.attempts) == (("cancelled", "not_needed"), 0)
    assert list(Message.objects.notes_of(alice)) == [other]


@pytest.mark.parametrize(
    ("error", "becomes"),
    [(None, "sent"), (NOT_NOW, "cancelled"), (OutcomeUnknown(), "cancelled"), (REFUSED, "failed")],
    ids=str,
)
def test_cancelled_while_it_is_handed_over_it_is_not_tried_again(
    alice: Staff, post: Post, now: datetime, error: Exception | None, becomes: str
) -> None:
    def cancel_meanwhile(mail: Message) -> str:
        cancel_messages(source="test:1", actor=alice.actor, at=now)
        if error:
            raise error
        return "taken"

    post.answer, post.rule = cancel_meanwhile, OnUnknown.RESEND
    mail = message(alice, now, channel=EMAIL)
    deliver(now)
    assert (state_of(mail)[0], mail.withdrawn_at) == (becomes, now)


def test_one_that_cannot_be_checked_or_worded_stops_nobody_else(alice: Staff, now: datetime, mailoutbox: Any) -> None:
    person = make.staff(email="a@example.com", language="en")
    broken, fine = (message(person, now, channel=EMAIL) for _ in range(2))
    Message.objects.filter(pk=broken.pk).update(kind="messaging.gone")
    deliver(now)
    assert (state_of(broken), state_of(fine)) == (("failed", "broken"), ("sent", ""))
    assert [mail.subject for mail in mailoutbox] == ["Test message"]
