"""Words go into use, and out of it; providers approve them."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from hospital_crm.lib.errors import DomainError, StaleVersion
from messaging.models import MessageTemplate, TemplateRegistration, TemplateVersion
from messaging.querysets import TemplateVersionQuerySet
from messaging.rules.braces import gaps_in

from .certificate_history import note_certificate
from .certificates import require_certificate_of
from .checking import require_sound
from .drafting import NoDraft, draft_of
from .holding import hold_version

State = TemplateVersion.State


class RetiredAlready(DomainError):
    """It is out of use, or was given up."""

    message = _("This version is no longer used.")


class KeywordUnknown(DomainError):
    """A keyword of the provider is filled by nothing that these words hold."""

    field = "keywords"

    def __init__(self, variable: str) -> None:
        super().__init__()
        self.variable = variable

    def __str__(self) -> str:
        return str(format_lazy(_("The text has no {variable}."), variable=f"{{{self.variable}}}"))


@transaction.atomic
def publish_version(
    *,
    draft: TemplateVersion,
    version: int,
    actor: Actor,
    at: datetime,
    certificate_number: str = "",
    certificate_until: date | None = None,
) -> TemplateVersion:
    """From now on patients get these words; those that they got before are retired, and stay with what was sent.

    `version` is the draft as it was read: nobody publishes words that they have not seen. Number and last day, of an
    advertisement: those of the certificate that was given for these very words.
    Raises TextRefused, NoDraft, StaleVersion, and what `require_certificate_of` does.
    """
    held = hold_version(draft)
    if not held.is_draft:
        raise NoDraft
    if held.version != version:
        raise StaleVersion(held)
    require_sound(draft_of(held.template, held.subject, held.text))
    certificate = {"certificate_number": certificate_number, "certificate_until": certificate_until}
    require_certificate_of(held, certificate, on=timezone.localdate(at))
    _move(held.template.versions.published().filter(language=held.language), State.RETIRED, actor, at)
    TemplateVersion.objects.filter(pk=held.pk).update(**certificate)
    _move(TemplateVersion.objects.filter(pk=held.pk), State.PUBLISHED, actor, at)
    audit.record(actor=actor, verb="template.published", subject=held.template, at=at, fields=[held.language])
    held.refresh_from_db()
    if certificate_number:
        note_certificate(held, verb="template.certificate_entered", fields=certificate, actor=actor, at=at)
    return held


@transaction.atomic
def retire_version(*, words: TemplateVersion, actor: Actor, at: datetime) -> TemplateVersion:
    """Nobody gets these words any more; of a draft: nobody ever will.

    Raises RetiredAlready.
    """
    held = hold_version(words)
    if held.state == State.RETIRED:
        raise RetiredAlready
    _move(TemplateVersion.objects.filter(pk=held.pk), State.RETIRED, actor, at)
    audit.record(actor=actor, verb="template.retired", subject=held.template, at=at, fields=[held.language])
    held.refresh_from_db()
    return held


@transaction.atomic
def register_version(
    *, words: TemplateVersion, provider: str, number: str, keywords: Mapping[str, str], actor: Actor, at: datetime
) -> TemplateRegistration:
    """The provider sends these words by this number. `keywords`: of WeChat, its keyword → our variable.

    Raises RetiredAlready, KeywordUnknown.
    """
    held = hold_version(words)
    if held.state == State.RETIRED:
        raise RetiredAlready
    for variable in keywords.values():
        if variable not in gaps_in(held.text):
            raise KeywordUnknown(variable)
    values = {"number": number, "keywords": dict(keywords), "updated_at": at, "updated_by": actor}
    row, is_new = TemplateRegistration.objects.get_or_create(of=held, provider=provider, defaults=values)
    if not is_new:
        TemplateRegistration.objects.filter(pk=row.pk).update(**values, version=F("version") + 1)
        row.refresh_from_db()
    audit.record(actor=actor, verb="template.registered", subject=held.template, at=at, fields=[held.language])
    return row


def _move(versions: TemplateVersionQuerySet, state: str, actor: Actor, at: datetime) -> None:
    dates = {f"{state}_at": at, f"{state}_by": actor}
    versions.update(state=state, **dates, version=F("version") + 1, updated_at=at, updated_by=actor)


audit.name_verbs(
    {
        "template.created": _("Message template added"),
        "template.updated": _("Message template changed"),
        "template.drafted": _("Draft of a message template added"),
        "template.edited": _("Draft of a message template changed"),
        "template.published": _("Text of a message template published"),
        "template.retired": _("Text of a message template retired"),
        "template.registered": _("Message template registered with a provider"),
        "template.previewed": _("Message template previewed with a patient"),
    }
)
audit.name_fields({"zh-hans": _("Chinese"), "en": _("English")})
audit.show_names_of(MessageTemplate)
