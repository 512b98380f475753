"""What the list of patients takes from the hospital's own lists: all of it with one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from institution.models import ReferenceItem
from patients.services.levels import CODES, words_in
from patients.services.levels import WORDS as LEVELS
from patients.services.tags import LIST as TAGS

SOURCES = "media_source"
Choice = tuple[Any, str]


@dataclass(frozen=True)
class Words:
    """Each list in its order, those out of use among them: what was chosen once is still asked for."""

    levels: dict[int, str]  # none for whoever is not told of them
    tags: Sequence[ReferenceItem]
    sources: Sequence[ReferenceItem]

    @classmethod
    def read(cls, *, sees_levels: bool) -> Self:
        lists: defaultdict[str, list[ReferenceItem]] = defaultdict(list)
        items = ReferenceItem.objects.filter(list__code__in=(LEVELS, TAGS, SOURCES)).select_related("list")
        for item in items.order_by("position", "pk"):
            lists[item.list.code].append(item)
        return cls(words_in(lists[LEVELS]) if sees_levels else {}, lists[TAGS], lists[SOURCES])

    @property
    def level_choices(self) -> list[Choice]:
        """The highest first."""
        return [(CODES[level], self.levels[level]) for level in sorted(self.levels, reverse=True)]

    @property
    def tag_choices(self) -> list[Choice]:
        return [(tag.pk, tag.label) for tag in self.tags]

    @property
    def source_choices(self) -> list[Choice]:
        return [(source.pk, source.label) for source in self.sources]
