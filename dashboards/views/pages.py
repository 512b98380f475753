"""What stands around the work: search, the numbers of the rail, the keys."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs, polled
from dashboards.reports.counts import counts_of
from dashboards.reports.search import LONGEST_QUESTION, find_people
from patients.services.looks import record_question


@require_safe
@needs(Capability.FIND_PEOPLE)
def search(request: StaffRequest) -> HttpResponse:
    """Behind the search box: people, whom the hospital spoke with last first; unknown callers; organisations."""
    text = request.GET.get("q", "")[:LONGEST_QUESTION].replace("\0", "")
    record_question(text, actor=request.user.actor, at=timezone.now())
    found = find_people(staff=request.user, text=text)
    context = {
        "q": text,
        "people": found.patients,
        "callers": found.callers,
        "organisations": found.organisations,
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    return render(request, "dashboards/search.html", context)


@require_safe
@polled
@needs(Capability.USE_OWN_ACCOUNT)
def counts(request: StaffRequest) -> HttpResponse:
    """What waits in each section, for the rail; the page asks every half minute."""
    return render(request, "dashboards/counts.html", vars(counts_of(request.user, at=timezone.now())))


@require_safe
@needs(Capability.USE_OWN_ACCOUNT, before_duties=True)
def keys(request: StaffRequest) -> HttpResponse:
    return render(request, "dashboards/keys.html")
