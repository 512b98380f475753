"""When to try again, when and how often somebody may be disturbed, and what may be shown of an address."""

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hospital_crm.lib.pinyin import family_name
from messaging.rules import Cap, Hours, mask_address, retry_delay

BERLIN = ZoneInfo("Europe/Berlin")  # put forward on 29 March 2026 at 02:00, back on 25 October at 03:00
SHANGHAI = ZoneInfo("Asia/Shanghai")  # never


@pytest.mark.parametrize(("attempts", "minutes"), [(0, 1), (1, 1), (2, 4), (3, 16), (4, 64)])
def test_each_wait_is_four_times_the_one_before(attempts: int, minutes: int) -> None:
    assert retry_delay(attempts, timedelta(minutes=1)) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("zhang.min@example.com", "zh****@example.com"),
        ("ab@example.com", "****@example.com"),
        ("nonsense", "****"),
        ("", "****"),
    ],
)
def test_an_address_is_masked(address: str, shown: str) -> None:
    assert mask_address(address) == shown


@pytest.mark.parametrize(
    ("name", "family"), [("张桂兰", "张"), ("欧阳明", "欧阳"), ("Li Ming", "Li"), ("阿依古丽", "阿"), ("", "")]
)
def test_only_the_family_name_leaves_the_house(name: str, family: str) -> None:
    assert family_name(name) == family


@pytest.mark.parametrize(
    ("hours", "zone", "at", "allowed"),
    [
        (Hours(8, 20), SHANGHAI, "2026-03-12 10:24", "2026-03-12 10:24"),
        (Hours(8, 20), SHANGHAI, "2026-03-12 07:59", "2026-03-12 08:00"),
        (Hours(8, 20), SHANGHAI, "2026-03-12 19:59", "2026-03-12 19:59"),
        (Hours(8, 20), SHANGHAI, "2026-03-12 20:00", "2026-03-13 08:00"),  # over midnight
        (Hours(8, 20), SHANGHAI, "2026-12-31 23:00", "2027-01-01 08:00"),
        (Hours(22, 2), SHANGHAI, "2026-03-12 23:00", "2026-03-12 23:00"),  # the allowed ones go over midnight
        (Hours(22, 2), SHANGHAI, "2026-03-12 03:00", "2026-03-12 22:00"),
        (Hours(8, 24), SHANGHAI, "2026-03-12 23:59", "2026-03-12 23:59"),
        (Hours(0, 24), SHANGHAI, "2026-03-12 03:00", "2026-03-12 03:00"),  # always
        (Hours(8, 20), BERLIN, "2026-03-28 22:00", "2026-03-29 08:00"),  # a night of one hour less
        (Hours(8, 20), BERLIN, "2026-10-24 22:00", "2026-10-25 08:00"),  # and of one more
        (Hours(3, 20), BERLIN, "2026-03-29 01:30", "2026-03-29 03:00"),  # half an hour later
        (Hours(2, 20), BERLIN, "2026-03-29 01:30", "2026-03-29 03:00"),  # the hour that is left out
    ],
)
def test_in_quiet_hours_one_waits_for_their_end_by_the_clock_on_the_wall(
    hours: Hours, zone: ZoneInfo, at: str, allowed: str
) -> None:
    found = hours.allowed_at(datetime.fromisoformat(at).replace(tzinfo=zone), zone)
    assert found == datetime.fromisoformat(allowed).replace(tzinfo=zone)


def test_the_night_in_which_the_clock_goes_back_is_an_hour_longer() -> None:
    night = [datetime(2026, 10, 24, 22, tzinfo=BERLIN), datetime(2026, 3, 28, 22, tzinfo=BERLIN)]
    waits = [Hours(8, 20).allowed_at(at, BERLIN).timestamp() - at.timestamp() for at in night]
    assert waits == [11 * 3600, 9 * 3600]


TODAY = date(2026, 3, 12)


@pytest.mark.parametrize(
    ("days_ago", "free_in"),
    [
        ([], 0),
        ([0], 0),
        ([0, 0], 1),  # two a day
        ([0, 0, 1, 1], 1),
        ([0, 1, 2, 3, 4], 3),  # five in seven days: the oldest counts until it is a week old
        ([1, 1, 2, 2, 6], 1),
        ([6, 6, 6, 6, 6], 1),
        ([7, 7, 7, 7, 7], 0),
        ([0, 0, 1, 1, 2], 5),
    ],
)
def test_over_the_cap_one_waits_for_the_first_day_with_room(days_ago: list[int], free_in: int) -> None:
    contacts = Counter(TODAY - timedelta(days=each) for each in days_ago)
    assert Cap(a_day=2, days=7, most=5).free_on(contacts, TODAY) == TODAY + timedelta(days=free_in)
