"""What would be promised, before anything is saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.models import Staff, Team
from consult import rules
from consult.models import Call
from consult.services.promised import lacks_number
from hospital_crm.lib.due import due_at
from hospital_crm.lib.keys import is_key
from hospital_crm.lib.phones import searchable

from .typed import Content, last


@dataclass(frozen=True)
class Sentence:
    """What the form says will be promised; the page puts it into words."""

    kind: str  # "" for no promise
    name: str
    due_at: datetime | None
    owner: Staff | Team
    is_mine: bool
    settles: int
    about: str
    lacks_number: bool  # nobody could be rung back
    lacks_keeper: bool  # it is passed on, and nobody says to whom

    @property
    def is_team(self) -> bool:
        return isinstance(self.owner, Team)


def promise_said(*, owner: Staff | Team, me: Staff, typed: Content, name: str, now: datetime) -> Sentence:
    """From the same fields as the promise itself."""
    disposition = last(typed, "disposition")
    kind = rules.promise_kind(disposition, last(typed, "promise_kind"))
    own = rules.read_local(last(typed, "due_own"), timezone.get_current_timezone())
    due = due_at(last(typed, "due"), own, timezone.localtime(now)) if kind else None
    ahead = due if due is not None and due > now else None
    settles = len(set(typed.get("keeps", ()))) if rules.was_spoken(disposition) else 0
    return Sentence(
        kind=kind,
        name=name,
        due_at=ahead,
        owner=owner,
        is_mine=owner == me,
        settles=settles,
        about=last(typed, "t0-question"),
        lacks_number=_lacks_number(kind, typed),
        lacks_keeper=disposition == Call.Disposition.PASSED_ON and owner == me,
    )


def _lacks_number(kind: str, typed: Content) -> bool:
    """Of whoever is new; nobody is looked up for it, so that a known caller without a number is told at saving."""
    if last(typed, "who") or last(typed, "promise"):
        return False
    digits = "" if last(typed, "is_withheld") else searchable(last(typed, "number"))
    return lacks_number(kind=kind, channel=last(typed, "channel"), person=None, digits=digits)


def find_owner(value: str, me: Staff) -> Staff | Team:
    """Who was chosen to keep the promise; oneself, as long as nobody was."""
    kind, _colon, key = value.partition(":")
    if value == f"staff:{me.pk}" or not is_key(key):
        return me
    rows = Team.objects.in_use() if kind == "team" else Staff.objects.active()
    return rows.filter(pk=key).first() or me
