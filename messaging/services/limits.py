from dataclasses import dataclass
from datetime import timedelta

from institution.models import Setting


@dataclass(frozen=True)
class Limits:
    """The hospital's numbers for the outbox, read once a run."""

    batch_rows: int
    retries: int
    first_retry: timedelta
    pause: timedelta
    claim: timedelta
    unknown: timedelta


def limits() -> Limits:
    numbers = dict(Setting.objects.filter(area="messaging").values_list("key", "value"))

    def seconds(name: str) -> timedelta:
        return timedelta(seconds=float(numbers[f"messaging.{name}_seconds"]))

    return Limits(
        batch_rows=int(numbers["messaging.batch_rows"]),
        retries=int(numbers["messaging.retries"]),
        first_retry=seconds("first_retry"),
        pause=seconds("pause"),
        claim=seconds("claim"),
        unknown=seconds("unknown"),
    )
