"""Keyset paging for pages and API alike: page 1000 costs what page 1 costs, and there is no count on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

COUNT_CAP = 10_000


class ListCursor(CursorPagination):
    page_size = 25
    ordering = "-pk"


@dataclass(frozen=True)
class Page:
    rows: Sequence[Any]
    previous_url: str
    next_url: str


def page_of(queryset: QuerySet[Any], request: HttpRequest, *, ordering: tuple[str, ...], path: str = "") -> Page:
    """The page that `?cursor=` names, ordered by columns that are never null, the last one unique.

    Its links lead to `path`, or to the request's own address.

    Raises Http404 for a cursor that was not ours.
    """
    cursor = ListCursor()
    cursor.ordering = ordering  # type: ignore[assignment]  # the stubs know one column only
    try:
        rows = cursor.paginate_queryset(queryset.order_by(*ordering), Request(request))
    except NotFound as error:
        raise Http404("cursor") from error
    links = (cursor.get_previous_link(), cursor.get_next_link())
    return Page(rows or [], *(_local(link, path) for link in links))


def _local(link: str | None, path: str) -> str:
    parts = urlsplit(link or "")
    return f"{path or parts.path}?{parts.query}" if link else ""


def capped_count(queryset: QuerySet[Any]) -> int:
    """How many rows, counted up to COUNT_CAP + 1: an exact count of a million rows is not worth waiting for."""
    return queryset.order_by()[: COUNT_CAP + 1].count()
