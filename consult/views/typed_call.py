"""A call as it is being typed: who calls, what can be chosen, the sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from django.http import QueryDict
from django.utils import timezone

from accounts.access import StaffRequest
from consult.forms import CallSheet, Choices
from consult.forms.filling import filled
from consult.models import Call, CallDraft
from consult.reports.callers import Callers
from consult.reports.candidates import value_of
from consult.reports.typed import last
from promises.models import Promise

from .content import Content


class TypedCall:
    """One call as it is being typed; each list and row is read once.

    `sent`: the form was sent to be saved, so that it says what is wrong.
    """

    def __init__(
        self,
        request: StaffRequest,
        content: Content,
        now: datetime,
        *,
        sent: bool = False,
        take_first: bool = False,
        corrects: Call | None = None,
        mine: Sequence[CallDraft] | None = None,
    ) -> None:
        self.staff, self.now, self.before = request.user, now, content
        self._sent = request.POST if sent else None
        self._take_first, self.corrects, self._mine = take_first, corrects, mine

    @cached_property
    def callers(self) -> Callers:
        content = self.before
        return Callers(
            staff=self.staff,
            today=timezone.localdate(self.now),
            number=last(content, "number").replace("\0", ""),
            name=last(content, "name").replace("\0", ""),
            who=last(content, "who"),
            take_first=self._take_first,
            rings_out=last(content, "direction") == Call.Direction.OUT,
        )

    @cached_property
    def content(self) -> Content:
        """With whoever was taken filled in, and what they were to be rung back about counted as settled now."""
        content, chosen = self.before, self.callers.chosen
        full = filled(
            content,
            person=chosen,
            value=value_of(chosen),
            relations=self.choices.relations if chosen else [],
            now=self.now,
        )
        if full is content:
            return full
        known = [
            row.promise for row in self.callers.owed if row.may_read
        ]  # of the others nobody here knows the subject
        rung_back = [str(promise.pk) for promise in known if promise.kind == Promise.Kind.RING_BACK]
        settled = [key for key in rung_back if key != last(content, "promise")]
        return {**full, "keeps": settled}

    @cached_property
    def choices(self) -> Choices:
        loaded = Choices.load(timezone.localdate(self.now))
        return loaded.with_those_of(self.corrects) if self.corrects else loaded

    @cached_property
    def sheet(self) -> CallSheet:
        return CallSheet(
            typed=self.content if self._sent is None else None,
            sent=self._with_first_caller() if self._take_first else self._sent,
            choices=self.choices,
            callers=self.callers,
            staff=self.staff,
            now=self.now,
            corrects=self.corrects,
        )

    def _with_first_caller(self) -> QueryDict | None:
        """Enter took whoever came first, and the call was saved before the page could show who that is."""
        if self._sent is None:
            return None
        sent = self._sent.copy()
        for name, values in self.content.items():
            sent.setlist(name, values)
        return sent

    def refuse(self, field: str, message: str) -> None:
        """The service refused: its word stands at the field, beside what is true by now."""
        self.sheet.explain(field, message)
        del self.callers

    def begin_at_last_topic(self) -> None:
        """The next keystroke belongs into the topic that was added."""
        self.sheet.topics[-1].fields["topic"].widget.attrs["autofocus"] = True
