"""Promises as a table: asked for on the list for a purpose, written by the jobs worker."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.access import Capability
from accounts.models import Department, Staff
from hospital_crm.lib.exports import still_there, written_moment
from hospital_crm.lib.filters import with_days
from jobs.services.exports import Export
from patients.services.looks import count_exports
from promises.models import Promise
from promises.querysets.promises import PromiseQuerySet


def promises_asked_for(staff: Staff, parameters: dict[str, Any]) -> PromiseQuerySet:
    """What the person may carry away of what was asked for, in due order; late is what was late then."""
    at, asked = datetime.fromisoformat(parameters["at"]), with_days(parameters["filter"])
    if place := asked.get("department"):
        asked["department"] = Department.objects.get(pk=place)
    mine = Promise.objects.exportable_by(staff, timezone.localdate(at))
    return mine.matching(staff, at, **asked).in_due_order()


def _keys(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    return promises_asked_for(staff, parameters).values_list("pk", flat=True)


def _about_oneself(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    """Promises move on by the minute, and what is kept meanwhile takes nothing from a file. What does is that one of
    them turns out to be about whoever carries it away.
    """
    return Promise.objects.filter(excluded=staff).values_list("pk", flat=True)


def _rows(staff: Staff, keys: list[int]) -> list[list[str]]:
    in_clear = staff.can(Capability.EXPORT_NUMBERS)
    found = Promise.objects.with_people().in_bulk(keys)
    return [_row(promise, in_clear=in_clear) for promise in still_there(found, keys)]


def _heading() -> list[str]:
    return [
        _("Due"), _("Kind"), _("Number"), _("For whom"), _("Phone"), _("What was promised"), _("Owner"), _("Team"),
        _("Department"), _("State"), _("First promised for"), _("Postponed"), _("First try"), _("Ended"), _("Reason"),
    ]  # fmt: skip


def _number(promise: Promise, *, in_clear: bool) -> str:
    """Of the one to dial first, as the list's own page masks it."""
    if not in_clear:
        return promise.masked_number
    if promise.patient is not None:  # as `masked_number`: sees the prefetch, asks nothing for each row
        return promise.patient.phone.shown if promise.patient.phone else ""
    first = next(iter(promise.to_dial), None)
    return str(first.shown) if first else ""


def _row(promise: Promise, *, in_clear: bool) -> list[str]:
    return [
        written_moment(promise.due_at),
        promise.get_kind_display(),
        getattr(promise.about, "number", ""),
        promise.whom,
        _number(promise, in_clear=in_clear),
        promise.brief,
        promise.owner.name if promise.owner else "",
        promise.team.name if promise.team else "",
        promise.department.name if promise.department else "",
        promise.get_state_display(),
        written_moment(promise.first_due_at),
        str(promise.times_postponed),
        written_moment(promise.first_attempt_at),
        written_moment(promise.ended_at),
        promise.reason,
    ]


PROMISES = Export(
    kind="promise_export",
    name="promises",
    verb="promises.exported",
    sees=Capability.SEE_PROMISES,
    heading=_heading,
    keys=_keys,
    rows=_rows,
    marks=_about_oneself,
)
audit.name_verbs({PROMISES.verb: gettext_lazy("Promises exported")})
count_exports(PROMISES.verb)
