"""What the owner is told ahead of time and when it is due; queued with the promise, cancelled with its revision."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Staff
from institution.models import Setting
from messaging.models import Message
from messaging.services.groups import offer_to_groups, tell_group
from messaging.services.outbox import cancel_messages, name_kinds, tell_staff
from promises.models import Promise

EXPIRE_AFTER = timedelta(hours=12)  # a note about what fell due yesterday helps nobody; escalation has taken over


def queue_reminders(promise: Promise, *, actor: Actor, at: datetime) -> None:
    """The owner will be told ahead and when it is due. A team that has not taken it is told by escalation.

    Whoever takes over what is late already knows, or hears it with the note that it is theirs.
    """
    if promise.owner is None or promise.due_at <= at:
        return
    ahead = promise.due_at - timedelta(minutes=float(Setting.objects.number("promises.ahead_minutes")))
    if at < ahead < promise.due_at:
        tell(promise, promise.owner, "ahead", send_at=ahead, actor=actor, at=at, expires_at=promise.due_at)
    tell(promise, promise.owner, "due", send_at=promise.due_at, actor=actor, at=at)


def cancel_reminders(promise: Promise, *, actor: Actor, at: datetime) -> None:
    cancel_messages(source=promise.key, actor=actor, at=at)


def tell(
    promise: Promise,
    staff: Staff,
    step: str,
    *,
    actor: Actor,
    at: datetime,
    send_at: datetime | None = None,
    expires_at: datetime | None = None,
    stays: bool = False,
) -> list[Message]:
    """The person will be told at `send_at`, once a step and revision; returns what was queued.

    A person concerned is never told.

    What `stays` is true whatever becomes of the promise afterwards: its end does not cancel it.
    """
    send_at = send_at or at
    return tell_staff(
        staff=staff,
        kind=f"promises.{step}",
        params=_params(promise),
        send_at=send_at,
        expires_at=expires_at or send_at + EXPIRE_AFTER,
        dedupe_key=f"{promise.key}:r{promise.revision}:{step}:{staff.pk}",
        source=f"{promise.key}:told" if stays else promise.key,
        about=promise.about,
        excluded=list(promise.excluded.all()),
        actor=actor,
        at=at,
    )


def tell_group_too(promise: Promise, to: Staff, step: str, *, actor: Actor, at: datetime) -> None:
    """The WeCom group nearest to its department is told as well, without whom it was promised to."""
    since = promise.unowned_since
    tell_group(
        department=promise.department or to.department,
        to=to,
        kind=f"promises.{step}",
        params={**_params(promise), **({"unowned_since": since.isoformat()} if since else {})},
        dedupe_key=f"{promise.key}:r{promise.revision}:{step}",
        source=promise.key,
        expires_at=at + EXPIRE_AFTER,
        excluded=list(promise.excluded.all()),
        actor=actor,
        at=at,
    )


def _params(promise: Promise) -> dict[str, Any]:
    return {"promise": promise.pk, "kind": promise.kind, "due": promise.due_at.isoformat()}


name_kinds(
    {
        "promises.ahead": _("Promise due soon"),
        "promises.due": _("Promise due"),
        "promises.asked": _("Promise passed on"),
        "promises.accepted": _("Promise accepted"),
        "promises.declined": _("Promise not accepted"),
        "promises.reassigned": _("Promise reassigned"),
        "promises.moved": _("Promise given to somebody else"),
        "promises.stood_in": _("Promise taken by a deputy"),
        "promises.kept": _("Promise kept by a colleague"),
        "promises.withdrawn": _("Promise withdrawn by a colleague"),
        "promises.not_reached": _("Promise given up by a colleague: not reached"),
        "promises.recalled": _("Promise no longer passed on to you"),
        "promises.wrote_again": _("Text to a promise"),
        "promises.unowned1": _("Promise that nobody has taken"),
        "promises.unowned2": _("Promise that nobody has taken, in the department"),
        "promises.unowned3": _("Promise that nobody has taken for a long time"),
        "promises.late1": _("Promise late"),
        "promises.late2": _("Promise late in the department"),
        "promises.late3": _("Promise late for a long time"),
    }
)
offer_to_groups("promises.unowned1", "promises.unowned2", "promises.late1", "promises.late2")
