"""Calls of the time before: they look like any other, and nothing follows from them any more."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Actor, AuditEntry, Staff
from consult.models import Call
from consult.services.past import PastCall, record_past_calls
from institution.models import ReferenceItem
from patients.models import Patient, TimelineEntry
from promises.models import Promise
from tests import make

LONG_AGO = timedelta(days=400)


def lines(patient: Patient) -> list[Any]:
    story = TimelineEntry.objects.filter(patient=patient, kind="consult.call")
    return list(story.values_list("kind", "params", "needs", "occurred_at", "actor", "source_type"))


def test_stand_in_lists_and_story_like_one_that_was_logged(alice: Staff, system: Actor, now: datetime) -> None:
    topic = ReferenceItem.objects.get(list__code="call_topic", code="directions")
    before, logged = make.patient(), make.patient()
    past = PastCall(before.pk, alice, Call.Disposition.ANSWERED, now - LONG_AGO, now - LONG_AGO, topic, question="地铁")
    (key,) = record_past_calls([past], actor=system, at=now)
    make.call(alice, logged, at=now - LONG_AGO, question="地铁")
    assert lines(before) == lines(logged)
    assert Call.objects.visible_to(alice).filter(patient=before).get().pk == key
    assert Call.objects.get(pk=key).topics.get().question == "地铁"
    assert AuditEntry.objects.filter(verb="calls.imported").count() == 1


def test_what_it_promised_then_is_named_and_nothing_is_promised_anew(
    alice: Staff, system: Actor, now: datetime
) -> None:
    topic = ReferenceItem.objects.get(list__code="call_topic", code="directions")
    patient, then = make.patient(), now - LONG_AGO
    promise = make.promise(patient, owner=alice, at=then)
    past = PastCall(patient.pk, alice, Call.Disposition.RING_BACK, then, then, topic, promise=promise.pk)
    (key,) = record_past_calls([past], actor=system, at=now)
    assert Call.objects.get(pk=key).promise == promise
    assert Promise.objects.count() == 1
