"""Names in two languages: the reader's own, the other where it is empty."""

import pytest
from django.utils.translation import override

from hospital_crm.lib.bilingual import Bilingual


class Sign(Bilingual):
    def __init__(self, zh: str, en: str) -> None:
        self.name_zh, self.name_en = zh, en


@pytest.mark.parametrize(
    ("language", "zh", "en", "shown"),
    [
        ("zh-hans", "白内障科", "Cataract", "白内障科"),
        ("en", "白内障科", "Cataract", "Cataract"),
        ("en", "白内障科", "", "白内障科"),
        ("zh-hans", "", "Cataract", "Cataract"),
        ("zh-hans", "", "", ""),
    ],
)
def test_is_shown_in_the_readers_language_or_in_the_other(language: str, zh: str, en: str, shown: str) -> None:
    with override(language):
        assert Sign(zh, en).in_reader_language("name") == shown


def test_without_a_reader_is_shown_in_chinese() -> None:
    with override(None):
        assert Sign("白内障科", "Cataract").in_reader_language("name") == "白内障科"
