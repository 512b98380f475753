"""Promises of the time before: told and counted like any other, owed by nobody any more."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Actor, Staff
from messaging.models import Message
from patients.models import AccessGrant, Patient, TimelineEntry
from promises.models import Promise, PromiseEvent
from promises.services.closing import keep_promise
from promises.services.past import PastPromise, record_past_promises
from tests import make

HOUR = timedelta(hours=1)
KINDS = Promise.Kind


def told(promise: Promise) -> list[Any]:
    """The steps in its history and in the person's story, but for its key."""
    events = PromiseEvent.objects.filter(promise=promise).order_by("pk")
    story = TimelineEntry.objects.filter(patient=promise.patient, kind__startswith="promises.").order_by("pk")
    return [
        list(events.values_list("verb", "happened_at", "actor", "staff", "due_at", "reason")),
        [(entry.kind, params(entry), entry.needs, entry.occurred_at) for entry in story],
    ]


def params(entry: TimelineEntry) -> dict[str, Any]:
    return {**entry.params, "promise": 0, "due": datetime.fromisoformat(entry.params["due"])}


def past(patient: Patient, owner: Staff, now: datetime, **values: Any) -> PastPromise:
    made, due = now - 9 * HOUR, now - 8 * HOUR
    return PastPromise(patient.pk, KINDS.RING_BACK, owner, made, due, **{"ended_at": due - HOUR / 2, **values})


def test_tell_what_one_tells_that_was_made_and_kept_here(alice: Staff, system: Actor, now: datetime) -> None:
    (key,) = record_past_promises([past(make.patient(), alice, now)], actor=system, at=now)
    before = Promise.objects.get(pk=key)
    here = make.promise(make.patient(), owner=alice, at=now - 9 * HOUR, due_at=now - 8 * HOUR, actor=alice.actor)
    keep_promise(promise=here, actor=alice.actor, at=now - 8.5 * HOUR)
    assert told(before) == told(here)
    columns = ("state", "owner", "department", "due_at", "first_due_at", "late_at", "made_at", "ended_at", "ended_by")
    both = Promise.objects.filter(pk__in=[before.pk, here.pk]).values_list(*columns)
    assert both[0] == both[1]


def test_remind_nobody_and_open_nothing(alice: Staff, system: Actor, now: datetime) -> None:
    record_past_promises([past(make.patient(), alice, now)], actor=system, at=now)
    assert not Promise.objects.open().exists()
    assert not Message.objects.exists()
    assert not AccessGrant.objects.exists()


def test_given_up_they_say_why(alice: Staff, system: Actor, now: datetime) -> None:
    given_up = past(make.patient(), alice, now, state=Promise.State.NOT_REACHED, reason="多次拨打无人接听")
    (key,) = record_past_promises([given_up], actor=system, at=now)
    promise = Promise.objects.get(pk=key)
    assert (promise.reason, promise.first_attempt_at) == ("多次拨打无人接听", None)
    assert promise.events.get(verb="not_reached").reason == "多次拨打无人接听"
