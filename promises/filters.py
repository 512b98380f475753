"""Filters that pages and API share; every figure opens its rows through them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Staff, Team
from hospital_crm.lib.filters import KeyFilter, LastingKeyFilter
from hospital_crm.lib.forms import FilterForm
from hospital_crm.lib.keys import is_key
from promises.forms import keepers
from promises.models import Promise

if TYPE_CHECKING:
    from promises.querysets import PromiseQuerySet

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
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=STATES, empty_label=_("Every state"), method="in_state"
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
        method="in_department",
    )
    since = django_filters.DateFilter(
        label=_("Promised for, from"), widget=forms.DateInput(attrs={"type": "date"}), method="promised_since"
    )
    until = django_filters.DateFilter(
        label=_("To"), widget=forms.DateInput(attrs={"type": "date"}), method="promised_until"
    )
    measure = django_filters.ChoiceFilter(
        label=_("Kept"), choices=MEASURES, empty_label=_("In time or not"), method="measured"
    )
    whose = django_filters.ChoiceFilter(
        label=_("Whose desk"), choices=WHOSE, empty_label=_("All that I see"), method="on_desk"
    )
    falls = django_filters.ChoiceFilter(
        label=_("Falls due"), choices=FALLS, empty_label=_("Whenever it falls due"), method="falling"
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

    def in_state(self, promises: PromiseQuerySet, name: str, value: str) -> PromiseQuerySet:
        if value == "late":
            return promises.late(timezone.now())
        return promises.open().unowned() if value == "unowned" else promises.filter(state=value)

    def in_department(self, promises: PromiseQuerySet, name: str, value: Department) -> PromiseQuerySet:
        return promises.in_tree_of(value)

    def promised_since(self, promises: PromiseQuerySet, name: str, day: Any) -> PromiseQuerySet:
        return promises.first_promised_for(since=day)

    def promised_until(self, promises: PromiseQuerySet, name: str, day: Any) -> PromiseQuerySet:
        return promises.first_promised_for(until=day)

    def on_desk(self, promises: PromiseQuerySet, name: str, value: str) -> PromiseQuerySet:
        staff, today = self.request.user, timezone.localdate()
        return promises.on_desk_of(staff, today) if value == "mine" else promises.on_desks_around(staff, today)

    def falling(self, promises: PromiseQuerySet, name: str, value: str) -> PromiseQuerySet:
        """As the workbench groups them: a team's list begins with what nobody owns."""
        unowned_first = value == "unowned" or self.form.cleaned_data.get("whose") == "team"
        return promises.falling(value, timezone.now(), unowned_first=unowned_first)

    def measured(self, promises: PromiseQuerySet, name: str, value: str) -> PromiseQuerySet:
        """As the figures count: without what one is only asked to take over."""
        counted = Promise.objects.counted_for(self.request.user, timezone.localdate())
        return promises.measured(value, timezone.now()).filter(pk__in=counted.values("pk"))


class PromiseApiFilter(PromiseFilter):
    """A program asks for those to one person or organisation, too; on a page that is the person's own page."""

    patient = LastingKeyFilter("patient")
    contact = KeyFilter("contact")
    organisation = KeyFilter("organisation")
