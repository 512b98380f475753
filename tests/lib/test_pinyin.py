"""Names are found by pinyin and initials, whichever way the surname is read."""

import csv
from pathlib import Path

import pytest

from hospital_crm.lib.pinyin import letters, name_readings


def read(name: str) -> list[tuple[str, str]]:
    return [(reading.full, reading.initials) for reading in name_readings(name)]


@pytest.mark.parametrize(
    ("name", "readings"),
    [
        ("张三", [("zhangsan", "zs")]),
        ("单田", [("shantian", "st"), ("dantian", "dt")]),
        ("曾小贤", [("zengxiaoxian", "zxx"), ("cengxiaoxian", "cxx")]),
        ("欧阳锋", [("ouyangfeng", "oyf")]),
        ("万俟雅", [("moqiya", "mqy"), ("wanqiya", "wqy")]),
        ("区伟", [("ouwei", "ow"), ("quwei", "qw")]),
        ("吕布", [("lvbu", "lb"), ("lubu", "lb"), ("lyubu", "lb")]),
        ("Anna Li", [("annali", "al")]),
        ("José Núñez", [("josenunez", "jn")]),
        ("王Tom", [("wangtom", "wt")]),
        ("买买提·热合曼", [("maimaitireheman", "mmtrhm")]),
        ("123", []),
        ("", []),
        ("😀", []),
    ],
)
def test_readings_the_usual_one_first(name: str, readings: list[tuple[str, str]]) -> None:
    assert read(name) == readings


def test_every_known_surname_is_found_by_its_own_reading_and_character_by_character(samples: Path) -> None:
    with (samples / "names_ids" / "surname_pinyin.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 492
    for row in rows:
        found = {reading.full for reading in name_readings(f"{row['surname']}丽")}
        for column in ("pinyin_as_surname", "pypinyin_char_by_char"):
            expected = letters(row[column].replace(" ", ""))
            assert f"{expected}li" in found, (row["surname"], column)


@pytest.mark.parametrize(("typed", "compared"), [("Zhang San", "zhangsan"), ("LÜ", "lv"), ("é'1", "e"), ("张", "")])
def test_only_letters_are_compared(typed: str, compared: str) -> None:
    assert letters(typed) == compared
