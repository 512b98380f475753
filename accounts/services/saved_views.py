"""The lists as somebody wants to see them again. They are one's own: nobody else sees or changes them."""

from collections.abc import Collection
from datetime import datetime
from urllib.parse import parse_qsl
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor, SavedView, Staff
from accounts.models.saved_views import LONGEST_QUERY
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.naming import Called

from .submissions import create_once
from .versions import save_version

MOST = 30  # of one list
WHOLE = "all"  # asks for the list without the view that it opens with
NOT_KEPT = ("cursor", "csrfmiddlewaretoken", WHOLE)
SOUGHT = "q"  # what somebody typed; everything else is chosen from lists
LISTS: dict[str, str | Promise] = {}  # by the name of the route


class ViewNameTaken(DomainError):
    """The person has a view of this list under the name."""

    message = _("You have a view of this name here already. Choose another name.")
    field = "name"


class TooManyViews(DomainError):
    """So many that nobody would find one among them."""

    message = _("This list has 30 views already. Delete one that you need no more.")


class QueryTooLong(DomainError):
    """More than an address holds."""

    message = _("These are too many conditions to keep. Remove some of them.")


def offer_list(route: str, label: str | Promise) -> None:
    """Each app says of which of its lists views can be saved, and what they are called."""
    LISTS[route] = label


def kept_query(query: QueryDict) -> str:
    """What of an address a view keeps: no place in the list, nothing that was left empty; always in one order."""
    kept = QueryDict(mutable=True)
    for name in sorted(query):
        if name not in NOT_KEPT and (values := [value for value in query.getlist(name) if value and "\0" not in value]):
            kept.setlist(name, values)
    return kept.urlencode()


def save_view(
    *,
    staff: Staff,
    list_name: str,
    name: str,
    query: str,
    opens_first: bool = False,
    at: datetime,
    submission: UUID | None = None,
) -> SavedView:
    """The person finds the list under this name again; if it opens first, no other one does.

    Raises ViewNameTaken, TooManyViews, QueryTooLong, DuplicateSubmission.
    """
    kept = kept_query(QueryDict(query))
    if len(kept) > LONGEST_QUERY:
        raise QueryTooLong
    mine = SavedView.objects.of(staff, list_name)

    def create() -> SavedView:
        _hold(staff)
        if mine.count() >= MOST:
            raise TooManyViews
        if opens_first:
            _open_otherwise(staff, list_name)
        values = {"list": list_name, "name": name, "query": kept, "opens_first": opens_first}
        view = SavedView.objects.create(staff=staff, **values, updated_at=at, updated_by=staff.actor)
        audit.record(actor=staff.actor, verb="saved_view.created", subject=view, at=at)
        return view

    try:
        with transaction.atomic():
            return create_once(
                submission=submission, kind=SavedView._meta.label, create=create, actor=staff.actor, at=at
            )
    except IntegrityError as clash:
        raise ViewNameTaken from clash


def update_view(
    *, view: SavedView, version: int, name: str, opens_first: bool, actor: Actor, at: datetime
) -> SavedView:
    """It has the name, and the list opens with it or not.

    Raises ViewNameTaken, StaleVersion.
    """
    values = {"name": name, "opens_first": opens_first}
    try:
        with transaction.atomic():
            _hold(view.staff)
            if opens_first:
                _open_otherwise(view.staff, view.list, besides=view)
            if changed := save_version(view, version=version, values=values, actor=actor, at=at):
                audit.record(actor=actor, verb="saved_view.updated", subject=view, at=at, fields=changed)
    except IntegrityError as clash:
        raise ViewNameTaken from clash
    return view


@transaction.atomic
def delete_view(*, view: SavedView, actor: Actor, at: datetime) -> None:
    """It is gone; the list itself stays as it is."""
    audit.record(actor=actor, verb="saved_view.deleted", subject=view, at=at)
    SavedView.objects.filter(pk=view.pk).delete()


def forget_words(words: Collection[str]) -> None:
    """No view looks for one of these any more, or is called so: whoever they name wants to be forgotten."""
    called = Called(words)
    for view in SavedView.objects.all():
        sought = [value for name, value in parse_qsl(view.query) if name == SOUGHT]
        if called.is_named_in(view.name) or any(called.is_sought_by(value) for value in sought):
            view.delete()


def _hold(staff: Staff) -> None:
    """Nobody saves in another window meanwhile."""
    Staff.objects.select_for_update(no_key=True).get(pk=staff.pk)


def _open_otherwise(staff: Staff, list_name: str, besides: SavedView | None = None) -> None:
    others = SavedView.objects.of(staff, list_name).filter(opens_first=True)
    (others.exclude(pk=besides.pk) if besides else others).update(opens_first=False)


audit.name_verbs(
    {
        "saved_view.created": _("View of a list saved"),
        "saved_view.updated": _("View of a list changed"),
        "saved_view.deleted": _("View of a list deleted"),
    }
)
