"""Looks that count: whoever asks for people, or for what is theirs, by a number."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor, AuditEntry
from hospital_crm.lib.phones import TRAILING_DIGITS, searchable

VERB = "number.asked"


def record_question(text: str, *, actor: Actor, at: datetime) -> None:
    """That the person looked for a number is in the audit, every time; the number is not."""
    if is_question(text):
        audit.record(actor=actor, verb=VERB, subject=None, at=at)


def questions_typed(text: str, *, actor: Actor, at: datetime, form: UUID | None) -> list[AuditEntry]:
    """The same for `audit.record_looks`, where every digit that is typed asks anew: one a form and ten minutes."""
    return [audit.look(actor=actor, verb=VERB, subject=None, at=at, form=form)] if is_question(text) else []


def is_question(text: str) -> bool:
    """Whether it looks for a number."""
    return len(searchable(text)) >= TRAILING_DIGITS


audit.name_verbs(
    {
        VERB: _("Looked for a number"),
        "call.number_asked": _("Looked for calls by a number"),  # stands in old entries only
    }
)
