"""Many promises over several colleagues at once: what one person cannot keep up with is shared out."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Staff
from accounts.services.submissions import create_once
from hospital_crm.lib.errors import DomainError
from promises.models import Promise

from .changes import in_lock_order
from .keepers import CannotTakeOver, keepers_of
from .reassigning import reassign_promise

SPREAD = "promises.spread"  # what a submission has done


class NobodyChosen(DomainError):
    """There is nobody to share them."""

    message = _("Tick who is to share these.")
    field = "among"


class CannotShare(CannotTakeOver):
    """One of the colleagues keeps no promises, or one of the promises can be kept by none of them."""

    message = _("One of these promises cannot be kept by anybody you ticked. Tick other colleagues.")
    field = "among"


@transaction.atomic
def spread_promises(
    *, promises: Iterable[Promise], among: Collection[Staff], reason: str = "", actor: Actor, at: datetime
) -> dict[Staff, int]:
    """Each promise is owed by one of the colleagues from now on, or none is moved; returns how many each one got.

    One after the other goes to whoever has least open just then, of those who may keep it and do not owe it already.
    Raises NobodyChosen, CannotShare, and what `reassign_promise` raises.
    """
    if not among:
        raise NobodyChosen
    if Staff.objects.keepers().filter(pk__in=[staff.pk for staff in among]).count() != len(among):
        raise CannotShare
    loads, got = _loads(among), Counter[Staff]()
    for promise in in_lock_order(promises):
        before, owner = promise.owner, _least_loaded(promise, among, loads)
        reassign_promise(promise=promise, owner=owner, team=None, reason=reason, actor=actor, at=at)
        loads[owner] += 1
        got[owner] += 1
        if before is not None:
            loads[before] -= 1
    return dict(got)


def spread_once(
    *,
    submission: UUID | None,
    promises: Collection[Promise],
    among: Collection[Staff],
    reason: str,
    actor: Actor,
    at: datetime,
) -> dict[Staff, int]:
    """As `spread_promises`, however often it is sent: a second time all of them would move again.

    Raises DuplicateSubmission, SubmissionTaken, and what `spread_promises` raises.
    """
    got: dict[Staff, int] = {}

    def spread() -> Promise:
        got.update(spread_promises(promises=promises, among=among, reason=reason, actor=actor, at=at))
        return next(iter(promises))

    create_once(submission=submission, kind=SPREAD, create=spread, actor=actor, at=at)
    return got


def _least_loaded(promise: Promise, among: Collection[Staff], loads: Counter[Staff]) -> Staff:
    others = keepers_of(promise).filter(pk__in=[staff.pk for staff in among]).exclude(pk__in=[promise.owner_id])
    able = set(others.values_list("pk", flat=True))
    if not able:
        raise CannotShare
    return min((staff for staff in among if staff.pk in able), key=lambda staff: loads[staff])


def _loads(among: Collection[Staff]) -> Counter[Staff]:
    """How many promises each of them has open."""
    rows = Promise.objects.open().filter(owner__in=among).values_list("owner").annotate(Count("pk"))
    open_ones = dict(rows)
    return Counter({staff: open_ones.get(staff.pk, 0) for staff in among})
