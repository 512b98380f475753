"""Resident identity numbers as people type them. Mission A1; GB 11643-1999."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hospital_crm.lib.resident_id import Fault, NotAResidentId, mask, read_resident_id, with_check

TODAY = date(2026, 3, 12)
EXAMPLE = "11010519491231002X"  # the worked example of the standard

TYPED_OTHERWISE = {"valid_lower_x", "fullwidth", "spaces", "dashes", "valid_15"}
FAULTS = {
    "bad_check": (Fault.CHECK,),
    "bad_area": (Fault.CHECK,),  # that vector's check was made for another area
    "bad_date": (Fault.BIRTH,),
    "bad_month": (Fault.BIRTH,),
    "future_birth": (Fault.BIRTH,),
    "all_zero": (Fault.BIRTH,),
    "all_one": (Fault.BIRTH,),
    "filler": (Fault.BIRTH, Fault.CHECK),
}


def test_vectors_that_nobody_here_made(samples: Path) -> None:
    with (samples / "names_ids" / "resident_id_vectors.csv").open(encoding="utf-8", newline="") as file:
        vectors = [(row["value"], row["kind"]) for row in csv.DictReader(file)]
    assert len(vectors) == 40
    for text, kind in vectors:
        valid = text if kind.startswith("valid_18") else EXAMPLE if kind in TYPED_OTHERWISE else None
        assert read(text) in ((valid,) if valid else FAULTS.get(kind, (Fault.SHAPE,))), (text, kind)


def read(text: str) -> str | Fault:
    """The number, or what is wrong."""
    try:
        return read_resident_id(text, TODAY).number
    except NotAResidentId as refused:
        return refused.fault


def test_it_tells_birth_sex_and_area() -> None:
    example = read_resident_id(EXAMPLE, TODAY)
    assert (example.born, example.is_female, example.area) == (date(1949, 12, 31), True, "110105")
    assert not read_resident_id("110101189001019010", TODAY).is_female


def test_an_area_that_no_list_knows_is_no_fault() -> None:
    assert read_resident_id(with_check("99010519491231002"), TODAY).area == "990105"


def test_whoever_is_born_today_has_one_and_tomorrow_nobody() -> None:
    assert read_resident_id(with_check("11010520260312002"), TODAY).born == TODAY
    with pytest.raises(NotAResidentId):
        read_resident_id(with_check("11010520260313002"), TODAY)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    found = read(text)
    assert isinstance(found, Fault) or found == with_check(found[:-1])


@given(st.integers(0, 10**6 - 1), st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 17), st.data())
def test_one_wrong_character_is_always_noticed(area: int, born: date, order: int, at: int, data: st.DataObject) -> None:
    number = with_check(f"{area:06}{born:%Y%m%d}{order:03}")
    others = sorted(set("0123456789" + ("X" if at == len(number) - 1 else "")) - {number[at]})
    wrong = data.draw(st.sampled_from(others))
    with pytest.raises(NotAResidentId):
        read_resident_id(number[:at] + wrong + number[at + 1 :], TODAY)


def test_masked_it_shows_the_area_and_the_end() -> None:
    assert mask(EXAMPLE) == "110105********002X"
    assert mask("E1234567") == "********"
