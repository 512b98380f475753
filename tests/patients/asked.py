"""Requests about a person's own data, as tests need them."""

from datetime import datetime
from typing import Any

from accounts.models import Staff
from consult.services.erasing import erase_calls
from followups.services.erasing import erase_attempts
from messaging.services.erasing import erase_messages
from patients.models import DataRequest, Patient
from patients.services.erased import erase_records
from patients.services.erasing import approve_erasure
from patients.services.rights import Asked, open_request
from promises.services.erasing import erase_promises

COPY, ERASURE = DataRequest.Kind.COPY, DataRequest.Kind.ERASURE
SEEN = DataRequest.Identity.DOCUMENT


def asked(patient: Patient, by: Staff, at: datetime, kind: DataRequest.Kind = COPY, **told: Any) -> DataRequest:
    """The person asks, with a document, unless told otherwise."""
    told = {"identity": SEEN, **told}
    return open_request(patient=patient, asked=Asked(kind, **told), actor=by.actor, at=at)


def approved(patient: Patient, by: Staff, manager: Staff, at: datetime) -> DataRequest:
    """An erasure that a manager has approved, and nobody has begun."""
    request = asked(patient, by, at, ERASURE)
    patient.refresh_from_db(fields=["version"])
    seen = {"version": 1, "patient_version": patient.version, "number": patient.number}
    return approve_erasure(request=request, **seen, actor=manager.actor, at=at)  # type: ignore[arg-type]


def erase_all(at: datetime) -> None:
    """What the timed tasks do, each for its app; the first one has to wait."""
    for erase in (erase_records, erase_promises, erase_messages, erase_attempts, erase_calls, erase_records):
        erase(at=at)
