"""A merge is undone: what it moved goes back, with what was written about it since; whatever else is new stays."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor
from hospital_crm.lib.errors import DomainError
from patients.models import DuplicatePair, Merge, Patient

from .choices import GROUPS
from .copies import end_copies
from .following import follow_rows, newer_rows
from .merges import forget_made, later_merge
from .moving import Columns, Step, plain, put_back, references_to, restored
from .phone_checks import choose_for_want_of_another
from .scan import compare, pair_of
from .search import index_patients
from .timeline import add_timeline_entry

# These go on: a form opened before is noticed, and what is made from others is made anew.
KEPT = {"version", "updated_at", "updated_by_id", "compared_at", "level_ends_at"}


class MergeAlreadyUndone(DomainError):
    """Somebody has undone it."""

    message = _("This merge was undone already.")


class ErasedForGood(DomainError):
    """What the two records held is gone."""

    message = _("The data of this person were erased: there is nothing left to separate.")


class LaterMergeFirst(DomainError):
    """The survivor was merged since."""

    message = _("The record was merged again since. Undo the later merge first.")


def changed_since(merge: Merge) -> list[str]:
    """The fields that hold something else than when the merge was done: undoing leaves them as they are."""
    return [group for group, names in GROUPS.items() if not _is_as_left(merge, names)]


def counted(rows: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """How many rows there are of each table."""
    return sorted(Counter(label for label, _key in rows).items())


@transaction.atomic
def undo_merge(*, merge: Merge, actor: Actor, at: datetime) -> Merge:
    """Both are on file again, each with what was its own and what was written about that since; whatever else is new
    stays with the survivor. Two people, somebody says: the pair is not asked again for the same reasons.

    Raises MergeAlreadyUndone, LaterMergeFirst, ErasedForGood.
    """
    both = Patient.objects.select_for_update().filter(pk__in=[merge.survivor_id, merge.merged_id]).order_by("pk")
    if any(patient.erased_at for patient in both):
        raise ErasedForGood
    if Merge.objects.open().filter(pk=merge.pk).update(undone_at=at, undone_by=actor) != 1:
        raise MergeAlreadyUndone
    if later_merge(merge) is not None:
        raise LaterMergeFirst
    merge = Merge.objects.select_related("survivor", "merged").get(pk=merge.pk)
    stayed = changed_since(merge)
    _put_columns_back(merge, stayed, actor, at)
    forget_made(merge.survivor, merge.merged)
    stayed_rows = _put_rows_back(merge)
    _choose_phones(merge)
    new = newer_rows(merge) - set(stayed_rows)
    told = {"stayed": stayed, "stayed_rows": stayed_rows, "stayed_new": counted(new)}
    Merge.objects.filter(pk=merge.pk).update(**told)
    people = list(Patient.objects.filter(pk__in=[merge.survivor_id, merge.merged_id]).order_by("pk"))
    index_patients(people)
    end_copies(*people, actor=actor, at=at)
    _remember_verdict(people[0], people[1], actor, at)
    _tell(merge, people, actor, at)
    merge.refresh_from_db()
    return merge


def _put_rows_back(merge: Merge) -> list[tuple[str, int]]:
    """Returns the rows that stay with the survivor though they were the merged one's, or belong to both's."""
    rows = merge.rows.order_by("pk").values_list("model", "row", "before", "after")
    told = (each for each in references_to(Patient) if each.model is not DuplicatePair)  # the scan finds them again
    moved = {(each.model._meta.label, each.attname) for each in told}
    stayed = {
        (step.model, step.row)
        for step in put_back(Step(*row) for row in rows)
        if any((step.model, name) in moved for name in step.before)
    }
    return sorted(stayed | {(model._meta.label, key) for model, key in follow_rows(merge)})


def _remember_verdict(older: Patient, newer: Patient, actor: Actor, at: datetime) -> None:
    """Whoever separates two records says that they are two people."""
    pair = pair_of(older.pk, newer.pk, compare(older, newer), at)
    found = {"score": pair.score, "reasons": pair.reasons, "basis": pair.basis}
    decided = {"state": DuplicatePair.State.ANOTHER, "decided_at": at, "decided_by": actor}
    new = {"found_at": at, **found, **decided}
    DuplicatePair.objects.update_or_create(older=older, newer=newer, defaults={**found, **decided}, create_defaults=new)


def _written(merge: Merge, role: str) -> Columns:
    """What the merge wrote into the row and undoing takes back."""
    return {name: value for name, value in merge.after[role].items() if name not in KEPT}


def _is_as_left(merge: Merge, names: list[str]) -> bool:
    """All columns of what is chosen together, those too that the merge left alone; not those that came later."""
    left = {**merge.before["survivor"], **merge.after["survivor"]}
    return all(plain(getattr(merge.survivor, name)) == left[name] for name in names if name in left)


def _put_columns_back(merge: Merge, stayed: list[str], actor: Actor, at: datetime) -> None:
    kept = {name for group in stayed for name in GROUPS[group]}
    as_left = plain(merge.survivor.last_contact_at) == merge.after["survivor"].get("last_contact_at")
    ours = {
        name: merge.before["survivor"][name]
        for name in _written(merge, "survivor")
        if name not in kept and (name != "last_contact_at" or as_left)
    }
    theirs = {name: merge.before["merged"][name] for name in _written(merge, "merged")}
    number = theirs.pop("hospital_number", None)
    Patient.objects.filter(pk=merge.merged_id).update(hospital_number="")  # the survivor's own may be there
    _write(merge.survivor, ours, actor, at)
    _write(merge.merged, theirs, actor, at)
    _give_number_back(merge, merge.merged.hospital_number if number is None else number, stayed)


def _give_number_back(merge: Merge, number: str, stayed: list[str]) -> None:
    """Unless somebody else has it by now."""
    try:
        with transaction.atomic():
            Patient.objects.filter(pk=merge.merged_id).update(hospital_number=number)
    except IntegrityError:
        stayed += [] if "hospital_number" in stayed else ["hospital_number"]


def _write(patient: Patient, columns: Columns, actor: Actor, at: datetime) -> None:
    stamp = {"version": patient.version + 1, "updated_at": at, "updated_by": actor, "level_ends_at": at}
    Patient.objects.filter(pk=patient.pk).update(**restored(Patient, columns), **stamp)


def _choose_phones(merge: Merge) -> None:
    """Either has a number to dial first, if one at all: it may have been chosen among both's."""
    for patient in (merge.survivor, merge.merged):
        choose_for_want_of_another(patient)


def _tell(merge: Merge, both: list[Patient], actor: Actor, at: datetime) -> None:
    for patient in both:
        other = merge.merged if patient.pk == merge.survivor_id else merge.survivor
        add_timeline_entry(
            target=patient,
            kind="patients.separated",
            params={"number": other.number, "merge": merge.pk},
            needs=Capability.FIND_PEOPLE,
            occurred_at=at,
            actor=actor,
            source=merge,
        )
        audit.record(actor=actor, verb="patient.merge_undone", subject=patient, at=at)
