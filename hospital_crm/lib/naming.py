"""Whether a text names somebody."""

import re
from collections.abc import Collection


def is_named(text: str, words: Collection[str]) -> bool:
    """Whether one of the words stands in it: a number only as a whole, for 12 is no part of 13812."""
    return any(_stands(word, text) for word in words)


def _stands(word: str, text: str) -> bool:
    if not word.isascii():
        return word in text
    return re.search(rf"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])", text) is not None
