"""What the call page shows, put together once for the whole page and for its parts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.utils import timezone

from accounts import audit
from accounts.models import Staff, Team
from consult.models import CallDraft
from consult.reports.candidates import value_of
from consult.reports.parked import parked
from consult.reports.sentence import Sentence, find_owner, promise_said
from consult.reports.typed import last
from consult.services import drafts
from hospital_crm.lib.keys import is_key
from patients.services.looks import questions_typed
from patients.services.phones import OWED

from .content import Content, first_call, key_of
from .typed_call import TypedCall


class CallPage(TypedCall):
    """With all that stands beside the form."""

    def keep(self, *, parks: bool = False) -> CallDraft | None:
        """The draft holds what was typed."""
        content = self.before
        return drafts.keep_draft(key=key_of(content), content=content, staff=self.staff, at=self.now, parks=parks)

    def kept(self) -> dict[str, Any]:
        """For the part that says whether the draft is safe; nobody is looked up for it."""
        owner = find_owner(last(self.before, "owner"), self.staff)
        sentence = self._sentence(last(self.before, "name"), owner)
        shown = {"sentence": sentence, "now": self.now, "part": True}
        try:
            draft = self.keep()
        except drafts.TypedElsewhere as other:
            return {**shown, "draft": None, **self._told(other)}
        return {**shown, "draft": draft, "first": None if draft else first_call(key_of(self.before), self.staff)}

    def elsewhere(self, other: drafts.TypedElsewhere) -> dict[str, Any]:
        """For the whole page, which stays as it was typed: which fields another window has filled otherwise."""
        return {**self.context(), **self._told(other)}

    def _told(self, other: drafts.TypedElsewhere) -> dict[str, Any]:
        return {"elsewhere": key_of(self.before), "filled": self.sheet.labels(other.names)}

    def _sentence(self, name: str, owner: Staff | Team, typed: Content | None = None) -> Sentence:
        typed = self.before if typed is None else typed
        return promise_said(owner=owner, me=self.staff, typed=typed, name=name, now=self.now)

    @property
    def _dials(self) -> bool:
        """Who owes the patient something and rings out sees the number."""
        return self.callers.owes_them

    def _record_looks(self) -> None:
        """The number that the page shows, and that somebody was looked for by one, are on record."""
        actor, at = self.staff.actor, self.now
        looks = questions_typed(self.callers.number, actor=actor, at=at, form=key_of(self.before))
        if self._dials:
            patient, verb = self.callers.patient, "patient.phone_revealed"
            looks.append(audit.look(actor=actor, verb=verb, subject=patient, at=at, fields=[OWED]))
        audit.record_looks(looks)

    def _keeps(self) -> list[str]:
        """What is ticked and can be settled still: a draft may name what somebody has kept meanwhile."""
        ticked = {int(key) for key in self.content.get("keeps", ()) if is_key(key)}
        return [str(key) for key in self.callers.settleable(ticked)] if ticked else []

    @cached_property
    def drafts(self) -> Sequence[CallDraft]:
        """The reader's own, this one's among them."""
        return list(CallDraft.objects.open_of(self.staff)) if self._mine is None else self._mine

    @property
    def draft(self) -> CallDraft | None:
        """This call, as it was kept last."""
        key = key_of(self.before)
        return next((draft for draft in self.drafts if draft.key == key), None)

    def context(self) -> dict[str, Any]:
        """For the whole page of a new call."""
        draft = self.draft
        return {
            **self.around(),
            "draft": draft,
            "window": uuid4(),
            "since": self._talked_since(draft) if draft else None,
            "parked": parked((other for other in self.drafts if other != draft), self.choices.topics),
        }

    def _talked_since(self, draft: CallDraft) -> datetime:
        """From when the clock counts, which stood still while the call lay aside."""
        return draft.opened_at + timedelta(seconds=draft.waited(self.now))

    def around(self) -> dict[str, Any]:
        """All but the drafts: for the page of a correction too."""
        taker = self.sheet.form.taker
        owner = self.choices.owners(taker).get(last(self.before, "owner"), taker)
        return {**self._said(owner), "sheet": self.sheet, "form": self.sheet.form, "part": False}

    def answer(self) -> dict[str, Any]:
        """For the part that answers to the number; the form is put together only where it is filled anew."""
        owner = find_owner(last(self.before, "owner"), self.staff)
        form = {} if self.content is self.before else {"form": self.sheet.form}
        return {**self._said(owner), **form, "part": True}

    def _said(self, owner: Staff | Team) -> dict[str, Any]:
        keeps = self._keeps()
        self._record_looks()
        typed = {**self.content, "keeps": keeps}
        return {
            "callers": self.callers,
            "who": value_of(self.callers.chosen),
            "dials": self._dials,
            "keeps": set(keeps),
            "is_filled_anew": self.content is not self.before,
            "sentence": self._sentence(last(self.content, "name"), owner, typed),
            "now": self.now,
            "today": timezone.localdate(self.now),
        }
