"""Rows of a file of patients."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from hospital_crm.lib.phones import PhoneNumber
from patients import rules
from patients.models import Identifier, Patient, Phone, SearchToken
from patients.services.bulk import NewPatient, register_patients
from patients.services.identifiers import NewIdentifier, add_identifier
from patients.services.patients import NewPhone, update_patient
from patients.services.phones import add_phone

from .batches import BatchResult, Order, Outcome
from .rows import ReadRow, differs

ELSEWHERE = ("external_id", "birth", "phone", "resident_id")  # told, and no column of Patient
Type = Identifier.Type


class PatientWriter:
    """A row is of whoever has its number in the other system, its hospital number or its identity card.

    A row with no number is refused if somebody of that name is on file with the same phone or birth, or with nothing
    that tells them apart.
    """

    def __init__(self, scope: str) -> None:
        self._scope = scope

    def key(self, row: ReadRow) -> Hashable:
        told = row.told
        for name in ("external_id", "hospital_number", "resident_id"):
            if name in told:
                return name, told[name]
        phone: PhoneNumber | None = told.get("phone")
        return "who", rules.plain(told["name"]), phone.digits if phone else told.get("birth")

    def write(self, rows: Sequence[ReadRow], order: Order, result: BatchResult) -> None:
        known = _Known(rows, self._scope)
        new, changed = [], []
        for row in rows:
            found = known.holders(row)
            if len(found) > 1:
                result.fail(row.number, "of_another")
            elif found:
                patient = known.people[found.pop()]
                is_changed = self._is_changed(patient, row)
                result.outcomes[row.number] = Outcome.UPDATED if is_changed else Outcome.UNCHANGED
                changed += [(patient, row)] if is_changed else []
            elif known.is_alike(row):
                result.fail(row.number, "alike")
            else:
                result.outcomes[row.number] = Outcome.CREATED
                new.append(row)
        if order.is_trial:
            return
        if new:
            people = [_new(row, self._identifiers(row), order) for row in new]
            register_patients(people, actor=order.actor, at=order.at)
        for patient, row in changed:
            self._update(patient, row, order)

    def _is_changed(self, patient: Patient, row: ReadRow) -> bool:
        return bool(_changes(patient, row) or _lacks_phone(patient, row) or self._lacking(patient, row))

    def _update(self, patient: Patient, row: ReadRow, order: Order) -> None:
        by: dict[str, Any] = {"actor": order.actor, "at": order.at}
        if changes := _changes(patient, row):
            update_patient(patient=patient, version=patient.version, values=changes, **by)
        if _lacks_phone(patient, row):
            add_phone(patient=patient, phone=NewPhone(row.told["phone"]), **by)
        for each in self._lacking(patient, row):
            add_identifier(patient=patient, new=each, **by)

    def _identifiers(self, row: ReadRow) -> list[NewIdentifier]:
        told = row.told
        rows = [NewIdentifier(Type.SYSTEM, told["external_id"], self._scope)] if "external_id" in told else []
        return rows + ([NewIdentifier(Type.RESIDENT_ID, told["resident_id"])] if "resident_id" in told else [])

    def _lacking(self, patient: Patient, row: ReadRow) -> list[NewIdentifier]:
        held = {each.digest for each in patient.identifiers.all()}
        return [each for each in self._identifiers(row) if each.digest not in held]


class _Known:
    """Who is on file of the people that a batch is about, found with a few queries."""

    def __init__(self, rows: Sequence[ReadRow], scope: str) -> None:
        self._scope = scope
        digests = {digest for row in rows for digest in self._digests(row)}
        held: defaultdict[str, set[int]] = defaultdict(set)
        for digest, patient in Identifier.objects.filter(digest__in=digests).values_list("digest", "patient"):
            held[digest].add(patient)
        self._of_digest = held
        numbers = {row.told["hospital_number"] for row in rows if "hospital_number" in row.told}
        self._of_number = dict(Patient.objects.filter(hospital_number__in=numbers).values_list("hospital_number", "pk"))
        keys = set().union(*held.values(), self._of_number.values())
        people = Patient.objects.prefetch_related("identifiers", "phones").in_bulk(keys)
        self.people: dict[int, Patient] = people
        self._namesakes = _namesakes([row for row in rows if not _is_numbered(row)])

    def holders(self, row: ReadRow) -> set[int]:
        """Whom the row's numbers lead to. A card at two people says nothing: somebody has to look at them."""
        told = row.told
        found: set[int] = set()
        if "external_id" in told:
            found |= self._of_digest[rules.digest_of(Type.SYSTEM, told["external_id"], self._scope)]
        if (number := told.get("hospital_number")) in self._of_number:
            found.add(self._of_number[number])
        if not found and "resident_id" in told:
            holders = self._of_digest[rules.digest_of(Type.RESIDENT_ID, told["resident_id"])]
            found |= holders if len(holders) == 1 else set()
        return set(found)

    def is_alike(self, row: ReadRow) -> bool:
        if _is_numbered(row):
            return False
        same = self._namesakes.get(rules.plain(row.told["name"]), [])
        phone, birth = row.told.get("phone"), row.told.get("birth")
        if phone is None and birth is None:
            return bool(same)
        return any(
            (phone is not None and phone.digits in {each.digits for each in patient.phones.all()})
            or birth == (patient.birth_date, patient.birth_year)
            for patient in same
        )

    def _digests(self, row: ReadRow) -> Iterator[str]:
        told = row.told
        if "external_id" in told:
            yield rules.digest_of(Type.SYSTEM, told["external_id"], self._scope)
        if "resident_id" in told:
            yield rules.digest_of(Type.RESIDENT_ID, told["resident_id"])


def _is_numbered(row: ReadRow) -> bool:
    return bool({"external_id", "hospital_number", "resident_id"} & row.told.keys())


def _namesakes(rows: Sequence[ReadRow]) -> dict[str, list[Patient]]:
    """By the token table: names themselves have no index."""
    tokens = {token for row in rows if (token := _token_of(row.told["name"]))}
    keys = SearchToken.objects.filter(token__in=tokens).values("patient")
    found: dict[str, list[Patient]] = {}
    if tokens:
        for patient in Patient.objects.filter(pk__in=keys).prefetch_related("phones"):
            found.setdefault(rules.plain(patient.name), []).append(patient)
    return found


def _token_of(name: str) -> str:
    """The piece that fewest share: the whole reading."""
    return max((token for token in rules.tokens_of(name, (), ()) if token.startswith("p:")), key=len, default="")


def _values(row: ReadRow) -> dict[str, Any]:
    values = {name: value for name, value in row.told.items() if name not in ELSEWHERE}
    if "birth" in row.told:
        values["birth_date"], values["birth_year"] = row.told["birth"]
    return values


def _changes(patient: Patient, row: ReadRow) -> dict[str, Any]:
    return {name: value for name, value in _values(row).items() if differs(patient, name, value)}


def _lacks_phone(patient: Patient, row: ReadRow) -> bool:
    phone: PhoneNumber | None = row.told.get("phone")
    held = {(each.digits, each.extension) for each in patient.phones.all()}
    return phone is not None and (phone.digits, phone.extension) not in held


def _new(row: ReadRow, identifiers: Sequence[NewIdentifier], order: Order) -> NewPatient:
    phones = [NewPhone(row.told["phone"], Phone.Owner.OWN)] if "phone" in row.told else []
    return NewPatient(_values(row), order.at, phones, identifiers=identifiers)
