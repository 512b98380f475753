"""What a try leaves in the person's story, and in the log of contacts."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.access import Capability
from accounts.models import Actor
from followups.models import Attempt
from messaging.models import ContactLog
from messaging.services.contact_log import log_contact
from patients.services.timeline import add_timeline_entry, name_part

from .numbers import SPOKEN


def tell_story(attempt: Attempt, actor: Actor, at: datetime, *, is_counted: bool) -> None:
    target, spoken = attempt.promise.target, attempt.outcome in SPOKEN
    add_timeline_entry(
        target=target,
        kind="followups.attempt",
        params={"outcome": attempt.outcome, "channel": attempt.channel, "rank": attempt.rank},
        needs=Capability.FIND_PEOPLE,
        occurred_at=at,
        actor=actor,
        source=attempt,
        excluded=attempt.promise.excluded.all(),
    )
    log_contact(
        target=target,
        channel=ContactLog.Channel(attempt.channel),
        reached=spoken,
        source=f"attempt:{attempt.pk}",
        is_counted=is_counted,
        number=_number_rung(attempt),
        actor=actor,
        at=at,
    )


def _number_rung(attempt: Attempt) -> str:
    """Of those on file, or the caller's own; "" where it was none of these, or a switchboard: many sit behind one."""
    rung = attempt.phone or attempt.promise.contact
    is_known = rung is not None and attempt.channel == ContactLog.Channel.PHONE and not rung.extension
    return rung.digits if rung is not None and is_known else ""


name_part("followups", _("Tries"))
