"""What fits while somebody types a district."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.districts import find_districts


@require_safe
@needs(Capability.FIND_PEOPLE)
def districts(request: StaffRequest) -> HttpResponse:
    found = find_districts(request.GET.get("district", "")[:80])
    return render(request, "patients/districts.html", {"districts": found})
