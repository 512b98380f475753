"""What the list of patients offers to choose from: the hospital's own lists and its departments, a query for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from accounts.models import Department
from hospital_crm.lib.prepared import Prepared
from institution.models import ReferenceItem
from institution.querysets import ReferenceItemQuerySet
from patients.services.levels import CODES, words_in
from patients.services.levels import WORDS as LEVELS
from patients.services.tags import LIST as TAGS

SOURCES = "media_source"
Choice = tuple[Any, str]

_items = Prepared[ReferenceItem](is_planned_once=True)
_departments = Prepared[Department](is_planned_once=True)


@dataclass(frozen=True)
class Words:
    """Each list in its order, those out of use among them: what was chosen once is still asked for."""

    levels: dict[int, str]  # none for whoever is not told of them
    tags: Sequence[ReferenceItem]
    sources: Sequence[ReferenceItem]
    departments: Sequence[Department]

    @classmethod
    def read(cls, *, sees_levels: bool) -> Self:
        lists: defaultdict[str, list[ReferenceItem]] = defaultdict(list)
        for item in _items.rows("all", _in_lists):
            lists[item.list.code].append(item)
        levels = words_in(lists[LEVELS]) if sees_levels else {}
        return cls(levels, lists[TAGS], lists[SOURCES], _departments.rows("all", Department.objects.in_tree_order))

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

    @property
    def department_choices(self) -> list[Choice]:
        """In the order of the tree."""
        return [(department.pk, str(department)) for department in self.departments]


def _in_lists() -> ReferenceItemQuerySet:
    items = ReferenceItem.objects.filter(list__code__in=(LEVELS, TAGS, SOURCES)).select_related("list")
    return items.order_by("position", "pk")
