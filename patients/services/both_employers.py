"""Two records become one: somebody works at a place once, and what either record tells of it is known."""

from django.db.models import F

from patients.models import Employment, Patient

from .moving import Step, change

TOLD = ("position", "staff_number", "since")
NOTHING = (None, "")


def join_employments(survivor: Patient, merged: Patient) -> list[Step]:
    """What the row that stays leaves open the other one tells, before that one is removed."""
    steps: list[Step] = []
    working = Employment.objects.filter(until__isnull=True).select_for_update()  # nobody fills them meanwhile
    for row in working.filter(patient=merged).order_by("pk"):
        if (kept := working.filter(patient=survivor, organisation=row.organisation_id).first()) is not None:
            steps += _filled(kept, row)
    return steps


def _filled(kept: Employment, row: Employment) -> list[Step]:
    """A form opened before, of the one that is kept, is stale."""
    told = {name: getattr(row, name) for name in TOLD if getattr(kept, name) in NOTHING}
    told = {name: value for name, value in told.items() if value not in NOTHING}
    if not told:
        return []
    Employment.objects.filter(pk=kept.pk).update(version=F("version") + 1)
    return change(kept, **told)
