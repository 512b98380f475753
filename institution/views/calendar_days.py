"""Days unlike their weekday, one by one or a year at once, and who has looked at the year."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.conflict import resolved
from hospital_crm.lib.forms import create_page, edit_page
from hospital_crm.lib.keys import read_key
from institution.forms import DayCreateForm, DayEditForm
from institution.models import CalendarDay, WorkingCalendar
from institution.services import calendar_days as services

from .calendars import done, url_of_year, version_of


@needs(Capability.MANAGE_SETTINGS)
def day_create(request: StaffRequest, pk: int) -> HttpResponse:
    calendar = get_object_or_404(WorkingCalendar.objects.in_order(), pk=pk)
    form = DayCreateForm(
        request.POST or None, instance=CalendarDay(calendar=calendar), initial={"on": request.GET.get("on")}
    )

    def create() -> CalendarDay:
        values = form.values
        return services.add_days(
            calendar=calendar,
            first=values.pop("on"),
            last=form.last,
            values=values,
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda day: _year_of(get_object_or_404(CalendarDay, pk=day)),
        template="institution/day_create.html",
        context={"calendar": calendar},
    )


@needs(Capability.MANAGE_SETTINGS)
def day_edit(request: StaffRequest, pk: int) -> HttpResponse:
    day = get_object_or_404(CalendarDay.objects.with_calendar(), pk=pk)
    back_url = _year_of(day)
    form = DayEditForm(resolved(request.POST) or None, instance=day)

    def save() -> CalendarDay:
        stored = get_object_or_404(CalendarDay, pk=pk)
        actor, now = request.user.actor, timezone.now()
        return services.update_day(day=stored, version=form.version, values=form.values, actor=actor, at=now)

    return edit_page(
        request,
        form=form,
        save=save,
        done_url=back_url,
        template="institution/day_edit.html",
        context={"day": get_object_or_404(CalendarDay.objects.with_calendar(), pk=pk), "back_url": back_url},
    )


@needs(Capability.MANAGE_SETTINGS)
def day_remove(request: StaffRequest, pk: int) -> HttpResponse:
    day = get_object_or_404(CalendarDay.objects.with_calendar(), pk=pk)
    if request.method != "POST":
        context = {"day": day, "back_url": _year_of(day), **version_of(day)}
        return render(request, "institution/day_remove.html", context)

    def remove() -> str:
        version = read_key(request.POST.get("version", ""))
        services.remove_day(day=day, version=version, actor=request.user.actor, at=timezone.now())
        return _("Removed")

    return done(request, remove, day.calendar_id, day.on.year)


def _year_of(day: CalendarDay) -> str:
    return url_of_year(day.calendar_id, day.on.year) + f"#day-{day.on}"
