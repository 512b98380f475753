"""When two numbers of certificates, or two texts, are the same."""

import re
from unicodedata import category, normalize

BRACKETS = frozenset("()[]〔〕【】〈〉《》「」『』〖〗{}")
DASHES = re.compile(r"[‐‑‒–—―−]")
LONGEST_KEY = 120


def certificate_key(number: str) -> str:
    """The number without what people type differently: width, case, brackets, spaces, dashes."""
    folded = DASHES.sub("-", normalize("NFKC", number).casefold())
    key = "".join(sign for sign in folded if sign not in BRACKETS and category(sign)[0] not in "ZC")
    return (key or folded)[:LONGEST_KEY]


def same_words(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Subject and text; how a line ends is no word."""
    return _as_read(one) == _as_read(other)


def _as_read(words: tuple[str, str]) -> tuple[str, ...]:
    return tuple(each.replace("\r\n", "\n").replace("\r", "\n").strip() for each in words)
