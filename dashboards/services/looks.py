"""What counts as a look at a person, whichever app wrote it down."""

from django.db.models import Q

from consult.models import Call
from patients.models import Patient
from patients.services.unusual import AT_PEOPLE
from promises.models import Promise

LOOKS = (*AT_PEOPLE, "patient.visits_opened", "promise.opened", "promise.dialled", "call.opened")


def about_person(patient: Patient) -> Q:
    """Entries of the audit about the person's record, those that were merged into it, promises and calls."""
    people = Patient.objects.filter(Q(pk=patient.pk) | Q(merged_into=patient)).values("pk")
    about = Q(subject_type=Patient._meta.label, subject_id__in=people)
    for model in (Promise, Call):
        rows = model._default_manager.filter(patient=patient).values("pk")
        about |= Q(subject_type=model._meta.label, subject_id__in=rows)
    return about
