"""A stale form: what was there, yours and theirs, side by side; nothing is lost, nothing overwritten.

The page posts back to the form's own address: `pick-<field>` says whose value counts, `mine-<field>` and
`theirs-<field>` carry both. `resolved` turns that into an ordinary submission again.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class ConflictRow:
    name: str
    label: str
    base: str
    mine: str
    theirs: str
    changed_by: str  # "mine", "theirs", "both", or "" where both sides agree

    @property
    def pick(self) -> str:
        """The side that is chosen beforehand; a true conflict leaves the choice open."""
        return "" if self.changed_by == "both" else self.changed_by


def resolved(post: QueryDict) -> QueryDict:
    """The submission with every picked side in its field's place; an ordinary submission comes back as it is."""
    picks = {key.removeprefix("pick-"): side for key, side in post.items() if key.startswith("pick-")}
    if not picks:
        return post
    merged = post.copy()
    for name, side in picks.items():
        if side in ("mine", "theirs"):
            merged.setlist(name, post.getlist(f"{side}-{name}"))
    return merged


def conflict_page(
    request: HttpRequest, *, form: forms.BaseModelForm[Any], current: Model, cancel_url: str
) -> HttpResponse:
    """The merge page for a valid form whose row somebody else has saved in between."""
    fresh = type(form)(instance=current)
    rows, hidden = [], [("version", str(fresh["version"].value()))]
    for field in form:
        if field.name == "version":
            continue
        base = _posted(form.data, f"initial-{field.name}")
        mine = _posted(form.data, field.name)
        theirs = _as_posted(fresh[field.name].value())
        hidden += [(f"initial-{field.name}", value) for value in theirs]
        hidden += [(f"mine-{field.name}", value) for value in mine]
        hidden += [(f"theirs-{field.name}", value) for value in theirs]
        if mine == theirs:
            hidden += [(field.name, value) for value in mine]
        show = _Shown(form.fields[field.name])
        rows.append(
            ConflictRow(
                name=field.name,
                label=str(field.label),
                base=show(base),
                mine=show(mine),
                theirs=show(theirs),
                changed_by=_changed_by(base, mine, theirs),
            )
        )
    saved_by = getattr(current, "updated_by", None)
    context = {
        "title": str(current),
        "who": saved_by.name if saved_by else "",
        "when": getattr(current, "updated_at", None),
        "now": timezone.now(),
        "rows": rows,
        "hidden": hidden,
        "action": request.get_full_path(),
        "cancel_url": cancel_url,
    }
    return render(request, "errors/409.html", context, status=409)


def _posted(data: Any, name: str) -> list[str]:
    """The values of a field; a checkbox counts as "on" or nothing, however it was written."""
    values = ["on" if value == "True" else value for value in data.getlist(name)]
    return [value for value in values if value not in ("", "False")]


def _as_posted(value: Any) -> list[str]:
    """What a browser would send for a field that holds the value."""
    if value in (None, "", False):
        return []
    if value is True:
        return ["on"]
    return [str(part) for part in value] if isinstance(value, list | tuple | QuerySet) else [str(value)]


def _changed_by(base: list[str], mine: list[str], theirs: list[str]) -> str:
    if sorted(mine) == sorted(theirs):
        return ""
    if sorted(mine) == sorted(base):
        return "theirs"
    return "mine" if sorted(theirs) == sorted(base) else "both"


class _Shown:
    """A field's raw values as people read them: the labels of choices, yes and no."""

    def __init__(self, field: forms.Field) -> None:
        self.field = field

    def __call__(self, values: list[str]) -> str:
        if isinstance(self.field, forms.BooleanField):
            return _("Yes") if values else _("No")
        choices = getattr(self.field, "choices", None)
        if choices is None:
            return "、".join(values) or "–"
        labels = {str(value): str(label).strip() for value, label in choices}
        return "、".join(labels.get(value, value) for value in values) or "–"
