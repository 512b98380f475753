from collections.abc import Collection

from patients import rules
from patients.models import Patient, SearchToken


def index_patients(patients: Collection[Patient]) -> None:
    """The search box finds these people by what they are called, numbered and reached by now, and by nothing else."""
    wanted = {(token, patient.pk) for patient in patients for token in _tokens(patient)}
    kept = SearchToken.objects.filter(patient__in=[patient.pk for patient in patients])
    held = {(token, patient): pk for pk, token, patient in kept.values_list("pk", "token", "patient")}
    SearchToken.objects.filter(pk__in=[pk for row, pk in held.items() if row not in wanted]).delete()
    missing = sorted(wanted - held.keys())
    SearchToken.objects.bulk_create([SearchToken(token=token, patient_id=patient) for token, patient in missing])


def _tokens(patient: Patient) -> set[str]:
    digits = [phone.digits for phone in patient.phones.all()]
    return rules.tokens_of(patient.name, (patient.number, patient.hospital_number), digits)
