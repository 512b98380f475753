"""A text in pieces, of which some are marked."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    text: str
    is_marked: bool


def marked(text: str, spans: Iterable[tuple[int, int]]) -> list[Piece]:
    """Empty pieces are left out; of spans that overlap the rest of the later one is marked too."""
    pieces, done = [], 0
    for start, end in sorted(spans):
        pieces += [Piece(text[done:start], is_marked=False), Piece(text[max(done, start) : end], is_marked=True)]
        done = max(done, end)
    return [piece for piece in [*pieces, Piece(text[done:], is_marked=False)] if piece.text]
