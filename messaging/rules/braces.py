"""Gaps in a text: {recipient}. A brace that is part of no gap is a slip, never meant."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

GAP = re.compile(r"\{([a-z][a-z0-9_]*)\}")
STRAY = re.compile(r"[{}｛｝]")


@dataclass(frozen=True)
class Stray:
    """A brace that opens or closes no gap, with what stands around it."""

    at: int
    around: str


def gaps_in(text: str) -> list[str]:
    """The variables, each once, in the order in which they first stand there."""
    return list(dict.fromkeys(GAP.findall(text)))


def stray_braces(text: str) -> list[Stray]:
    blank = GAP.sub(lambda found: " " * len(found[0]), text)
    return [Stray(found.start(), text[max(0, found.start() - 6) : found.end() + 6]) for found in STRAY.finditer(blank)]


def filled(text: str, values: Mapping[str, str]) -> str:
    """With the values in the gaps; braces inside a value are left alone. Raises KeyError."""
    return GAP.sub(lambda found: values[found[1]], text)
