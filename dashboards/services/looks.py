"""What counts as a look at a person, whichever app wrote it down."""

from django.db.models import Q

from consult.models import Call
from patients.models import Patient
from promises.models import Promise

LOOKS = (
    "patient.opened",
    "patient.phone_revealed",
    "patient.identifier_revealed",
    "patient.address_revealed",
    "patient.evidence_opened",
    "data_request.copy_fetched",
    "promise.opened",
    "promise.dialled",
    "call.opened",
)


def about_person(patient: Patient) -> Q:
    """Entries of the audit about the person's record, promises and calls."""
    about = Q(subject_type=Patient._meta.label, subject_id=patient.pk)
    for model in (Promise, Call):
        rows = model._default_manager.filter(patient=patient).values("pk")
        about |= Q(subject_type=model._meta.label, subject_id__in=rows)
    return about
