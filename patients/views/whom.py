"""Whom an address means, and what is said where that is another one by now."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest
from patients.models import Patient
from patients.querysets import PatientQuerySet


def patient_of(request: StaffRequest, pk: int, *, among: PatientQuerySet | None = None) -> Patient:
    """Whoever has the key, or into whom its holder was merged: every old address leads on, forms sent to it too.

    Raises Http404 for whom the reader may not find.
    """
    visible = Patient.objects.visible_to(request.user, timezone.localdate()) if among is None else among
    return get_object_or_404(visible.known_as(pk))


def say_merged(request: StaffRequest, pk: int) -> None:
    """Whoever came by the key of a record that was merged learns why another one is shown."""
    for number in Patient.objects.filter(pk=pk, merged_into__isnull=False).values_list("number", flat=True):
        words = _("%(number)s was merged with this record, which is shown in its place.")
        messages.info(request, words % {"number": number})


def people_of(request: StaffRequest) -> PatientQuerySet:
    """Whom the reader may name in a form."""
    return Patient.objects.visible_to(request.user)
