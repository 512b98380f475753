from datetime import datetime

from django.db import transaction

from accounts.models import Actor
from hospital_crm.lib.inserts import insert
from messaging.models import ContactLog
from messaging.services.addresses import digest_of
from patients.models import Target, target_fields
from patients.services.survivors import survivor_even_erased
from patients.services.timeline import record_contact


def forget_contact(*, target: Target, source: str) -> None:
    """The try was voided: it counts no longer."""
    ContactLog.objects.filter(**target_fields(target), source=source).delete()


@transaction.atomic(savepoint=False)  # within its caller's: whoever cannot count the contact has not made it either
def log_contact(
    *,
    target: Target,
    channel: ContactLog.Channel,
    reached: bool,
    source: str,
    is_counted: bool = True,
    number: str = "",
    actor: Actor,
    at: datetime,
) -> ContactLog:
    """The try to reach the person counts, whether it succeeded or not; if it did, that was the last contact.

    `is_counted`: no, where they came to us, or the same call is one contact already. `number`: that
    was rung; it counts there too, whoever else uses it.
    """
    target = survivor_even_erased(target)
    if reached:
        record_contact(target=target, at=at)
    entry = ContactLog(
        **target_fields(target),
        channel=channel,
        digest=digest_of("phone", number),
        reached=reached,
        is_counted=is_counted,
        source=source,
        logged_at=at,
        logged_by=actor,
    )
    return insert(entry)
