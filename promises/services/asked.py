"""Whom it was passed on to, until that person has answered."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Staff
from hospital_crm.lib.errors import DomainError
from promises.models import Promise

from .reminders import tell


class NotAcceptedYet(DomainError):
    """Whoever was only asked to take it over does not decide about it."""

    message = _("This was passed on to you. Accept or decline it first.")


def check_accepted(promise: Promise, actor: Actor) -> None:
    if is_only_asked(promise, actor):
        raise NotAcceptedYet


def is_only_asked(promise: Promise, actor: Actor) -> bool:
    return promise.pending_owner_id is not None and promise.pending_owner_id == actor.staff_id


def tell_asked(promise: Promise, asked: Staff | None, *, actor: Actor, at: datetime) -> None:
    """Whoever was asked to take it over knows that nobody asks any more."""
    by_now = (promise.owner_id, promise.pending_owner_id, actor.staff_id)
    if asked is not None and asked.is_active and asked.pk not in by_now:
        tell(promise, asked, "recalled", actor=actor, at=at, stays=True)
