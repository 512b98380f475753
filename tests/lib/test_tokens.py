"""Links for people without an account: short, for one purpose, and nobody makes one up."""

import re
from datetime import date
from typing import Any

import pytest

from hospital_crm.lib.tokens import ForgedToken, Token, make_token, read_token

TOKEN = Token(key=1234, version=3, last_day=date(2026, 6, 10))
OLD_KEY = "old-" + "0123456789abcdef" * 4


def test_is_read_as_it_was_made_and_fits_into_a_text_message() -> None:
    text = make_token("stop", TOKEN)
    assert read_token("stop", text) == TOKEN
    assert re.fullmatch(r"[A-Za-z0-9_-]{24}", text)
    assert make_token("stop", TOKEN) == text


def test_serves_no_other_purpose() -> None:
    with pytest.raises(ForgedToken):
        read_token("survey", make_token("stop", TOKEN))


def test_whoever_changes_a_letter_of_it_has_none() -> None:
    text = make_token("stop", TOKEN)
    for place, letter in enumerate(text):
        other = "A" if letter != "A" else "B"
        with pytest.raises(ForgedToken):
            read_token("stop", text[:place] + other + text[place + 1 :])


@pytest.mark.parametrize(
    "text", ["", "A", "A" * 23, "A" * 25, "é" * 24, "=" * 24, "A" * 22 + "==", "A" * 24, "\0" * 24]
)
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(ForgedToken):
        read_token("stop", text)


def test_tells_neither_the_key_nor_that_two_stand_side_by_side() -> None:
    one, next_one = (make_token("stop", Token(key, 1, TOKEN.last_day)) for key in (1234, 1235))
    same = sum(first == second for first, second in zip(one, next_one, strict=True))
    assert same < 8


def test_outlives_a_change_of_the_secret_key_as_long_as_the_old_one_is_named(settings: Any) -> None:
    new = settings.SECRET_KEY
    settings.SECRET_KEY = OLD_KEY
    text = make_token("stop", TOKEN)
    settings.SECRET_KEY = new
    with pytest.raises(ForgedToken):
        read_token("stop", text)
    settings.SECRET_KEY_FALLBACKS = [OLD_KEY]
    assert read_token("stop", text) == TOKEN


def test_has_room_for_every_row_and_day_to_come() -> None:
    last = Token(key=2**40 - 1, version=2**16 - 1, last_day=date(2199, 6, 6))
    assert read_token("stop", make_token("stop", last)) == last
    with pytest.raises(OverflowError):
        make_token("stop", Token(2**40, 1, TOKEN.last_day))
