"""Keys from outside: what cannot be one is never asked of the database."""

import pytest

from hospital_crm.lib.keys import read_key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("17", 17),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, 0),
        ("", 0),
        ("-1", 0),
        ("1.5", 0),
        ("１７", 0),
        ("²", 0),
        ("a", 0),
    ],
)
def test_reads_only_what_can_be_a_key(text: str, key: int) -> None:
    assert read_key(text) == key
