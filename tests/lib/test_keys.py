"""Keys from outside: what cannot be one is never asked of the database."""

from uuid import UUID

import pytest

from hospital_crm.lib.keys import read_key, read_uuid


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


@pytest.mark.parametrize("text", ["", "17", "x" * 32, "\0" * 32, "123e4567-e89b-12d3-a456-42661417400"])
def test_nothing_else_is_the_key_of_a_form(text: str) -> None:
    assert read_uuid(text) is None


def test_the_key_of_a_form() -> None:
    assert read_uuid("123e4567-e89b-12d3-a456-426614174000") == UUID(int=0x123E4567E89B12D3A456426614174000)
