"""What the demo hospital's people have told it: who belongs to them, what they agree to, what they ask of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from hospital_crm.lib.phones import read_phone
from patients.kinship import Tie
from patients.models import Consent, DataRequest, Patient, Phone, Purpose
from patients.services.consents import Decision, record_consent
from patients.services.patients import NewPhone
from patients.services.phones import add_phone
from patients.services.relatives import Named, add_relative
from patients.services.rights import Asked, open_request

from .people import Hospital

DAY = timedelta(days=1)
Way, SaidBy = Consent.Way, Consent.SaidBy
MOTHER = 2
# Of whom (by rank), who on file, what the second is to the first.
FAMILIES = (
    (20, MOTHER, Tie("parent", guards=True, may_be_told="everything")),  # a child of ten
    (1, 4, Tie("spouse", may_be_told="everything", may_hear="appointments")),
)
SHARED = (4, "13800002002")  # whose husband's number
DAUGHTER = (0, "张丽", "13800002101", Tie("child", may_be_told="everything"))  # who is not on file
ASKS_FOR_A_COPY, NOTE = 17, "想带走全部资料，给外地的医院看"


@dataclass(frozen=True)
class Said:
    """By whom (rank), about what, yes or no, how long ago; `lasts`: an agreement that ends, counted from that day."""

    patient: int
    purpose: Purpose
    is_given: bool
    ago: timedelta
    way: Consent.Way = Way.SPOKEN
    said_by: Consent.SaidBy = SaidBy.SELF
    guardian: int | None = None  # the rank of whoever decided for the patient
    lasts: timedelta | None = None


CONSENTS = (
    Said(0, Purpose.CARE, True, 28 * DAY, Way.PAPER),
    Said(0, Purpose.SHARING, False, 28 * DAY, Way.PAPER),
    Said(0, Purpose.SURVEY, True, 8 * DAY),
    Said(5, Purpose.MARKETING, True, 20 * DAY, Way.ONLINE),
    Said(5, Purpose.MARKETING, False, 2 * DAY),  # has thought better of it
    Said(13, Purpose.STORY, True, 15 * DAY, Way.PAPER, lasts=365 * DAY),
    Said(20, Purpose.CARE, True, 9 * DAY, Way.PAPER, SaidBy.GUARDIAN, MOTHER),
)


def seed_told(hospital: Hospital, patients: list[Patient], at: datetime) -> None:
    """A child has its mother, a couple shares a phone; some agreed, refused, took it back; one wants a copy."""
    _seed_relatives(hospital, patients, at - 5 * DAY)
    for said in CONSENTS:
        _consent(hospital, patients, said, at - said.ago)
    asked = Asked(DataRequest.Kind.COPY, DataRequest.Identity.DOCUMENT, note=NOTE)
    actor = hospital.people["desk"].actor
    open_request(patient=patients[ASKS_FOR_A_COPY], asked=asked, actor=actor, at=at - 2 * DAY)


def _seed_relatives(hospital: Hospital, patients: list[Patient], at: datetime) -> None:
    by: dict[str, Any] = {"actor": hospital.people["desk"].actor, "at": at}
    for rank, other, tie in FAMILIES:
        add_relative(patient=patients[rank], relative=patients[other], tie=tie, **by)
    rank, digits = SHARED
    add_phone(patient=patients[rank], phone=NewPhone(read_phone(digits), Phone.Owner.SPOUSE), **by)
    rank, name, digits, tie = DAUGHTER
    add_relative(patient=patients[rank], relative=Named(name, read_phone(digits)), tie=tie, **by)


def _consent(hospital: Hospital, patients: list[Patient], said: Said, at: datetime) -> None:
    decision = Decision(
        said.purpose,
        said.is_given,
        way=said.way,
        said_by=said.said_by,
        guardian=patients[said.guardian].name if said.guardian is not None else "",
        last_on=timezone.localdate(at) + said.lasts if said.lasts else None,
    )
    record_consent(patient=patients[said.patient], decision=decision, actor=hospital.people["desk"].actor, at=at)
