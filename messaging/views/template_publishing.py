"""The words of a template are published; those that advertise under their certificate, which is renewed in time."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.conflict import resolved
from hospital_crm.lib.errors import DomainError, StaleVersion
from hospital_crm.lib.forms import edit_page, explain
from messaging.forms.templates import CertificateForm, PublishForm
from messaging.models import TemplateVersion
from messaging.services.templates import certificates, publishing
from messaging.services.templates.house import House
from messaging.services.templates.looks import look_of_version

from .template_versions import no_draft, page_of_template, version_or_404


@needs(Capability.MANAGE_PROTOCOLS)
def template_version_publish(request: StaffRequest, pk: int) -> HttpResponse:
    """Asks once more, with the words before one's eyes: from then on patients get them."""
    version = version_or_404(pk)
    if request.method != "POST" and not version.is_draft:
        return no_draft(request, version)
    form = _certificate_form(request, version)
    read, refused = _version_read(request), None
    if read is not None and (form is None or form.is_valid()):
        certificate = form.certificate if form else {}
        try:
            publishing.publish_version(
                draft=version, version=read, **certificate, actor=request.user.actor, at=timezone.now()
            )
        except DomainError as error:
            refused = error
        else:
            messages.success(request, _("Published: patients get these words from now on"))
            return redirect(page_of_template(version))
    version = version_or_404(pk)
    if not version.is_draft:  # somebody else was quicker: there is nothing left to ask
        return no_draft(request, version)
    if read is not None and read != version.version:
        refused = StaleVersion(version)  # also where something else was wrong: other words stand there now
    return _asked_to_publish(request, version, _asked_again(request, version, form, read), refused)


@needs(Capability.MANAGE_PROTOCOLS)
def template_version_renew_certificate(request: StaffRequest, pk: int) -> HttpResponse:
    """Of words that patients get, or of earlier ones with which messages still wait."""
    version = version_or_404(pk)
    if request.method != "POST" and not version.has_certificates:
        messages.info(request, str(certificates.why_none(version)))
        return redirect(page_of_template(version))
    form = CertificateForm(resolved(request.POST) or None, instance=version)
    look = look_of_version(version, number=_number_typed(form))

    def save() -> TemplateVersion:
        return certificates.renew_certificate(
            words=version_or_404(pk),
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
        template="messaging/template_version_renew_certificate.html",
        context={"version": version, "look": look},
    )


def _certificate_form(request: StaffRequest, version: TemplateVersion) -> PublishForm | None:
    """None where nothing is advertised; empty where the page did not ask, as nothing was when it was opened."""
    if not version.template.advertises:
        return None
    return PublishForm(request.POST if "certificate_number" in request.POST else None)


def _asked_again(
    request: StaffRequest, version: TemplateVersion, form: PublishForm | None, read: int | None
) -> PublishForm | None:
    """Whether it advertises may have been said meanwhile, and other words may have been written."""
    if not version.template.advertises:
        return None
    form = form or _certificate_form(request, version)
    if form is not None and read != version.version:
        form.ask_anew()
    return form


def _number_typed(form: PublishForm | CertificateForm) -> str:
    return str(form["certificate_number"].value() or "")


def _version_read(request: StaffRequest) -> int | None:
    """Of the words that stood on the page; None where nobody says which."""
    read = request.POST.get("version", "")[:9]
    return int(read) if read.isascii() and read.isdecimal() else None


def _asked_to_publish(
    request: StaffRequest, version: TemplateVersion, form: PublishForm | None, refused: DomainError | None
) -> HttpResponse:
    house = House()
    at_its_field = False
    if request.method == "POST" and form is not None and not form.is_bound:  # the page that was sent did not ask
        refused = refused or certificates.CertificateMissing()
    if refused is not None and form is not None and form.is_bound and refused.field in form.fields:
        explain(form, refused)
        at_its_field = True
    context = {
        "version": version,
        "look": look_of_version(version, house=house, number=_number_typed(form) if form else None),
        "wants": house.wants_of(version),
        "form": form,
        "replaced": version.template.versions.published().filter(language=version.language).first(),
        "refused": "" if refused is None or at_its_field else str(refused),
        "hidden": [("version", version.version)],
    }
    status = refused.status if refused else 200
    return render(request, "messaging/template_version_publish.html", context, status=status)
