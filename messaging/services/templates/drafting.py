"""Words are written as drafts, which nobody gets yet."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from accounts.services.submissions import create_once
from accounts.services.versions import save_version
from hospital_crm.lib.errors import DomainError
from messaging.models import MessageTemplate, TemplateVersion

from .checking import Draft, require_sound
from .holding import hold_version


class DraftExists(DomainError):
    """One at a time in a language: somebody is writing already."""

    message = _("There is a draft in this language already: go on with that one.")
    field = "language"


class NoDraft(DomainError):
    """What was published is never changed, what was given up neither."""

    message = _("This version is no draft any more. Write a new version.")


def draft_version(
    *,
    template: MessageTemplate,
    language: str,
    subject: str,
    text: str,
    actor: Actor,
    at: datetime,
    submission: UUID | None = None,
) -> TemplateVersion:
    """The template has a new draft in the language.

    Raises TextRefused, DraftExists, DuplicateSubmission.
    """

    def create() -> TemplateVersion:
        row = write_draft(template, language, subject, text, actor, at)
        audit.record(actor=actor, verb="template.drafted", subject=template, at=at, fields=[language])
        return row

    try:
        with transaction.atomic():
            kind = TemplateVersion._meta.label
            return create_once(submission=submission, kind=kind, create=create, actor=actor, at=at)
    except IntegrityError as clash:
        raise DraftExists from clash


@transaction.atomic
def edit_draft(
    *, draft: TemplateVersion, version: int, subject: str, text: str, actor: Actor, at: datetime
) -> TemplateVersion:
    """The draft reads so. What a provider has approved were other words: its numbers are gone.

    Raises TextRefused, NoDraft, StaleVersion.
    """
    draft = hold_version(draft)
    if not draft.is_draft:
        raise NoDraft
    require_sound(draft_of(draft.template, subject, text))
    changed = save_version(draft, version=version, values={"subject": subject, "text": text}, actor=actor, at=at)
    if changed:
        draft.registrations.all().delete()
        audit.record(actor=actor, verb="template.edited", subject=draft.template, at=at, fields=[draft.language])
    return draft


def draft_of(template: MessageTemplate, subject: str, text: str) -> Draft:
    return Draft(template.message_class, template.filled_by, subject, text)


def write_draft(
    template: MessageTemplate, language: str, subject: str, text: str, actor: Actor, at: datetime
) -> TemplateVersion:
    """Raises TextRefused; IntegrityError where somebody else writes one."""
    require_sound(draft_of(template, subject, text))
    last = template.versions.filter(language=language).aggregate(last=Max("number"))["last"] or 0
    return TemplateVersion.objects.create(
        template=template,
        language=language,
        number=last + 1,
        subject=subject,
        text=text,
        created_at=at,
        created_by=actor,
        updated_at=at,
        updated_by=actor,
    )
