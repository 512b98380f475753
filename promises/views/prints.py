"""The morning list: what falls due, on paper, person by person."""

from datetime import date

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.paging import COUNT_CAP, capped_count
from promises.filters import PromiseFilter
from promises.forms import PrintForm
from promises.models import Promise
from promises.services.deadlines import years_unconfirmed

MOST_PRINTED = 500  # more nobody reads on paper
NOT_OVER = ("open", "late", "unowned")  # states of the filter


@require_safe
@needs(Capability.SEE_PROMISES)
def promise_print(request: StaffRequest) -> HttpResponse:
    """The list's filter counts. What is open is printed as far as it is due by the end of a day, late ones included.

    Of too many the most urgent are printed, and the page says how many are not.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    query = request.GET.copy()
    query.setdefault("state", "open")
    form = _form(query, today)
    found = PromiseFilter(query, queryset=Promise.objects.visible_to(request.user, today), request=request).qs
    if form is not None:
        found = found.due_until(form.day)
    rows = list(found.with_people().in_due_order()[: MOST_PRINTED + 1])
    count = capped_count(found) if len(rows) > MOST_PRINTED else len(rows)
    printed: list[Promise] = rows[:MOST_PRINTED]
    context = {
        "rows": sorted(printed, key=_owner),
        "unconfirmed": years_unconfirmed(printed, today=today),
        "form": form,
        "kept": {name: value for name, value in request.GET.items() if name != "by"},
        "not_printed": max(0, count - MOST_PRINTED),
        "is_counted": count <= COUNT_CAP,
        "now": now,
        "today": today,
    }
    return render(request, "promises/promise_print.html", context)


def _form(query: QueryDict, today: date) -> PrintForm | None:
    """By which day; None where the filter says so itself, or asks for what is over."""
    if query["state"] not in NOT_OVER or (query.get("until") and not query.get("by")):
        return None
    return PrintForm({"by": query.get("by") or today.isoformat()}, today=today)


def _owner(promise: Promise) -> tuple[str, int]:
    """Nobody's first; each person's in due order, in which the rows come."""
    return (promise.owner.sort_key, promise.owner.pk) if promise.owner else ("", 0)
