"""A stale form: what was there, yours and theirs, side by side; nothing is lost, nothing overwritten.

The page posts back to the form's own address: `pick-<field>` says whose value counts, `mine-<field>` and
`theirs-<field>` carry both, `choose` names the fields that both sides changed. `resolved` turns that into an ordinary
submission again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.forms.widgets import DateTimeBaseInput
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

NEVER_CURRENT = "0"  # versions start at 1
CARRIED = ("version", "row")  # which row was read, and as what; not part of what is said


@dataclass(frozen=True)
class Sides:
    """One field: what a browser sent or would send when the form was opened, by me, and by whoever saved first."""

    field: forms.BoundField
    base: list[str]
    mine: list[str]
    theirs: list[str]

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def label(self) -> str:
        return str(self.field.label)

    @property
    def changed_by(self) -> str:
        """ "mine", "theirs", "both", or "" where both sides agree."""
        base, mine, theirs = sorted(self.base), sorted(self.mine), sorted(self.theirs)
        if mine == theirs:
            return ""
        if mine == base:
            return "theirs"
        return "mine" if theirs == base else "both"

    @property
    def pick(self) -> str:
        """The side that is chosen beforehand; a true conflict leaves the choice open."""
        return "" if self.changed_by == "both" else self.changed_by

    def hidden(self) -> Iterator[tuple[str, str]]:
        """What the page sends along for this field."""
        for prefix, values in (("initial", self.theirs), ("mine", self.mine), ("theirs", self.theirs)):
            yield from ((f"{prefix}-{self.name}", value) for value in values)
        if not self.changed_by:
            yield from ((self.name, value) for value in self.mine)
        if self.changed_by == "both":
            yield "choose", self.name


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
    sent = ((field, _posted(form.data, field.html_name)) for field in form.visible_fields())
    return [(str(field.label), _shown(field.field, values)) for field, values in sent if values]


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
    sides = [_sides(form, now, name) for name in form.fields if name not in CARRIED]
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


def _sides(form: forms.BaseForm, fresh: forms.BaseForm, name: str) -> Sides:
    return Sides(
        field=form[name],
        base=_posted(form.data, f"initial-{name}"),
        mine=_posted(form.data, name),
        theirs=_as_posted(_as_sent(fresh[name])),
    )


def _row(sides: Sides) -> ConflictRow:
    field = sides.field.field
    return ConflictRow(
        name=sides.name,
        label=sides.label,
        base=_shown(field, sides.base),
        mine=_shown(field, sides.mine),
        theirs=_shown(field, sides.theirs),
        changed_by=sides.changed_by,
        pick=sides.pick,
    )


def _posted(data: Any, name: str) -> list[str]:
    """The values of a field; a checkbox counts as "on" or nothing, however it was written."""
    values = ["on" if value == "True" else value for value in data.getlist(name)]
    return [value for value in values if value not in ("", "False")]


def _as_sent(bound: forms.BoundField) -> Any:
    """Dates and times in the words of their input."""
    widget, value = bound.field.widget, bound.value()
    return widget.format_value(value) if isinstance(widget, DateTimeBaseInput) else value


def _as_posted(value: Any) -> list[str]:
    """What a browser would send for a field that holds the value."""
    if value in (None, "", False):
        return []
    if value is True:
        return ["on"]
    return [str(part) for part in value] if isinstance(value, list | tuple | QuerySet) else [str(value)]


def _shown(field: forms.Field, values: list[str]) -> str:
    """A field's raw values as people read them: the labels of choices, yes and no."""
    if isinstance(field, forms.BooleanField):
        return _("Yes") if values else _("No")
    labels = {str(value): str(label).strip() for value, label in getattr(field, "choices", ())}
    return " · ".join(labels.get(value, value) for value in values) or "–"
