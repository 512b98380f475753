"""The districts of China by their six digits (GB/T 2260), in both languages; withdrawn ones too, for old papers.

Their table lies beside this file, made from the lists of the ministry from 2002 on; English names are by pinyin.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .bilingual import Bilingual

TABLE = Path(__file__).with_suffix(".csv")
MOST_FOUND = 20
BETWEEN = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")  # levels of the list that no address has


class NotADistrict(ValueError):
    """No district is called so; or several are: then `likely` are some of them."""

    def __init__(self, likely: tuple[District, ...] = ()) -> None:
        super().__init__()
        self.likely = likely


@dataclass(frozen=True)
class District(Bilingual):
    """`full_zh` and `full_en` say where it lies: 浙江省杭州市上城区, "Shangcheng District, Hangzhou, Zhejiang"."""

    code: str
    name_zh: str
    name_en: str
    is_current: bool
    full_zh: str
    full_en: str

    def __str__(self) -> str:
        return self.in_reader_language("full")


@cache
def districts() -> dict[str, District]:
    """All of them, by code."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}
    return {code: _placed(code, rows) for code in rows}


def _placed(code: str, rows: dict[str, dict[str, str]]) -> District:
    above = dict.fromkeys((f"{code[:2]}0000", f"{code[:4]}00", code))
    line = [rows[each] for each in above if each in rows and rows[each]["name_zh"] not in BETWEEN]
    return District(
        code=code,
        name_zh=rows[code]["name_zh"],
        name_en=rows[code]["name_en"],
        is_current=rows[code]["is_current"] == "1",
        full_zh="".join(row["name_zh"] for row in line),
        full_en=", ".join(row["name_en"] for row in reversed(line)),
    )


def find_districts(text: str) -> tuple[District, ...]:
    """Those whose code, or whose full name in either language, holds the words; at most twenty, the largest first."""
    first, *more = text.replace(",", " ").lower().split() or [""]
    if not first:
        return ()
    some = [
        each for each in _in_use() if first in each[0]
    ]  # a name that is none ends here, and a file may be full of them
    found = [district for searched, district in some if all(word in searched for word in more)]
    return tuple(sorted(found, key=lambda district: (len(district.full_zh), district.code))[:MOST_FOUND])


def read_district(text: str) -> District:
    """The one that is meant: by its code, its full name, or words that only one holds.

    Raises NotADistrict.
    """
    asked = " ".join(text.split())
    found = find_districts(asked)
    exact = [each for each in found if asked in (each.code, each.full_zh, each.full_en)]
    if len(exact or found) != 1:
        raise NotADistrict(found)
    return (exact or list(found))[0]


@cache
def _in_use() -> tuple[tuple[str, District], ...]:
    """Each with the words by which it is found: a file asks for them once a row."""
    return tuple((_words(each), each) for each in districts().values() if each.is_current)


def _words(district: District) -> str:
    return f"{district.code} {district.full_zh} {district.full_en}".lower()
