"""Whatever somebody types into the search box, and whatever a patient is called: asked in order, and found."""

import re
from datetime import date

from hypothesis import assume, example, given
from hypothesis import strategies as st

from hospital_crm.lib.pinyin import family_name, letters, name_readings
from patients.rules import (
    OLDEST_YEARS,
    Question,
    UnreadableBirth,
    age,
    number_question,
    plain,
    question,
    read_birth,
    tokens_of,
)
from tests.made_up import FEW

TODAY = date(2026, 3, 12)
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=6)
LATIN = st.from_regex(r"[A-Z][a-z]{1,8}( [A-Z][a-z]{1,8})?", fullmatch=True)
TYPED = st.text("张欧阳 zs19+-()é１\x00·", max_size=12)
DIGITS = st.text("0123456789", min_size=8, max_size=20)


def is_found(asked: Question, tokens: set[str]) -> bool:
    """As the token table answers."""
    if asked.every:
        return set(asked.every) <= tokens
    begins = any(token.startswith(asked.beginnings) for token in tokens) if asked.beginnings else False
    return bool(tokens & set(asked.exact)) or begins


@FEW
@given(st.text() | TYPED)
def test_any_text_is_a_question_or_none(text: str) -> None:
    asked = question(text)
    assert asked.is_empty or [bool(asked.every), bool(asked.exact), bool(asked.beginnings)].count(True) == 1
    assert all(asked.every)
    assert all(len(beginning) > 2 for beginning in asked.beginnings)  # more than the letter of its kind
    assert number_question(text).is_empty or plain(text)


@FEW
@given(HAN, st.data())
def test_by_any_part_of_a_chinese_name(name: str, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(name) - 1))
    part = name[begin : data.draw(st.integers(begin + 1, len(name)))]
    assert is_found(question(part), tokens_of(name, [], []))


@FEW
@given(LATIN)
def test_by_the_beginning_of_any_word_of_a_latin_name(name: str) -> None:
    for word in (*name.split(), name.replace(" ", "").lower(), name.upper()):
        assert is_found(question(word), tokens_of(name, [], []))


@FEW
@given(DIGITS)
def test_by_the_whole_number_and_its_last_four_and_nothing_between_that_would_let_it_be_guessed(digits: str) -> None:
    tokens = tokens_of("", [], [digits])
    assert is_found(number_question(digits), tokens)
    assert is_found(number_question(digits[-4:]), tokens)
    for length in (5, 6, 7):
        assert not is_found(number_question(digits[-length:]), tokens)
        assert digits[:length] == digits[-length:] or not is_found(number_question(digits[:length]), tokens)


@FEW
@given(st.text() | TYPED)
def test_any_name_is_read_as_small_letters(name: str) -> None:
    for reading in name_readings(name):
        assert re.fullmatch("[a-z]+", reading.full)
        assert re.fullmatch("[a-z]+", reading.initials)
    assert re.fullmatch("[a-z]*", letters(name))
    assert len(family_name(name)) <= len(plain(name)) * 2


@FEW
@given(st.text() | st.from_regex(r"[0-9]{4}([-./年][0-9]{1,2}[-./月][0-9]{1,2}日?)?", fullmatch=True))
@example("2026-12-31")
def test_a_birth_is_read_or_refused_and_nobody_is_older_than_anybody(text: str) -> None:
    try:
        born, year = read_birth(text, TODAY)
    except UnreadableBirth:
        return
    assert (born is None) or (year is None)
    years = age(born, year, TODAY)
    assert years is None or 0 <= years <= OLDEST_YEARS


@FEW
@given(st.dates(date(1900, 1, 1), TODAY))
def test_a_birth_is_the_same_however_it_is_written_down(born: date) -> None:
    assume(TODAY.year - born.year <= OLDEST_YEARS)
    for text in (f"{born:%Y-%m-%d}", f"{born:%Y%m%d}", f"{born.year}年{born.month}月{born.day}日", f"{born:%Y.%m.%d}"):
        assert read_birth(text, TODAY) == (born, None)
