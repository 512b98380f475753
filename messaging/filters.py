"""Filters that pages and API share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.forms import FilterForm
from messaging.models import KIND_NAMES, Channel, Message

if TYPE_CHECKING:
    from datetime import date

    from messaging.querysets import MessageQuerySet

FOR_A_PERSON = "for_a_person"


class MessageFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Recipient"), method="to_anybody_like", max_length=60)
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[(FOR_A_PERSON, _("Needs somebody")), *Message.State.choices],
        empty_label=_("Every state"),
        method="in_state",
    )
    channel = django_filters.ChoiceFilter(label=_("Channel"), choices=Channel.choices, empty_label=_("Every channel"))
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=lambda: sorted(KIND_NAMES.items()), empty_label=_("Every kind")
    )
    day = django_filters.DateFilter(
        label=_("Day"), method="to_be_sent_on", widget=forms.DateInput(attrs={"type": "date"})
    )

    class Meta:
        model = Message
        form = FilterForm
        fields = ()

    def to_anybody_like(self, messages: MessageQuerySet, name: str, text: str) -> MessageQuerySet:
        return messages.to_anybody_like(text.strip(), self.request.user)

    def in_state(self, messages: MessageQuerySet, name: str, state: str) -> MessageQuerySet:
        return messages.for_a_person() if state == FOR_A_PERSON else messages.filter(state=state)

    def to_be_sent_on(self, messages: MessageQuerySet, name: str, day: date) -> MessageQuerySet:
        return messages.to_be_sent_on(day)
