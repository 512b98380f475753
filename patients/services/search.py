from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from hospital_crm.lib.bulk import insert_rows
from patients import rules
from patients.models import Identifier, Patient, Phone, SearchToken
from patients.models.tokens import minute_of


class Findable(NamedTuple):
    """By what somebody is found."""

    patient: int
    name: str
    numbers: Iterable[str]
    phones: Iterable[str]
    digests: Iterable[str] = ()
    last_contact_at: datetime | None = None

    @property
    def tokens(self) -> set[str]:
        return rules.tokens_of(self.name, self.numbers, self.phones, self.digests)

    @property
    def last_contact_minute(self) -> int:
        return minute_of(self.last_contact_at)


def compare_anew(*patients: Patient) -> None:
    """What these people are compared by has changed: the next scan for duplicates looks at them."""
    Patient.objects.filter(pk__in=[patient.pk for patient in patients]).update(compared_at=None)


def index_patients(patients: Collection[Patient]) -> None:
    """The search box finds these people by what they are called, numbered and reached by now, and by nothing else."""
    compare_anew(*patients)  # which locks their rows: nobody speaks with them meanwhile
    keys = [patient.pk for patient in patients]
    spoken = dict(Patient.objects.filter(pk__in=keys).values_list("pk", "last_contact_at"))
    wanted = {(token, patient.pk) for patient in patients for token in _as_on_file(patient).tokens}
    kept = SearchToken.objects.filter(patient__in=keys)
    held = {(token, patient): pk for pk, token, patient in kept.values_list("pk", "token", "patient")}
    SearchToken.objects.filter(pk__in=[pk for row, pk in held.items() if row not in wanted]).delete()
    missing = sorted(wanted - held.keys())
    SearchToken.objects.bulk_create(
        SearchToken(token=token, patient_id=patient, last_contact_minute=minute_of(spoken[patient]))
        for token, patient in missing
    )


def rank_by_contact(patient: int, at: datetime | None) -> None:
    """Among people who share a piece, this one stands where the last contact was then, or never."""
    SearchToken.objects.filter(patient=patient).update(last_contact_minute=minute_of(at))


def index_new_patients(people: Iterable[Findable]) -> None:
    """The same for people who have just come on file: nothing is there to compare with."""
    rows = ((token, each.patient, each.last_contact_minute) for each in people for token in sorted(each.tokens))
    insert_rows(SearchToken, ("token", "patient_id", "last_contact_minute"), rows)


def findable(patient: Patient, phones: Iterable[Phone], identifiers: Iterable[Identifier] = ()) -> Findable:
    """Documents are found by their hashes, numbers in other systems as they are."""
    documents = [each.digest for each in identifiers if each.sealed]
    numbers = (patient.number, patient.hospital_number, *(each.shown for each in identifiers if not each.sealed))
    digits = [phone.digits for phone in phones]
    return Findable(patient.pk, patient.name, numbers, digits, documents, patient.last_contact_at)


def _as_on_file(patient: Patient) -> Findable:
    """With the numbers of those who were merged into this person, and the phones of relatives who are not on file."""
    found = findable(patient, patient.phones.all(), patient.identifiers.all())
    relatives = patient.relations.open().exclude(digits="").values_list("digits", flat=True)
    merged = [number for each in patient.merged_from.all() for number in (each.number, each.hospital_number)]
    return found._replace(numbers=[*found.numbers, *merged], phones=[*found.phones, *relatives])
