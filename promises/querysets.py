"""The vocabulary for reading what is owed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, ExpressionWrapper, F, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from accounts.access import Capability, Scope
from accounts.models import Absence, Staff
from accounts.querysets import ConcerningQuerySet, StaffQuerySet
from hospital_crm.lib.moments import midnight, midnight_after
from messaging.models import Message

if TYPE_CHECKING:
    from accounts.models import Department
    from patients.models import Target
    from promises.models import Promise, PromiseDay, SummedDay  # noqa: F401  name the rows


OPEN = Q(state="open")
TARGETS = ("patient", "contact", "organisation")
OF_ROWS = ("data_right", "check_looks")  # made from a row of a lower app, and kept when that is done
COUNTED = ~Q(state="withdrawn")  # in the figures
# Null on either side would make ~MET unknown rather than true, so both are written out.
TRIED_IN_TIME = Q(first_attempt_at__isnull=False, first_attempt_at__lte=F("first_due_at"))
KEPT_IN_TIME = Q(state="kept", ended_at__isnull=False, ended_at__lte=F("first_due_at"))
AHEAD = 10  # of what is open for one person
SOON = timedelta(hours=1)
DAY = timedelta(days=1)
MET = TRIED_IN_TIME | KEPT_IN_TIME  # somebody tried, or it was kept, by the time first promised
# What the list is asked for each figure of a period.
FIGURES = {
    "promised": {"state": "", "measure": "counted"},
    "judged": {"state": "", "measure": "judged"},
    "met": {"state": "", "measure": "met"},
    "missed": {"state": "", "measure": "missed"},
    "postponed": {"state": "", "measure": "postponed"},
    "not_reached": {"state": "not_reached", "measure": "counted"},
}


def unowned() -> Q:
    """Nobody has taken it; or whoever had has left, or lost the role that keeps promises."""
    return Q(owner__isnull=True) | ~Q(owner__in=Staff.objects.keepers())


def late_at(at: datetime) -> Q:
    return OPEN & Q(late_at__lt=at)


def measures_at(at: datetime) -> dict[str, Q]:
    """What the figures count, as of then, and the list shows: by the name that the list's filter has for it."""
    is_over = Q(first_due_at__lt=at)
    return {
        "counted": COUNTED,
        "judged": COUNTED & (MET | is_over),  # it is known whether they were in time: the denominator of the next two
        "met": COUNTED & MET,
        "missed": COUNTED & ~MET & is_over,
        "postponed": COUNTED & Q(times_postponed__gt=0),
    }


def figures_at(at: datetime) -> dict[str, Q]:
    """What each figure counts, as of then."""
    measures = measures_at(at)
    return {
        name: measures[asked["measure"]] & (Q(state=asked["state"]) if asked["state"] else Q())
        for name, asked in FIGURES.items()
    }


def falls_at(at: datetime, *, unowned_first: bool) -> Case:
    """When an open promise falls due, as of then: the groups of the workbench, and what the list's filter asks for."""
    places = [
        When(late_at(at), then=Value("late")),
        When(due_at__lt=at + SOON, then=Value("hour")),
        When(due_at__lt=midnight_after(timezone.localdate(at)), then=Value("today")),
    ]
    if unowned_first:
        places.insert(0, When(unowned(), then=Value("unowned")))
    return Case(*places, default=Value("later"))


def promised_for(since: date | None, until: date | None) -> Q:
    """The time that the patient was told first lies on these days, both included."""
    promised = Q(first_due_at__gte=midnight(since)) if since else Q()
    return promised & Q(first_due_at__lt=midnight_after(until)) if until else promised


def beside(days: Iterable[date], since: date, until: date) -> Q:
    """As `promised_for`, without these days, which come in order: in as few spans as they leave."""
    spans, begin = Q(pk__in=[]), since
    for day in days:
        if begin < day:
            spans |= promised_for(begin, day - DAY)
        begin = day + DAY
    return spans | promised_for(begin, until) if begin <= until else spans


