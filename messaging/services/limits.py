from dataclasses import dataclass
from datetime import timedelta

from institution.models import Setting
from messaging.models import MessageClass
from messaging.rules import Cap, Hours

OUTSIDE = (MessageClass.CARE, MessageClass.SERVICE, MessageClass.SURVEY, MessageClass.MARKETING)


@dataclass(frozen=True)
class Limits:
    """The hospital's numbers for the outbox, read once a run."""

    batch_rows: int
    retries: int
    first_retry: timedelta
    pause: timedelta
    claim: timedelta
    unknown: timedelta
    hours: dict[str, Hours]  # by class
    cap: Cap
    capped: frozenset[str]  # classes that count, and for which there is an end
    counts_calls: bool
    counts_unanswered: bool
    receipt: timedelta


def limits() -> Limits:
    numbers = Setting.objects.numbers("messaging.")

    def seconds(name: str) -> timedelta:
        return timedelta(seconds=float(numbers[f"{name}_seconds"]))

    return Limits(
        batch_rows=int(numbers["batch_rows"]),
        retries=int(numbers["retries"]),
        first_retry=seconds("first_retry"),
        pause=seconds("pause"),
        claim=seconds("claim"),
        unknown=seconds("unknown"),
        hours={each.value: Hours(int(numbers[f"{each}_from"]), int(numbers[f"{each}_until"])) for each in OUTSIDE},
        cap=Cap(int(numbers["cap_a_day"]), int(numbers["cap_days"]), int(numbers["cap_contacts"])),
        capped=frozenset(each.value for each in OUTSIDE if numbers[f"cap_{each}"]),
        counts_calls=bool(numbers["cap_calls"]),
        counts_unanswered=bool(numbers["cap_unanswered"]),
        receipt=timedelta(hours=float(numbers["receipt_hours"])),
    )
