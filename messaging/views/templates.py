"""Templates of messages to patients: the list, one of them with its versions, its names."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.conflict import resolved
from hospital_crm.lib.forms import create_page, edit_page
from hospital_crm.lib.htmx import render_part
from hospital_crm.lib.paging import capped_count, page_of
from messaging.filters import TemplateFilter
from messaging.forms.templates import TemplateCreateForm, TemplateEditForm
from messaging.models import MessageTemplate, TemplateVersion
from messaging.models.purposes import HOSPITAL_PHONE
from messaging.services.templates import making
from messaging.services.templates.checking import offered
from messaging.services.templates.house import House
from messaging.services.templates.looks import Look, look_of_version
from messaging.services.words import needed_by
from patients.models import LANGUAGES

from .template_check import checked

EARLIER = 10  # versions no longer used, shown of each language; of advertisements all, for their certificates


@dataclass(frozen=True)
class Card:
    """A version as its page shows it."""

    words: TemplateVersion
    look: Look
    wants: list[str | Promise]  # what it lacks to go out as a text message, and by WeChat
    lacks_certificate: bool  # so nothing of it goes out today


@dataclass
class InLanguage:
    code: str
    label: str
    published: Card | None = None
    draft: Card | None = None
    earlier: list[TemplateVersion] = field(default_factory=list)

    def tells(self, variable: str) -> bool:
        """The words in use, or those being written, need it."""
        return any(card is not None and variable in needed_by(card.words) for card in (self.published, self.draft))


@require_safe
@needs(Capability.MANAGE_PROTOCOLS)
def template_list(request: StaffRequest) -> HttpResponse:
    found = TemplateFilter(request.GET, queryset=MessageTemplate.objects.prefetch_related("versions"), request=request)
    page = page_of(found.qs, request, ordering=("code", "pk"))
    context = {
        "filter": found,
        "page": page,
        "rows": [(template, _standing(template)) for template in page.rows],
        "count": capped_count(found.qs),
        "may_set": request.user.can(Capability.MANAGE_SETTINGS),
    }
    return render_part(request, "messaging/template_list.html", "rows", context)


@require_safe
@needs(Capability.MANAGE_PROTOCOLS)
def template_detail(request: StaffRequest, pk: int) -> HttpResponse:
    template, house = get_object_or_404(MessageTemplate, pk=pk), House()
    languages = _languages(template, house)
    context = {
        "template": template,
        "languages": languages,
        "lacks_signature": not house.signature,
        "lacks_phone": not house.hospital.consult_phone and any(place.tells(HOSPITAL_PHONE) for place in languages),
        "variables": offered(template.filled_by, template.message_class),
        "may_set": request.user.can(Capability.MANAGE_SETTINGS),
        "now": timezone.now(),
    }
    return render(request, "messaging/template_detail.html", context)


@needs(Capability.MANAGE_PROTOCOLS)
def template_create(request: StaffRequest) -> HttpResponse:
    form = TemplateCreateForm(request.POST or None)

    def create() -> MessageTemplate:
        return making.create_template(
            values=form.names,
            **form.words,
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda pk: reverse("messaging:template_detail", args=[pk]),
        template="messaging/template_create.html",
        context={"check": checked(form)},
    )


@needs(Capability.MANAGE_PROTOCOLS)
def template_edit(request: StaffRequest, pk: int) -> HttpResponse:
    template = get_object_or_404(MessageTemplate, pk=pk)
    form = TemplateEditForm(resolved(request.POST) or None, instance=template)

    def save() -> MessageTemplate:
        return making.update_template(
            template=get_object_or_404(MessageTemplate, pk=pk),
            version=form.version,
            values=form.values,
            actor=request.user.actor,
            at=timezone.now(),
        )

    return edit_page(
        request,
        form=form,
        save=save,
        done_url=reverse("messaging:template_detail", args=[pk]),
        template="messaging/template_edit.html",
        context={"template": get_object_or_404(MessageTemplate, pk=pk)},
    )


def _standing(template: MessageTemplate) -> list[tuple[str, str]]:
    """In each language: the label of the language, and "published", "draft", both, or "" where there are no words."""
    states: dict[str, set[str]] = {}
    for version in template.versions.all():
        states.setdefault(version.language, set()).add(version.state)
    return [
        (str(label), " ".join(sorted(states.get(code, set()) & {"published", "draft"}, reverse=True)))
        for code, label in LANGUAGES
    ]


def _languages(template: MessageTemplate, house: House) -> list[InLanguage]:
    found = {code: InLanguage(code, str(label)) for code, label in LANGUAGES}
    versions = template.versions.in_order().select_related("template", "published_by__staff", "retired_by__staff")
    for words in versions.prefetch_related("registrations"):
        place = found[words.language]
        if words.state == TemplateVersion.State.RETIRED:
            if len(place.earlier) < EARLIER or words.has_certificates:  # messages may still wait in them
                place.earlier.append(words)
        else:
            lacks = words.is_published and not words.may_go_on(timezone.localdate())
            card = Card(words, look_of_version(words, house=house), house.wants_of(words), lacks)
            setattr(place, words.state, card)
    return list(found.values())
