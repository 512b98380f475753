"""Keyset paging for pages and API alike: page 1000 costs what page 1 costs, and there is no count on the way."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.core.signing import BadSignature, Signer
from django.db.models import F, Model, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.http import Http404, HttpRequest, QueryDict
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from .prepared import Gap, Prepared, listed

Row = TypeVar("Row", bound=Model)

COUNT_CAP = 10_000
PAGE_ROWS = 25
Strand = Callable[[Q, tuple[str, ...]], Iterable[Any]]  # the rows of one table that a condition leaves, so ordered


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
    cursor = _Cursor.of(request, queryset.model, ordering)
    return _page(listed(cursor.rows_of(queryset, cursor.position)), cursor, request.GET, path or request.path)


class KeptList(Generic[Row]):
    """A list whose queries are put together once for each way of asking: for its first page, those that follow, those
    before, and the number of its rows. The key names whatever they depend on, but for the values in their gaps.
    """

    def __init__(self, model: type[Row]) -> None:
        self._model, self._pages, self._numbers = model, Prepared[Row](), Prepared[Any]()

    def page(
        self,
        key: Hashable,
        rows: Callable[[], QuerySet[Any, Row]],
        values: Mapping[str, Any],
        request: HttpRequest,
        *,
        ordering: tuple[str, ...],
        path: str = "",
    ) -> Page:
        """As `page_of`."""
        cursor = _Cursor.of(request, self._model, ordering)
        gaps, told = cursor.open_position(self._model)
        kind = (key, ordering, cursor.backwards, bool(gaps))
        found = self._pages.rows(kind, lambda: cursor.rows_of(rows(), gaps), {**values, **told})
        return _page(found, cursor, request.GET, path or request.path)

    def count(self, key: Hashable, rows: Callable[[], QuerySet[Any, Row]], values: Mapping[str, Any]) -> int:
        """As `capped_count`."""
        return self._numbers.number(key, lambda: rows().order_by()[: COUNT_CAP + 1], values)


def woven_page(
    strands: Mapping[int, Strand], request: HttpRequest, *, model: type[Model], moment: str, path: str = ""
) -> Page:
    """One page out of several tables, the newest first; each strand is asked for the rows beyond the cursor alone.

    Each row has its moment under one name in all tables, its `strand`, and a key of its own table's. Of one moment the
    higher strand comes first. Raises Http404 for a cursor that was not ours.
    """
    ordering = (f"-{moment}", "-strand", "-id")
    cursor = _Cursor.of(request, model, ordering)
    wanted = _reversed(ordering) if cursor.backwards else ordering
    within = (wanted[0], wanted[2])
    found = [row for number, rows in strands.items() for row in rows(cursor.beyond_in(number), within)]
    found.sort(key=attrgetter(moment, "strand", "id"), reverse=not cursor.backwards)
    return _page(found[: PAGE_ROWS + 1], cursor, request.GET, path or request.path)


def first_rows(queryset: QuerySet[Any], ordering: tuple[str, ...]) -> QuerySet[Any]:
    """What a page is made of, the first for a query that is put together once."""
    return queryset.order_by(*ordering)[: PAGE_ROWS + 1]


def _page(found: list[Any], cursor: _Cursor, asked: QueryDict, path: str) -> Page:
    more, rows = len(found) > PAGE_ROWS, found[:PAGE_ROWS]
    if cursor.backwards:
        rows.reverse()
    if not rows:  # what followed is gone: back to the first page
        return Page([], _link(path, asked, "") if cursor.position else "", "")
    before, after = (more, True) if cursor.backwards else (bool(cursor.position), more)
    return Page(
        rows,
        _link(path, asked, cursor.at(rows[0], backwards=True)) if before else "",
        _link(path, asked, cursor.at(rows[-1], backwards=False)) if after else "",
    )


@dataclass(frozen=True)
class _Cursor:
    """The row that lies just before the page (just after it, going backwards): its value in every ordering column.

    Signed, so that nobody can ask the database about values that no page showed.
    """

    salt: str
    ordering: tuple[str, ...]
    position: list[str]
    backwards: bool

    @classmethod
    def of(cls, request: HttpRequest, model: type[Model], ordering: tuple[str, ...]) -> _Cursor:
        salt = _salt(model, ordering)
        position, backwards = [], False
        if text := request.GET.get("cursor"):
            try:
                position, backwards = Signer(salt=salt).unsign_object(text)
            except BadSignature as error:
                raise Http404("cursor") from error
        return cls(salt, ordering, position, backwards)

    def rows_of(self, queryset: QuerySet[Any, Row], position: Sequence[Any]) -> QuerySet[Any, Row]:
        """Those of the page, and one more if there is one."""
        wanted = _reversed(self.ordering) if self.backwards else self.ordering
        return queryset.filter(_beyond(wanted, position)).order_by(*wanted)[: PAGE_ROWS + 1]

    def open_position(self, model: type[Model]) -> tuple[list[Gap], dict[str, str]]:
        """A gap for each value of the position, and apart from them the values."""
        columns = [column.removeprefix("-") for column in self.ordering[: len(self.position)]]
        fields: list[Any] = [model._meta.pk if name == "pk" else model._meta.get_field(name) for name in columns]
        told = {f"cursor {at}": value for at, value in enumerate(self.position)}
        return [Gap(name, field) for name, field in zip(told, fields, strict=True)], told

    def beyond_in(self, strand: int) -> Q:
        """As `beyond`, for the rows of one strand: those of the very moment may lie in others too."""
        if not self.position:
            return Q()
        moment, (at, number, key) = self.ordering[0].removeprefix("-"), self.position
        than = "gt" if self.backwards else "lt"
        if strand == int(number):
            same = Q(**{f"{moment}__{than}e": at})
            return same & (Q(**{f"{moment}__{than}": at}) | Q(**{f"id__{than}": key}))
        comes_after = (strand < int(number)) is not self.backwards
        return Q(**{f"{moment}__{than}{'e' if comes_after else ''}": at})

    def at(self, row: Model, *, backwards: bool) -> str:
        position = [str(getattr(row, column.removeprefix("-"))) for column in self.ordering]
        return Signer(salt=self.salt).sign_object([position, backwards])


def _beyond(ordering: tuple[str, ...], position: Sequence[Any]) -> Q:
    """The rows after the position: (a, b) > (x, y), written so that an index on the first column is used.

    Of more than two columns the first may hold few values: then the database compares rows, where all go one way.
    """
    if len(ordering) > 2 and position and (compare := _row_comparison(ordering)) is not None:
        columns = Tuple(*(F(column.removeprefix("-")) for column in ordering))
        return Q(compare(columns, tuple(position)))
    bound, later, same = Q(), Q(), Q()
    for column, value in zip(ordering, position, strict=False):
        name, than = column.removeprefix("-"), "lt" if column.startswith("-") else "gt"
        bound = bound or Q(**{f"{name}__{than}e": value})
        later |= same & Q(**{f"{name}__{than}": value})
        same &= Q(**{name: value})
    return bound & later


def _salt(model: type[Model], ordering: tuple[str, ...]) -> str:
    return f"cursor:{model._meta.label}:{','.join(ordering)}"


def _row_comparison(ordering: tuple[str, ...]) -> type[Any] | None:
    """None where the columns go different ways."""
    backwards = {column.startswith("-") for column in ordering}
    return None if len(backwards) > 1 else TupleLessThan if backwards == {True} else TupleGreaterThan


def _reversed(ordering: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(column[1:] if column.startswith("-") else f"-{column}" for column in ordering)


def _link(path: str, filters: QueryDict, cursor: str) -> str:
    query = filters.copy()
    query["cursor"] = cursor  # empty: the first page
    return f"{path}?{query.urlencode()}"


def answer_of(page: Page, rows: Any) -> Response:
    """What the API tells of a page whose rows are told so."""
    return Response({"next": page.next_url or None, "previous": page.previous_url or None, "results": rows})


class KeysetPages(BasePagination):
    """The same for the API: a viewset names its `ordering`, and gets `next` and `previous` as whole addresses."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        ordering = getattr(view, "ordering", ("-pk",))
        self._page = page_of(queryset, request, ordering=ordering, path=request.build_absolute_uri(request.path))
        return list(self._page.rows)

    def paginate_strands(self, strands: Mapping[int, Strand], request: Request, **told: Any) -> list[Any]:
        self._page = woven_page(strands, request._request, path=request.build_absolute_uri(request.path), **told)
        return list(self._page.rows)

    def get_paginated_response(self, data: Any) -> Response:
        return answer_of(self._page, data)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        fields = {"next": link, "previous": link, "results": schema}
        return {"type": "object", "required": list(fields), "properties": fields}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        about = "From `next` or `previous`; leave it out for the first page."
        return [{"name": "cursor", "in": "query", "description": about, "schema": {"type": "string"}}]


def capped_count(queryset: QuerySet[Any]) -> int:
    """How many rows, counted up to COUNT_CAP + 1: an exact count of a million rows is not worth waiting for."""
    return queryset.order_by()[: COUNT_CAP + 1].count()
