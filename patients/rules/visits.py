"""Pure rules about visits: what fits together, who is a client of which kind, what is a readmission."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum

READMITTED_WITHIN = timedelta(days=30)  # after the end of an earlier stay
OUTPATIENT, INPATIENT, EMERGENCY, HEALTH_CHECK = "outpatient", "inpatient", "emergency", "health_check"
PLANNED, ARRIVED, FINISHED, CANCELLED = "planned", "arrived", "finished", "cancelled"
HAPPENED = (ARRIVED, FINISHED)  # the person was here
# Of which kind of client somebody is who was here so.
CLIENTS = {OUTPATIENT: (OUTPATIENT, EMERGENCY), INPATIENT: (INPATIENT,), HEALTH_CHECK: (HEALTH_CHECK,)}


class Fault(Enum):
    """What cannot be about a visit."""

    ENDS_BEFORE = "ends_before"
    STILL_TO_COME = "still_to_come"
    NEGATIVE = "negative"
    MORE_THAN_ALL = "more_than_all"


def faults_of_visit(
    *,
    status: str,
    starts_at: datetime | None,
    ends_at: datetime | None,
    total: Decimal | None,
    insured: Decimal | None,
    at: datetime,
) -> dict[str, Fault]:
    """What cannot be, by field; of what is known."""
    faults = {}
    if starts_at and ends_at and ends_at < starts_at:
        faults["ends_at"] = Fault.ENDS_BEFORE
    if starts_at and status in HAPPENED and starts_at > at:
        faults["starts_at"] = Fault.STILL_TO_COME
    elif ends_at and status == FINISHED and ends_at > at:
        faults.setdefault("ends_at", Fault.STILL_TO_COME)
    for name, amount in (("total", total), ("insured", insured)):
        if amount is not None and amount < 0:
            faults[name] = Fault.NEGATIVE
    if total is not None and insured is not None and insured > total:
        faults.setdefault("insured", Fault.MORE_THAN_ALL)
    return faults


def client_kinds(kinds: Iterable[str]) -> list[str]:
    """Of which kinds somebody is a client who was here for visits of these kinds, in a fixed order."""
    were = set(kinds)
    return [client for client, visits in CLIENTS.items() if were.intersection(visits)]


def is_readmission(begins_at: datetime, earlier_ends: Iterable[datetime]) -> bool:
    """Whether an inpatient stay begins at, or at most 30 times 24 hours after, the end of an earlier one.

    A stay that was still going on then is no earlier one.
    """
    return any(timedelta() <= begins_at - end <= READMITTED_WITHIN for end in earlier_ends)
