"""Templates are made, each with its first draft; their names change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from accounts.services.submissions import create_once
from accounts.services.versions import save_version
from hospital_crm.lib.errors import DomainError
from messaging.models import PURPOSES, MessagePurpose, MessageTemplate

from .certificates import NoAdvertisement
from .drafting import write_draft


class TemplateCodeTaken(DomainError):
    """Another template has the code, in use or not."""

    message = _("Another template has this code.")
    field = "code"


class NoSuchPurpose(DomainError):
    """No app writes to patients about this."""

    message = _("Nothing here is written to patients for this purpose.")
    field = "purpose"


class ClassDoesNotFit(DomainError):
    """The law, not the hospital, says what a birthday greeting is."""

    field = "message_class"

    def __init__(self, purpose: MessagePurpose) -> None:
        super().__init__()
        self.purpose = purpose

    def __str__(self) -> str:
        fitting = " / ".join(str(each.label) for each in self.purpose.classes)
        return str(format_lazy(_("Messages of this purpose can be of this class only: {classes}."), classes=fitting))


def create_template(
    *,
    values: Mapping[str, Any],
    language: str,
    subject: str,
    text: str,
    actor: Actor,
    at: datetime,
    submission: UUID | None = None,
) -> MessageTemplate:
    """The template is there, with a first draft in the language. `values`: code, names, class and purpose. What may be
    an offer counts as one until somebody says that it is none.

    Raises TextRefused, NoSuchPurpose, ClassDoesNotFit, TemplateCodeTaken, DuplicateSubmission.
    """

    def create() -> MessageTemplate:
        _require_fitting(values["purpose"], values["message_class"])
        template = MessageTemplate.objects.create(
            **values,
            advertises=PURPOSES[values["purpose"]].may_advertise,
            created_at=at,
            created_by=actor,
            updated_at=at,
            updated_by=actor,
        )
        write_draft(template, language, subject, text, actor, at)
        audit.record(actor=actor, verb="template.created", subject=template, at=at, fields=[language])
        return template

    try:
        with transaction.atomic():
            kind = MessageTemplate._meta.label
            return create_once(submission=submission, kind=kind, create=create, actor=actor, at=at)
    except IntegrityError as clash:
        raise TemplateCodeTaken from clash


@transaction.atomic
def update_template(
    *, template: MessageTemplate, version: int, values: dict[str, Any], actor: Actor, at: datetime
) -> MessageTemplate:
    """Its names, whether it is in use, whether it advertises. Code, class and purpose stay: others rely on them.

    Raises NoAdvertisement, StaleVersion.
    """
    if values.get("advertises") and not template.filled_by.may_advertise:
        raise NoAdvertisement
    if changed := save_version(template, version=version, values=values, actor=actor, at=at):
        audit.record(actor=actor, verb="template.updated", subject=template, at=at, fields=changed)
    return template


def _require_fitting(purpose: str, message_class: str) -> None:
    """Raises NoSuchPurpose, ClassDoesNotFit."""
    if purpose not in PURPOSES:
        raise NoSuchPurpose
    if message_class not in PURPOSES[purpose].classes:
        raise ClassDoesNotFit(PURPOSES[purpose])
