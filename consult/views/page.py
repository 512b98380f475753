"""What the call page shows, put together once for the whole page and for its parts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from django.http import QueryDict
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts import audit
from accounts.access import StaffRequest
from accounts.models import Staff, Team
from accounts.services.submissions import first_result
from consult.forms import CallSheet, Choices
from consult.forms.filling import filled
from consult.forms.sheet import topic_count
from consult.models import Call, CallDraft
from consult.reports.callers import Callers, value_of
from consult.reports.parked import parked
from consult.reports.sentence import Sentence, find_owner, promise_said
from consult.reports.typed import last
from consult.services import drafts
from hospital_crm.lib.keys import is_key, read_uuid
from patients.services.looks import questions_typed
from patients.services.phones import OWED
from promises.models import Promise

Content = dict[str, list[str]]
NOT_TYPED = ("csrfmiddlewaretoken", "act", "take", "drop")
# What a form holds before anybody has typed.
GIVEN = frozenset(
    ("submission", "promise", "direction", "channel", "sex", "promise_kind", "owner", "filled", *drafts.OF_WINDOW)
)


def typed_in(post: QueryDict) -> Content:
    """The form as it was sent, without what the buttons add."""
    return {name: values for name, values in post.lists() if name not in NOT_TYPED}


def is_blank(content: Content) -> bool:
    """Nothing was typed or chosen yet."""
    return not any(value for name, values in content.items() if name not in GIVEN for value in values)


def digest_of(content: Content) -> str:
    """Equal for the same form sent twice, from whatever window; nobody can read the words from it."""
    typed = {name: values for name, values in content.items() if name not in drafts.OF_WINDOW}
    return salted_hmac("consult.call", json.dumps(typed, sort_keys=True), algorithm="sha256").hexdigest()


def with_room(content: Content, upto: int | None = None) -> Content:
    """The same with room for one more topic, or for the topic with this number, counted from 0."""
    number = topic_count(content) if upto is None else upto
    return {f"t{number}-topic": [""], **content}


def first_call(key: UUID, staff: Staff) -> Call | None:
    """As what the form was saved already, if the person saved it."""
    first = first_result(str(key), Call._meta.label)
    return Call.objects.filter(pk=first, handled_by=staff).first() if first is not None else None


def key_of(content: Content) -> UUID:
    """The form's submission id; a form without one is a new one."""
    return read_uuid(last(content, "submission")) or UUID(int=0)


class CallPage:
    """One call as it is being typed, with all that stands beside the form; each list and row is read once.

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
            today=timezone.localdate(self.now),
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

    def begin_at_last_topic(self) -> None:
        """The next keystroke belongs into the topic that was added."""
        self.sheet.topics[-1].fields["topic"].widget.attrs["autofocus"] = True

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
