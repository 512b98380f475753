"""When to try again, and what may be shown of an address."""

from datetime import timedelta

import pytest

from hospital_crm.lib.pinyin import family_name
from messaging.rules import mask_address, retry_delay


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
