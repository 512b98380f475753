"""What a call leaves in the person's story."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from accounts.access import Capability
from accounts.models import Actor
from consult import rules
from consult.models import Call
from institution.models import ReferenceItem
from patients.services.phone_checks import note_success
from patients.services.timeline import add_timeline_entry, name_part, record_contact

from .records import TopicRecord


def tell_story(call: Call, topics: Sequence[TopicRecord], actor: Actor) -> None:
    """One line in the person's story, without the words of the call: those are for who may see the call itself."""
    add_timeline_entry(
        target=call.target,
        kind="consult.call",
        params=told_of(call, [row.topic for row in topics]),
        needs=Capability.SEE_CALLS,
        occurred_at=call.started_at,
        actor=actor,
        source=call,
    )
    if rules.was_spoken(call.disposition):
        record_contact(target=call.target, at=call.started_at)
        if call.patient is not None and call.digits:
            note_success(patient=call.patient, digits=call.digits, at=call.started_at)


class Told(Protocol):
    """A call, on record or about to be."""

    @property
    def direction(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def disposition(self) -> str: ...


def told_of(call: Told, topics: Iterable[ReferenceItem]) -> dict[str, Any]:
    """What the line in the person's story says of the call."""
    labels = [{"zh": topic.label_zh, "en": topic.label_en} for topic in topics]
    return {
        "direction": call.direction,
        "channel": call.channel,
        "disposition": call.disposition,
        "topics": labels,
    }


name_part("consult", _("Calls"))
