"""Filters that pages and API share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from accounts.models import Department, Staff
from hospital_crm.lib.filters import KeyFilter, KeysFilter, LastingKeyFilter
from hospital_crm.lib.forms import FilterForm
from hospital_crm.lib.keys import MOST_DIGITS
from institution.models import ReferenceItem
from patients.models import (
    CLIENT_KINDS,
    DataRequest,
    DuplicatePair,
    Employment,
    LookToCheck,
    Organisation,
    OrganisationContact,
    OrganisationVisit,
    Patient,
    Relation,
    Sex,
    Visit,
)
from patients.models.timeline import PARTS
from patients.reports.words import Words
from patients.services.levels import CODES, level_words, sees_levels
from patients.services.tags import LIST as TAGS

if TYPE_CHECKING:
    from patients.querysets import PairQuerySet, PatientQuerySet, RelationQuerySet, TimelineQuerySet
    from patients.querysets.organisations import OrganisationQuerySet
    from patients.querysets.visits import VisitQuerySet


STATES = [("active", _("Working with us")), ("ended", _("No longer working with us"))]
NEWEST = ("-registered_at", "-id")
BY_LEVEL = ("-service_level", *NEWEST)
SORTS = [("level", _("Highest service level first"))]
LEVEL_CHOICES = ("level", "sort")  # for whoever is told of levels


def level_choices() -> list[tuple[str, str]]:
    """In the hospital's words, the highest first."""
    words = level_words()
    return [(CODES[level], words[level]) for level in sorted(words, reverse=True)]


class PatientFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Name, pinyin, phone, number"), method="found_by", max_length=60)
    sex = django_filters.ChoiceFilter(label=_("Sex"), choices=Sex.choices, empty_label=_("Everybody"))
    department = django_filters.ModelChoiceFilter(
        label=_("Department"),
        queryset=Department.objects.in_tree_order(),
        empty_label=_("Every department"),
        null_label=_("No department"),
    )
    source = django_filters.ModelChoiceFilter(
        label=_("Media source"),
        queryset=ReferenceItem.objects.of_list("media_source"),
        empty_label=_("Every source"),
        null_label=_("Not asked yet"),
    )

    client = django_filters.ChoiceFilter(
        label=_("Client"), choices=list(CLIENT_KINDS.items()), method="clients", empty_label=_("Every kind of client")
    )
    level = extend_schema_field(str)(
        django_filters.ChoiceFilter(
            label=_("Service level owed"), choices=level_choices, method="of_level", empty_label=_("Every level")
        )
    )
    tag = KeysFilter(
        label=_("Tags"),
        queryset=ReferenceItem.objects.of_list(TAGS),
        method="tagged",
        widget=forms.CheckboxSelectMultiple,
    )
    sort = django_filters.ChoiceFilter(
        label=_("Order"), choices=SORTS, method="as_they_are", empty_label=_("Newest first")
    )

    class Meta:
        model = Patient
        form = FilterForm
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request is not None and not sees_levels(self.request.user):
            for name in LEVEL_CHOICES:
                del self.filters[name]

    def offer(self, words: Words) -> None:
        """The form shows the lists as they were read already, and asks for none of them once more."""
        offered = {"level": words.level_choices, "tag": words.tag_choices, "source": words.source_choices}
        for name in offered.keys() & self.form.fields.keys():
            field: Any = self.form.fields[name]
            begin = [("", field.empty_label)] if getattr(field, "empty_label", None) else []
            begin += [(field.null_value, field.null_label)] if getattr(field, "null_label", None) else []
            field.widget.choices = [*begin, *offered[name]]

    @property
    def ordering(self) -> tuple[str, ...]:
        """Which index the list is read along."""
        is_chosen = self.form.is_valid() and self.form.cleaned_data.get("sort") == "level"
        return BY_LEVEL if is_chosen else NEWEST

    def of_level(self, patients: PatientQuerySet, name: str, level: str) -> PatientQuerySet:
        return patients.of_level(level)

    def tagged(self, patients: PatientQuerySet, name: str, tags: Sequence[ReferenceItem]) -> PatientQuerySet:
        return patients.tagged(tags) if tags else patients

    def as_they_are(self, patients: PatientQuerySet, name: str, sort: str) -> PatientQuerySet:
        """The page or the API puts them in order, as it reads them page by page."""
        return patients

    def found_by(self, patients: PatientQuerySet, name: str, text: str) -> PatientQuerySet:
        return patients.found_by(text)

    def clients(self, patients: PatientQuerySet, name: str, kind: str) -> PatientQuerySet:
        return patients.clients(kind)


