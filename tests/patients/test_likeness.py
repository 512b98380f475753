"""How much two records look like one person, and why. Mission A4."""

from dataclasses import replace
from datetime import date

import pytest

from patients.likeness import CERTAIN, POINTS, Likeness, Reason, Traits, likeness

BORN, CARD, OTHER_CARD = date(1953, 8, 4), ("resident_id", "a" * 64), ("resident_id", "b" * 64)
OWN, CHILDS = ("13800001234", "own"), ("13800001234", "child")
ZHANG = Traits("张桂兰", BORN, sex="female", phones=(OWN,))
LISTED = 60  # as the setting has it


def found(one: Traits, **other: object) -> Likeness:
    return likeness(one, replace(one, **other))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        (Traits("张桂兰"), Traits(" 张桂兰 "), ["same_name"]),
        (Traits("李雪"), Traits("李学"), ["same_pinyin"]),
        (Traits("肖红"), Traits("萧红"), ["surname_variant"]),
        (Traits("单雄信"), Traits("山雄信"), ["surname_variant"]),
        (Traits("欧阳雪"), Traits("欧阳学"), ["same_pinyin"]),
        (Traits("Li Xue"), Traits("李雪"), ["same_pinyin"]),
        (Traits("张桂兰"), Traits("王建军"), ["other_name"]),
        (Traits(""), Traits("王建军"), []),
        (Traits("", BORN), Traits("", BORN), ["same_birth_date"]),
        (Traits("", BORN), Traits("", None, 1953), ["same_birth_year"]),
        (Traits("", None, 1953), Traits("", None, 1953), ["same_birth_year"]),
        (Traits("", BORN), Traits("", date(1953, 4, 8)), ["turned_birth"]),
        (Traits("", BORN), Traits("", date(1953, 8, 5)), ["other_birth"]),
        (Traits("", BORN), Traits("", None, 1954), ["other_birth"]),
        (Traits("", BORN), Traits(""), []),
        (Traits("", sex="female"), Traits("", sex="male"), ["other_sex"]),
        (Traits("", sex="female"), Traits("", sex="unknown"), []),
        (Traits("", phones=(OWN,)), Traits("", phones=(OWN,)), ["same_own_phone"]),
        (Traits("", phones=(OWN,)), Traits("", phones=(CHILDS,)), ["same_phone"]),
        (Traits("", phones=(CHILDS,)), Traits("", phones=(CHILDS,)), ["same_phone"]),
        (Traits("", documents=(CARD,)), Traits("", documents=(CARD,)), ["same_identity"]),
        (Traits("", documents=(CARD,)), Traits("", documents=(OTHER_CARD,)), ["other_identity"]),
        (Traits("", documents=(CARD,)), Traits("", documents=(("passport", "c"),)), []),
        (Traits("", hospital_number="H1"), Traits("", hospital_number="h1 "), ["same_hospital_number"]),
    ],
)
def test_every_part_explains_itself_both_ways(one: Traits, other: Traits, reasons: list[str]) -> None:
    assert likeness(one, other).reasons == likeness(other, one).reasons == reasons


def test_every_reason_has_points_and_the_weightiest_comes_first() -> None:
    assert set(POINTS) == set(Reason)
    assert {POINTS[reason] for reason in CERTAIN} == {100}
    seen = likeness(ZHANG, replace(ZHANG, birth_date=date(1960, 1, 1), sex="male")).reasons
    assert seen == ["same_name", "same_own_phone", "other_sex", "other_birth"]


def test_one_card_is_certain_whatever_else_differs() -> None:
    same = likeness(replace(ZHANG, documents=(CARD,)), Traits("王建军", date(1990, 1, 1), documents=(CARD,)))
    assert same.is_certain
    assert same.score == 100
    assert not likeness(ZHANG, ZHANG).is_certain


def test_who_is_worth_a_look() -> None:
    assert found(ZHANG).score >= LISTED
    assert found(ZHANG, phones=()).score >= LISTED  # name and date of birth
    assert found(ZHANG, birth_date=None).score >= LISTED  # name and own phone
    assert found(ZHANG, name="张贵兰").score >= LISTED
    assert found(ZHANG, birth_date=None, birth_year=1953, phones=(CHILDS,)).score >= LISTED


def test_a_family_is_not() -> None:
    daughter = Traits("张小雪", date(1980, 2, 3), sex="female", phones=(("13800001234", "parent"),))
    twin = replace(ZHANG, name="张桂芳")
    assert likeness(ZHANG, daughter).score < LISTED
    assert likeness(ZHANG, twin).score < LISTED
    assert found(ZHANG, birth_date=None, phones=()).score < LISTED  # of the same name are many
    assert found(replace(ZHANG, documents=(CARD,)), documents=(OTHER_CARD,)).score < LISTED


def test_what_it_rests_on_has_a_name_that_changes_with_it() -> None:
    first = found(ZHANG)
    assert first.basis == found(ZHANG).basis == found(ZHANG, hospital_number="H2").basis
    assert first.basis != found(ZHANG, phones=(CHILDS,)).basis
    assert first.basis != found(replace(ZHANG, birth_date=date(1953, 8, 5))).basis
    assert "13800001234" not in first.basis
