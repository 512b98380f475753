from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import Capability
from accounts.models import Actor, Staff
from hospital_crm.lib.inserts import insert
from patients.models import Patient, Target, TimelineEntry, target_fields
from patients.models.timeline import PARTS, TELLERS, Teller

from .search import rank_by_contact
from .survivors import survivor_even_erased


def add_timeline_entry(
    *,
    target: Target,
    kind: str,
    params: dict[str, Any],
    needs: Capability,
    occurred_at: datetime,
    actor: Actor,
    source: Model | None = None,
    excluded: Iterable[Staff] = (),
    is_new: bool = False,
) -> TimelineEntry:
    """The story of the person or organisation has the entry, for all but the persons concerned, by the act itself.

    `is_new`: the target comes on file by this act, so that nobody can have merged it with another.
    """
    entry = TimelineEntry(
        **target_fields(target if is_new else survivor_even_erased(target)),
        kind=kind,
        params=params,
        needs=needs,
        occurred_at=occurred_at,
        actor=actor,
        source_type=source._meta.label if source is not None else "",
        source_id=source.pk if source is not None else None,
    )
    insert(entry)
    if concerned := list(excluded):
        entry.excluded.set(concerned)
    return entry


def strike_timeline_entries(*, target: Target, source: Model, at: datetime) -> None:
    """What the entries about the source tell was voided: they stay in the person's story, crossed out."""
    story = TimelineEntry.objects.filter(**target_fields(target))
    about = story.filter(source_type=source._meta.label, source_id=source.pk)
    about.filter(struck_at__isnull=True).update(struck_at=at)


def record_contact(*, target: Target, at: datetime) -> None:
    """The hospital and the person spoke: search ranks patients by it. It goes back only where that was voided."""
    earlier = Q(last_contact_at__isnull=True) | Q(last_contact_at__lt=at)
    if type(target)._default_manager.filter(earlier, pk=target.pk).update(last_contact_at=at):
        _rank(target, at)


def set_back_last_contact(*, target: Target, voided: Collection[datetime], at: datetime | None) -> None:
    """What was voided was not the last contact: that was then, or never. What has been said since stays the last."""
    was_last = type(target)._default_manager.filter(pk=target.pk, last_contact_at__in=voided)
    if was_last.update(last_contact_at=at):
        _rank(target, at)


def _rank(target: Target, at: datetime | None) -> None:
    if isinstance(target, Patient):
        rank_by_contact(target.pk, at)


def name_part(part: str, label: str | Promise) -> None:
    """Each app says what its lines of the story are called where the reader chooses among them."""
    PARTS[part] = label


def add_teller(teller: Teller) -> None:
    """The app's own rows are lines of the story from now on."""
    TELLERS.append(teller)


name_part("patients", _("The record"))
name_part("visits", _("Visits"))
name_part("consents", _("Consents"))
