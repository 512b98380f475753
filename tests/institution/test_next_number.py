"""The next number of a sequence: in its format, anew each period of the hospital's own time zone, without gaps."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from institution.models import NumberSequence
from institution.services.numbers import next_number

SHANGHAI = ZoneInfo("Asia/Shanghai")
LAST_MINUTE = datetime(2026, 12, 31, 23, 59, tzinfo=SHANGHAI)  # 15:59 in UTC
FIRST_MINUTE = datetime(2027, 1, 1, 0, 0, tzinfo=SHANGHAI)  # still 2026 in UTC


def make_sequence(period: str = "year", *, prefix: str = "TS", digits: int = 4, last_number: int = 0) -> None:
    NumberSequence.objects.create(
        code="complaint", prefix=prefix, period=period, digits=digits, last_number=last_number
    )


def take(at: datetime) -> str:
    return next_number(code="complaint", at=at)


@pytest.mark.parametrize(
    ("period", "prefix", "digits", "expected"),
    [
        ("year", "TS", 4, "TS-2026-0001"),
        ("month", "TS", 3, "TS-202603-001"),
        ("never", "TS", 6, "TS-000001"),
        ("year", "", 4, "2026-0001"),
    ],
)
def test_has_the_format_of_its_sequence(
    db: None, now: datetime, period: str, prefix: str, digits: int, expected: str
) -> None:
    make_sequence(period, prefix=prefix, digits=digits)
    assert take(now) == expected


def test_counts_up_by_one(db: None, now: datetime) -> None:
    make_sequence()
    assert [take(now) for _ in range(3)] == ["TS-2026-0001", "TS-2026-0002", "TS-2026-0003"]


def test_grows_beyond_its_digits(db: None, now: datetime) -> None:
    make_sequence("never", digits=2, last_number=98)
    assert [take(now), take(now)] == ["TS-99", "TS-100"]


def test_starts_anew_with_the_hospitals_year_not_with_that_of_utc(db: None) -> None:
    make_sequence()
    assert FIRST_MINUTE.astimezone(UTC).year == 2026
    assert [take(at) for at in (LAST_MINUTE, FIRST_MINUTE)] == ["TS-2026-0001", "TS-2027-0001"]


def test_a_moment_given_in_utc_counts_as_the_hospitals_time(db: None) -> None:
    make_sequence()
    assert take(FIRST_MINUTE.astimezone(UTC)) == "TS-2027-0001"


def test_starts_anew_with_the_hospitals_month(db: None) -> None:
    make_sequence("month")
    april = datetime(2026, 4, 1, 0, 0, tzinfo=SHANGHAI)
    numbers = [take(at) for at in (datetime(2026, 3, 31, 23, 59, tzinfo=SHANGHAI), april, april)]
    assert numbers == ["TS-202603-0001", "TS-202604-0001", "TS-202604-0002"]


def test_without_a_period_never_starts_anew(db: None) -> None:
    make_sequence("never")
    assert [take(LAST_MINUTE), take(FIRST_MINUTE)] == ["TS-0001", "TS-0002"]


def test_whoever_began_before_midnight_and_comes_late_takes_no_number_twice(db: None) -> None:
    make_sequence()
    numbers = [take(at) for at in (LAST_MINUTE, FIRST_MINUTE, LAST_MINUTE, FIRST_MINUTE)]
    assert numbers == ["TS-2026-0001", "TS-2027-0001", "TS-2027-0002", "TS-2027-0003"]


def test_what_is_undone_leaves_no_gap(db: None, now: datetime) -> None:
    make_sequence()
    take(now)
    with transaction.atomic():
        take(now)
        transaction.set_rollback(True)
    assert take(now) == "TS-2026-0002"


def test_sequences_do_not_touch_one_another(db: None, now: datetime) -> None:
    make_sequence()
    NumberSequence.objects.create(code="promise", prefix="P")
    take(now)
    assert next_number(code="promise", at=now) == "P-2026-0001"


def test_an_unknown_sequence_is_an_error(db: None, now: datetime) -> None:
    with pytest.raises(NumberSequence.DoesNotExist):
        next_number(code="nothing", at=now)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one writer in at a time")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_eight_at_once_take_different_numbers_without_a_gap(now: datetime) -> None:
    make_sequence()

    def take_five(_: int) -> list[str]:
        try:
            return [take(now) for _ in range(5)]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        taken = [number for numbers in pool.map(take_five, range(8)) for number in numbers]
    assert sorted(taken) == [f"TS-2026-{number:04}" for number in range(1, 41)]
