"""Who on file may be the person that somebody is about to register."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from hospital_crm.lib.phones import searchable
from institution.models import Setting
from patients import rules
from patients.likeness import Likeness, Traits, likeness
from patients.models import Identifier, Patient, Phone
from patients.querysets import PatientQuerySet

from .identifiers import NewIdentifier

COMPARED = 50  # of those who share a name or a number; more say nothing


@dataclass(frozen=True)
class Typed:
    """What is known so far, as somebody types it."""

    name: str = ""
    phone: str = ""
    owner: str = Phone.Owner.OWN
    birth: str = ""
    sex: str = ""
    resident_id: str = ""
    hospital_number: str = ""

    @property
    def is_anything(self) -> bool:
        return bool(self.name or self.phone or self.resident_id)

    def traits(self, today: date) -> Traits:
        born: tuple[date | None, int | None] = (None, None)
        with suppress(rules.UnreadableBirth):
            born = rules.read_birth(self.birth, today)
        digits, digest = searchable(self.phone), rules.digest_typed(rules.RESIDENT_ID, self.resident_id)
        return Traits(
            self.name,
            *born,
            sex=self.sex,
            hospital_number=self.hospital_number,
            phones=((digits, self.owner),) if digits else (),
            documents=((rules.RESIDENT_ID, digest),) if digest else (),
        )


@dataclass(frozen=True)
class Alike:
    patient: Patient
    likeness: Likeness
    is_likely: bool


def find_alike(typed: Typed, *, among: PatientQuerySet, today: date) -> list[Alike]:
    """Whoever shares the name, its sound and the birth, a number or a card; the likest first."""
    if not typed.is_anything:
        return []
    traits, likely = typed.traits(today), Setting.objects.number("patients.likeness_warned")
    has_document = bool(traits.documents)
    found = among.alike(traits)[:COMPARED]
    people = found.prefetch_related("identifiers") if has_document else found
    compared = ((patient, likeness(traits, traits_of(patient, has_document))) for patient in people)
    rows = [Alike(patient, alike, is_likely=alike.score >= likely) for patient, alike in compared]
    return sorted(rows, key=lambda row: -row.likeness.score)


def traits_of(patient: Patient, with_documents: bool) -> Traits:
    """Sees prefetches of `phones` and `identifiers`. Documents matter only beside another one's."""
    identifiers = patient.identifiers.all() if with_documents else ()
    return Traits(
        patient.name,
        patient.birth_date,
        patient.birth_year,
        sex=patient.sex,
        hospital_number=patient.hospital_number,
        phones=tuple((phone.digits, phone.owner) for phone in patient.phones.all()),
        documents=tuple((row.type, row.digest) for row in identifiers if row.sealed),
    )


def has_identity_on_file(identifiers: Iterable[NewIdentifier]) -> bool:
    """Whether one of these documents is somebody's already, whom the reader may see or not."""
    digests = [new.digest for new in identifiers if new.type in rules.DOCUMENTS]
    return bool(digests) and Identifier.objects.filter(digest__in=digests).exists()
