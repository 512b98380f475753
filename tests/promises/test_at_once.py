"""Two people take, keep or postpone the same promise in the same moment: one wins, the other is told. Mission B4."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Actor, Staff
from messaging.models import Message
from promises.models import Promise
from promises.services import escalation, ownership, promises
from promises.services.changes import PromiseAlreadyOver, PromiseHasChanged
from tests import make
from tests.accounts.at_once import Meanwhile, on_a_server, with_threads

pytestmark = [on_a_server, with_threads]
HOUR = timedelta(hours=1)


def test_only_one_takes_it(alice: Staff, bob: Staff, now: datetime) -> None:
    promise = make.promise(team=make.team("热线组", alice, bob), at=now)
    seen_by_bob = Promise.objects.get(pk=promise.pk)
    with transaction.atomic():
        ownership.take_promise(promise=promise, staff=alice, at=now)
        other = Meanwhile(lambda: ownership.take_promise(promise=seen_by_bob, staff=bob, at=now))
        other.wait_until_it_waits()
    assert isinstance(other.outcome(), ownership.AlreadyTaken)
    promise.refresh_from_db()
    assert promise.owner == alice


def test_only_one_completes_it(alice: Staff, bob: Staff, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now)
    seen_by_bob = Promise.objects.get(pk=promise.pk)
    with transaction.atomic():
        promises.keep_promise(promise=promise, actor=alice.actor, at=now)
        other = Meanwhile(lambda: promises.keep_promise(promise=seen_by_bob, actor=bob.actor, at=now))
        other.wait_until_it_waits()
    assert isinstance(other.outcome(), PromiseAlreadyOver)
    assert promise.events.filter(verb="kept").count() == 1


def test_only_one_moves_its_time(alice: Staff, bob: Staff, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now)
    seen_by_bob = Promise.objects.get(pk=promise.pk)

    def postpone(row: Promise, by: Staff, hours: int) -> Promise:
        due = now + hours * HOUR
        return promises.postpone_promise(promise=row, due_at=due, reason="x", actor=by.actor, at=now)

    with transaction.atomic():
        postpone(promise, alice, 2)
        other = Meanwhile(lambda: postpone(seen_by_bob, bob, 3))
        other.wait_until_it_waits()
    assert isinstance(other.outcome(), PromiseHasChanged)
    due = Message.objects.filter(kind="promises.due", state="queued", channel="in_app")
    assert list(due.values_list("send_at", flat=True)) == [now + 2 * HOUR]


def test_two_beats_raise_a_level_once(alice: Staff, now: datetime) -> None:
    make.promise(owner=alice, at=now)
    system = Actor.objects.get(code="tests")
    late = now + HOUR + timedelta(minutes=6)
    with transaction.atomic():
        first = escalation.escalate_late(actor=system, at=late)
        other = Meanwhile(lambda: escalation.escalate_late(actor=system, at=late))
        other.wait_until_it_waits()
    assert (first, other.outcome()) == (1, 0)
    assert Message.objects.filter(kind="promises.late1", channel="in_app").count() == 1
