"""What a text must not say, and what only looks like it."""

import pytest

from messaging.rules.braces import filled, gaps_in, stray_braces
from messaging.rules.sms import signed, sms_length
from messaging.rules.wording import CLINICAL, CURE, findings_in, stands_in

LISTS = {
    CURE: ["治愈率", "根治", "cure rate", "cured"],
    "best": ["最", "最好的", "第一", "国家级", "best", "No. 1"],
    "lure": ["免费+限时"],
    CLINICAL: ["肿瘤", "HIV"],
}
HARMLESS = ["最近", "最后", "最好", "第一次", "第一人民医院", "best regards", "best time", "100% parking"]


def said(text: str) -> list[str]:
    return [each.words for each in findings_in(text, LISTS, HARMLESS)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("治愈率高达九成", ["治愈率"]),
        ("可根治", ["根治"]),
        ("可根 治", ["根 治"]),
        ("可根\u200b治", ["根\u200b治"]),
        ("有效 100 %", ["100 %"]),
        ("有效 １００％", ["１００％"]),
        ("全国最先进的设备", ["最"]),
        ("最好的医生", ["最好的"]),
        ("全市第一", ["第一"]),
        ("国家级专家", ["国家级"]),
        ("限时三天，免费检查", ["限时", "免费"]),
        ("The BEST hospital", ["BEST"]),
        ("We are No.1 here", ["No.1"]),
        ("A cure  rate of nine in ten", ["cure  rate"]),
        ("肿瘤科提醒您复诊", ["肿瘤"]),
        ("HIV 检查", ["HIV"]),
        ("您的诊断：E11", ["E11"]),
        ("结果 E11.9 已出", ["E11.9"]),
        ("编码 I10.x00", ["I10.x00"]),
    ],
)
def test_what_must_not_be_said_is_found_with_its_place(text: str, words: list[str]) -> None:
    assert said(text) == words
    assert all(text[each.start : each.end] == each.words for each in findings_in(text, LISTS, HARMLESS))


@pytest.mark.parametrize(
    "text",
    [
        "您最近一次就诊",
        "最后一位",
        "最好空腹前来",
        "第一次复诊",
        "市第一人民医院提醒您",
        "Best regards",
        "the best time to call",
        "bestow, cures, No. 10, 1100%",
        "免费停车",
        "限时停车",
        "100% parking",
        "请到 B12 诊室",
        "门牌 A03",
        "诊断证明可领取",
        "",
    ],
)
def test_what_only_looks_like_it_is_not(text: str) -> None:
    assert said(text) == []


def test_of_words_within_one_another_the_longest_is_named() -> None:
    assert [(each.words, each.kind) for each in findings_in("最好的", LISTS, HARMLESS)] == [("最好的", "best")]


def test_an_empty_entry_of_a_list_finds_nothing() -> None:
    assert findings_in("text", {"best": ["", " ", "+"]}) == []


def test_a_way_to_refuse_is_recognised_however_it_is_typed() -> None:
    assert stands_in("祝好。拒收请回复 r", ["拒收请回复R", "Reply R to stop"])
    assert stands_in("reply R  to stop", ["Reply R to stop"])
    assert not stands_in("请回复", ["拒收请回复R", ""])


@pytest.mark.parametrize(
    ("text", "units", "parts", "room"),
    [
        ("", 0, 0, 70),
        ("字" * 70, 70, 1, 0),
        ("字" * 71, 71, 2, 63),
        ("字" * 134, 134, 2, 0),
        ("字" * 135, 135, 3, 66),
        ("a" * 70, 70, 1, 0),
        ("a" * 71, 71, 2, 63),
        ("😀" * 35, 70, 1, 0),
        ("😀" * 35 + "。", 71, 2, 63),
        ("𠮷", 2, 1, 68),
    ],
)
def test_a_part_holds_70_and_one_of_several_67(text: str, units: int, parts: int, room: int) -> None:
    length = sms_length(text)
    assert (length.units, length.parts, length.room) == (units, parts, room)


def test_the_signature_and_its_brackets_count() -> None:
    assert signed("您好", "示例医院") == "【示例医院】您好"
    assert sms_length(signed("字" * 64, "示例医院")).parts == 1
    assert sms_length(signed("字" * 65, "示例医院")).parts == 2
    assert signed("您好", "") == "您好"


def test_gaps_are_named_once_in_the_order_of_the_text() -> None:
    assert gaps_in("{due_on}前到{department}，{due_on}") == ["due_on", "department"]
    assert filled("{a}, {b}", {"a": "{b}", "b": "2"}) == "{b}, 2"


@pytest.mark.parametrize(
    ("text", "at"),
    [("{name", [0]), ("name}", [4]), ("{}", [0, 1]), ("{{name}}", [0, 7]), ("{Name}", [0, 5]), ("｛name｝", [0, 5])],
)
def test_a_brace_that_is_part_of_no_gap_is_named(text: str, at: list[int]) -> None:
    assert [each.at for each in stray_braces(text)] == at


def test_braces_that_make_gaps_are_none_of_them() -> None:
    assert stray_braces("{a}{b_2} text {c}") == []
