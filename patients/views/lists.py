"""The list of people on file: conditions, columns, order, saved views; and where acts for many begin."""

from typing import Any
from uuid import uuid4

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs
from accounts.services.list_views import views_of
from accounts.services.saved_views import kept_query, offer_list
from hospital_crm.lib.conditions import conditions_of
from hospital_crm.lib.exports import conditions_in
from hospital_crm.lib.htmx import render_part
from jobs.pages import offered
from patients.filters import PatientFilter
from patients.models import Patient
from patients.reports.columns import COLUMNS, LEVEL, Column, Reading, chosen_columns, rows_of
from patients.reports.people import PeopleFound
from patients.reports.words import Words
from patients.services.levels import sees_levels
from patients.services.looks import record_question

LIST = "patients:patient_list"
CHOSEN = "columns"  # in the address: codes with commas between
offer_list(LIST, _("Patients"))


@require_safe
@needs(Capability.FIND_PEOPLE)
def patient_list(request: StaffRequest) -> HttpResponse:
    views = views_of(request.user, LIST, request.GET)
    if not request.GET and views.first_url:
        return redirect(views.first_url)
    record_question(request.GET.get("q", ""), actor=request.user.actor, at=timezone.now())
    people = PatientFilter(request.GET, queryset=Patient.objects.none(), request=request)
    words = Words.read(sees_levels=sees_levels(request.user))
    people.offer(words)
    columns = _columns(request)
    found = PeopleFound(people.told, staff=request.user, today=timezone.localdate())
    page = found.page(request, columns=columns, ordering=people.ordering)
    reading = Reading(timezone.now(), words.levels, dict(words.tag_choices))

    def without(name: str) -> str:
        url = _with_query(reverse(LIST), request.GET, without=name)
        return url if "?" in url else views.whole_url

    context = {
        "filter": people,
        "conditions": conditions_of(people, without=without, besides=["q"]),
        "kept": _kept(request),
        "columns": columns,
        "columns_url": _with_query(reverse("patients:patient_columns"), request.GET),
        "page": page,
        "rows": rows_of(page.rows, columns, reading),
        "count": found.count(),
        "views": views,
        **_offered(request, people),
        "today": timezone.localdate(),
    }
    return render_part(request, "patients/patient_list.html", "rows", context)


@require_safe
@needs(Capability.FIND_PEOPLE)
def patient_columns(request: StaffRequest) -> HttpResponse:
    """Which columns the list shows, and in which order: each press is a link to the same page with another choice."""
    shown = _columns(request)
    codes = [column.code for column in shown]
    others = [column for column in COLUMNS.values() if column.code not in codes and _may_see(request, column)]
    context = {
        "shown": [
            {
                "column": column,
                "earlier_url": _choice(request, _moved(codes, rank, -1)) if rank else "",
                "later_url": _choice(request, _moved(codes, rank, 1)) if rank < len(codes) - 1 else "",
                "without_url": _choice(request, codes[:rank] + codes[rank + 1 :]) if len(codes) > 1 else "",
            }
            for rank, column in enumerate(shown)
        ],
        "others": [{"column": column, "with_url": _choice(request, [*codes, column.code])} for column in others],
        "list_url": _with_query(reverse(LIST), request.GET),
        "usual_url": _with_query(reverse("patients:patient_columns"), request.GET, without=CHOSEN),
    }
    return render(request, "patients/patient_columns.html", context)


def _offered(request: StaffRequest, people: PatientFilter) -> dict[str, Any]:
    """What the reader may do from here."""
    staff = request.user
    return {
        "controls": staff.can(Capability.CONTROL_REGISTRATION),
        "imports": staff.can(Capability.IMPORT_PATIENTS),
        "answers": staff.can(Capability.RECORD_DATA_REQUESTS),
        "checks": staff.can(Capability.CHECK_LOOKS),
        "may_merge": staff.can(Capability.MERGE_PATIENTS),
        "may_choose": staff.can(Capability.REASSIGN_IN_BULK),
        "export": offered(request, people),
        "asked": [*conditions_in(people), *_kept(request)],
        "choosing": uuid4(),
    }


def _kept(request: StaffRequest) -> list[tuple[str, str]]:
    """Which columns the address chooses."""
    chosen = request.GET.get(CHOSEN)
    return [(CHOSEN, chosen)] if chosen else []


def _columns(request: StaffRequest) -> list[Column]:
    return chosen_columns(request.GET.get(CHOSEN, ""), sees_levels=sees_levels(request.user))


def _may_see(request: StaffRequest, column: Column) -> bool:
    return column.code != LEVEL or sees_levels(request.user)


def _moved(codes: list[str], rank: int, by: int) -> list[str]:
    moved = list(codes)
    moved[rank], moved[rank + by] = moved[rank + by], moved[rank]
    return moved


def _choice(request: StaffRequest, codes: list[str]) -> str:
    """This page with these columns."""
    query = request.GET.copy()
    query[CHOSEN] = ",".join(codes)
    return _with_query(reverse("patients:patient_columns"), query)


def _with_query(path: str, query: QueryDict, without: str = "") -> str:
    """With the conditions of the list, and none of its places."""
    kept = query.copy()
    kept.pop(without, None)
    text = kept_query(kept)
    return f"{path}?{text}" if text else path
