"""A year of a calendar: taken over from the official list, and confirmed by somebody who has looked at it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor, Department
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.worktime import SpecialDay
from institution.models import CalendarDay, ConfirmedYear, WorkingCalendar
from institution.official import is_notice_known, official_days
from institution.rules import in_a_row, year_to_confirm


class YearIsConfirmed(DomainError):
    """Somebody has confirmed the year before."""

    message = _("This year is confirmed already.")


class YearWithoutDaysOff(DomainError):
    """No day of it is off, which no year is: its days have not been entered, unless somebody says otherwise."""

    field = "without_days_off"
    message = _("The year has no day off in this calendar. Take over the list first, or confirm that it is so.")


class YearIsNotConfirmed(DomainError):
    """Nobody has confirmed the year, or the confirmation was withdrawn before."""

    message = _("This year is not confirmed.")


@dataclass(frozen=True)
class Proposal:
    """A day of the official list beside what the calendar says about it already."""

    on: date
    official: SpecialDay
    present: CalendarDay | None

    @property
    def is_new(self) -> bool:
        return self.present is None

    @property
    def differs(self) -> bool:
        return self.present is not None and self.present.kind != self.official.kind

    @property
    def kind_label(self) -> str:
        return str(CalendarDay.Kind(self.official.kind.value).label)


@dataclass(frozen=True)
class OfficialYear:
    """What taking over a year would do. `is_complete`: whether its notice is known."""

    proposals: Sequence[Proposal]
    is_complete: bool

    @property
    def new(self) -> list[Proposal]:
        return [each for each in self.proposals if each.is_new]

    @property
    def stretches(self) -> list[tuple[Proposal, Proposal]]:
        """First and last of those in a row that are alike."""
        rows = in_a_row(self.proposals, lambda each: (each.on, (each.official, each.is_new, each.differs)))
        return [(row[0], row[-1]) for row in rows]

    @property
    def kept(self) -> list[Proposal]:
        return [each for each in self.proposals if each.differs]


def propose_year(calendar: WorkingCalendar, year: int) -> OfficialYear:
    official = official_days(year)
    present = {day.on: day for day in calendar.days.in_year(year)}
    proposals = [Proposal(on, special, present.get(on)) for on, special in official.items()]
    return OfficialYear(proposals, is_notice_known(official))


@transaction.atomic
def take_over_year(*, calendar: WorkingCalendar, year: int, actor: Actor, at: datetime) -> int:
    """The calendar has the official days of the year; what it says about a day already stays. How many were added."""
    WorkingCalendar.objects.select_for_update().get(pk=calendar.pk)
    new = propose_year(calendar, year).new
    CalendarDay.objects.bulk_create(_taken_over(calendar, each, actor, at) for each in new)
    if new:
        audit.record(actor=actor, verb="calendar.year_taken_over", subject=calendar, at=at)
    return len(new)


def confirm_year(
    *, calendar: WorkingCalendar, year: int, without_days_off: bool = False, actor: Actor, at: datetime
) -> ConfirmedYear:
    """Somebody has compared the days of the year with the official notice.

    `without_days_off`: they say that it has none. Raises YearWithoutDaysOff, YearIsConfirmed.
    """
    if not without_days_off and not has_days_off(calendar, year):
        raise YearWithoutDaysOff
    try:
        with transaction.atomic():
            confirmed = ConfirmedYear.objects.create(calendar=calendar, year=year, confirmed_at=at, confirmed_by=actor)
            audit.record(actor=actor, verb="calendar.year_confirmed", subject=confirmed, at=at)
    except IntegrityError as clash:
        raise YearIsConfirmed from clash
    return confirmed


def has_days_off(calendar: WorkingCalendar, year: int) -> bool:
    """Days of the hospital that hold here count too."""
    days = calendar.days
    if calendar.follows_hospital and not days.in_year(year).filter(kind=CalendarDay.Kind.DAY_OFF).exists():
        days = WorkingCalendar.objects.of_hospital().days
    return days.in_year(year).filter(kind=CalendarDay.Kind.DAY_OFF).exists()


@transaction.atomic
def withdraw_confirmation(*, calendar: WorkingCalendar, year: int, actor: Actor, at: datetime) -> None:
    """Nobody has confirmed the year. Raises YearIsNotConfirmed."""
    if calendar.confirmed_years.filter(year=year).delete()[0] == 0:
        raise YearIsNotConfirmed
    audit.record(actor=actor, verb="calendar.confirmation_withdrawn", subject=calendar, at=at)


def years_to_confirm(today: date) -> list[tuple[WorkingCalendar, int]]:
    """The calendars of which somebody should confirm a year now, each with the first of them."""
    keepers = WorkingCalendar.objects.keeping_years().in_order().prefetch_related("confirmed_years")
    first = ((row, year_to_confirm({each.year for each in row.confirmed_years.all()}, today)) for row in keepers)
    return [(row, year) for row, year in first if year is not None]


def unconfirmed_years(due: Iterable[tuple[Department | None, date]], *, today: date) -> list[int]:
    """The years of these days, from today on, that nobody has confirmed in the calendar that holds for them."""
    asked = {(department.path if department else "", day.year) for department, day in due if day >= today}
    if not asked:
        return []
    confirmed = _confirmed_by_place()
    return sorted({year for path, year in asked if year not in confirmed[_nearest(path, confirmed)]})


def _confirmed_by_place() -> dict[str, set[int]]:
    """The years that count as confirmed in each calendar, by the path of its department; "" for the hospital's."""
    confirmed: dict[str, set[int]] = {"": set()}
    following = set()
    rows = WorkingCalendar.objects.values_list("department__path", "follows_hospital", "confirmed_years__year")
    for path, follows, year in rows:
        confirmed.setdefault(path or "", set()).update([year] if year else [])
        if follows:
            following.add(path or "")
    return {place: years | confirmed[""] if place in following else years for place, years in confirmed.items()}


def _nearest(path: str, places: Iterable[str]) -> str:
    """Of these the department itself, or the nearest one above it."""
    return max((place for place in places if path.startswith(place)), key=len)


def _taken_over(calendar: WorkingCalendar, proposal: Proposal, actor: Actor, at: datetime) -> CalendarDay:
    official = proposal.official
    return CalendarDay(
        calendar=calendar,
        on=proposal.on,
        kind=official.kind.value,
        name_zh=official.name_zh,
        name_en=official.name_en,
        stands_for=official.stands_for,
        is_official=True,
        updated_at=at,
        updated_by=actor,
    )


audit.name_verbs(
    {
        "calendar.year_taken_over": _("Year taken over from the official list"),
        "calendar.year_confirmed": _("Year confirmed"),
        "calendar.confirmation_withdrawn": _("Confirmation of a year withdrawn"),
    }
)
audit.show_names_of(ConfirmedYear)