class PromiseQuerySet(ConcerningQuerySet["Promise"]):
    def visible_to(self, staff: Staff, on: date | None = None) -> Self:
        """One's own, what one is asked to take over, the teams', the department tree's; never about oneself.

        Whatever the scope, what nobody of one's teams owns yet; with a day, what colleagues owe for whom one stands in.
        """
        return self.filter(_within_scope_of(staff, on)).not_about(staff)

    def readable_by(self, staff: Staff, on: date) -> Self:
        """Of which the person may read the page, so that a note about it leads there; never about oneself.

        The visible ones, those in whose history one stands, and those of which one was told: a head whose role reaches
        no further than what one owes, or whoever owed it until a colleague accepted it.
        """
        if not staff.scope(Capability.SEE_PROMISES):
            return self.none()
        return self.filter(_within_scope_of(staff, on) | self._had_part(staff) | _was_told(staff)).not_about(staff)

    def counted_for(self, staff: Staff, on: date) -> Self:
        """What the person's figures count: one's own, or all within the scope, also what is about oneself.

        What one is only asked to take over counts where it lies.
        """
        counted = self.filter(_counted_for(staff, on))
        return counted.not_about(staff) if counts_own_only(staff) else counted

    def about_somebody(self) -> Self:
        """A colleague is a person concerned."""
        return self.filter(pk__in=self.model.excluded.through.objects.values("promise"))

    def about_nobody(self) -> Self:
        return self.filter(~Exists(self.model.excluded.through.objects.filter(promise=OuterRef("pk"))))

    def withheld_from(self, staff: Staff, on: date) -> Self:
        """What the person's figures count and no list shows, for it is about the person."""
        if counts_own_only(staff):
            return self.none()
        return self.filter(_within_scope_of(staff, on, asked=False), excluded=staff)

    def _had_part(self, staff: Staff) -> Exists:
        """Made it, owed it, was asked to take it over, or did something about it."""
        events = self.model.events.field.model._default_manager
        return Exists(events.filter(Q(staff=staff) | Q(actor__staff=staff), promise=OuterRef("pk")))

    def reassignable_by(self, staff: Staff) -> Self:
        """The open ones that the person may give to others: of the department tree that one leads, not about oneself.

        Not what one sees for another reason: was asked to take over, or finds unowned in one's team.
        """
        if Scope.DEPARTMENT_TREE not in staff.scope(Capability.REASSIGN_IN_BULK):
            return self.none()
        return self.open().filter(_in_tree_led_by(staff)).not_about(staff)

    def settleable_by(self, staff: Staff, on: date) -> Self:
        """Those that a call of the person may settle: the visible ones; and to ring back is done whoever does it."""
        mine = self.model._default_manager.visible_to(staff, on).values("pk")
        return self.filter(Q(kind="ring_back") | Q(pk__in=mine)).of_no_row().not_about(staff)

    def of_no_row(self) -> Self:
        """Without those that are done on a page of what they were made from."""
        return self.exclude(kind__in=OF_ROWS)

    def open(self) -> Self:
        return self.filter(OPEN)

    def over(self) -> Self:
        """Settled, with by whom."""
        return self.exclude(OPEN).select_related("ended_by__staff")

    def late(self, at: datetime) -> Self:
        return self.filter(late_at(at))

    def owned_by(self, staff: Staff) -> Self:
        return self.filter(owner=staff)

    def owed_by(self, staff: Staff, on: date) -> Self:
        """What the person has to see to that day: one's own, and those of whom one stands in for."""
        return self.filter(_owes(staff, on))

    def left_to_deputies(self, on: date) -> Self:
        """Whose owner is away that day while somebody stands in."""
        return self.filter(owner__in=Absence.objects.on(on).filter(deputy__isnull=False).values("staff"))

    def on_desk_of(self, staff: Staff, on: date) -> Self:
        """What the person owes that day, and what was passed on to the person and waits for an answer."""
        return self.filter(_owes(staff, on) | Q(pending_owner=staff)).not_about(staff)

    def on_desks_around(self, staff: Staff, on: date) -> Self:
        """What the person's team has to see to; for whoever leads, the whole department tree."""
        visible = self.visible_to(staff, on)
        return visible if Scope.DEPARTMENT_TREE in staff.scope(Capability.SEE_PROMISES) else visible.of_teams(staff)

    def falling(self, when: str, at: datetime, *, unowned_first: bool) -> Self:
        """The open ones of one group of the workbench."""
        return self.open().alias(falls=falls_at(at, unowned_first=unowned_first)).filter(falls=when)

    def dialled_by(self, staff: Staff, on: date) -> Self:
        """For which the person may dial the number."""
        return self.open().filter(_may_dial(staff, on)).not_about(staff)

    def taken_by(self, staff: Staff, on: date) -> Self:
        """Which the person may take, of those that the person sees."""
        return self.open().filter(_may_take(staff, on)).not_about(staff)

    def with_rights_of(self, staff: Staff, on: date) -> Self:
        """With what the person may do: `may_take`, `may_dial`, `may_release`; and `stands_in`, for whoever owes it."""
        return self.annotate(
            may_take=_as_fact(_may_take(staff, on)),
            may_dial=_as_fact(_may_dial(staff, on)),
            may_release=_as_fact(_owes(staff, on)),
            stands_in=_as_fact(Q(owner__in=Absence.objects.left_to(staff, on))),
        )

    def with_hands_of(self, staff: Staff, on: date) -> Self:
        """Of those that the person may read, with `is_in_hands`: whether the person may act on it, too."""
        return self.annotate(is_in_hands=_as_fact(_within_scope_of(staff, on)))

    def ahead_of(self, target: Target, reader: Staff, on: date) -> Self:
        """What is open for the person, the nearest first, but nothing about the reader; `is_in_hands` as above."""
        known = self.of_target(target).open().not_about(reader).with_hands_of(reader, on)
        return known.select_related("owner", "team", "pending_owner").in_due_order()[:AHEAD]

    def asked_of(self, staff: Staff) -> Self:
        """Passed on to the person, not accepted yet."""
        return self.filter(pending_owner=staff)

    def of_teams(self, staff: Staff) -> Self:
        """Those that lie with the person's teams or with somebody in them."""
        teams = staff.teams.in_use()
        return self.filter(Q(team__in=teams) | Q(owner__in=Staff.objects.filter(teams__in=teams)))

    def unowned(self) -> Self:
        return self.filter(unowned())

    def deserted(self) -> Self:
        """Whoever had them may keep them no longer; or nobody had, and nobody of a team in use may keep it."""
        is_kept = Exists(self._keepers().filter(pk=OuterRef("owner")))
        can_be_taken = Exists(self._keepers().filter(teams=OuterRef("team"), teams__is_active=True))
        return self.exclude(is_kept).exclude(Q(owner__isnull=True) & can_be_taken)

    def asked_in_vain(self) -> Self:
        """Passed on to somebody who may keep it no longer."""
        can_answer = Exists(self._keepers().filter(pk=OuterRef("pending_owner")))
        return self.filter(pending_owner__isnull=False).exclude(can_answer)

    def _keepers(self) -> StaffQuerySet:
        """Who may keep the promise of the outer query: without the persons concerned."""
        concerned = self.model.excluded.through.objects.filter(promise=OuterRef(OuterRef("pk")))
        keepers: StaffQuerySet = Staff.objects.keepers().exclude(pk__in=concerned.values("staff"))
        return keepers

    def of_target(self, target: Target) -> Self:
        return self.filter(**{target._meta.model_name or "": target})

    def due_until(self, day: date) -> Self:
        """By the end of the day, whatever is late included."""
        return self.filter(due_at__lt=midnight_after(day))

    def in_due_order(self) -> Self:
        return self.order_by("due_at", "pk")

    def with_people(self) -> Self:
        """With what a row shows."""
        related = self.select_related(*TARGETS, "owner__department", "team", "pending_owner", "department")
        return related.prefetch_related("patient__phones", "organisation__contacts")

    def in_tree_of(self, department: Department) -> Self:
        """Those of the department and of all below it."""
        return self.filter(department__path__startswith=department.path)

    def first_promised_for(self, *, since: date | None = None, until: date | None = None) -> Self:
        return self.filter(promised_for(since, until))

    def measured(self, measure: str, at: datetime) -> Self:
        return self.filter(measures_at(at)[measure])


