"""A stale form: what was there, yours and theirs, side by side; nothing is lost, nothing overwritten.

The page posts back to the form's own address: `pick-<field>` says whose value counts, `mine-<field>` and
`theirs-<field>` carry both, `choose` names the fields that both sides changed. `resolved` turns that into an ordinary
submission again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from .sides import Sides, posted, shown, sides_of

NEVER_CURRENT = "0"  # versions start at 1
CARRIED = ("version", "row")  # which row was read, and as what; not part of what is said


@dataclass(frozen=True)
class ConflictRow:
    """One line of the page, as people read it."""

    name: str
    label: str
    base: str
    mine: str
    theirs: str
    changed_by: str
    pick: str


def resolved(post: QueryDict) -> QueryDict:
    """The submission with every picked side in its field's place; an ordinary submission comes back as it is.

    A true conflict in which nobody was picked is asked about again: the submission comes back as stale as it was.
    """
    picks = {key.removeprefix("pick-"): side for key, side in post.items() if key.startswith("pick-")}
    open_still = {name for name in post.getlist("choose") if picks.get(name) not in ("mine", "theirs")}
    if not picks and not open_still:
        return post
    merged = post.copy()
    for name in picks.keys() | open_still:
        side = "theirs" if picks.get(name) == "theirs" else "mine"
        merged.setlist(name, post.getlist(f"{side}-{name}"))
    if open_still:
        merged["version"] = NEVER_CURRENT
    return merged


def typed(form: forms.BaseForm) -> list[tuple[str, str]]:
    """What was sent, as people read it: the label of each field that was filled in, and its value."""
    sent = ((field, posted(form.data, field.html_name)) for field in form.visible_fields())
    return [(str(field.label), shown(field.field, values)) for field, values in sent if values]


def conflict_page(
    request: HttpRequest,
    *,
    form: forms.BaseForm,
    current: Model,
    cancel_url: str,
    fresh: Callable[[Any], forms.BaseForm] | None = None,
) -> HttpResponse:
    """The merge page for a form whose row somebody else has saved in between, or merged with another."""
    now = fresh(current) if fresh is not None else type(form)(instance=current)  # type: ignore[call-arg]
    sides = [sides_of(form, now, name) for name in form.fields if name not in CARRIED]
    saved_by = getattr(current, "updated_by", None)
    context = {
        "title": str(current),
        "who": saved_by.name if saved_by else "",
        "when": getattr(current, "updated_at", None),
        "now": timezone.now(),
        "rows": [_row(side) for side in sides],
        "hidden": [*_carried(now), *(pair for side in sides for pair in side.hidden())],
        "action": request.get_full_path(),
        "cancel_url": cancel_url,
    }
    return render(request, "errors/409.html", context, status=409)


def _carried(form: forms.BaseForm) -> Iterator[tuple[str, str]]:
    yield from ((name, str(form[name].value())) for name in CARRIED if name in form.fields)


def _row(sides: Sides) -> ConflictRow:
    field = sides.field.field
    return ConflictRow(
        name=sides.name,
        label=sides.label,
        base=shown(field, sides.base),
        mine=shown(field, sides.mine),
        theirs=shown(field, sides.theirs),
        changed_by=sides.changed_by,
        pick=sides.pick,
    )
