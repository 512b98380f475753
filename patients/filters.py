"""Filters that pages and API share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import django_filters
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from accounts.models import Department, Staff
from hospital_crm.lib.filters import KeyFilter, LastingKeyFilter
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

if TYPE_CHECKING:
    from patients.querysets import PairQuerySet, PatientQuerySet, RelationQuerySet, TimelineQuerySet
    from patients.querysets.organisations import OrganisationQuerySet
    from patients.querysets.visits import VisitQuerySet


STATES = [("active", _("Working with us")), ("ended", _("No longer working with us"))]


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

    class Meta:
        model = Patient
        form = FilterForm
        fields = ()

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
