"""What the call page shows, put together once for the whole page and for its parts."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone

from accounts import audit
from accounts.access import StaffRequest
from consult import reports
from consult.forms import CallSheet, Choices
from consult.forms.filling import filled
from consult.models import Call, CallDraft
from consult.services import drafts
from consult.services.callers import find_person
from hospital_crm.lib.phones import mask, searchable
from patients.services.phones import owes
from promises.models import Promise

Content = dict[str, list[str]]
NOT_TYPED = ("csrfmiddlewaretoken", "act", "take")


def typed_in(post: QueryDict) -> Content:
    """The form as it was sent, without what the buttons add."""
    return {name: values for name, values in post.lists() if name not in NOT_TYPED}


def key_of(content: Content) -> UUID:
    """The form's submission id; a form without one is a new one."""
    try:
        return UUID(reports.last(content, "submission"))
    except ValueError:
        return UUID(int=0)


class CallPage:
    """One call as it is being typed, with all that stands beside the form."""

    def __init__(
        self,
        request: StaffRequest,
        content: Content,
        now: datetime,
        *,
        sheet: CallSheet | None = None,
        more: int = 0,
        take_first: bool = False,
        corrects: Call | None = None,
    ) -> None:
        self.staff, self.now, self.more = request.user, now, more
        self.before = content
        self._sheet, self._take_first, self.corrects = sheet, take_first, corrects

    @cached_property
    def callers(self) -> reports.Callers:
        content = self.before
        return reports.callers(
            staff=self.staff,
            number=reports.last(content, "number").replace("\0", ""),
            name=reports.last(content, "name").replace("\0", ""),
            chosen=find_person(self.staff, reports.last(content, "who")),
            take_first=self._take_first,
        )

    @cached_property
    def content(self) -> Content:
        """With whoever was taken filled in, and what they were to be rung back about counted as settled now."""
        content, chosen = self.before, self.callers.chosen
        full = filled(
            content,
            person=chosen,
            value=reports.value_of(chosen),
            relations=self.choices.relations if chosen else [],
            today=timezone.localdate(self.now),
        )
        if full is content:
            return full
        rung_back = [str(row.promise.pk) for row in self.callers.owed if row.promise.kind == Promise.Kind.RING_BACK]
        settled = [key for key in rung_back if key != reports.last(content, "promise")]
        return {**full, "keeps": settled}

    @cached_property
    def choices(self) -> Choices:
        loaded = Choices.load()
        return loaded.with_those_of(self.corrects) if self.corrects else loaded

    @cached_property
    def sheet(self) -> CallSheet:
        return self._sheet or CallSheet(
            typed=self.content,
            choices=self.choices,
            staff=self.staff,
            now=self.now,
            more=self.more,
            corrects=self.corrects,
        )

    def keep(self) -> CallDraft | None:
        """The draft holds what was typed."""
        content = self.before
        label = reports.last(content, "name") or mask(searchable(reports.last(content, "number")))
        return drafts.keep_draft(key=key_of(content), content=content, label=label, staff=self.staff, at=self.now)

    def kept(self) -> dict[str, Any]:
        """For the part that says that the draft is safe; nobody is looked up for it."""
        sentence = self._sentence(reports.last(self.before, "name"))
        return {"draft": self.keep(), "sentence": sentence, "now": self.now, "part": True}

    def _sentence(self, name: str) -> reports.Sentence:
        return reports.promise_said(staff=self.staff, typed=self.before, name=name, now=self.now)

    def _dials(self) -> bool:
        """Who owes the patient something and rings out sees the number, and that is on record."""
        patient = self.callers.patient
        if patient is None or reports.last(self.content, "direction") != Call.Direction.OUT:
            return False
        if not owes(staff=self.staff, patient=patient):
            return False
        audit.record_look(actor=self.staff.actor, verb="patient.phone_revealed", subject=patient, at=self.now)
        return True

    def context(self, *, part: bool = False) -> dict[str, Any]:
        key = key_of(self.content)
        mine = [] if part else list(CallDraft.objects.open_of(self.staff))
        return {
            "sheet": self.sheet,
            "form": self.sheet.form,
            "callers": self.callers,
            "who": reports.value_of(self.callers.chosen),
            "dials": self._dials(),
            "keeps": set(self.content.get("keeps", ())),
            "is_filled_anew": self.content is not self.before,
            "sentence": self._sentence(reports.last(self.content, "name")),
            "draft": next((draft for draft in mine if draft.key == key), None),
            "parked": [draft for draft in mine if draft.key != key],
            "part": part,
            "now": self.now,
            "today": timezone.localdate(self.now),
        }
