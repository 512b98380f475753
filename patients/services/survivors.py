"""Who a patient is by now: whoever was merged is the one into whom."""

from patients.models import Patient


def hold_patient(patient: Patient) -> Patient:
    """Whom to write about, to the end of the caller's transaction: nobody merges the record in between."""
    held = Patient.objects.select_for_update().get(pk=patient.pk)
    return held if held.merged_into_id is None else hold_patient(Patient(pk=held.merged_into_id))
