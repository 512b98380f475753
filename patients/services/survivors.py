"""Who a patient is by now: whoever was merged is the one into whom."""

from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.errors import DomainError
from patients.models import Patient


class PersonErased(DomainError):
    """The person's data are erased, or about to be: nothing is written about the person any more."""

    message = _("The data of this person are erased.")


def hold_patient(patient: Patient) -> Patient:
    """Whom to write about, to the end of the caller's transaction: nobody merges the record in between.

    Raises PersonErased.
    """
    held = Patient.objects.select_for_update().get(pk=patient.pk)
    if held.erased_at is not None:
        raise PersonErased
    return held if held.merged_into_id is None else hold_patient(Patient(pk=held.merged_into_id))
