"""Two records become one: their relatives become one family."""

from django.db.models import F

from patients.kinship import columns_of_tie, joined, turned
from patients.models import Patient, Relation

from .moving import Step, change, remove


def settle_relations(survivor: Patient, merged: Patient) -> list[Step]:
    """Nobody is a relative of oneself, and of somebody else once only: what both records of it say is kept."""
    steps: list[Step] = []
    for row in Relation.objects.of(merged).order_by("pk"):
        other = row.relative if row.patient_id == merged.pk else row.patient
        known = Relation.objects.open().between(survivor, other).first() if other is not None else None
        if other is not None and other.pk == survivor.pk:
            steps += remove(row)
        elif known is not None and row.ended_at is None:
            steps += [*_join(known, survivor, row, merged), *remove(row)]
        else:
            column = "patient_id" if row.patient_id == merged.pk else "relative_id"
            steps += change(row, **{column: survivor.pk})
    return steps


def _join(kept: Relation, survivor: Patient, row: Relation, merged: Patient) -> list[Step]:
    """A form opened before, of the one that is kept, is stale."""
    tie = joined(kept.tie_from(survivor), row.tie_from(merged))
    columns = columns_of_tie(tie if kept.patient_id == survivor.pk else turned(tie))
    told = {name: value for name, value in columns.items() if getattr(kept, name) != value}
    if not told:
        return []
    Relation.objects.filter(pk=kept.pk).update(version=F("version") + 1)
    return change(kept, **told)
