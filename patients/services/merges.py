"""Two records of one person become one, and two again where that was wrong."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor
from accounts.services.submissions import create_once
from hospital_crm.lib.errors import DomainError
from patients.models import DuplicatePair, MatchKey, Merge, MergedRow, Patient, SearchToken

from .choices import GROUPS, Seen, blanks, columns_taken
from .copies import end_copies
from .following import newest_rows
from .moving import Columns, Reference, Step, change, columns_of, move_references, references_to
from .rivals import settle_pairs, settle_rivals
from .search import index_patients
from .survivors import PersonErased, SamePerson
from .timeline import add_timeline_entry

MADE_FROM_OTHERS = (SearchToken, MatchKey)  # names and numbers: made anew, and never kept as steps


class AlreadyMerged(DomainError):
    """One of the two was merged with somebody, perhaps a moment ago."""

    message = _("One of these records has been merged already. Open it to see with whom.")


class PeopleChanged(DomainError):
    """Somebody changed one of the two since both were shown."""

    message = _("Somebody has changed one of these records meanwhile. Look at both once more.")


@transaction.atomic
def merge_patients(
    *,
    survivor: Patient,
    merged: Patient,
    take: Collection[str] | None = None,
    seen: Seen | None = None,
    actor: Actor,
    at: datetime,
    submission: UUID | None = None,
) -> Merge:
    """All that was about `merged` is about `survivor`, whose number and key stay; the others lead to it.

    `take` names the fields (`choices.GROUPS`) of which the merged one's value counts; without it, those that the
    survivor lacks. `seen`: the versions of both that somebody looked at. Raises SamePerson, AlreadyMerged,
    PeopleChanged, PersonErased, DuplicateSubmission.
    """
    if survivor.pk == merged.pk:
        raise SamePerson

    def create() -> Merge:
        return _merge(*_hold(survivor, merged), take, seen, actor, at)

    return create_once(submission=submission, kind=Merge._meta.label, create=create, actor=actor, at=at)


def _hold(survivor: Patient, merged: Patient) -> tuple[Patient, Patient]:
    """Both, as they are now and for us alone; locked in the order of their keys, so that no two wait for each other."""
    keys = sorted((survivor.pk, merged.pk))
    held = {row.pk: row for row in Patient.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    return held[survivor.pk], held[merged.pk]


def _merge(
    survivor: Patient, merged: Patient, take: Collection[str] | None, seen: Seen | None, actor: Actor, at: datetime
) -> Merge:
    if survivor.merged_into_id or merged.merged_into_id:
        raise AlreadyMerged
    if survivor.erased_at or merged.erased_at:
        raise PersonErased
    if seen is not None and seen != {row.pk: row.version for row in (survivor, merged)}:
        raise PeopleChanged
    taken = blanks(survivor, merged) if take is None else [name for name in take if name in GROUPS]
    before = {"survivor": columns_of(survivor), "merged": columns_of(merged)}
    newest = newest_rows()
    steps = _settle(survivor, merged, actor, at)
    steps += move_rows(merged, survivor)
    if not survivor.phones.filter(is_primary=True).exists():
        for first in survivor.phones.valid().order_by("pk")[:1]:
            steps += change(first, is_primary=True)
    after = _write_columns(survivor, merged, taken, actor, at)
    index_patients([survivor])
    both = {"survivor": survivor, "merged": merged}
    merge = Merge.objects.create(**both, merged_at=at, merged_by=actor, before=before, after=after, newest=newest)
    keep_steps(merge, steps)
    end_copies(survivor, actor=actor, at=at)
    _tell(merge, taken, actor, at)
    return merge


def move_rows(merged: Patient, survivor: Patient) -> list[Step]:
    """All that points at the merged one, but what tells of merges and what is made anew."""
    made = [each for each in references_to(Patient) if each.model in MADE_FROM_OTHERS]
    return move_references(merged, survivor, besides=[*made, *stays_with_merges()])


def stays_with_merges() -> Iterable[Reference]:
    """What a merge says about both goes on pointing at both."""
    return [each for each in references_to(Patient) if each.model in (Merge, DuplicatePair)]


def forget_made(*patients: Patient) -> None:
    """Nobody finds or compares them by what was; whoever is on file is indexed anew."""
    for model in MADE_FROM_OTHERS:
        model._base_manager.filter(patient__in=patients).delete()


def _settle(survivor: Patient, merged: Patient, actor: Actor, at: datetime) -> list[Step]:
    """What cannot just be moved."""
    forget_made(survivor, merged)
    return settle_rivals(survivor, merged) + settle_pairs(survivor, merged, actor, at)


def _write_columns(
    survivor: Patient, merged: Patient, taken: Collection[str], actor: Actor, at: datetime
) -> dict[str, Columns]:
    """What the merge wrote, of both. Hospital numbers change places, for either leads to the person."""
    ours = columns_taken(survivor, merged, taken)
    theirs: Columns = {"merged_into_id": survivor.pk, "compared_at": None, "level_ends_at": None}
    if "hospital_number" in ours:
        theirs["hospital_number"] = survivor.hospital_number
        change(survivor, hospital_number="")
    stamp = {"updated_at": at, "updated_by_id": actor.pk}
    anew = {"compared_at": None, "level_ends_at": at}  # with the visits of both
    (their_step,) = change(merged, **theirs, **stamp, version=merged.version + 1)
    (our_step,) = change(survivor, **ours, **stamp, version=survivor.version + 1, **anew)
    assert their_step.after is not None  # noqa: S101  nothing was removed
    assert our_step.after is not None  # noqa: S101
    return {"survivor": our_step.after, "merged": their_step.after}


def keep_steps(merge: Merge, steps: Iterable[Step]) -> None:
    """The steps are kept, in their order, so that the merge can be undone."""
    rows = [MergedRow(merge=merge, model=s.model, row=s.row, before=s.before, after=s.after) for s in steps]
    MergedRow.objects.bulk_create(rows, batch_size=1000)


def moved_rows(merge: Merge) -> int:
    """How many rows of people's histories it touched."""
    return merge.rows.count()


def later_merge(merge: Merge) -> Merge | None:
    """What has to be undone first: the survivor was merged since, as one or the other."""
    into_or_from = Q(survivor=merge.survivor_id) | Q(merged=merge.survivor_id)
    return Merge.objects.open().filter(into_or_from, pk__gt=merge.pk).order_by("-pk").first()


def _tell(merge: Merge, taken: Collection[str], actor: Actor, at: datetime) -> None:
    add_timeline_entry(
        target=merge.survivor,
        kind="patients.merged",
        params={"number": merge.merged.number, "merge": merge.pk},
        needs=Capability.FIND_PEOPLE,
        occurred_at=at,
        actor=actor,
        source=merge,
    )
    for patient in (merge.survivor, merge.merged):
        audit.record(actor=actor, verb="patient.merged", subject=patient, at=at, fields=taken)


audit.name_verbs({"patient.merged": _("Patients merged"), "patient.merge_undone": _("Merge of patients undone")})
