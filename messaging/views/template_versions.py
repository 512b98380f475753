"""The words of a template: written, retired, registered with providers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.conflict import resolved
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.forms import create_page, edit_page
from messaging.forms.templates import RegistrationForm, VersionCreateForm, VersionEditForm
from messaging.models import MessageTemplate, TemplateVersion
from messaging.services.templates import drafting, publishing
from patients.models import LANGUAGES

from .template_check import about_words, checked


def version_or_404(pk: int) -> TemplateVersion:
    return get_object_or_404(TemplateVersion.objects.select_related("template"), pk=pk)


def page_of_template(version: TemplateVersion) -> str:
    return reverse("messaging:template_detail", args=[version.template_id])


def no_draft(request: StaffRequest, version: TemplateVersion) -> HttpResponse:
    """What patients get, or got, opens as no draft: to the template, where all versions stand."""
    messages.info(request, str(drafting.NoDraft()))
    return redirect(page_of_template(version))


@needs(Capability.MANAGE_PROTOCOLS)
def template_version_create(request: StaffRequest, pk: int, language: str) -> HttpResponse:
    """New words; they begin as the newest ones of the language."""
    template = get_object_or_404(MessageTemplate, pk=pk)
    if language not in dict(LANGUAGES):
        raise Http404
    last = template.versions.filter(language=language).order_by("-number").values("subject", "text").first()
    form = VersionCreateForm(request.POST or None, initial=last or {})

    def create() -> TemplateVersion:
        return drafting.draft_version(
            template=template,
            language=language,
            **form.values,
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda _pk: reverse("messaging:template_detail", args=[template.pk]),
        template="messaging/template_version_create.html",
        context=_writing(form, template, language),
    )


@needs(Capability.MANAGE_PROTOCOLS)
def template_version_edit(request: StaffRequest, pk: int) -> HttpResponse:
    version = version_or_404(pk)
    if request.method != "POST" and not version.is_draft:
        return no_draft(request, version)
    form = VersionEditForm(resolved(request.POST) or None, instance=version)

    def save() -> TemplateVersion:
        return drafting.edit_draft(
            draft=version_or_404(pk),
            version=form.version,
            **form.values,
            actor=request.user.actor,
            at=timezone.now(),
        )

    return edit_page(
        request,
        form=form,
        save=save,
        done_url=page_of_template(version),
        template="messaging/template_version_edit.html",
        context=_writing(form, version.template, version.language),
    )


@needs(Capability.MANAGE_PROTOCOLS)
def template_version_retire(request: StaffRequest, pk: int) -> HttpResponse:
    """Asks once more: without other words, nothing of this template goes out in the language."""
    version = version_or_404(pk)
    if request.method == "POST":
        try:
            publishing.retire_version(words=version, actor=request.user.actor, at=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
        return redirect(page_of_template(version))
    return render(request, "messaging/template_version_retire.html", {"version": version})


@needs(Capability.MANAGE_PROTOCOLS)
def template_version_register(request: StaffRequest, pk: int) -> HttpResponse:
    version = version_or_404(pk)
    form = RegistrationForm(request.POST or None)

    def save() -> object:
        return publishing.register_version(
            words=version, **form.cleaned_data, actor=request.user.actor, at=timezone.now()
        )

    return edit_page(
        request,
        form=form,
        save=save,
        done_url=page_of_template(version),
        template="messaging/template_version_register.html",
        context={"version": version, "registrations": version.registrations.order_by("provider")},
    )


def _writing(form: Any, template: MessageTemplate, language: str) -> dict[str, Any]:
    return {
        "template": template,
        "language_label": dict(LANGUAGES)[language],
        "about": about_words(template, language),
        "check": checked(form, template, language),
    }
