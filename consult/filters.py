"""Filters that pages and API share."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from accounts.models import Staff
from consult import rules
from consult.models import Call
from hospital_crm.lib.fields import DayInput
from hospital_crm.lib.filters import KeyFilter
from hospital_crm.lib.forms import FilterForm
from institution.models import ReferenceItem

if TYPE_CHECKING:
    from consult.querysets import CallQuerySet


class CallFilterForm(FilterForm):
    """Words are looked for in the calls of some days only; the form shows which."""

    searched: tuple[date, date] | None = None  # the first and the last day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("q"):
            return cleaned
        since, until = rules.days_searched(cleaned.get("since"), cleaned.get("until"), timezone.localdate())
        self.searched = since, until
        if "since" not in self.errors:
            self.data = {**dict(self.data.items()), "since": since.isoformat()}
        return {**cleaned, "since": since, "until": until}


class CallFilter(django_filters.FilterSet):
    since = django_filters.DateFilter(label=_("From"), widget=DayInput())
    until = django_filters.DateFilter(label=_("To"), widget=DayInput())
    handled_by = django_filters.ModelChoiceFilter(
        label=_("Who"), queryset=Staff.objects.by_name(), empty_label=_("Everybody")
    )
    direction = django_filters.ChoiceFilter(
        label=_("Direction"), choices=Call.Direction.choices, empty_label=_("In and out")
    )
    channel = django_filters.ChoiceFilter(
        label=_("Channel"), choices=Call.Channel.choices, empty_label=_("Every channel")
    )
    disposition = django_filters.ChoiceFilter(
        label=_("How it ended"), choices=Call.Disposition.choices, empty_label=_("Every ending")
    )
    topic = extend_schema_field(int)(
        django_filters.ModelChoiceFilter(
            label=_("Topic"), queryset=ReferenceItem.objects.of_list("call_topic"), empty_label=_("Every topic")
        )
    )
    q = django_filters.CharFilter(label=_("Name, number, words"), max_length=60)

    class Meta:
        model = Call
        form = CallFilterForm
        fields = ()

    def filter_queryset(self, queryset: CallQuerySet) -> CallQuerySet:
        return queryset.matching(**self.form.cleaned_data)


class CallApiFilter(CallFilter):
    """A program asks for those with one person, too; on a page that is the person's own page."""

    patient = KeyFilter("patient")
    contact = KeyFilter("contact")
