"""What would be promised, before anything is saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.models import Staff, Team
from consult import rules
from hospital_crm.lib.due import due_at
from hospital_crm.lib.keys import is_key

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
    return Sentence(kind, name, ahead, owner, owner == me, settles, last(typed, "t0-question"))


def find_owner(value: str, me: Staff) -> Staff | Team:
    """Who was chosen to keep the promise; oneself, as long as nobody was."""
    kind, _colon, key = value.partition(":")
    if value == f"staff:{me.pk}" or not is_key(key):
        return me
    rows = Team.objects.in_use() if kind == "team" else Staff.objects.active()
    return rows.filter(pk=key).first() or me
