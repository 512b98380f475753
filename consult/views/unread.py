"""A call leaves open what the person has written about since, and the next page says so."""

from datetime import datetime

from django.contrib import messages
from django.utils.translation import gettext as _

from accounts.access import StaffRequest
from consult.models import Call
from consult.services.settled import left_unread


def tell_of_unread(request: StaffRequest, call: Call, known_until: datetime) -> None:
    if left_unread(call, known_until=known_until, staff=request.user).exists():
        messages.warning(
            request,
            _("They have written again since: what they are to be rung back about stays open. Read it, then ring."),
        )
