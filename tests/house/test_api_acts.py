"""Whatever a page does a program can do, by the same roles; or the table says why not. Mission J1."""

import csv
from pathlib import Path
from typing import Any

import pytest

from tests.house.test_routes import ROUTES, TABLE, guard_of
from tests.house.visits import Visit

CHANGES = {"post", "put", "patch", "delete"}
BY_NAME = {route.name: route for route in ROUTES}

with (Path(__file__).parent / "api_acts.csv").open(encoding="utf-8", newline="") as _file:
    ACTS = {row["page"]: row for row in csv.DictReader(_file)}
OFFERED = {page: row["api"] for page, row in ACTS.items() if row["api"]}


def test_the_table_has_every_act_of_a_page_and_no_other(visits: list[Visit]) -> None:
    """Whatever answers to a form that was sent."""
    answers = {visit.route for visit in visits if visit.method == "POST" and visit.status != 405}
    assert sorted(ACTS) == sorted(name for name in answers & BY_NAME.keys() if not BY_NAME[name].is_api)


def test_it_names_an_operation_or_a_reason() -> None:
    for page, row in ACTS.items():
        assert bool(row["api"]) != bool(row["why not"]), page


@pytest.mark.parametrize("page", OFFERED)
def test_the_operation_changes_something_and_is_for_the_same_people(page: str) -> None:
    view: Any = BY_NAME[OFFERED[page]].view
    methods = set(getattr(view, "actions", {})) or {name for name in CHANGES if hasattr(view.view_class, name)}
    assert methods & CHANGES
    assert guard_of(view)[0] == guard_of(BY_NAME[page].view)[0]
    assert TABLE[OFFERED[page]]["roles"] == TABLE[page]["roles"]