class PromiseDayQuerySet(models.QuerySet["PromiseDay"]):
    def counted_for(self, staff: Staff, on: date) -> Self:
        """The same as of promises; what is about somebody is in no sum."""
        return self.filter(_counted_for(staff, on))


class SummedDayQuerySet(models.QuerySet["SummedDay"]):
    def standing(self, since: date, until: date) -> list[date]:
        """The days of the period, in order, of which no promise has changed since they were summed."""
        changed = apps.get_model("promises", "ChangedDay").objects.filter(day=OuterRef("day"))
        days = self.filter(~Exists(changed), day__range=(since, until), zone=settings.TIME_ZONE)
        return list(days.order_by("day").values_list("day", flat=True))


def counts_own_only(staff: Staff) -> bool:
    """The person's figures reach no further than what the person owes."""
    return not staff.scope(Capability.SEE_FIGURES) & (Scope.TEAM | Scope.DEPARTMENT_TREE | Scope.HOSPITAL)


def _counted_for(staff: Staff, on: date) -> Q:
    """By owner, team and department alone: what promises have, and the sums of their days."""
    within = _within_scope_of(staff, on, asked=False)
    return within & Q(owner=staff) if counts_own_only(staff) else within


def _within_scope_of(staff: Staff, on: date | None, *, asked: bool = True) -> Q:
    """`asked`: with what one is asked to take over, wherever it lies."""
    scope = staff.scope(Capability.SEE_PROMISES)
    if not scope:
        return Q(pk__in=[])
    seen = Q(owner=staff)
    if asked:
        seen |= Q(pending_owner=staff)
    if on is not None:
        seen |= Q(owner__in=Absence.objects.left_to(staff, on))
    teams = staff.teams.in_use()
    seen |= unowned() & Q(team__in=teams)
    if Scope.TEAM in scope:
        seen |= Q(team__in=teams) | Q(owner__in=Staff.objects.filter(teams__in=teams))
    if Scope.DEPARTMENT_TREE in scope:
        seen |= _in_tree_led_by(staff)
    return seen


def _in_tree_led_by(staff: Staff) -> Q:
    return Q(department__path__startswith=staff.department.path) if staff.department else Q(pk__in=[])


def _was_told(staff: Staff) -> Exists:
    """A note about it, of which the source is its key, reached the person.

    Whoever is told what has become of it owed it or was asked before, and stands in its history.
    """
    key = Concat(Value("promise:"), Cast(OuterRef("pk"), models.CharField()))
    return Exists(Message.objects.notes_of(staff).filter(source=key))


def _owes(staff: Staff, on: date) -> Q:
    """The person's own, or of somebody for whom the person stands in that day."""
    return Q(owner=staff) | Q(owner__in=Absence.objects.left_to(staff, on))


def _may_take(staff: Staff, on: date) -> Q:
    """Nobody owns it, or somebody for whom the person stands in that day."""
    return unowned() | Q(owner__in=Absence.objects.left_to(staff, on))


def _may_dial(staff: Staff, on: date) -> Q:
    """Owed that day, or nobody's and the team's."""
    return _owes(staff, on) | (unowned() & Q(team__in=staff.teams.in_use()))


def _as_fact(condition: Q) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(condition, output_field=models.BooleanField())