class VisitFilter(django_filters.FilterSet):
    """What programs ask for; on a page visits stand with their patient."""

    patient = KeyFilter("patient")
    department = KeyFilter("department")
    kind = django_filters.ChoiceFilter(choices=Visit.Kind.choices)
    status = django_filters.ChoiceFilter(choices=Visit.Status.choices)
    since = django_filters.DateFilter(label=_("From"), method="from_day")
    until = django_filters.DateFilter(label=_("To"), method="to_day")
    readmissions = django_filters.BooleanFilter(method="only_readmissions")

    class Meta:
        model = Visit
        form = FilterForm
        fields = ()

    def from_day(self, visits: VisitQuerySet, name: str, day: date) -> VisitQuerySet:
        return visits.between(day, None)

    def to_day(self, visits: VisitQuerySet, name: str, day: date) -> VisitQuerySet:
        return visits.between(None, day)

    def only_readmissions(self, visits: VisitQuerySet, name: str, wanted: bool) -> VisitQuerySet:
        return visits.readmissions() if wanted else visits


class StoryFilter(django_filters.FilterSet):
    """Which lines of a story; names no model, as the schema compares it with the viewset's, which is the person."""

    kind = extend_schema_field(str)(
        django_filters.ChoiceFilter(choices=lambda: sorted(PARTS.items()), method="of_part")
    )

    def of_part(self, story: TimelineQuerySet, name: str, value: str) -> TimelineQuerySet:
        return story.of_part(value)


class PairFilter(django_filters.FilterSet):
    """By what became of them."""

    state = django_filters.ChoiceFilter(choices=DuplicatePair.State.choices, method="of_state")

    class Meta:
        model = DuplicatePair
        form = FilterForm
        fields = ()

    def of_state(self, pairs: PairQuerySet, name: str, value: str) -> PairQuerySet:
        return pairs.open() if value == DuplicatePair.State.OPEN else pairs.filter(state=value)


class RelationFilter(django_filters.FilterSet):
    patient = django_filters.NumberFilter(method="of_either", min_value=1, max_value=10**MOST_DIGITS - 1)
    is_open = django_filters.BooleanFilter(field_name="ended_at", lookup_expr="isnull")

    class Meta:
        model = Relation
        form = FilterForm
        fields = ()

    def of_either(self, relations: RelationQuerySet, name: str, value: Decimal) -> RelationQuerySet:
        return relations.of_any(Patient.objects.known_as(int(value)))


class OrganisationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Name, pinyin, number"), method="found_by", max_length=60)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Organisation.Kind.choices, empty_label=_("Every kind"))
    owner = django_filters.ModelChoiceFilter(
        label=_("Looked after by"),
        queryset=Staff.objects.by_name(),
        empty_label=_("Anybody"),
        null_label=_("Nobody yet"),
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=STATES, method="in_state", empty_label=_("Active or ended")
    )

    class Meta:
        model = Organisation
        form = FilterForm
        fields = ()

    def found_by(self, rows: OrganisationQuerySet, name: str, text: str) -> OrganisationQuerySet:
        return rows.found_by(text)

    def in_state(self, rows: OrganisationQuerySet, name: str, value: str) -> OrganisationQuerySet:
        return rows.ended() if value == "ended" else rows.active()


class OrganisationContactFilter(django_filters.FilterSet):
    organisation = KeyFilter("organisation")
    is_open = django_filters.BooleanFilter(field_name="ended_at", lookup_expr="isnull")

    class Meta:
        model = OrganisationContact
        form = FilterForm
        fields = ()


class EmploymentFilter(django_filters.FilterSet):
    organisation = KeyFilter("organisation")
    patient = LastingKeyFilter("patient")

    class Meta:
        model = Employment
        form = FilterForm
        fields = ()


class OrganisationVisitFilter(django_filters.FilterSet):
    organisation = KeyFilter("organisation")
    visited_by = KeyFilter("visited_by")
    status = django_filters.ChoiceFilter(choices=OrganisationVisit.Status.choices)

    class Meta:
        model = OrganisationVisit
        form = FilterForm
        fields = ()


class DataRequestFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=DataRequest.State.choices, empty_label=_("Every state")
    )
    kind = django_filters.ChoiceFilter(
        label=_("What is asked for"), choices=DataRequest.Kind.choices, empty_label=_("Everything")
    )

    class Meta:
        model = DataRequest
        form = FilterForm
        fields = ()


class LookFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=LookToCheck.State.choices, empty_label=_("Every state")
    )
    kind = django_filters.ChoiceFilter(
        label=_("Reason"), choices=LookToCheck.Kind.choices, empty_label=_("Every reason")
    )

    class Meta:
        model = LookToCheck
        form = FilterForm
        fields = ()
