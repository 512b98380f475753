"""Rows of a file of patients."""

from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from django.utils import timezone

from hospital_crm.lib.phones import PhoneNumber
from patients import rules
from patients.models import Identifier, Patient, Phone, Sex
from patients.rules.cards import completed_by
from patients.rules.portrait import with_street_apart
from patients.services.bulk import NewPatient, register_patients
from patients.services.choices import TOGETHER, is_blank
from patients.services.identifiers import NewIdentifier, add_identifier
from patients.services.patients import NewPhone, update_patient
from patients.services.phones import add_phone, choose_phone

from .batches import BatchResult, Order, Outcome, Seen
from .families import Families, guardian_of
from .known import KnownPeople
from .rows import ReadRow

ELSEWHERE = {  # told, and no column of Patient
    *("external_id", "birth", "phone", "phone_owner", "resident_id"),
    *("guardian", "guardian_phone", "guardian_role"),
}
Type = Identifier.Type


class PatientWriter:
    """A row is of whoever has its number in the other system, its hospital number or its identity card.

    A row with no number is refused if somebody of that name is on file with the same phone or birth, or with nothing
    that tells them apart.
    """

    def __init__(self, scope: str) -> None:
        self._scope = scope

    def keys(self, row: ReadRow) -> Iterator[Hashable]:
        """Both numbers of a row, for nobody shares one; a card may stand at two, whom somebody has to look at."""
        told = row.told
        numbers = [(name, told[name]) for name in ("external_id", "hospital_number") if name in told]
        if numbers:
            yield from numbers
        elif "resident_id" in told:
            yield "resident_id", told["resident_id"]
        else:
            phone: PhoneNumber | None = told.get("phone")
            yield "who", rules.plain(told["name"]), phone.digits if phone else told.get("birth")

    def write(self, rows: Sequence[ReadRow], order: Order, result: BatchResult, seen: Seen) -> None:
        known, new = KnownPeople(rows, self._scope), []
        self._families = Families(known.people)
        on_file: list[int] = []
        for row in rows:
            if refused := _refusal(known, row):
                result.fail(row.number, *refused)
            elif found := known.holders(row):
                ((key, is_own),) = found.items()
                on_file.append(key)
                is_changed = self._update(known, known.people[key], row, order, is_own=is_own)
                result.outcomes[row.number] = Outcome.UPDATED if is_changed else Outcome.UNCHANGED
            else:
                result.outcomes[row.number] = Outcome.CREATED
                new.append(row)
        if new:
            people = [_new(row, self._identifiers(row), order) for row in new]
            on_file += register_patients(people, actor=order.actor, at=order.at)
        if on_file:
            result.without_guardian += Patient.objects.filter(pk__in=on_file).without_guardian().count()

    def _update(self, known: KnownPeople, patient: Patient, row: ReadRow, order: Order, *, is_own: bool) -> bool:
        """The person is as the row says; whether anything differed."""
        by: dict[str, Any] = {"actor": order.actor, "at": order.at}
        changes = known.changes(patient, _told_of(patient, row, known), is_own=is_own)
        if changes:
            update_patient(patient=patient, version=patient.version, values=changes, **by)
        if lacks_phone := _lacks_phone(patient, row):
            added = add_phone(patient=patient, phone=_phone_of(row), **by)
            if is_own and not added.is_primary:
                choose_phone(phone=added, **by)
        lacking = [each for each in self._identifiers(row) if not known.has(patient, each.digest)]
        for each in lacking:
            add_identifier(patient=patient, new=each, **by)
        guardian = guardian_of(row, patient, timezone.localdate(order.at))
        is_named = guardian is not None and self._families.tell(patient, guardian, is_own=is_own, **by)
        return bool(changes or lacks_phone or lacking or is_named)

    def _identifiers(self, row: ReadRow) -> list[NewIdentifier]:
        told = row.told
        rows = [NewIdentifier(Type.SYSTEM, told["external_id"], self._scope)] if "external_id" in told else []
        return rows + ([NewIdentifier(Type.RESIDENT_ID, told["resident_id"])] if "resident_id" in told else [])


def _refusal(known: KnownPeople, row: ReadRow) -> tuple[str, ...]:
    """Why it cannot be said whose row it is, and the field that says so; nothing where it can."""
    found = known.holders(row)
    if len(found) > 1:
        return ("of_another",)
    if found:
        return ()
    if known.is_of_several(row):
        return "of_several", "resident_id"
    if known.is_erased(row):
        return ("erased",)
    return ("alike",) if known.is_alike(row) else ()


def _values(row: ReadRow) -> dict[str, Any]:
    values = {name: value for name, value in row.told.items() if name not in ELSEWHERE}
    if "birth" in row.told:
        values["birth_date"], values["birth_year"] = row.told["birth"]
    return values


def _told_of(patient: Patient, row: ReadRow, known: KnownPeople) -> dict[str, Any]:
    """The columns that the row tells; what only its card tells, or a street in the place of residence, where the
    person's are blank.
    """
    values = with_street_apart(_values(row))
    if "address" not in row.told and patient.address:
        values.pop("address", None)
    if known.leads_to(values.get("hospital_number", ""), patient):
        del values["hospital_number"]
    if card := row.told.get("resident_id"):
        if values.get("sex") == Sex.UNKNOWN:
            del values["sex"]
        filled = completed_by(card, values).items()
        values |= {name: v for name, v in filled if name in values or is_blank(patient, TOGETHER.get(name, name))}
    return values


def _lacks_phone(patient: Patient, row: ReadRow) -> bool:
    phone: PhoneNumber | None = row.told.get("phone")
    held = {(each.digits, each.extension) for each in patient.phones.all()}
    return phone is not None and (phone.digits, phone.extension) not in held


def _phone_of(row: ReadRow) -> NewPhone:
    return NewPhone(row.told["phone"], row.told.get("phone_owner", Phone.Owner.OWN))


def _new(row: ReadRow, identifiers: Sequence[NewIdentifier], order: Order) -> NewPatient:
    phones = [_phone_of(row)] if "phone" in row.told else []
    guardian = guardian_of(row, None, timezone.localdate(order.at))
    return NewPatient(_values(row), order.at, phones, identifiers=identifiers, guardian=guardian)
