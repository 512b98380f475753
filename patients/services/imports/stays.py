"""Rows of a file of visits."""

from collections.abc import Collection, Hashable, Iterator, Sequence
from datetime import datetime
from typing import Any

from patients.models import CURRENCY, Patient, Visit
from patients.rules.visits import Fault, faults_of_visit
from patients.services.bulk_visits import NewVisit, record_visits
from patients.services.visit_owners import came_while_merged, give_visit_back
from patients.services.visits import ClinicalText, NewDiagnosis, NewOperation, clinical_text_of, update_visit

from .batches import BatchResult, Order, Outcome, Seen
from .faults import Complaint
from .rows import ReadRow, differs
from .whose import erased_among, patients_of

CLINICAL = ("diagnosis", "diagnosis_code", "operation", "operation_code", "operated_at")
FITTING = {"status", "starts_at", "ends_at", "total", "insured"}
ELSEWHERE = ("patient", "hospital_number", "external_id", *CLINICAL)


class VisitWriter:
    """A row is the visit with its number in the other system; without a number, of that person, kind and moment."""

    def __init__(self, scope: str) -> None:
        self._scope = scope

    def keys(self, row: ReadRow) -> Iterator[Hashable]:
        """Without a number of its own it has to be known first whose it is: `write` looks."""
        if "external_id" in row.told:
            yield row.told["external_id"]

    def write(self, rows: Sequence[ReadRow], order: Order, result: BatchResult, seen: Seen) -> None:
        whose = patients_of(rows, self._scope)
        known = self._known(rows, whose)
        erased = _erased({visit.patient_id for visit in known.values()})
        of_erased = erased_among([row for row in rows if row.number not in whose], self._scope)
        new = []
        for row in rows:
            patient = whose.get(row.number)
            identity = self._identity(row, patient)
            visit = known.get(identity)
            if row.number in of_erased or (visit is not None and visit.patient_id in erased):
                result.fail(row.number, "erased")
            elif patient is None:
                about = "patient" if "patient" in row.told else "hospital_number"
                result.fail(row.number, "no_patient", about)
            elif "external_id" not in row.told and (identity in seen or identity in result.keys):
                result.fail(row.number, "twice")
            elif visit is None:
                result.outcomes[row.number] = Outcome.CREATED
                new.append(self._new(row, patient, order))
            else:
                _change(visit, row, patient, order, result)
            result.keys.add(identity)
        if new:
            record_visits(new, actor=order.actor, at=order.at)

    def _known(self, rows: Sequence[ReadRow], whose: dict[int, int]) -> dict[Hashable, Visit]:
        visits = Visit.objects.prefetch_related("diagnoses", "operations")
        ids = [row.told["external_id"] for row in rows if "external_id" in row.told]
        found: dict[Hashable, Visit] = {}
        if ids:
            named = visits.filter(scope=self._scope, external_id__in=ids)
            found |= {visit.external_id: visit for visit in named}
        if people := {whose[row.number] for row in rows if "external_id" not in row.told and row.number in whose}:
            moments = {row.told["starts_at"] for row in rows}
            alike = visits.filter(patient__in=people, starts_at__in=moments)
            found |= {(visit.patient_id, visit.kind, visit.starts_at): visit for visit in alike}
        return found

    def _identity(self, row: ReadRow, patient: int | None) -> Hashable:
        return row.told.get("external_id") or (patient, _kind(row), row.told["starts_at"])

    def _new(self, row: ReadRow, patient: int, order: Order) -> NewVisit:
        told = row.told
        named = {"scope": self._scope, "external_id": told["external_id"]} if "external_id" in told else {}
        values = {"currency": CURRENCY, "kind": _kind(row), **_values(row), **named, "historic": order.historic}
        return NewVisit(patient, values, _clinical(row))


def _erased(people: Collection[int]) -> set[int]:
    return set(Patient.objects.erased().filter(pk__in=people).values_list("pk", flat=True)) if people else set()


def _change(visit: Visit, row: ReadRow, patient: int, order: Order, result: BatchResult) -> None:
    """What a file told of somebody while two records were one is given back by the next file, once they are two."""
    is_back = visit.patient_id != patient and came_while_merged(visit, patient)
    if is_back:
        give_visit_back(visit=visit, patient=Patient(pk=patient), actor=order.actor, at=order.at)
    if complaints := _complaints(visit, row, patient, order.at):
        result.refuse(complaints)
    else:
        outcome = _updated(visit, row, order)
        result.outcomes[row.number] = Outcome.UPDATED if is_back else outcome


def _updated(visit: Visit, row: ReadRow, order: Order) -> Outcome:
    changes = {name: value for name, value in _values(row).items() if differs(visit, name, value)}
    before, told = clinical_text_of(visit), _clinical(row)
    found = ClinicalText(told.diagnoses or before.diagnoses, told.operations or before.operations)
    clinical = None if found == before else found
    if not changes and clinical is None:
        return Outcome.UNCHANGED
    update_visit(visit=visit, version=visit.version, values=changes, clinical=clinical, actor=order.actor, at=order.at)
    return Outcome.UPDATED


def _complaints(visit: Visit, row: ReadRow, patient: int, at: datetime) -> list[Complaint]:
    """Why the visit on file cannot be as the row says."""
    if visit.patient_id != patient and visit.patient.merged_into_id != patient:
        return [Complaint(row.number, "patient", "of_another")]
    if visit.is_cancelled and row.told.get("status") != Visit.Status.CANCELLED:
        return [Complaint(row.number, "", "cancelled")]
    return [Complaint(row.number, name, fault.value) for name, fault in _misfits(visit, row, at).items()]


def _misfits(visit: Visit, row: ReadRow, at: datetime) -> dict[str, Fault]:
    """What the row tells together with what is on file and the row does not tell, and cannot be."""
    if not any(differs(visit, name, row.told[name]) for name in FITTING & row.told.keys()):
        return {}
    return faults_of_visit(**{name: row.told.get(name, getattr(visit, name)) for name in FITTING}, at=at)


def _values(row: ReadRow) -> dict[str, Any]:
    return {name: value for name, value in row.told.items() if name not in ELSEWHERE}


def _kind(row: ReadRow) -> str:
    return str(row.told.get("kind", Visit.Kind.OUTPATIENT))


def _clinical(row: ReadRow) -> ClinicalText:
    """One of each, as far as the file tells."""
    diagnosis = NewDiagnosis(row.told.get("diagnosis_code", ""), row.told.get("diagnosis", ""))
    operation = NewOperation(
        row.told.get("operation_code", ""), row.told.get("operation", ""), row.told.get("operated_at")
    )
    return ClinicalText(
        [diagnosis] if diagnosis.code or diagnosis.text else [],
        [operation] if operation.code or operation.text else [],
    )
