"""What is open for whoever calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from accounts.models import Staff
from patients.models import Contact, Patient
from promises.models import Promise


@dataclass(frozen=True)
class Owed:
    """An open promise to whoever calls: whether its text may be read, and whether this call may settle it."""

    promise: Promise
    may_read: bool
    may_settle: bool

    @property
    def keeper(self) -> str:
        return str(self.promise.owner or self.promise.team)


def owed_to(*, staff: Staff, person: Patient | Contact, today: date) -> list[Owed]:
    """All that is open for the person, in the order in which it falls due; its text only for whom it concerns."""
    this = OuterRef("pk")
    rows = (
        Promise.objects.of_target(person)
        .open()
        .not_about(staff)
        .annotate(
            is_read=Exists(Promise.objects.visible_to(staff, today).filter(pk=this)),
            is_settled=Exists(Promise.objects.settleable_by(staff, today).filter(pk=this)),
        )
    )
    found = rows.select_related("owner", "team", "pending_owner").in_due_order()
    return [Owed(row, bool(vars(row)["is_read"]), bool(vars(row)["is_settled"])) for row in found]
