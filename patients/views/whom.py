"""Whom an address means."""

from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.access import StaffRequest
from patients.models import Patient
from patients.querysets import PatientQuerySet


def patient_of(request: StaffRequest, pk: int, *, among: PatientQuerySet | None = None) -> Patient:
    """Whoever has the key, or into whom its holder was merged: every old address leads on, forms sent to it too.

    Raises Http404 for whom the reader may not find.
    """
    visible = Patient.objects.visible_to(request.user, timezone.localdate()) if among is None else among
    return get_object_or_404(visible.known_as(pk))
