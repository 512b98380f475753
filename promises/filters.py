"""Filters that pages and API share; every figure opens its rows through them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from accounts.models import Department, Staff, Team
from hospital_crm.lib.fields import DayInput
from hospital_crm.lib.filters import KeyFilter, LastingKeyFilter
from hospital_crm.lib.forms import FilterForm
from hospital_crm.lib.keys import is_key
from promises.forms import keepers
from promises.models import Promise
from promises.querysets.conditions import TARGETS

if TYPE_CHECKING:
    from promises.querysets.promises import PromiseQuerySet

STATES = [("late", _("Late")), ("unowned", _("Nobody's")), *Promise.State.choices]
MEASURES = [
    ("counted", _("All but withdrawn")),
    ("judged", _("In time or not, so far")),
    ("met", _("In time")),
    ("missed", _("Not in time")),
    ("postponed", _("Postponed")),
]


WHOSE = [("mine", _("On my desk")), ("team", _("My team's"))]
FALLS = [
    ("unowned", _("Nobody owns it")),
    ("late", _("Late")),
    ("hour", _("Within the hour")),
    ("today", _("Later today")),
    ("later", _("Tomorrow and later")),
]


class PromiseFilter(django_filters.FilterSet):
    state = extend_schema_field(str)(
        django_filters.ChoiceFilter(label=_("State"), choices=STATES, empty_label=_("Every state"))
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Promise.Kind.choices, empty_label=_("Every kind"))
    owner = django_filters.ModelChoiceFilter(
        label=_("Owner"),
        queryset=lambda request: keepers(),
        empty_label=_("Everybody"),
        null_label=_("Nobody's"),
    )
    team = django_filters.ModelChoiceFilter(
        label=_("Team"), queryset=Team.objects.all(), empty_label=_("Every team"), null_label=_("Without a team")
    )
    department = django_filters.ModelChoiceFilter(
        label=_("Department"),
        queryset=Department.objects.in_tree_order(),
        empty_label=_("Every department"),
    )
    since = django_filters.DateFilter(label=_("Promised for, from"), widget=DayInput())
    until = django_filters.DateFilter(label=_("To"), widget=DayInput())
    measure = extend_schema_field(str)(
        django_filters.ChoiceFilter(label=_("Kept"), choices=MEASURES, empty_label=_("In time or not"))
    )
    whose = extend_schema_field(str)(
        django_filters.ChoiceFilter(label=_("Whose desk"), choices=WHOSE, empty_label=_("All that I see"))
    )
    falls = extend_schema_field(str)(
        django_filters.ChoiceFilter(label=_("Falls due"), choices=FALLS, empty_label=_("Whenever it falls due"))
    )

    class Meta:
        model = Promise
        form = FilterForm
        fields = ()

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        chosen = str((data or {}).get("owner", ""))
        if is_key(chosen):  # of whoever has left the promises can still be looked up
            self.filters["owner"].queryset = keepers() | Staff.objects.filter(pk=int(chosen))

    def filter_queryset(self, queryset: PromiseQuerySet) -> PromiseQuerySet:
        return queryset.matching(self.request.user, timezone.now(), **self.form.cleaned_data)


class PromiseApiFilter(PromiseFilter):
    """A program asks for those to one person or organisation, too; on a page that is the person's own page."""

    patient = LastingKeyFilter("patient")
    contact = KeyFilter("contact")
    organisation = KeyFilter("organisation")

    def filter_queryset(self, queryset: PromiseQuerySet) -> PromiseQuerySet:
        found = super().filter_queryset(queryset)
        for name in TARGETS:
            found = self.filters[name].filter(found, self.form.cleaned_data[name])
        return found
