"""Telephone numbers: read however they are typed, masked everywhere, warned about and never refused."""

import json
from pathlib import Path

import pytest

from hospital_crm.lib.phones import NotAPhoneNumber, kept_phone, leads_to, mask, read_phone, searchable, shown


@pytest.mark.parametrize(
    ("typed", "digits", "e164", "extension"),
    [
        ("13800001234", "13800001234", "+8613800001234", ""),
        ("138 0000-1234", "13800001234", "+8613800001234", ""),
        ("+86 138 0000 1234", "13800001234", "+8613800001234", ""),
        ("0086 13800001234", "13800001234", "+8613800001234", ""),
        ("１３８００００１２３４", "13800001234", "+8613800001234", ""),
        ("(0755) 8888-8888 转 123", "075588888888", "+8675588888888", "123"),
        ("0571-55500100 分机8102", "057155500100", "+8657155500100", "8102"),
        ("0571 5550 0100 ext. 7", "057155500100", "+8657155500100", "7"),
        ("+852 5123 4567", "85251234567", "+85251234567", ""),
        ("19900001234", "19900001234", "+8619900001234", ""),
    ],
)
def test_is_read_however_it_is_typed(typed: str, digits: str, e164: str, extension: str) -> None:
    number = read_phone(typed)
    assert (number.digits, number.e164, number.extension) == (digits, e164, extension)


@pytest.mark.parametrize("typed", ["120", "8102", "55500100", "99900001234567"])
def test_is_kept_where_no_numbering_plan_fits(typed: str) -> None:
    number = read_phone(typed)
    assert number.digits == typed
    assert not number.is_valid


def test_letters_are_no_keys_of_a_telephone() -> None:
    number = read_phone("１３８abc")
    assert (number.digits, number.is_valid) == ("138", False)


@pytest.mark.parametrize("typed", ["", "  ", "12", "withheld", "未显示", "1" * 21, "\x00", "٣٤٥٦٧٨٩", "转 123"])
def test_what_cannot_be_dialled_is_no_number(typed: str) -> None:
    with pytest.raises(NotAPhoneNumber):
        read_phone(typed)


def test_naughty_strings_are_a_number_or_none(samples: Path) -> None:
    for text in json.loads((samples / "naughty" / "blns.json").read_text(encoding="utf-8")):
        try:
            digits = read_phone(text).digits
        except NotAPhoneNumber:
            continue
        assert digits.isascii()
        assert digits.isdigit()


@pytest.mark.parametrize(
    ("digits", "masked"),
    [
        ("13800001234", "138****1234"),
        ("057155506620", "0571****6620"),
        ("85251234567", "852****4567"),
        ("01055506620", "010****6620"),
        ("55500100", "****0100"),
        ("5550100", "****00"),
        ("120", "****20"),
    ],
)
def test_is_masked(digits: str, masked: str) -> None:
    assert mask(digits) == masked


@pytest.mark.parametrize(
    ("digits", "grouped"),
    [
        ("13800001234", "138 0000 1234"),
        ("057155500100", "0571 5550 0100"),
        ("01055500100", "010 5550 0100"),
        ("120", "120"),
    ],
)
def test_is_shown_in_groups(digits: str, grouped: str) -> None:
    assert shown(digits) == grouped


@pytest.mark.parametrize(
    ("typed", "digits"),
    [("1234", "1234"), ("+86 138", "138"), ("138-0000", "1380000"), ("１２３４", "1234"), ("zs", ""), ("12a", "")],
)
def test_is_searched_by_its_digits(typed: str, digits: str) -> None:
    assert searchable(typed) == digits


@pytest.mark.parametrize(
    ("typed", "digits", "is_led"),
    [
        ("1234", "13800001234", True),
        ("234", "13800001234", False),
        ("01234", "13800001234", False),
        ("0001234", "13800001234", False),
        ("00001234", "13800001234", True),
        ("1380000", "13800001234", False),
        ("1380000123", "13800001234", False),
        ("13800001234", "13800001234", True),
        ("13800001234", "21313800001234", False),
        ("55506620", "057155506620", True),
        ("95588", "95588", True),
        ("120", "120", True),
    ],
)
def test_four_digits_are_an_ending_eight_a_number_and_a_mobile_one_is_whole(
    typed: str, digits: str, is_led: bool
) -> None:
    assert leads_to(typed, digits) is is_led


def test_digits_that_were_kept_are_no_other_number_that_they_could_be_read_as() -> None:
    kept = kept_phone("8613800001234", "")
    assert (kept.digits, kept.e164, kept.is_valid) == ("8613800001234", "", False)
    assert kept_phone("13800001234", "").is_valid
