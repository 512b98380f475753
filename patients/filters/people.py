"""Which people on file, which lines of a story."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from accounts.models import Department
from hospital_crm.lib.filters import KeptChoiceFilter, KeysFilter, told_filter
from hospital_crm.lib.forms import FilterForm
from institution.models import ReferenceItem
from patients.models import CLIENT_KINDS, Patient, Sex
from patients.models.timeline import PARTS
from patients.querysets import MISSING
from patients.reports.words import Words
from patients.services.levels import CODES, level_words, sees_levels
from patients.services.tags import LIST as TAGS

if TYPE_CHECKING:
    from patients.querysets import PatientQuerySet, TimelineQuerySet


NEWEST = ("-registered_at", "-id")
BY_LEVEL = ("-service_level", *NEWEST)
SORTS = [("level", _("Highest service level first"))]
LEVEL_CHOICES = ("level", "sort")  # for whoever is told of levels


def level_choices() -> list[tuple[str, str]]:
    """In the hospital's words, the highest first."""
    words = level_words()
    return [(CODES[level], words[level]) for level in sorted(words, reverse=True)]


class PatientFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Name, pinyin, phone, number"), max_length=60)
    sex = django_filters.ChoiceFilter(label=_("Sex"), choices=Sex.choices, empty_label=_("Everybody"))
    department = KeptChoiceFilter(
        label=_("Department"),
        queryset=Department.objects.in_tree_order(),
        empty_label=_("Every department"),
        null_label=_("No department"),
    )
    source = KeptChoiceFilter(
        label=_("Media source"),
        queryset=ReferenceItem.objects.of_list("media_source"),
        empty_label=_("Every source"),
        null_label=_("Not asked yet"),
    )

    client = django_filters.ChoiceFilter(
        label=_("Client"), choices=list(CLIENT_KINDS.items()), empty_label=_("Every kind of client")
    )
    level = extend_schema_field(str)(
        django_filters.ChoiceFilter(label=_("Service level owed"), choices=level_choices, empty_label=_("Every level"))
    )
    guardian = django_filters.ChoiceFilter(
        label=_("Guardian"),
        choices=[(MISSING, _("Under 14, none named"))],
        empty_label=_("Everybody"),
    )
    tag = KeysFilter(
        label=_("Tags"),
        queryset=ReferenceItem.objects.of_list(TAGS),
        widget=forms.CheckboxSelectMultiple,
    )
    sort = django_filters.ChoiceFilter(label=_("Order"), choices=SORTS, empty_label=_("Newest first"))

    class Meta:
        model = Patient
        form = FilterForm
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request is not None and not sees_levels(self.request.user):
            for name in LEVEL_CHOICES:
                self.filters.pop(name, None)

    def offer(self, words: Words) -> None:
        """The form shows the lists as they were read already, and asks for none of them once more."""
        offered = {
            "level": words.level_choices,
            "tag": words.tag_choices,
            "source": words.source_choices,
            "department": words.department_choices,
        }
        for name in offered.keys() & self.form.fields.keys():
            field: Any = self.form.fields[name]
            begin = [("", field.empty_label)] if getattr(field, "empty_label", None) else []
            begin += [(field.null_value, field.null_label)] if getattr(field, "null_label", None) else []
            field.widget.choices = [*begin, *offered[name]]
        for name, rows in {"source": words.sources, "department": words.departments}.items():
            field = self.form.fields[name]
            field.known = {row.pk: row for row in rows}

    @property
    def ordering(self) -> tuple[str, ...]:
        """Which index the list is read along."""
        is_chosen = self.form.is_valid() and self.form.cleaned_data.get("sort") == "level"
        return BY_LEVEL if is_chosen else NEWEST

    @property
    def told(self) -> dict[str, Any]:
        """The conditions in force, as `told_filter` tells them; none that cannot be read."""
        self.form.is_valid()
        return told_filter(self.form.cleaned_data)

    def filter_queryset(self, queryset: PatientQuerySet) -> PatientQuerySet:
        return queryset.matching(**self.told)


class StoryFilter(django_filters.FilterSet):
    """Which lines of a story; names no model, as the schema compares it with the viewset's, which is the person."""

    kind = extend_schema_field(str)(
        django_filters.ChoiceFilter(choices=lambda: sorted(PARTS.items()), method="of_part")
    )

    def of_part(self, story: TimelineQuerySet, name: str, value: str) -> TimelineQuerySet:
        return story.of_part(value)
