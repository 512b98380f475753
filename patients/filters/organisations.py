"""Which organisations, their people, and visits to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from accounts.models import Staff
from hospital_crm.lib.filters import KeyFilter, LastingKeyFilter
from hospital_crm.lib.forms import FilterForm
from patients.models import (
    Employment,
    Organisation,
    OrganisationContact,
    OrganisationVisit,
)

if TYPE_CHECKING:
    from patients.querysets.organisations import OrganisationQuerySet


STATES = [("active", _("Working with us")), ("ended", _("No longer working with us"))]


class OrganisationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Name, pinyin, number"), max_length=60)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Organisation.Kind.choices, empty_label=_("Every kind"))
    owner = django_filters.ModelChoiceFilter(
        label=_("Looked after by"),
        queryset=Staff.objects.by_name(),
        empty_label=_("Anybody"),
        null_label=_("Nobody yet"),
    )
    state = extend_schema_field(str)(
        django_filters.ChoiceFilter(label=_("State"), choices=STATES, empty_label=_("Active or ended"))
    )

    class Meta:
        model = Organisation
        form = FilterForm
        fields = ()

    def filter_queryset(self, queryset: OrganisationQuerySet) -> OrganisationQuerySet:
        return queryset.matching(**self.form.cleaned_data)


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
