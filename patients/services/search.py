from collections.abc import Collection, Iterable

from hospital_crm.lib.bulk import insert_rows
from patients import rules
from patients.models import Patient, Phone, SearchToken


def index_patients(patients: Collection[Patient]) -> None:
    """The search box finds these people by what they are called, numbered and reached by now, and by nothing else."""
    wanted = {(token, patient.pk) for patient in patients for token in _tokens(patient, patient.phones.all())}
    kept = SearchToken.objects.filter(patient__in=[patient.pk for patient in patients])
    held = {(token, patient): pk for pk, token, patient in kept.values_list("pk", "token", "patient")}
    SearchToken.objects.filter(pk__in=[pk for row, pk in held.items() if row not in wanted]).delete()
    missing = sorted(wanted - held.keys())
    SearchToken.objects.bulk_create([SearchToken(token=token, patient_id=patient) for token, patient in missing])


def index_new_patients(phones_of: Iterable[tuple[Patient, Iterable[Phone]]]) -> None:
    """The same for people who have just come on file: nothing is there to compare with."""
    tokens = ((token, patient.pk) for patient, phones in phones_of for token in sorted(_tokens(patient, phones)))
    insert_rows(SearchToken, ("token", "patient_id"), tokens)


def _tokens(patient: Patient, phones: Iterable[Phone]) -> set[str]:
    numbers = (patient.number, patient.hospital_number)
    return rules.tokens_of(patient.name, numbers, [phone.digits for phone in phones])
