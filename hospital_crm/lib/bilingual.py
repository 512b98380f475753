from typing import Any

from django.utils.translation import get_language


def reader_column(field: str) -> str:
    """Where a query finds the words that the reader is shown, of what always has both."""
    return f"{field}_en" if get_language() == "en" else f"{field}_zh"


class Bilingual:
    """Has `<field>_zh` and `<field>_en`; `in_reader_language("name")` is the one to show, the other if it is empty."""

    def in_reader_language(self, field: str) -> str:
        first, second = ("en", "zh") if get_language() == "en" else ("zh", "en")
        this: Any = self
        return str(getattr(this, f"{field}_{first}") or getattr(this, f"{field}_{second}"))
