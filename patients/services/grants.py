"""Whoever owes a patient something may see what it needs: written and ended by the services of what is owed."""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import Staff, Team
from patients.models import AccessGrant, Patient

from .survivors import survivor_even_erased


def grant_access(
    *, patient: Patient, to: Staff | Team, source: str, excluded: Iterable[Staff] = (), at: datetime
) -> AccessGrant:
    """From now on the person or the team, but not the persons concerned, sees the patient, and the number in clear."""
    column = "staff" if isinstance(to, Staff) else "team"
    grant = AccessGrant.objects.create(
        patient=survivor_even_erased(patient), source=source, granted_at=at, **{column: to}
    )
    if concerned := list(excluded):
        grant.excluded.set(concerned)
    return grant


def end_access(*, source: str, at: datetime) -> None:
    """What the source granted is over."""
    AccessGrant.objects.open().filter(source=source).update(ended_at=at)
