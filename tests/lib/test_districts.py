"""Districts of China as people write them. Mission A1; GB/T 2260."""

import csv
from pathlib import Path

import pytest
from django.utils.translation import override

from hospital_crm.lib.districts import NotADistrict, districts, find_districts, read_district


def test_every_code_that_others_list_is_known(samples: Path) -> None:
    for name, is_current in (("gbt2260_districts.csv", True), ("gbt2260_history.csv", False)):
        with (samples / "ref" / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                assert districts()[row["code"]].is_current or not is_current
                assert not is_current or districts()[row["code"]].name_zh == row["name"]


@pytest.mark.parametrize(
    "typed",
    ["330102", "浙江省杭州市上城区", "杭州 上城", "hangzhou shangcheng", "Shangcheng District, Hangzhou, Zhejiang"],
)
def test_one_is_meant_however_it_is_written(typed: str) -> None:
    assert read_district(typed).code == "330102"


def test_it_is_said_in_the_readers_language() -> None:
    with override("zh-hans"):
        assert str(read_district("330102")) == "浙江省杭州市上城区"
    with override("en"):
        assert str(read_district("330102")) == "Shangcheng District, Hangzhou, Zhejiang"
    assert districts()["110105"].full_zh == "北京市朝阳区"  # no level between


def test_a_name_that_several_have_names_them() -> None:
    with pytest.raises(NotADistrict) as refused:
        read_district("朝阳区")
    assert {each.code for each in refused.value.likely} == {"110105", "220104"}


@pytest.mark.parametrize("typed", ["", "  ", "Atlantis", "999999", "市辖区", "\x00"])
def test_what_is_none_finds_none(typed: str) -> None:
    with pytest.raises(NotADistrict):
        read_district(typed)


def test_an_old_one_is_known_and_not_offered() -> None:
    assert districts()["110103"].name_zh == "崇文区"
    assert find_districts("崇文区") == ()


def test_the_larger_place_comes_first() -> None:
    assert find_districts("杭州")[0].code == "330100"
