"""Whatever a page shows a program can read, by the same roles; or the table says why not. Mission J1."""

import csv
from pathlib import Path

import pytest

from tests.house.test_routes import ROUTES, TABLE, allowed
from tests.house.visits import Visit

BY_NAME = {route.name: route for route in ROUTES}

with (Path(__file__).parent / "api_reads.csv").open(encoding="utf-8", newline="") as _file:
    READS = {row["page"]: row for row in csv.DictReader(_file)}
OFFERED = {page: row["api"].split() for page, row in READS.items() if row["api"]}


def test_the_table_has_every_page_that_can_be_opened(visits: list[Visit]) -> None:
    opened = {visit.route for visit in visits if visit.method == "GET" and visit.status == 200}
    pages = {route.name for route in ROUTES if not route.is_api}
    assert opened & pages <= READS.keys() <= pages


def test_it_names_operations_or_a_reason() -> None:
    for page, row in READS.items():
        assert bool(row["api"]) != bool(row["why not"]), page


@pytest.mark.parametrize("page", OFFERED)
def test_the_operations_are_for_whoever_may_open_the_page(page: str, visits: list[Visit]) -> None:
    for operation in OFFERED[page]:
        assert TABLE[operation]["roles"] == "all" or allowed(operation) == allowed(page)


@pytest.mark.parametrize("page", OFFERED)
def test_they_answer(page: str, visits: list[Visit]) -> None:
    """Asked as each role; those that are sent a question are asked nothing here, and say what is missing."""
    for operation in OFFERED[page]:
        answers = {visit.status for visit in visits if visit.route == operation and visit.is_let_in}
        assert answers & {200, 400}, operation
