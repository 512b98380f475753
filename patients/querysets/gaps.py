"""What the search box and the list's filter ask, with gaps for what differs: for queries that are put together once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, TextField

from hospital_crm.lib.prepared import Gap
from patients.rules import Question, number_question, question

MOST_PIECES = 6


@dataclass(frozen=True)
class OpenQuestion:
    """A question of this shape, whatever its words are."""

    every: tuple[Gap, ...]
    exact: tuple[Gap, ...]
    ranges: tuple[tuple[Gap, Gap], ...]
    holds: Gap | None
    is_empty: bool


@dataclass(frozen=True)
class Asked:
    """The question, and apart from it the words that belong into its gaps; those of one shape are one query."""

    shape: Hashable
    question: OpenQuestion
    words: dict[str, str]

    @property
    def names_pieces(self) -> bool:
        """It knows its pieces whole, and not only how they begin: then one plan is the best whatever they are. Each
        number of them has one; a text that somebody pasted is no name.
        """
        return not self.question.ranges and len(self.question.every) <= MOST_PIECES


def asked_by(text: str) -> Asked:
    """What the search box means by it."""
    return _apart(question(text))


def asked_by_number(text: str) -> Asked:
    """Whose number it is."""
    return _apart(number_question(text))


@dataclass(frozen=True)
class Wanted:
    """The list's filter, and apart from it the keys and words that belong into its gaps; those of one shape are one
    query.
    """

    shape: Hashable
    conditions: dict[str, Any]  # of `PatientQuerySet.matching`
    question: OpenQuestion | None
    values: dict[str, Any]


def wanted_by(told: Mapping[str, Any]) -> Wanted:
    """What is meant by a filter as `told_filter` tells it: gaps for whichever of many rows is chosen, and for words."""
    asked = asked_by(told["q"]) if "q" in told else None
    conditions = {name: value for name, value in told.items() if name not in ("q", "sort")}
    keys = {name: value for name, value in conditions.items() if isinstance(value, int)}
    few = tuple((name, str(value)) for name, value in sorted(conditions.items()) if name not in keys)
    return Wanted(
        shape=(tuple(sorted(keys)), few, asked and asked.shape),
        conditions={**conditions, **{name: Gap(name, BigIntegerField()) for name in keys}},
        question=asked.question if asked else None,
        values={**keys, **(asked.words if asked else {})},
    )


def gap(name: str) -> Gap:
    return Gap(name, TextField())


def _apart(asked: Question) -> Asked:
    return Asked(
        shape=(len(asked.every), len(asked.exact), len(asked.beginnings), bool(asked.holds)),
        question=OpenQuestion(
            every=tuple(gap(f"every {at}") for at, _ in enumerate(asked.every)),
            exact=tuple(gap(f"exact {at}") for at, _ in enumerate(asked.exact)),
            ranges=tuple((gap(f"since {at}"), gap(f"until {at}")) for at, _ in enumerate(asked.beginnings)),
            holds=gap("holds") if asked.holds else None,
            is_empty=asked.is_empty,
        ),
        words=_words(asked),
    )


def _words(asked: Question) -> dict[str, str]:
    words = {"holds": asked.holds}
    words |= {f"every {at}": each for at, each in enumerate(asked.every)}
    words |= {f"exact {at}": each for at, each in enumerate(asked.exact)}
    for at, (since, until) in enumerate(asked.ranges):
        words |= {f"since {at}": since, f"until {at}": until}
    return words
