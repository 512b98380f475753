"""What every change of a promise has in common: one conditional UPDATE, one line of history, access and reminders."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor, Staff, Team
from hospital_crm.lib.errors import DomainError
from patients.services.grants import end_access, grant_access
from patients.services.timeline import add_timeline_entry, name_part
from promises.models import Promise, PromiseEvent

from .days import know_changed
from .history import steps_since, tell_steps
from .reminders import cancel_reminders, queue_reminders

AS_READ = ("revision", "owner_id", "pending_owner_id", "patient_id", "contact_id")


class PromiseAlreadyOver(DomainError):
    """It was kept, withdrawn or given up before; `current` says by whom and when."""

    message = _("This promise was settled already.")

    def __init__(self, current: Promise) -> None:
        super().__init__()
        self.current = current

    def __str__(self) -> str:
        by = self.current.ended_by.name if self.current.ended_by else ""
        return f"{self.message} {self.current.get_state_display()} · {by}"


class PromiseHasChanged(DomainError):
    """Its time or its owner changed since it was read; says how, and the next sending knows of it."""

    message = _(
        "This promise has changed since you opened it. %(steps)s. If what you typed still holds, send it again."
    )

    def __init__(self, current: Promise, *, read: int) -> None:
        super().__init__()
        self.current = current
        self.fresh = {"revision": current.revision}
        self._steps = steps_since(current, read)

    def __str__(self) -> str:
        if not self._steps:  # whom it is about was named
            return gettext(
                "This promise has changed since you opened it. If what you typed still holds, send it again."
            )
        return str(self.message) % {"steps": tell_steps(self._steps)}


def change(promise: Promise, *, at: datetime, **values: Any) -> None:
    """The open promise holds the values, if it is still what the caller has read.

    Raises PromiseAlreadyOver, PromiseHasChanged: nothing was written.
    """
    same = Promise.objects.open().filter(pk=promise.pk, **{name: getattr(promise, name) for name in AS_READ})
    if same.update(**values) != 1:
        current = Promise.objects.select_related("ended_by__staff").get(pk=promise.pk)
        raise PromiseHasChanged(current, read=promise.revision) if current.is_open else PromiseAlreadyOver(current)
    for name, value in values.items():
        setattr(promise, name, value)
    know_changed([promise.first_due_at], at=at)
    know_concerned(promise)


def know_concerned(promise: Promise) -> None:
    """Whom it is about is asked once: the story, the access and each reminder leave them out."""
    prefetch_related_objects([promise], "excluded")


def in_lock_order(promises: Iterable[Promise]) -> list[Promise]:
    """Whoever changes several does it in one order, so that two never wait for each other."""
    return sorted(promises, key=lambda promise: promise.pk)


def record(promise: Promise, verb: PromiseEvent.Verb, *, actor: Actor, at: datetime, **details: Any) -> None:
    """The history of the promise and the audit have the step."""
    PromiseEvent.objects.create(promise=promise, verb=verb, actor=actor, happened_at=at, **details)
    audit.record(actor=actor, verb=f"promise.{verb.value}", subject=promise, at=at)


def tell_story(promise: Promise, step: str, *, actor: Actor, at: datetime, **params: Any) -> None:
    """The person's timeline has the step: what kind, until when, whose; never the text."""
    if promise.about is None:
        return
    add_timeline_entry(
        target=promise.about,
        kind=f"promises.{step}",
        params={**told_of(promise), **params},
        needs=Capability.FIND_PEOPLE,
        occurred_at=at,
        actor=actor,
        source=promise,
        excluded=promise.excluded.all(),
    )


def told_of(promise: Promise) -> dict[str, Any]:
    """What a step in the person's story says of any promise."""
    return told(promise.pk, promise.kind, promise.due_at, promise.owner or promise.team)


def told(key: int, kind: str, due_at: datetime, owner: Staff | Team | None) -> dict[str, Any]:
    names = {"owner": "", "owner_en": ""}
    if isinstance(owner, Staff):
        names = {"owner": owner.display_name, "owner_en": owner.display_name_en}
    elif owner is not None:
        names = {"owner": owner.name_zh, "owner_en": owner.name_en}
    return {"promise": key, "kind": kind, "due": due_at.isoformat(), **names}


def begin(promise: Promise, *, actor: Actor, at: datetime) -> None:
    """Access and reminders of a promise that was just made: there is nothing older to end."""
    _grant(promise, at=at)
    queue_reminders(promise, actor=actor, at=at)


def renew(promise: Promise, *, actor: Actor, at: datetime) -> None:
    """Access and reminders belong to who owes now, and to the time that holds now."""
    open_to_owner(promise, at=at)
    cancel_reminders(promise, actor=actor, at=at)
    queue_reminders(promise, actor=actor, at=at)


def open_to_owner(promise: Promise, *, at: datetime) -> None:
    """Whoever owes now, and nobody else through this promise, sees what it needs."""
    end_access(source=promise.key, at=at)
    _grant(promise, at=at)


def _grant(promise: Promise, *, at: datetime) -> None:
    to = promise.owner or promise.team
    if promise.patient is not None and to is not None:
        concerned = promise.excluded.all()
        grant_access(patient=promise.patient, to=to, source=promise.key, excluded=concerned, at=at)


def stop(promise: Promise, *, actor: Actor, at: datetime) -> None:
    """Nobody is reminded any more, and what the promise opened is closed."""
    end_access(source=promise.key, at=at)
    cancel_reminders(promise, actor=actor, at=at)


name_part("promises", _("Promises"))
