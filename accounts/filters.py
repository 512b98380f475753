"""Filters that pages and API share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from accounts.access import Role
from accounts.models import AuditEntry, Department, Staff
from accounts.models.audit import VERB_NAMES
from hospital_crm.lib.fields import DayInput
from hospital_crm.lib.forms import FilterForm

if TYPE_CHECKING:
    from accounts.querysets.audit import AuditEntryQuerySet
    from accounts.querysets.staff import StaffQuerySet


class StaffFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Name, user name, number"), method="named_like", max_length=60)
    role = django_filters.ChoiceFilter(
        label=_("Role"),
        field_name="role_grants__role",
        choices=Role.choices,
        empty_label=_("Every role"),
        null_label=_("No role"),
    )
    department = django_filters.ModelChoiceFilter(
        label=_("Department"),
        queryset=Department.objects.in_tree_order(),
        empty_label=_("Every department"),
        null_label=_("No department"),
    )
    is_active = django_filters.ChoiceFilter(
        label=_("Account"),
        choices=[("true", _("Active")), ("false", _("Deactivated"))],
        empty_label=_("Active or not"),
        method="with_account",
    )

    class Meta:
        model = Staff
        form = FilterForm
        fields = ()

    def named_like(self, people: StaffQuerySet, name: str, text: str) -> StaffQuerySet:
        return people.named_like(text.strip())

    def with_account(self, people: StaffQuerySet, name: str, value: str) -> StaffQuerySet:
        return people.filter(is_active=value == "true")


class AuditFilter(django_filters.FilterSet):
    who = extend_schema_field(int)(
        django_filters.ModelChoiceFilter(label=_("Who"), queryset=Staff.objects.by_name(), empty_label=_("Everybody"))
    )
    verb = django_filters.ChoiceFilter(
        label=_("What"), choices=lambda: sorted(VERB_NAMES.items()), empty_label=_("Every act")
    )
    since = django_filters.DateFilter(label=_("From"), widget=DayInput())
    until = django_filters.DateFilter(label=_("To"), widget=DayInput())

    class Meta:
        model = AuditEntry
        form = FilterForm
        fields = ()

    def filter_queryset(self, queryset: AuditEntryQuerySet) -> AuditEntryQuerySet:
        return queryset.matching(**self.form.cleaned_data)
