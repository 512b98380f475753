"""Looks that count: whoever asks for calls by a number."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Staff
from hospital_crm.lib.phones import TRAILING_DIGITS, searchable


def record_question(*, text: str, staff: Staff, at: datetime) -> None:
    """That the person looked for a number is in the audit; the number is not."""
    if len(searchable(text)) >= TRAILING_DIGITS:
        audit.record_look(actor=staff.actor, verb="call.number_asked", subject=staff, at=at)


audit.name_verbs({"call.number_asked": _("Calls looked for by a number")})
