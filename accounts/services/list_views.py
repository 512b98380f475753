"""A list as it is asked for, beside the views of it that somebody has saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import BigIntegerField, CharField
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import SavedView, Staff
from hospital_crm.lib.prepared import Gap, Prepared

from .saved_views import WHOLE, kept_query

_saved = Prepared[SavedView](is_planned_once=True)


@dataclass(frozen=True)
class Chip:
    """As components/chips.html shows it."""

    label: str
    url: str
    is_current: bool
    count: int | None = None


@dataclass(frozen=True)
class ListViews:
    """A list as it is asked for now, beside the views of it that somebody has saved."""

    list: str
    query: str
    rows: Sequence[SavedView]

    @property
    def chips(self) -> Sequence[Chip]:
        """The whole list, and each view; none where nothing was saved."""
        whole = Chip(gettext("All"), self.whole_url, not self.query)
        return [whole, *self.own] if self.rows else []

    @property
    def own(self) -> Sequence[Chip]:
        return [Chip(row.name, self._url(row.query), row.query == self.query) for row in self.rows]

    @property
    def whole_url(self) -> str:
        return self._url(f"{WHOLE}=1")

    @property
    def can_be_kept(self) -> bool:
        """There are conditions, and no view has just these."""
        return bool(self.query) and all(row.query != self.query for row in self.rows)

    @property
    def first_url(self) -> str:
        """Where the list opens that is asked for without any condition; "" for the list itself."""
        first = next((row for row in self.rows if row.opens_first and row.query), None)
        return self._url(first.query) if first else ""

    def without(self, name: str) -> str:
        """Where the list stands without this condition."""
        kept = QueryDict(self.query, mutable=True)
        kept.pop(name, None)
        return self._url(kept.urlencode()) if kept else self.whole_url

    def _url(self, query: str) -> str:
        return url_of(self.list, query)


def views_of(staff: Staff, list_name: str, query: QueryDict) -> ListViews:
    """With one query, which is put together once."""
    whose, which = Gap("staff", BigIntegerField()), Gap("list", CharField())
    rows = _saved.rows("of", lambda: SavedView.objects.of(whose, which), {"staff": staff.pk, "list": list_name})
    return ListViews(list_name, kept_query(query), rows)


def url_of(list_name: str, query: str) -> str:
    path = reverse(list_name)
    return f"{path}?{query}" if query else path
