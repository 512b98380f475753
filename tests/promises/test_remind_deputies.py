"""What the absent owe: who stands in is told when it falls due. Mission B4."""

from datetime import datetime, timedelta

import pytest

from accounts.models import Actor, Staff
from accounts.services.absences import cancel_absence, record_absence
from messaging.models import Message
from promises.models import Promise
from promises.services.closing import keep_promise
from promises.services.deputies import remind_deputies
from tests import make

MINUTE = timedelta(minutes=1)


@pytest.fixture
def promise(alice: Staff, now: datetime) -> Promise:
    return make.promise(owner=alice, at=now, due_at=now + 60 * MINUTE)


def away(staff: Staff, now: datetime, deputy: Staff | None = None) -> None:
    record_absence(staff=staff, starts_on=now.date(), ends_on=now.date(), deputy=deputy, actor=staff.actor, at=now)


def told(staff: Staff, state: str = "queued") -> list[str]:
    notes = Message.objects.filter(staff=staff, channel="in_app", state=state)
    return list(notes.order_by("pk").values_list("kind", flat=True))


def test_soon_and_when_due_each_once(promise: Promise, alice: Staff, bob: Staff, system: Actor, now: datetime) -> None:
    away(alice, now, deputy=bob)
    assert remind_deputies(actor=system, at=now) == 0
    for minutes in (50, 51, 60, 61):
        remind_deputies(actor=system, at=now + minutes * MINUTE)
    assert told(bob) == ["promises.ahead", "promises.due"]


def test_what_fell_due_long_before_is_left_to_escalation(
    promise: Promise, alice: Staff, bob: Staff, system: Actor, now: datetime
) -> None:
    away(alice, now, deputy=bob)
    assert remind_deputies(actor=system, at=now + 120 * MINUTE) == 0
    assert remind_deputies(actor=system, at=now + 119 * MINUTE) == 1


def test_nobody_stands_in_for_whoever_is_here(promise: Promise, bob: Staff, system: Actor, now: datetime) -> None:
    assert remind_deputies(actor=system, at=now + 60 * MINUTE) == 0


def test_an_absence_that_was_called_off_counts_no_longer(
    promise: Promise, alice: Staff, bob: Staff, system: Actor, now: datetime
) -> None:
    away(alice, now, deputy=bob)
    cancel_absence(absence=alice.absences.get(), actor=alice.actor, at=now)
    assert remind_deputies(actor=system, at=now + 60 * MINUTE) == 0


def test_a_deputy_who_must_not_know_hears_nothing(
    promise: Promise, alice: Staff, bob: Staff, system: Actor, now: datetime
) -> None:
    away(alice, now, deputy=bob)
    promise.excluded.add(bob)
    assert remind_deputies(actor=system, at=now + 60 * MINUTE) == 0


def test_kept_meanwhile_the_note_is_taken_back(
    promise: Promise, alice: Staff, bob: Staff, system: Actor, now: datetime
) -> None:
    away(alice, now, deputy=bob)
    remind_deputies(actor=system, at=now + 60 * MINUTE)
    keep_promise(promise=promise, actor=alice.actor, at=now + 61 * MINUTE)
    assert told(bob) == []
    assert told(bob, "cancelled") == ["promises.due"]
