"""A list that is carried away as a file: as what, what for, and what the page and the API ask before that."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from .forms import CreateForm
from .rooms import CreateSerializer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django_filters import FilterSet

Row = TypeVar("Row")
FORMATS = (("xlsx", "Excel"), ("csv", "CSV"))


class ExportPurpose(models.TextChoices):
    """What the file is for: in the audit, as a look at so many rows is."""

    LIST = "list", _("A list to work through")
    REPORT = "report", _("A report")
    CHECK = "check", _("To check the records")
    SYSTEM = "system", _("For another system")


class ExportForm(CreateForm, forms.Form):
    """Asked for once, however often the button is pressed; the page's filter comes beside it."""

    format = forms.ChoiceField(choices=FORMATS)
    purpose = forms.ChoiceField(label=_("What for"), choices=ExportPurpose.choices)


class ExportSerializer(CreateSerializer):
    """As what sort of file, and what for."""

    format = serializers.ChoiceField(choices=FORMATS, default="xlsx")
    purpose = serializers.ChoiceField(choices=ExportPurpose.choices)


class FilteredExportSerializer(ExportSerializer):
    """The fields beside these are the filters of the list; `filter`: as the list itself reads them."""

    filter_class: type[FilterSet]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        conditions: Any = self.filter_class
        given = {name: value for name, value in attrs.items() if name in conditions.base_filters}
        rows = conditions._meta.model._default_manager.none()
        form = conditions(given, queryset=rows, request=self.context.get("request")).form
        if not form.is_valid():
            raise serializers.ValidationError(form.errors)
        return {**attrs, "filter": form.cleaned_data}


def offer_of(found: FilterSet | None = None, **given: str) -> dict[str, Any]:
    """What a list shows below its rows: the conditions in force (of its filter, or given by the page), the purposes,
    the sorts of file, the form's id.
    """
    return {
        "asked": [*conditions_in(found), *given.items()],
        "formats": FORMATS,
        "purposes": ExportPurpose.choices,
        "submission": uuid4(),
    }


def conditions_in(found: FilterSet | None) -> list[tuple[str, str]]:
    """Each name and value that the filter knows of what the address says: no other can change what a form sends."""
    said: Any = found.data if found else None  # an empty address is no QueryDict there
    return [(name, value) for name in found.filters for value in said.getlist(name)] if found and said else []


def still_there(found: Mapping[int, Row], keys: Sequence[int]) -> list[Row]:
    """In the order asked for: rows go while a file is written, as when somebody is erased."""
    return [found[key] for key in keys if key in found]


def written_moment(moment: datetime | None) -> str:
    """As a cell of a file tells it, in the hospital's time."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
