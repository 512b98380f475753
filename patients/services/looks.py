"""Looks that count: whoever asks for people, or for what is theirs, by a number."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from hospital_crm.lib.phones import TRAILING_DIGITS, searchable


def record_question(text: str, *, actor: Actor, at: datetime) -> None:
    """That the person looked for a number is in the audit, every time; the number is not."""
    if len(searchable(text)) >= TRAILING_DIGITS:
        audit.record(actor=actor, verb="number.asked", subject=None, at=at)


audit.name_verbs(
    {
        "number.asked": _("Looked for a number"),
        "call.number_asked": _("Looked for calls by a number"),  # stands in old entries only
    }
)
