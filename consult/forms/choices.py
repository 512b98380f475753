"""What the call page offers: all of its lists in one query, however many fields show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.db.models import CharField, F, IntegerField, Model, QuerySet, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from accounts.models import Department, Staff, Team
from consult.models import Call
from hospital_crm.lib.bilingual import Bilingual
from hospital_crm.lib.fields import with_absence
from institution.models import ReferenceItem

RELATIONS, SOURCES, TOPICS = "caller_relation", "media_source", "call_topic"
DEPARTMENTS, COLLEAGUES, TEAMS = "department", "colleague", "team"
# Of each list, what it shows of a row: the key and both names, in the order of the table.
SHOWN: dict[str, tuple[type[Model], list[str]]] = {
    DEPARTMENTS: (Department, ["id", "name_zh", "name_en"]),
    COLLEAGUES: (Staff, ["id", "display_name", "display_name_en"]),
    TEAMS: (Team, ["id", "name_zh", "name_en"]),
    **dict.fromkeys((RELATIONS, SOURCES, TOPICS), (ReferenceItem, ["id", "code", "label_zh", "label_en"])),
}


@dataclass(frozen=True)
class Place(Bilingual):
    """Where a colleague works."""

    name_zh: str
    name_en: str


@dataclass(frozen=True)
class Choices:
    """The rows hold only what the lists show; whatever else somebody asks of one is read then."""

    relations: list[ReferenceItem]
    sources: list[ReferenceItem]
    topics: list[ReferenceItem]
    departments: list[Department]
    colleagues: list[Staff]
    teams: list[Team]
    places: dict[int, Place]  # by the colleague's key
    away: dict[int, str]  # the last day of whoever is absent today

    @classmethod
    def load(cls, on: date) -> Self:
        """`on`: the day for which it is said who is away."""
        lists: dict[str, list[Any]] = defaultdict(list)
        places, away = {}, {}
        for entry in _entries(on):
            lists[entry["of"]].append(_row(entry))
            if entry["place_zh"]:
                places[entry["row"]] = Place(entry["place_zh"], entry["place_en"])
            if entry["of"] == COLLEAGUES and entry["mark"]:
                away[entry["row"]] = entry["mark"]
        return cls(
            relations=lists[RELATIONS],
            sources=lists[SOURCES],
            topics=lists[TOPICS],
            departments=lists[DEPARTMENTS],
            colleagues=lists[COLLEAGUES],
            teams=lists[TEAMS],
            places=places,
            away=away,
        )

    def with_those_of(self, call: Call) -> Self:
        """What a saved call holds is offered too, though it was taken out of use since."""
        for chosen, offered in ((call.relation, self.relations), (call.source, self.sources)):
            _add(chosen, offered)
        for row in call.topics.all():
            _add(row.topic, self.topics)
            _add(row.department, self.departments)
        return self

    def owners(self, me: Staff) -> dict[str, Staff | Team]:
        """Who can be promised for, by what a form sends: oneself, a team, a colleague."""
        teams = {f"team:{team.pk}": team for team in self.teams}
        return {f"staff:{me.pk}": me, **teams, **{f"staff:{each.pk}": each for each in self.colleagues if each != me}}

    def owner_groups(self, me: Staff, reader: Staff) -> list[tuple[str, Any]]:
        """The same as a select shows it to the reader."""
        others = [(f"staff:{each.pk}", self._with_place(each)) for each in self.colleagues if each != me]
        mine: list[tuple[str, Any]] = [(f"staff:{me.pk}", _("Myself") if me == reader else me.name)]
        if self.teams:
            mine.append((_("Teams"), [(f"team:{team.pk}", team.name) for team in self.teams]))
        return [*mine, (_("Colleagues"), others)] if others else mine

    def _with_place(self, staff: Staff) -> str:
        place, until = self.places.get(staff.pk), self.away.get(staff.pk)
        named = f"{staff.name} · {place.in_reader_language('name')}" if place else staff.name
        return with_absence(named, until) if until else named


def _entries(on: date) -> Iterable[dict[str, Any]]:
    """Every list in its order: each a part of one query."""
    items = ReferenceItem.objects.in_use(RELATIONS, SOURCES, TOPICS)
    departments, teams = Department.objects.in_use(), Team.objects.in_use()
    lists = [
        _part(items, F("list__code"), "label_zh", "label_en", mark=F("code"), position=F("position")),
        _part(departments, Value(DEPARTMENTS), "name_zh", "name_en", text=F("path")),
        _part(teams, Value(TEAMS), "name_zh", "name_en", text=F("name_zh")),
        _part(
            Staff.objects.keepers().with_absence(on),
            Value(COLLEAGUES),
            "display_name",
            "display_name_en",
            mark=Coalesce(Cast("away_until", CharField()), Value("")),
            text=F("sort_key"),
            place_zh=F("department__name_zh"),
            place_en=F("department__name_en"),
        ),
    ]
    return lists[0].union(*lists[1:], all=True).order_by("of", "in_order", "by_text", "row")


def _part(rows: QuerySet[Any], of: Any, zh: str, en: str, **more: Any) -> QuerySet[Any, dict[str, Any]]:
    """One list's rows under the names that all lists share."""
    blank, first = Value("", CharField()), Value(0, IntegerField())
    part: QuerySet[Any, dict[str, Any]] = (
        rows.select_related(None)
        .order_by()
        .annotate(
            of=of,
            row=F("pk"),
            mark=more.get("mark", blank),
            zh=F(zh),
            en=F(en),
            place_zh=more.get("place_zh", blank),
            place_en=more.get("place_en", blank),
            in_order=more.get("position", first),
            by_text=more.get("text", blank),
        )
        .values("of", "row", "mark", "zh", "en", "place_zh", "place_en", "in_order", "by_text")
    )
    return part


def _row(entry: dict[str, Any]) -> Model:
    model, columns = SHOWN[entry["of"]]
    marks = [entry["mark"]] if "code" in columns else []
    return model.from_db("default", columns, [entry["row"], *marks, entry["zh"], entry["en"]])


def _add(chosen: Any, offered: list[Any]) -> None:
    if chosen is not None and chosen not in offered:
        offered.append(chosen)
