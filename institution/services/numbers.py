from datetime import datetime

from django.db import transaction

from institution import rules
from institution.models import NumberSequence


@transaction.atomic
def next_number(*, code: str, at: datetime) -> str:
    """The next number of the sequence is taken; with the caller's transaction it stands or falls, so there are no gaps.

    `at` in the hospital's time zone decides the period, which never goes back: whoever began before midnight and comes
    after the first of the new year gets a number of the new year. Raises NumberSequence.DoesNotExist.
    """
    sequence = NumberSequence.objects.select_for_update().get(code=code)
    period = max(sequence.current_period, rules.number_period(sequence.period, at))
    number = sequence.last_number + 1 if sequence.current_period == period else 1
    NumberSequence.objects.filter(pk=sequence.pk).update(current_period=period, last_number=number)
    return rules.format_number(sequence.prefix, period, number, sequence.digits)
