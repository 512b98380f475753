from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model, Q

from accounts.access import Capability
from accounts.models import Actor, Staff
from patients.models import Contact, Patient, TimelineEntry, target_fields


def add_timeline_entry(
    *,
    target: Patient | Contact,
    kind: str,
    params: dict[str, Any],
    needs: Capability,
    occurred_at: datetime,
    actor: Actor,
    source: Model | None = None,
    excluded: Iterable[Staff] = (),
) -> TimelineEntry:
    """The person's story has the entry, for all but the persons concerned; in the transaction of the act itself."""
    entry = TimelineEntry.objects.create(
        **target_fields(target),
        kind=kind,
        params=params,
        needs=needs,
        occurred_at=occurred_at,
        actor=actor,
        source_type=source._meta.label if source is not None else "",
        source_id=source.pk if source is not None else None,
    )
    if concerned := list(excluded):
        entry.excluded.set(concerned)
    return entry


def strike_timeline_entries(*, target: Patient | Contact, source: Model, at: datetime) -> None:
    """What the entries about the source tell was voided: they stay in the person's story, crossed out."""
    story = TimelineEntry.objects.filter(**target_fields(target))
    about = story.filter(source_type=source._meta.label, source_id=source.pk)
    about.filter(struck_at__isnull=True).update(struck_at=at)


def record_contact(*, target: Patient | Contact, at: datetime) -> None:
    """The hospital and the patient spoke: search ranks by it. It never goes back."""
    if isinstance(target, Patient):
        earlier = Q(last_contact_at__isnull=True) | Q(last_contact_at__lt=at)
        Patient.objects.filter(earlier, pk=target.pk).update(last_contact_at=at)
