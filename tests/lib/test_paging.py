"""Keyset paging: every row once, forwards and backwards, however many share a value; links that nobody can forge."""

from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.test import RequestFactory

from accounts.models import Actor, AuditEntry, Staff
from hospital_crm.lib.paging import Page, capped_count, page_of
from tests import make

NEWEST = ("-at", "-id")
TOO_MANY = 20  # pages of these rows: something leads round in a circle


@pytest.fixture(autouse=True)
def _three_rows_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hospital_crm.lib.paging.PAGE_ROWS", 3)


@pytest.fixture
def entries(system: Actor, now: datetime) -> QuerySet[AuditEntry]:
    """Ten at one moment between one before and three after, under three verbs."""
    moments = [now, *[now + timedelta(microseconds=1)] * 10, *(now + timedelta(days=day) for day in (1, 2, 3))]
    AuditEntry.objects.bulk_create(
        AuditEntry(at=at, actor=system, verb="zyx"[number % 3]) for number, at in enumerate(moments)
    )
    return AuditEntry.objects.all()


def show(rows: QuerySet[Any], url: str = "/list/", *, ordering: tuple[str, ...] = NEWEST, path: str = "") -> Page:
    return page_of(rows, RequestFactory().get(url), ordering=ordering, path=path)


def forwards(rows: QuerySet[Any], ordering: tuple[str, ...] = NEWEST) -> list[Page]:
    pages = [show(rows, ordering=ordering)]
    while pages[-1].next_url and len(pages) < TOO_MANY:
        pages.append(show(rows, pages[-1].next_url, ordering=ordering))
    return pages


def backwards(rows: QuerySet[Any], last: Page, ordering: tuple[str, ...] = NEWEST) -> list[Page]:
    pages = [last]
    while pages[-1].previous_url and len(pages) < TOO_MANY:
        pages.append(show(rows, pages[-1].previous_url, ordering=ordering))
    return pages[1:]


@pytest.mark.parametrize(
    "ordering",
    [
        NEWEST,
        ("at", "id"),
        ("verb", "-id"),
        ("-verb", "at", "id"),
        ("-verb", "-at", "-id"),
        ("verb", "at", "id"),
        ("-pk",),
    ],
)
def test_every_row_is_shown_once_in_its_order_and_the_way_back_shows_the_same_pages(
    entries: QuerySet[AuditEntry], ordering: tuple[str, ...]
) -> None:
    pages = forwards(entries, ordering)
    assert [row for page in pages for row in page.rows] == list(entries.order_by(*ordering))
    assert [len(page.rows) for page in pages] == [3, 3, 3, 3, 2]
    back = backwards(entries, pages[-1], ordering)
    assert [list(page.rows) for page in reversed(back)] == [list(page.rows) for page in pages[:-1]]
    assert (pages[0].previous_url, pages[-1].next_url, back[-1].previous_url) == ("", "", "")


def test_the_way_back_can_be_left_forwards_again(entries: QuerySet[AuditEntry]) -> None:
    first, second, *_ = forwards(entries)
    again = show(entries, second.previous_url)
    assert list(again.rows) == list(first.rows)
    assert list(show(entries, again.next_url).rows) == list(second.rows)


def test_exactly_one_page_leads_nowhere(entries: QuerySet[AuditEntry]) -> None:
    newest = [entry.pk for entry in entries.order_by("-at")[:3]]
    assert show(entries.filter(pk__in=newest)) == Page(list(entries.filter(pk__in=newest).order_by(*NEWEST)), "", "")


def test_nothing_leads_nowhere(db: None) -> None:
    assert show(AuditEntry.objects.all()) == Page([], "", "")


def test_what_comes_in_meanwhile_moves_nothing(entries: QuerySet[AuditEntry], system: Actor, now: datetime) -> None:
    second = forwards(entries)[1]
    url = show(entries).next_url
    AuditEntry.objects.create(at=now + timedelta(days=9), actor=system, verb="new")
    assert list(show(entries, url).rows) == list(second.rows)


def test_a_page_whose_rows_are_gone_leads_back_to_the_first(entries: QuerySet[AuditEntry]) -> None:
    url = show(entries).next_url
    page = show(entries.none(), url)
    assert (page.rows, page.next_url) == ([], "")
    assert list(show(entries, page.previous_url).rows) == list(show(entries).rows)


def test_links_keep_the_filter_and_lead_to_the_page_itself(entries: QuerySet[AuditEntry]) -> None:
    page = show(entries, "/audit/?verb=a%26b&who=1&who=2")
    path, _, query = page.next_url.partition("?")
    assert path == "/audit/"
    assert QueryDict(query).getlist("who") == ["1", "2"]
    assert QueryDict(query)["verb"] == "a&b"
    assert len(QueryDict(show(entries, page.next_url).next_url.partition("?")[2]).getlist("cursor")) == 1


def test_links_of_a_fragment_lead_to_its_page(entries: QuerySet[AuditEntry]) -> None:
    assert show(entries, "/jobs/rows/", path="/jobs/").next_url.startswith("/jobs/?cursor=")


@pytest.mark.parametrize("cursor", ["x", "%00", "王芳", "cD1hYmM=", "a:b:c", "9" * 5000])
def test_a_cursor_that_was_not_ours_is_not_found(entries: QuerySet[AuditEntry], cursor: str) -> None:
    with pytest.raises(Http404):
        show(entries, f"/list/?cursor={cursor}")


def test_the_cursor_of_another_list_is_not_found(entries: QuerySet[AuditEntry]) -> None:
    url = show(entries).next_url
    with pytest.raises(Http404):
        show(entries, url, ordering=("at", "id"))
    with pytest.raises(Http404):
        show(Staff.objects.all(), url)


def test_a_cursor_that_somebody_changed_is_not_found(entries: QuerySet[AuditEntry]) -> None:
    url = show(entries).next_url
    with pytest.raises(Http404):
        show(entries, url[:-1] + ("a" if url[-1] != "a" else "b"))


@pytest.mark.parametrize("position", ["p=abc", "p=%00", "o=x", "p=" + "9" * 40])
def test_api_answers_a_cursor_that_was_not_its_own_with_a_problem(frank: Staff, position: str) -> None:
    cursor = b64encode(position.encode()).decode()
    answer = make.client_of(frank).get("/api/v1/staff/", {"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_rows_are_counted_up_to_a_cap(entries: QuerySet[AuditEntry], monkeypatch: pytest.MonkeyPatch) -> None:
    assert capped_count(entries) == 14
    monkeypatch.setattr("hospital_crm.lib.paging.COUNT_CAP", 10)
    assert capped_count(entries) == 11
