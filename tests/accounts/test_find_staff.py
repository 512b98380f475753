"""Find a colleague: on the page and through the API, with one filter for both."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.access import Role
from accounts.models import Department, Staff
from accounts.services import leaving
from accounts.services import staff as services
from tests import make
from tests.conftest import SignedIn

PAGE, API, DEPARTMENTS = "/staff/", "/api/v1/staff/", "/api/v1/departments/"
ROWS = {"HX-Request": "true", "HX-Target": "rows"}  # as a page asks when somebody changes its filter


@pytest.fixture
def zoe(glaucoma: Department) -> Staff:
    return make.staff(
        "zoe.zhou",
        "doctor",
        "manager",
        display_name="周娥",
        display_name_en="Zoe Zhou",
        employee_number="E-77",
        extension="8123",
        department=glaucoma,
    )


def found(office: Client, query: str) -> tuple[set[str], set[str]]:
    """User names that the page and that the API find."""
    text = office.get(f"{PAGE}?{query}", headers=ROWS).content.decode()
    on_page = set(re.findall(r"<tr>\s*<td>.*?</td>\s*<td>(.*?)</td>", text, re.DOTALL))
    return on_page, {row["username"] for row in office.get(f"{API}?{query}").json()["results"]}


def add(people: Iterable[Staff]) -> None:
    """Rows that only have to be there, and many of them."""
    rows = list(people)
    for row in rows:
        row.created_at = row.updated_at = make.THEN
    Staff.objects.bulk_create(rows)


@pytest.mark.parametrize(
    "query",
    [
        "q=zhou",
        "q=周",
        "q=ZOE.Z",
        "q=Zoe Zhou",
        "q=zoezhou",
        "q=e-77",
        "q=8123",
        "q=%20周娥%20",
        "role=doctor",
        "role=manager&q=zoe",
        "q=娥&is_active=true",
    ],
)
def test_by_name_number_extension_and_role(office: Client, zoe: Staff, alice: Staff, dana: Staff, query: str) -> None:
    assert found(office, query) == ({"zoe.zhou"}, {"zoe.zhou"})


@pytest.mark.parametrize("query", ["q=812", "q=E-7", "role=guide", "q=zoe&role=consultant", "q=zoe&is_active=false"])
def test_nobody_by_part_of_a_number_or_by_what_does_not_fit(
    office: Client, zoe: Staff, alice: Staff, query: str
) -> None:
    assert found(office, query) == (set(), set())


def test_by_department(office: Client, zoe: Staff, alice: Staff, cataract: Department) -> None:
    assert found(office, f"department={cataract.pk}") == ({"alice"}, {"alice"})


def test_page_shows_the_active_ones_unless_asked_otherwise(
    office: Client, zoe: Staff, alice: Staff, frank: Staff, now: datetime
) -> None:
    leaving.deactivate_staff(staff=zoe, actor=frank.actor, at=now)
    assert found(office, "")[0] == {"alice", "frank"}
    assert found(office, "is_active=")[0] == {"alice", "frank", "zoe.zhou"}
    assert found(office, "is_active=false") == ({"zoe.zhou"}, {"zoe.zhou"})


def test_page_pages_by_name_forwards_and_back(office: Client) -> None:
    add(Staff(username=f"p{number:02d}", display_name="同名") for number in range(30))
    first = office.get(f"{PAGE}?q=同名").content.decode()
    link = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    second = office.get(link).content.decode()
    names = [[f"p{n:02d}" for n in range(30) if f">p{n:02d}<" in text] for text in (first, second)]
    assert [len(part) for part in names] == [25, 5]
    assert not set(names[0]) & set(names[1])


def test_htmx_gets_the_rows_alone(office: Client, zoe: Staff) -> None:
    part = office.get(f"{PAGE}?q=zhou", headers=ROWS).content.decode()
    assert part.lstrip().startswith('<div id="rows">')
    assert "zoe.zhou" in part


def test_detail_shows_the_person_and_the_history(office: Client, zoe: Staff, frank: Staff, now: datetime) -> None:
    services.update_staff(staff=zoe, version=1, values={"extension": "1"}, roles=zoe.roles, actor=frank.actor, at=now)
    text = office.get(f"{PAGE}{zoe.pk}/").content.decode()
    for words in ("周娥 · Zoe Zhou", "E-77", "Doctor · Manager", "Person changed", "2026-03-12 10:24", "Never"):
        assert words in text, words


def test_only_the_administrator_may(dana: Staff, alice: Staff, signed_in: SignedIn, client: Client) -> None:
    assert signed_in(dana).get(f"{PAGE}{alice.pk}/").status_code == 403
    assert client.get(PAGE).status_code == 302


# ── The API ──────────────────────────────────────────────────────────────────


def problem(answer: Any) -> tuple[int, str]:
    """Status and code of an error, which comes as problem details."""
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert {"type", "title", "detail"} <= set(body)
    return answer.status_code, body["code"]


def test_api_gives_a_person_without_anything_secret(office: Client, zoe: Staff, glaucoma: Department) -> None:
    assert office.get(f"{API}{zoe.pk}/").json() == {
        "id": zoe.pk,
        "username": "zoe.zhou",
        "display_name": "周娥",
        "display_name_en": "Zoe Zhou",
        "employee_number": "E-77",
        "extension": "8123",
        "email": "",
        "department": glaucoma.pk,
        "roles": [Role.DOCTOR, Role.MANAGER],
        "is_active": True,
        "version": 1,
    }


def test_api_gives_departments(office: Client, cataract: Department, alice: Staff) -> None:
    row = office.get(f"{DEPARTMENTS}{cataract.pk}/").json()
    assert (row["name_zh"], row["name_en"], row["parent"], row["head"]) == ("白内障科", "Cataract", None, None)
    assert cataract.pk in [each["id"] for each in office.get(DEPARTMENTS).json()["results"]]


def test_api_pages(office: Client, frank: Staff) -> None:
    add(Staff(username=f"p{number:02d}") for number in range(30))
    first = office.get(API).json()
    second = office.get(first["next"]).json()
    assert [len(part["results"]) for part in (first, second)] == [25, 6]
    assert office.get(second["previous"]).json()["results"] == first["results"]


@pytest.mark.parametrize("url", [API, f"{API}1/", DEPARTMENTS, f"{DEPARTMENTS}1/"])
def test_api_refuses_nobody_and_every_wrong_role(
    alice: Staff, dana: Staff, signed_in: SignedIn, client: Client, url: str
) -> None:
    assert problem(client.get(url)) == (401, "not_authenticated")
    for person in (alice, dana):
        assert problem(signed_in(person).get(url)) == (403, "permission_denied")


def test_api_acts_refuse_the_same(alice: Staff, bob: Staff, signed_in: SignedIn, client: Client) -> None:
    for act in ("deactivate", "reactivate"):
        url = f"{API}{bob.pk}/{act}/"
        assert problem(client.post(url)) == (401, "not_authenticated")
        assert problem(signed_in(alice).post(url)) == (403, "permission_denied")
    bob.refresh_from_db()
    assert bob.is_active


def test_api_acts_need_the_token_of_a_page(frank: Staff, bob: Staff) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(frank, backend=settings.AUTHENTICATION_BACKENDS[-1])
    assert problem(strict.post(f"{API}{bob.pk}/deactivate/")) == (403, "permission_denied")


@pytest.mark.parametrize(
    ("method", "url", "expected"),
    [
        ("get", f"{API}999999/", (404, "not_found")),
        ("get", f"{API}abc/", (404, "not_found")),
        ("get", f"{API}99999999999999999999/", (404, "not_found")),
        ("get", f"{API}?role=emperor", (400, "invalid")),
        ("get", f"{API}?department=x", (400, "invalid")),
        ("get", f"{API}?q=%00", (400, "invalid")),
        ("get", f"{API}?cursor=zzz", (404, "not_found")),
        ("get", f"{API}?cursor=cD1hYmM%3D", (404, "not_found")),
        ("post", API, (415, "unsupported_media_type")),
        ("delete", f"{API}1/", (405, "method_not_allowed")),
        ("get", f"{API}1/deactivate/", (405, "method_not_allowed")),
    ],
)
def test_api_says_what_is_wrong_as_problem_details(
    office: Client, method: str, url: str, expected: tuple[int, str]
) -> None:
    assert problem(getattr(office, method)(url)) == expected


def test_api_names_the_filter_that_cannot_be_read(office: Client) -> None:
    assert list(office.get(f"{API}?role=emperor").json()["errors"]) == ["role"]


def test_api_names_a_rule_by_its_code_in_the_reader_s_language(office: Client, frank: Staff) -> None:
    answer = office.post(f"{API}{frank.pk}/deactivate/")
    assert problem(answer) == (409, "own_account")
    assert answer.json()["detail"] == "You cannot deactivate your own account. Ask another administrator."
