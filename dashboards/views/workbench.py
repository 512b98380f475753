"""The first page of everybody: what is owed, in due order; it renews itself."""

from datetime import date
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs, polled
from accounts.models import Staff
from dashboards.reports import setup, team
from dashboards.reports import workbench as report
from hospital_crm.lib.htmx import render_part
from institution.services.calendar_years import years_to_confirm
from promises.models import Promise

TEMPLATE = "dashboards/workbench.html"


@require_safe
@needs(Capability.USE_OWN_ACCOUNT)
def workbench(request: StaffRequest) -> HttpResponse:
    return render_part(request, TEMPLATE, "work", _context(request))


@require_safe
@polled
@needs(Capability.SEE_PROMISES)
def work(request: StaffRequest) -> HttpResponse:
    """The same list once more: the page asks for it by itself, and after each act."""
    return render(request, f"{TEMPLATE}#work", _context(request))


def _context(request: StaffRequest) -> dict[str, Any]:
    staff, now = request.user, timezone.now()
    today = timezone.localdate(now)
    context = {
        "away": setup.colleagues_away(staff=staff, on=today),
        "department": staff.department,
        "teams": list(staff.teams.in_use().order_by("name_zh")),
        **(_to_set_up(staff, today) if staff.can(Capability.MANAGE_SETTINGS) else {}),
        "now": now,
        "today": today,
        "brings_news": "poll" not in request.GET,  # what was done is said once, to whoever is sure to see it
    }
    if not staff.can(Capability.SEE_PROMISES):
        return context
    whose = report.TEAM if request.GET.get("whose") == report.TEAM else report.MINE
    kind = request.GET.get("kind", "")
    work = report.work_of(staff, whose=whose, kind=kind if kind in Promise.Kind.values else "", at=now)
    query = _query(work.whose, work.kind)
    return {
        **context,
        "work": work,
        "around": team.around(staff, at=now),
        "chips": _chips(work),
        "sides": [
            (report.MINE, _("Mine"), _query(report.MINE, work.kind)),
            (report.TEAM, _("My team"), _query(report.TEAM, work.kind)),
        ],
        "query": query,
        "here": f"{reverse('dashboards:workbench')}?{query}" if query else reverse("dashboards:workbench"),
        "may_see_figures": staff.can(Capability.SEE_FIGURES),
    }


def _to_set_up(staff: Staff, today: date) -> dict[str, Any]:
    """What waits for the administrator."""
    return {"gaps": setup.setup_gaps(staff=staff, on=today), "years": years_to_confirm(today)}


def _chips(work: report.Work) -> list[dict[str, Any]]:
    """All, and each kind of which there is something."""
    kinds = [(code, label) for code, label in Promise.Kind.choices if work.kinds[code] or code == work.kind]
    return [
        {
            "label": label,
            "query": _query(work.whose, code),
            "is_current": code == work.kind,
            "count": work.kinds[code] if code else work.total,
        }
        for code, label in [("", _("All")), *kinds]
    ]


def _query(whose: str, kind: str) -> str:
    query = QueryDict(mutable=True)
    if whose != report.MINE:
        query["whose"] = whose
    if kind:
        query["kind"] = kind
    return query.urlencode()
