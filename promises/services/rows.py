"""What the apps below owe is a row there: from it the promise is made, once, and kept when the row is done.

A further kind of row is one more `Source`.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext

from accounts.access import Capability
from accounts.models import Absence, Actor, Department, Staff
from institution.models import Setting
from patients.models import DataRequest, LookToCheck, Patient
from patients.services.copies import persons_concerned
from promises.models import Promise

from .changes import PromiseAlreadyOver, PromiseHasChanged
from .promises import close_of_row, close_without_row, make_promise
from .recipients import upwards

log = logging.getLogger(__name__)
ENDS = time(17)  # of the last day on which something may be answered
AT_LEAST = timedelta(hours=1)  # for what was written down when its time was over
BATCH = 200


@dataclass(frozen=True)
class Source:
    """Rows that beget promises: to whom, until when, whose; `done_by` says who has done it."""

    code: str  # the row's own `key` begins with it
    kind: Promise.Kind
    rows: Callable[[], Any]  # a QuerySet that knows `open()`
    target: Callable[[Any], Patient | None]
    due: Callable[[Any], datetime]
    owner: Callable[[Any, datetime], Staff | None]
    done_by: Callable[[Any], Actor | None]
    excluded: Callable[[Any], Sequence[Staff]] = lambda _row: ()


def keep_up_with_rows(*, actor: Actor, at: datetime) -> int:
    """Every open row has its promise, and the promises of those that are done are kept; how many changed.

    However often it runs, and however many run at once, a row has one promise.
    """
    return sum(_make(source, actor, at) + _keep(source, actor, at) + _withdraw(source, actor, at) for source in SOURCES)


def _make(source: Source, actor: Actor, at: datetime) -> int:
    key = Concat(Value(f"{source.code}:"), Cast(OuterRef("pk"), CharField()), output_field=CharField())
    new = source.rows().open().filter(~Exists(Promise.objects.filter(source=key))).order_by("pk")
    return _each(source, new[:BATCH], lambda row: _make_one(source, row, actor, at))


def _each(source: Source, rows: Any, act: Callable[[Any], bool]) -> int:
    """In how many it changed something. A row with which nothing can be done keeps none of the others waiting."""
    changed = 0
    for key in list(rows.values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                changed += act(source.rows().get(pk=key))
        except Exception:
            log.exception("no promise of %s:%s", source.code, key)
    return changed


def _make_one(source: Source, row: Any, actor: Actor, at: datetime) -> bool:
    """Whether it was made: not where nobody could keep it, until somebody can."""
    owner = source.owner(row, at)
    if owner is None:
        return False
    try:
        with transaction.atomic():
            make_promise(
                target=source.target(row),
                kind=source.kind,
                due_at=max(source.due(row), at + AT_LEAST),
                owner=owner,
                source=row.key,
                excluded=source.excluded(row),
                actor=actor,
                at=at,
            )
    except IntegrityError:  # another worker was quicker
        if Promise.objects.filter(source=row.key).exists():
            return False
        raise
    return True


def _keep(source: Source, actor: Actor, at: datetime) -> int:
    waiting = {promise.source: promise for promise in Promise.objects.open().filter(kind=source.kind)}
    keys = [int(key.rpartition(":")[2]) for key in waiting]
    still = source.rows().open().filter(pk__in=keys).values("pk")
    done = source.rows().filter(pk__in=keys).exclude(pk__in=still)
    return _each(source, done, lambda row: _keep_one(waiting[row.key], source.done_by(row) or actor, at))


def _withdraw(source: Source, actor: Actor, at: datetime) -> int:
    """Nobody can do what a row asked for that is gone."""
    waiting = {int(p.source.rpartition(":")[2]): p for p in Promise.objects.open().filter(kind=source.kind)}
    there = set(source.rows().filter(pk__in=waiting).values_list("pk", flat=True))
    return sum(_withdraw_one(waiting[key], actor, at) for key in waiting.keys() - there)


def _withdraw_one(promise: Promise, actor: Actor, at: datetime) -> bool:
    try:
        close_without_row(promise=promise, reason=gettext("What it was made from is gone."), actor=actor, at=at)
    except (PromiseAlreadyOver, PromiseHasChanged):
        return False
    return True


def _keep_one(promise: Promise, actor: Actor, at: datetime) -> bool:
    try:
        close_of_row(promise=promise, actor=actor, at=at)
    except (PromiseAlreadyOver, PromiseHasChanged):  # the next run looks again
        return False
    return True


def who_can(
    capability: Capability, *, row: Any, near: Sequence[Department | None], but: Sequence[int], at: datetime
) -> Staff | None:
    """Who leads one of these departments, or one above, and may do it; else anybody who may. None: nobody may.

    Always somebody who sees the row. Whoever is there today comes before whoever is away.
    """
    able = Staff.objects.keepers().able_to(capability).exclude(pk__in=but)
    seeing = [person.pk for person in able if type(row)._default_manager.visible_to(person).filter(pk=row.pk).exists()]
    able = able.filter(pk__in=seeing)
    away = Absence.objects.on(timezone.localdate(at)).values("staff")
    for people in (able.exclude(pk__in=away), able):
        for department in near:
            for place in upwards(department):
                if found := _leads(place, people):
                    return found
        anybody: Staff | None = people.order_by("pk").first()
        if anybody is not None:
            return anybody
    return None


def _leads(place: Department, people: QuerySet[Staff]) -> Staff | None:
    for leader in (place.head_id, place.deputy_id):
        if leader is not None and (found := people.filter(pk=leader).first()):
            return found
    return people.filter(department=place).order_by("pk").first()


def _end_of(request: DataRequest) -> datetime:
    return timezone.make_aware(datetime.combine(request.due_on, ENDS))


def _who_answers(request: DataRequest, at: datetime) -> Staff | None:
    """Near the patient's department, else near whoever wrote it down; an erasure needs somebody else than that one.

    Never whom something of it concerns.
    """
    writer = request.recorded_by.staff
    but = [*persons_concerned(request.patient), *([writer.pk] if writer and request.is_erasure else [])]
    near = [request.patient.department, writer.department if writer else None]
    return who_can(Capability.ANSWER_DATA_REQUESTS, row=request, near=near, but=but, at=at)


def _days_to_check(look: LookToCheck) -> datetime:
    return look.found_at + timedelta(days=float(Setting.objects.number("patients.look_check_days")))


def _who_checks(look: LookToCheck, at: datetime) -> Staff | None:
    near, but = [look.staff.department], [look.staff_id]
    return who_can(Capability.CHECK_LOOKS, row=look, near=near, but=but, at=at)


SOURCES = (
    Source(
        code="data_request",
        kind=Promise.Kind.DATA_RIGHT,
        rows=lambda: DataRequest.objects.with_card(),
        target=lambda request: request.patient,
        due=_end_of,
        owner=_who_answers,
        done_by=lambda request: request.closed_by,
    ),
    Source(
        code="look_to_check",
        kind=Promise.Kind.CHECK_LOOKS,
        rows=lambda: LookToCheck.objects.with_card(),
        target=lambda _look: None,
        due=_days_to_check,
        owner=_who_checks,
        done_by=lambda look: look.checked_by,
        excluded=lambda look: [look.staff],
    ),
)
