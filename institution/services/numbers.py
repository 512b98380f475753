from datetime import datetime

from django.db import transaction

from institution import rules
from institution.models import NumberSequence


def next_number(*, code: str, at: datetime) -> str:
    """The next number of the sequence is taken; with the caller's transaction it stands or falls, so there are no gaps.

    `at` in the hospital's time zone decides the period, which never goes back: whoever began before midnight and comes
    after the first of the new year gets a number of the new year. Raises NumberSequence.DoesNotExist.
    """
    return next_numbers(code=code, count=1, at=at)[0]


@transaction.atomic(savepoint=False)  # whoever takes numbers keeps none of them when something fails
def next_numbers(*, code: str, count: int, at: datetime) -> list[str]:
    """As `next_number`, so many in a row."""
    sequence = NumberSequence.objects.select_for_update().get(code=code)
    period = max(sequence.current_period, rules.number_period(sequence.period, at))
    last = sequence.last_number if sequence.current_period == period else 0
    NumberSequence.objects.filter(pk=sequence.pk).update(current_period=period, last_number=last + count)
    taken = range(last + 1, last + count + 1)
    return [rules.format_number(sequence.prefix, period, number, sequence.digits) for number in taken]
