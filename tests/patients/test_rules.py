"""By what people are found, and how old they are."""

from datetime import date

import pytest

from patients.rules import Question, age, digest_of, question, tokens_of


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("张三", {"张", "张三", "三", "p:zhangsan", "i:zs"}),
        ("欧阳锋", {"欧", "欧阳", "阳", "阳锋", "锋", "p:ouyangfeng", "i:oyf"}),
        ("单田", {"单", "单田", "田", "p:shantian", "i:st", "p:dantian", "i:dt"}),
        ("王 Tom", {"王", "王t", "p:wangtom", "p:tom", "i:wt"}),
        ("Anna Li", {"p:annali", "p:anna", "p:li", "i:al"}),
        ("😀", set()),
    ],
)
def test_pieces_of_a_name(name: str, tokens: set[str]) -> None:
    assert tokens_of(name, [], []) == tokens


def test_numbers_and_phones_are_pieces_too() -> None:
    found = tokens_of("", ["P-000017", "", "Ｈ１"], ["13800001234", "120"])
    assert found == {"n:p-000017", "n:h1", "t:1234", "e:43210000831", "t:120", "e:021"}


def hashes(number: str) -> tuple[str, ...]:
    """A number of eight digits may be a passport's or a permit's."""
    return tuple(f"d:{digest_of(kind, number)[:32]}" for kind in ("passport", "travel_permit"))


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("张", Question(every=("张",))),
        (" 张三 ", Question(every=("张三",))),
        ("欧阳锋", Question(every=("欧阳", "阳锋"), holds="欧阳锋")),
        ("张 三", Question(every=("张三",))),
        ("ZhangSan", Question(beginnings=("p:zhangsan", "i:zhangsan"))),
        ("zs", Question(beginnings=("p:zs", "i:zs"))),
        ("1234", Question(exact=("t:1234",), beginnings=("n:1234",))),
        ("01234", Question(exact=("e:43210",), beginnings=("n:01234",))),
        ("1380000", Question(exact=("e:0000831",), beginnings=("n:1380000",))),
        ("5550 6620", Question(exact=hashes("55506620"), beginnings=("e:02660555", "n:5550 6620"))),  # or a document
        ("+86 138 0000 1234", Question(exact=("e:43210000831",), beginnings=("n:+86 138 0000 1234",))),
        ("P-000017", Question(beginnings=("n:p-000017",))),
        ("12", Question(beginnings=("n:12",))),
        ("", Question()),
        ("!?", Question()),
        ("\x00", Question()),
    ],
)
def test_what_somebody_who_types_this_looks_for(typed: str, asked: Question) -> None:
    assert question(typed) == asked


@pytest.mark.parametrize(
    ("born_on", "born_in", "on", "years"),
    [
        (date(1953, 3, 12), None, date(2026, 3, 12), 73),
        (date(1953, 3, 13), None, date(2026, 3, 12), 72),
        (date(2024, 2, 29), None, date(2025, 2, 28), 0),
        (date(2024, 2, 29), None, date(2025, 3, 1), 1),
        (None, 1953, date(2026, 1, 1), 73),
        (None, None, date(2026, 1, 1), None),
    ],
)
def test_age_in_full_years(born_on: date | None, born_in: int | None, on: date, years: int | None) -> None:
    assert age(born_on, born_in, on) == years
