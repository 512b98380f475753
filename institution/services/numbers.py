from datetime import datetime

from django.db import connection, transaction

from institution import rules
from institution.models import NumberSequence

_NOW = "CASE period WHEN 'year' THEN %(year)s WHEN 'month' THEN %(month)s ELSE %(never)s END"
# One statement, which holds the row until the transaction ends. A period may be later than that of the moment.
_TAKE = f"""
UPDATE institution_numbersequence
SET last_number = %(count)s + CASE WHEN current_period < {_NOW} THEN 0 ELSE last_number END,
    current_period = CASE WHEN current_period < {_NOW} THEN {_NOW} ELSE current_period END
WHERE code = %(code)s
RETURNING prefix, current_period, digits, last_number
"""  # noqa: S608  nothing in it is anybody's


def next_number(*, code: str, at: datetime) -> str:
    """The next number of the sequence is taken; with the caller's transaction it stands or falls, so there are no gaps.

    `at` in the hospital's time zone decides the period, which never goes back: whoever began before midnight and comes
    after the first of the new year gets a number of the new year. Raises NumberSequence.DoesNotExist.
    """
    return next_numbers(code=code, count=1, at=at)[0]


@transaction.atomic(savepoint=False)  # whoever takes numbers keeps none of them when something fails
def next_numbers(*, code: str, count: int, at: datetime) -> list[str]:
    """As `next_number`, so many in a row."""
    periods = rules.number_periods(at)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"code": code, "count": count, **periods})
        taken = cursor.fetchone()
    if taken is None:
        raise NumberSequence.DoesNotExist
    prefix, period, digits, last = taken
    return [rules.format_number(prefix, period, number, digits) for number in range(last - count + 1, last + 1)]
