"""Every route of the product × every role: who enters is what the table says, and each route stands in it."""

import csv
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from accounts.access import Capability
from tests.house.routing import Route, routes
from tests.house.visits import NOBODY, ROLES, Visit
from tests.house.world import NEWCOMER

ROUTES = routes()
# §4.1 of the architecture, by the first words of its rows.
ROWS = (
    "find and register people",
    "reveal a masked number",
    "merge, undo, import, export with numbers",
    "appointments",
    "outbox",
    "bulk reassign",
    "clinical text, questionnaires, visits' diagnoses",
    "calls and enquiries",
    "promises",
    "complaints",
    "dashboards, exports",
    "settings, staff, reference lists",
    "audit",
)
ELSEWHERE = "not in §4.1: "
# No worker beats in a test, no token is set; who cannot prove to be a provider finds nothing.
CALL_BACKS = ("messaging:call_back_receipts", "messaging:call_back_replies", "messaging:call_back_wechat")
NOT_READY = {"readyz": 503, "metrics": 404, **dict.fromkeys(CALL_BACKS, 404)}

with (Path(__file__).parent / "role_routes.csv").open(encoding="utf-8", newline="") as _file:
    TABLE = {row["route"]: row for row in csv.DictReader(_file)}


def allowed(route: str) -> set[str]:
    """Who may enter by the table; a route without a row lets nobody in, and fails."""
    words = TABLE[route]["roles"] if route in TABLE else ""
    return {*ROLES, NOBODY} if words == "everybody" else set(ROLES) if words == "all" else set(words.split())


GUARDED = [route for route in ROUTES if NOBODY not in allowed(route.name)]


def guard_of(view: Any) -> tuple[Capability | None, str]:
    """What the view needs, and why it is public; a viewset of the API names its need on the class."""
    of_act = getattr(view, "initkwargs", {}).get("needs")
    return of_act or getattr(getattr(view, "cls", view), "needs", None), getattr(view, "public_reason", "")


def test_table_has_every_route_and_no_other() -> None:
    assert sorted(TABLE) == [route.name for route in ROUTES]


def test_table_names_a_row_of_the_agreement_or_a_reason() -> None:
    for route, row in TABLE.items():
        assert row["row"] in ROWS or row["row"].removeprefix(ELSEWHERE).strip() != row["row"].strip(), route
        assert row["roles"] in ("all", "everybody") or set(row["roles"].split()) <= set(ROLES), route


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_view_is_guarded_or_public_with_a_reason(route: Route) -> None:
    needs, reason = guard_of(route.view)
    if NOBODY in allowed(route.name):
        assert needs is None
        assert reason.strip()
    else:
        assert isinstance(needs, Capability)
        assert not reason


ByRoute = dict[str, list[Visit]]


@pytest.fixture(scope="session")
def by_route(visits: list[Visit]) -> ByRoute:
    """As one person of each role, and as nobody."""
    found: ByRoute = {route.name: [] for route in ROUTES}
    for visit in visits:
        if visit.route in found and visit.person in (*ROLES, NOBODY):
            found[visit.route].append(visit)
    return found


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_exactly_the_roles_of_the_table_enter(route: Route, by_route: ByRoute) -> None:
    here = by_route[route.name]
    assert {visit.person for visit in here if visit.is_let_in} == allowed(route.name)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_whoever_enters_gets_an_answer_that_is_no_error(route: Route, by_route: ByRoute) -> None:
    here = by_route[route.name]
    faults = [visit for visit in here if visit.is_let_in and visit.status >= 400 and not visit.is_told_what_is_missing]
    assert [visit.status for visit in faults] == [NOT_READY[route.name] for _ in faults if route.name in NOT_READY]


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if NOBODY not in allowed(route.name)], ids=lambda r: r.name
)
def test_nobody_without_a_sign_in_enters_by_any_method(route: Route, by_route: ByRoute) -> None:
    here = [visit for visit in by_route[route.name] if visit.person == NOBODY]
    assert {visit.method for visit in here} == {"GET", "POST", "PUT", "DELETE"}
    for visit in here:
        asked_back = visit.status in (401, 403) if route.is_api else visit.is_sent_to_the_door
        assert asked_back or visit.status == 405, visit


def test_whoever_owes_a_second_factor_reaches_only_what_that_duty_needs(visits: list[Visit]) -> None:
    guarded = {route.name for route in GUARDED}
    mine = [visit for visit in visits if visit.person == NEWCOMER and visit.route in guarded and visit.is_let_in]
    duty = reverse("mfa_activate_totp")
    assert {visit.route for visit in mine if visit.headers.get("Location") != duty} == {
        "account_change_password",
        "account_logout",
        "account_reauthenticate",
        "accounts:still_here",
        "dashboards:keys",
        "mfa_activate_totp",
        "mfa_reauthenticate",
    }


def test_whoever_is_refused_is_told_why_and_not_sent_away(visits: list[Visit]) -> None:
    refused = [visit for visit in visits if visit.person in ROLES and visit.is_refused]
    assert refused
    assert {visit.status for visit in refused} == {403}
