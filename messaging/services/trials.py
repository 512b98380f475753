from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from accounts.models import Staff
from messaging.models import Message
from messaging.services.outbox import name_kinds, tell_staff

KIND = "messaging.trial"
VALID = timedelta(minutes=10)


def send_trial(*, staff: Staff, at: datetime) -> list[Message]:
    """The person gets a message on every channel on which colleagues are told; once a second."""
    return tell_staff(
        staff=staff,
        kind=KIND,
        params={},
        dedupe_key=f"trial:{int(at.timestamp())}",
        source=f"trial:{staff.pk}",
        send_at=at,
        expires_at=at + VALID,
        actor=staff.actor,
        at=at,
    )


name_kinds({KIND: _("Test message")})
