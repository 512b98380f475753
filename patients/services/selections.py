"""Many patients chosen at once, for an act that follows."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Staff
from accounts.services.submissions import create_once
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.filters import told_filter
from patients.models import Patient, Selection
from patients.querysets import PatientQuerySet

MOST_TICKED = 500
KEPT = timedelta(days=30)  # of those with whom nothing was done


class NobodyChosen(DomainError):
    """Nobody was ticked."""

    message = _("Tick at least one patient, or choose all whom the list finds.")


class TooManyTicked(DomainError):
    """More than one ticks by hand."""

    message = _("At most 500 patients can be ticked. Choose all whom a list finds instead.")


def choose_patients(
    *,
    staff: Staff,
    keys: Collection[int] = (),
    wanted: dict[str, Any] | None = None,
    at: datetime,
    submission: UUID | None = None,
) -> Selection:
    """The ticked ones, or else all whom the list's filter finds, stand ready for an act.

    Raises NobodyChosen, TooManyTicked, DuplicateSubmission.
    """
    if wanted is None and not keys:
        raise NobodyChosen
    if wanted is None and len(set(keys)) > MOST_TICKED:
        raise TooManyTicked

    def create() -> Selection:
        ticked = [] if wanted is not None else sorted(set(keys))
        told = told_filter(wanted or {})
        return Selection.objects.create(keys=ticked, wanted=told, chosen_at=at, chosen_by=staff.actor)

    with transaction.atomic():
        return create_once(submission=submission, kind=Selection._meta.label, create=create, actor=staff.actor, at=at)


def people_of(selection: Selection, staff: Staff) -> PatientQuerySet:
    """Who that is now, as far as the person may find them; whoever was merged is the one into whom."""
    return within(selection, Patient.objects.visible_to(staff))


def within(selection: Selection, people: PatientQuerySet) -> PatientQuerySet:
    """Those of these people who were chosen."""
    if not selection.keys:
        return people.matching(**selection.wanted)
    survivors = Patient.objects.filter(pk__in=selection.keys, merged_into__isnull=False).values("merged_into")
    return people.filter(Q(pk__in=selection.keys) | Q(pk__in=survivors))


def forget_old_selections(*, at: datetime) -> int:
    """Those with whom nothing was done are gone after their time; how many."""
    return Selection.objects.filter(acts__isnull=True, chosen_at__lt=at - KEPT).delete()[0]
