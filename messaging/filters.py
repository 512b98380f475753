"""Filters that pages and API share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.fields import DayInput
from hospital_crm.lib.filters import KeyFilter
from hospital_crm.lib.forms import FilterForm
from messaging.models import (
    KIND_NAMES,
    PURPOSES,
    Channel,
    Message,
    MessageTemplate,
    OptOut,
    Provider,
    TemplateVersion,
)
from messaging.models.templates import TO_PATIENTS
from messaging.querysets import NEEDS_SOMEBODY
from messaging.querysets.measures import NOT_READY, RECIPIENTS, STOPPED
from patients.models import LANGUAGES

if TYPE_CHECKING:
    from messaging.querysets import MessageQuerySet, TemplateQuerySet

STATES = [
    (NEEDS_SOMEBODY, _("Needs somebody")),
    (NOT_READY, _("Withheld: not set up")),
    *Message.State.choices,
]
MEASURES = [
    ("waiting", _("On their way")),
    ("sent", _("Sent")),
    ("failed", _("Failed")),
    ("unknown", _("Unknown")),
    ("withheld", _("Withheld")),
    ("dropped", _("Cancelled or too late")),
    ("delivered", _("Delivered")),
    ("told", _("Sent, and it is told whether they arrive")),
    ("paid", _("Paid by the part")),
    (RECIPIENTS, _("The last to each patient")),
    (STOPPED, _("The last to each who stopped messages")),
]


class MessageFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Recipient or number"), max_length=160)
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=STATES,
        empty_label=_("Every state"),
    )
    channel = django_filters.ChoiceFilter(label=_("Channel"), choices=Channel.choices, empty_label=_("Every channel"))
    since = django_filters.DateFilter(label=_("To be sent from"), widget=DayInput())
    until = django_filters.DateFilter(label=_("To be sent until"), widget=DayInput())
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=lambda: sorted(KIND_NAMES.items()), empty_label=_("Every kind")
    )
    template_version = django_filters.ModelChoiceFilter(
        label=_("Template"),
        queryset=TemplateVersion.objects.sent_ones(),
        empty_label=_("Every template"),
        null_label=_("Without a template"),
    )
    reason = django_filters.ChoiceFilter(
        label=_("Reason"), choices=Message.Reason.choices, empty_label=_("Every reason")
    )
    fate = django_filters.ChoiceFilter(
        label=_("What the provider tells"), choices=Message.Fate.choices, empty_label=_("Whatever it tells")
    )
    provider = django_filters.ChoiceFilter(
        label=_("Provider"), choices=Provider.choices, empty_label=_("Every provider")
    )
    measure = django_filters.ChoiceFilter(
        label=_("Figure of the delivery page"), choices=MEASURES, empty_label=_("Any")
    )

    class Meta:
        model = Message
        form = FilterForm
        fields = ()

    def filter_queryset(self, queryset: MessageQuerySet) -> MessageQuerySet:
        return queryset.matching(self.request.user, **self.form.cleaned_data)


class OptOutFilter(django_filters.FilterSet):
    """What programs ask for; on a page opt-outs stand with their patient."""

    patient = KeyFilter("patient")
    scope = django_filters.ChoiceFilter(choices=OptOut.Scope.choices)
    is_open = django_filters.BooleanFilter(field_name="lifted_at", lookup_expr="isnull")

    class Meta:
        model = OptOut
        form = FilterForm
        fields = ()


class TemplateFilter(django_filters.FilterSet):
    message_class = django_filters.ChoiceFilter(label=_("Class"), choices=TO_PATIENTS, empty_label=_("Every class"))
    purpose = django_filters.ChoiceFilter(
        label=_("Purpose"),
        choices=lambda: [(each.code, each.name) for each in PURPOSES.values()],
        empty_label=_("Every purpose"),
    )
    language = django_filters.ChoiceFilter(
        label=_("Language"), choices=LANGUAGES, empty_label=_("Every language"), method="with_words_in"
    )
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=TemplateVersion.State.choices, empty_label=_("Every state"), method="with_words_in"
    )

    class Meta:
        model = MessageTemplate
        form = FilterForm
        fields = ()

    def with_words_in(self, templates: TemplateQuerySet, name: str, value: str) -> TemplateQuerySet:
        """Language and state of one and the same version."""
        chosen = {key: self.form.cleaned_data.get(key) for key in ("language", "state")}
        return templates.with_words(**{key: said for key, said in chosen.items() if said})


class TemplateVersionFilter(django_filters.FilterSet):
    template = KeyFilter(field_name="template")
    language = django_filters.ChoiceFilter(choices=LANGUAGES)
    state = django_filters.ChoiceFilter(choices=TemplateVersion.State.choices)

    class Meta:
        model = TemplateVersion
        fields = ()
