"""Which rows of the apps below beget promises: to whom, until when, whose.

A further kind of row is one more `Source`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from accounts.access import Capability, Role
from accounts.models import Absence, Actor, Department, Staff, Team
from hospital_crm.lib.worktime import DueTooFar, NoWorkingTime, add_working_time
from institution.models import Setting
from institution.services.working_time import read_calendar
from messaging.models import InboundText
from messaging.services.inbound import settle_text
from patients.models import DataRequest, GuardianQuestion, LookToCheck, Target
from promises.models import Promise

from .recipients import upwards

ENDS = time(17)  # of the last day on which something may be answered


class Term(NamedTuple):
    """So much working time, from a moment on."""

    start: datetime
    limit: timedelta


@dataclass(frozen=True)
class Source:
    """Rows that beget promises: to whom, until when, whose; `done_by` says who has done it."""

    code: str  # the row's own `key` begins with it
    kind: Promise.Kind
    rows: Callable[[], Any]  # a QuerySet that knows `open()`
    target: Callable[[Any], Target | None]
    due: Callable[[Any, Department | None], datetime]  # in the calendar of the department that owes it
    owner: Callable[[Any, datetime], Staff | Team | None]
    done_by: Callable[[Any], Actor | None]
    excluded: Callable[[Any], Sequence[Staff]] = lambda _row: ()
    note: Callable[[Any], str] = lambda _row: ""  # tells rows of one kind apart, and names no patient
    is_one_a_person: bool = False  # a further row of somebody is added to the promise that is open
    settle: Callable[[Any, Actor, datetime], object] | None = None  # of a row that is done when its promise is over
    term: Callable[[Any], Term] | None = None  # where it is due after so much working time


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


def _end_of(request: DataRequest, _place: Department | None) -> datetime:
    return timezone.make_aware(datetime.combine(request.due_on, ENDS))


def _who_answers(request: DataRequest, at: datetime) -> Staff | None:
    """Near the patient's department, else near whoever wrote it down; an erasure needs somebody else than that one."""
    writer = request.recorded_by.staff
    but = [writer.pk] if writer and request.is_erasure else []
    near = [request.patient.department, writer.department if writer else None]
    return who_can(Capability.ANSWER_DATA_REQUESTS, row=request, near=near, but=but, at=at)


def _days_to_check(look: LookToCheck, _place: Department | None) -> datetime:
    return look.found_at + timedelta(days=float(Setting.objects.number("patients.look_check_days")))


def _who_checks(look: LookToCheck, at: datetime) -> Staff | None:
    near, but = [look.staff.department], [look.staff_id]
    return who_can(Capability.CHECK_LOOKS, row=look, near=near, but=but, at=at)


def _soon(text: InboundText, place: Department | None) -> datetime:
    """In the working time of whoever rings back; where their calendar has none, by the clock."""
    start, hours = _hours_to_answer(text)
    try:
        return add_working_time(read_calendar(place), start, hours).at
    except (NoWorkingTime, DueTooFar):
        return start + hours


def _hours_to_answer(text: InboundText) -> Term:
    return Term(text.received_at, timedelta(hours=float(Setting.objects.number("messaging.answer_hours"))))


def _who_rings_back(text: InboundText, at: datetime) -> Staff | Team | None:
    """A team of the consult line; where there is none, somebody of it, near the person's department first."""
    line = Staff.objects.keepers().with_role(Role.CONSULTANT)
    teams = Team.objects.in_use().filter(members__in=line).annotate(number=Count("members")).order_by("-number", "pk")
    if (team := teams.first()) is not None:
        return team
    near = text.patient.department if text.patient else None
    return _near(near, line) or _near(near, Staff.objects.keepers())


def _near(place: Department | None, people: QuerySet[Staff]) -> Staff | None:
    """Who leads the department, or one above; else anybody of these people."""
    found = next((leader for above in upwards(place) if (leader := _leads(above, people))), None)
    return found or people.order_by("pk").first()


def _days_to_find_out(question: GuardianQuestion, _place: Department | None) -> datetime:
    return question.asked_at + timedelta(days=float(Setting.objects.number("patients.guardian_days")))


def _who_finds_out(question: GuardianQuestion, _at: datetime) -> Staff | None:
    """Whoever registered the child; where that one keeps no promises, somebody near the child's department."""
    keepers, writer = Staff.objects.keepers(), question.asked_by.staff
    asked = keepers.filter(pk=writer.pk).first() if writer else None
    place = question.patient.department or (writer.department if writer else None)
    return asked or _near(place, keepers)


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
        note=lambda look: f"{look.staff.display_name} · {look.day.isoformat()}",
    ),
    Source(
        code="inbound_text",
        kind=Promise.Kind.RING_BACK,
        rows=lambda: InboundText.objects.with_people(),
        target=lambda text: text.target,
        due=_soon,
        owner=_who_rings_back,
        done_by=lambda text: text.settled_by,
        is_one_a_person=True,
        settle=lambda text, actor, at: settle_text(text=text, actor=actor, at=at),
        term=_hours_to_answer,
    ),
    Source(
        code="guardian_question",
        kind=Promise.Kind.LOOK_INTO,
        rows=lambda: GuardianQuestion.objects.with_people(),
        target=lambda question: question.patient,
        due=_days_to_find_out,
        owner=_who_finds_out,
        done_by=lambda _question: None,
        note=lambda _question: gettext("Under 14: find out who the guardian is, and name them under Family."),
    ),
)


def term_of(row_key: str) -> Term | None:
    """The working time after which what was made from the row was to be due; None where none was counted."""
    code, _colon, key = row_key.rpartition(":")
    source = next((each for each in SOURCES if each.code == code), None)
    if source is None or source.term is None:
        return None
    row = source.rows().filter(pk=key).first()
    return source.term(row) if row is not None else None
