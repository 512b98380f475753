"""What the call page offers, loaded once a page however many fields show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext as _

from accounts.models import Department, Staff, Team
from consult.models import Call
from institution.models import ReferenceItem

RELATIONS, SOURCES, TOPICS = "caller_relation", "media_source", "call_topic"


@dataclass(frozen=True)
class Choices:
    relations: list[ReferenceItem]
    sources: list[ReferenceItem]
    topics: list[ReferenceItem]
    departments: list[Department]
    colleagues: list[Staff]
    teams: list[Team]

    @classmethod
    def load(cls) -> Self:
        lists: dict[str, list[ReferenceItem]] = {RELATIONS: [], SOURCES: [], TOPICS: []}
        for item in ReferenceItem.objects.in_use(*lists):
            lists[item.list.code].append(item)
        return cls(
            relations=lists[RELATIONS],
            sources=lists[SOURCES],
            topics=lists[TOPICS],
            departments=list(Department.objects.in_use().in_tree_order()),
            colleagues=list(Staff.objects.keepers().select_related("department").order_by("display_name", "pk")),
            teams=list(Team.objects.in_use().order_by("name_zh")),
        )

    def with_those_of(self, call: Call) -> Self:
        """What a saved call holds is offered too, though it was taken out of use since."""
        for chosen, offered in ((call.relation, self.relations), (call.source, self.sources)):
            _add(chosen, offered)
        for row in call.topics.all():
            _add(row.topic, self.topics)
            _add(row.department, self.departments)
        return self

    def owners(self, me: Staff) -> list[tuple[str, Staff | Team]]:
        """Who can be promised for: oneself, a team, a colleague."""
        teams = [(f"team:{team.pk}", team) for team in self.teams]
        return [(f"staff:{me.pk}", me), *teams, *((f"staff:{each.pk}", each) for each in self.colleagues)]

    def owner_groups(self, me: Staff) -> list[tuple[str, Any]]:
        """The same as a select shows it."""
        others = [(f"staff:{each.pk}", _with_department(each)) for each in self.colleagues if each != me]
        mine: list[tuple[str, Any]] = [(f"staff:{me.pk}", _("Myself"))]
        if self.teams:
            mine.append((_("Teams"), [(f"team:{team.pk}", team.name) for team in self.teams]))
        return [*mine, (_("Colleagues"), others)] if others else mine


def _add(chosen: Any, offered: list[Any]) -> None:
    if chosen is not None and chosen not in offered:
        offered.append(chosen)


def _with_department(staff: Staff) -> str:
    return f"{staff.name} · {staff.department.name}" if staff.department else staff.name
