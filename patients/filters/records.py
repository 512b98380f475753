"""Which visits, pairs, relatives, requests and looks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import django_filters
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.filters import KeyFilter
from hospital_crm.lib.forms import FilterForm
from hospital_crm.lib.keys import MOST_DIGITS
from patients.models import (
    DataRequest,
    DuplicatePair,
    LookToCheck,
    Patient,
    Relation,
    Visit,
)
from patients.querysets.duplicates import DECIDED

if TYPE_CHECKING:
    from patients.querysets import RelationQuerySet
    from patients.querysets.duplicates import PairQuerySet
    from patients.querysets.visits import VisitQuerySet


PAIR_STATES = [*DuplicatePair.State.choices, (DECIDED, _("Two people, family or not"))]


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


class PairFilter(django_filters.FilterSet):
    """By what became of them."""

    state = django_filters.ChoiceFilter(choices=PAIR_STATES)

    class Meta:
        model = DuplicatePair
        form = FilterForm
        fields = ()

    def filter_queryset(self, queryset: PairQuerySet) -> PairQuerySet:
        return queryset.in_state(**self.form.cleaned_data)


class RelationFilter(django_filters.FilterSet):
    patient = django_filters.NumberFilter(method="of_either", min_value=1, max_value=10**MOST_DIGITS - 1)
    is_open = django_filters.BooleanFilter(field_name="ended_at", lookup_expr="isnull")

    class Meta:
        model = Relation
        form = FilterForm
        fields = ()

    def of_either(self, relations: RelationQuerySet, name: str, value: Decimal) -> RelationQuerySet:
        return relations.of_any(Patient.objects.known_as(int(value)))


class DataRequestFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=DataRequest.State.choices, empty_label=_("Every state")
    )
    kind = django_filters.ChoiceFilter(
        label=_("What is asked for"), choices=DataRequest.Kind.choices, empty_label=_("Every request")
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
