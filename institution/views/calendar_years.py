"""A year of a calendar: twelve months, the official list, who has looked at it; and a deadline to try."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.keys import read_key
from hospital_crm.lib.worktime import Calendar, DueTooFar, Explained, NoWorkingTime, explained
from institution.forms import DeadlineForm, YearConfirmForm
from institution.models import CalendarDay, Weekday, WorkingCalendar
from institution.reports import SIGNS, calendar_year
from institution.rules import DAYS, FIRST_YEAR, LAST_YEAR, said_hours, year_to_confirm
from institution.services import calendar_years as services
from institution.services.calendars import keeper_of_years
from institution.services.working_time import value_of

from .calendars import done, url_of_year


@require_safe
@needs(Capability.MANAGE_SETTINGS)
def calendar_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Its hours, one year of it, and a deadline to try."""
    calendar = get_object_or_404(WorkingCalendar.objects.in_order(), pk=pk)
    value, today = value_of(calendar), timezone.localdate()
    year = calendar_year(calendar, value, _year_asked(request, today.year), today)
    form = DeadlineForm(request.GET) if "start" in request.GET else DeadlineForm(initial=_example())
    context = {
        "calendar": calendar,
        "week": [(label, said_hours(value.week.get(day, ()))) for day, label in Weekday.choices],
        "year": year,
        "weekdays": list(zip(Weekday.labels, SIGNS, strict=True)),
        "form": form,
        **_confirmation(calendar, value, year.number, today),
        **_answer(calendar, value, form),
    }
    return render(request, "institution/calendar_detail.html", context)


@needs(Capability.MANAGE_SETTINGS)
def year_take_over(request: StaffRequest, pk: int, year: int) -> HttpResponse:
    """First what would be added, then it is."""
    calendar = _calendar(pk, year)
    if request.method != "POST":
        context = _of_year(calendar, year) | {"official": services.propose_year(calendar, year)}
        return render(request, "institution/year_take_over.html", context)

    def take_over() -> str:
        actor, now = request.user.actor, timezone.now()
        added = services.take_over_year(calendar=calendar, year=year, actor=actor, at=now)
        return ngettext("%(count)d day added", "%(count)d days added", added) % {"count": added}

    return done(request, take_over, pk, year)


@needs(Capability.MANAGE_SETTINGS)
def year_confirm(request: StaffRequest, pk: int, year: int) -> HttpResponse:
    """A year without any day off asks for a tick: it has most likely not been entered."""
    calendar = _calendar(pk, year)
    has_days_off = services.has_days_off(calendar, year)
    form = YearConfirmForm(request.POST if request.method == "POST" else None, has_days_off=has_days_off)
    if request.method != "POST" or not form.is_valid():
        kinds = list(calendar.days.in_year(year).values_list("kind", flat=True))
        counts = {"off": kinds.count(CalendarDay.Kind.DAY_OFF), "made_up": kinds.count(CalendarDay.Kind.MAKE_UP)}
        context = _of_year(calendar, year) | counts | {"form": form, "has_days_off": has_days_off}
        return render(request, "institution/year_confirm.html", context)

    def confirm() -> str:
        services.confirm_year(
            calendar=calendar,
            year=year,
            without_days_off=form.cleaned_data.get("without_days_off", False),
            actor=request.user.actor,
            at=timezone.now(),
        )
        return _("%(year)d is confirmed") % {"year": year}

    return done(request, confirm, pk, year)


@needs(Capability.MANAGE_SETTINGS)
def year_withdraw(request: StaffRequest, pk: int, year: int) -> HttpResponse:
    calendar = _calendar(pk, year)
    if request.method != "POST":
        return render(request, "institution/year_withdraw.html", _of_year(calendar, year))

    def withdraw() -> str:
        services.withdraw_confirmation(calendar=calendar, year=year, actor=request.user.actor, at=timezone.now())
        return _("%(year)d is no longer confirmed") % {"year": year}

    return done(request, withdraw, pk, year)


def _calendar(pk: int, year: int = FIRST_YEAR) -> WorkingCalendar:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    return get_object_or_404(WorkingCalendar.objects.in_order(), pk=pk)


def _of_year(calendar: WorkingCalendar, year: int) -> dict[str, Any]:
    return {"calendar": calendar, "year": year, "back_url": url_of_year(calendar.pk, year)}


def _year_asked(request: StaffRequest, usual: int) -> int:
    """The year in the address, if a calendar has it."""
    year = read_key(request.GET.get("year", ""))
    return year if FIRST_YEAR <= year <= LAST_YEAR else usual


def _example() -> dict[str, Any]:
    now = timezone.localtime().replace(second=0, microsecond=0)
    return {"start": now, "amount": 5, "unit": DAYS}


def _confirmation(calendar: WorkingCalendar, value: Calendar, year: int, today: date) -> dict[str, Any]:
    """Who has confirmed the year, and where somebody still should: in the hospital's calendar if this follows it."""
    keeper = keeper_of_years(calendar)
    next_year = year_to_confirm(value.confirmed_years, today)
    return {
        "keeper": keeper,
        "confirmed": keeper.confirmed_years.filter(year=year).select_related("confirmed_by__staff").first(),
        "next_year": next_year,
        "next_url": url_of_year(keeper.pk, next_year) if next_year else "",
    }


def _answer(calendar: WorkingCalendar, value: Calendar, form: DeadlineForm) -> dict[str, Any]:
    """The deadline that was asked for; what cannot be due is said in the form."""
    tried = _tried(value, form) if form.is_bound and form.is_valid() else None
    years = tried.unconfirmed_years if tried else ()
    return {"explained": tried, "unconfirmed_url": url_of_year(calendar.pk, years[0]) if years else ""}


def _tried(value: Calendar, form: DeadlineForm) -> Explained | None:
    try:
        return explained(value, form.cleaned_data["start"], form.limit)
    except NoWorkingTime:
        form.add_error(None, _("This calendar has no working hours, so nothing falls due by it."))
    except DueTooFar:
        form.add_error("amount", _("That would be due in more than forty years."))
    return None
