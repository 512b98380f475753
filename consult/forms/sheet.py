"""The call's form with the forms of its topics."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from accounts.models import Staff, Team
from consult import rules
from consult.models import Call
from consult.reports.callers import Callers
from consult.rules import MOST_TOPICS
from consult.services.promised import NumberMissing, Promised, lacks_number
from consult.services.records import DETAILS, BookingNotYet, CallRecord, TopicMissing
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.keys import read_key
from promises.models import Promise

from .calls import CallForm
from .choices import Choices
from .topics import TopicForm

SAID_BY = {
    "due_at": "due",
    "next_at": "due",
    "team": "owner",
    "to": "owner",
    "started_at": "began_at",
}  # a service's field -> the form's

OF_TOPIC = re.compile(r"t([0-9]{1,2})-")  # t0-question, t0-answer …


class CallSheet:
    """The call's form with the forms of its topics: as typed (unbound) or as sent (bound)."""

    def __init__(
        self,
        *,
        choices: Choices,
        callers: Callers,
        staff: Staff,
        now: datetime,
        typed: Mapping[str, list[str]] | None = None,
        sent: Any = None,
        corrects: Call | None = None,
    ) -> None:
        content: Mapping[str, list[str]] = typed or {}
        initial = {name: values[-1] for name, values in content.items() if values}
        self.form = CallForm(
            sent, initial=initial, choices=choices, callers=callers, staff=staff, now=now, corrects=corrects
        )
        self.topics = [
            TopicForm(sent, initial=_part(initial, f"t{number}-"), prefix=f"t{number}", choices=choices)
            for number in range(topic_count(initial if sent is None else sent))
        ]

    def is_valid(self) -> bool:
        form_ok, topics_ok = self.form.is_valid(), [topic.is_valid() for topic in self.topics]
        if form_ok and all(topics_ok) and (refused := self._refused()):
            self.explain(refused.field, str(refused.message))
            return False
        return form_ok and all(topics_ok)

    def _refused(self) -> type[DomainError] | None:
        """What the service would refuse in any case: said before it begins to write."""
        disposition = self.form.cleaned_data["disposition"]
        if disposition in rules.NOT_YET:
            return BookingNotYet
        is_about_something = disposition in rules.WITHOUT_TOPIC or any(topic.record for topic in self.topics)
        if not is_about_something:
            return TopicMissing
        return NumberMissing if self._lacks_number() else None

    def _lacks_number(self) -> bool:
        """Of a new call: a corrected one keeps the number that it had, a try puts off the promise that there is."""
        typed, number = self.form.cleaned_data, self.form.cleaned_data["number"]
        if self.form.corrects is not None or typed["promise"] is not None:
            return False
        kind = rules.promise_kind(typed["disposition"], typed["promise_kind"])
        digits = number.digits if number is not None else ""
        return lacks_number(kind=kind, channel=typed["channel"], person=typed["who"], digits=digits)

    def labels(self, names: Collection[str]) -> list[str]:
        """What these fields are called, in the order of the page; without those that nobody sees."""
        bare = {OF_TOPIC.sub("", name) for name in names}
        fields = {**self.form.fields, **self.topics[0].fields}
        named = (field for name, field in fields.items() if name in bare and not field.widget.is_hidden)
        return list(dict.fromkeys(str(field.label) for field in named if field.label))

    @property
    def has_room(self) -> bool:
        return len(self.topics) < MOST_TOPICS

    @property
    def submission(self) -> UUID:
        return self.form.submission

    def record(
        self, *, began_at: datetime, ended_at: datetime, parked_seconds: int = 0, sent_as: str = ""
    ) -> CallRecord:
        """What the service takes."""
        typed = self.form.cleaned_data
        return CallRecord(
            disposition=typed["disposition"],
            started_at=began_at,
            ended_at=ended_at,
            shown_at=self._shown_at(ended_at),
            parked_seconds=parked_seconds,
            sent_as=sent_as,
            topics=[record for topic in self.topics if (record := topic.record)],
            person=typed["who"],
            name=typed["name"] or typed["caller_name"],  # whoever told no other name is who called
            number=typed["number"],
            is_withheld=typed["is_withheld"],
            direction=Call.Direction(typed["direction"]),
            channel=Call.Channel(typed["channel"]),
            promised=self._promised(),
            settles=typed["keeps"] if typed["was_asked"] or typed["keeps"] else None,
            tries=typed["promise"] if typed["direction"] == Call.Direction.OUT else None,
            details={name: typed[name] for name in DETAILS},
        )

    def _shown_at(self, ended_at: datetime) -> datetime | None:
        """Since when the page shows what is owed; nobody has seen it after the call."""
        shown = min(read_key(self.form.cleaned_data["shown"]) / 1000, ended_at.timestamp())
        return datetime.fromtimestamp(shown, UTC) if shown > 0 else None

    def _promised(self) -> Promised | None:
        typed = self.form.cleaned_data
        kind = rules.promise_kind(typed["disposition"], typed["promise_kind"])
        if not kind or typed.get("due_at") is None:
            return None
        return Promised(Promise.Kind(kind), typed["due_at"], _whole(typed["owner"], self.form.taker))

    def explain(self, field: str, message: str) -> None:
        """Put a service's refusal at its field."""
        field = SAID_BY.get(field, field)
        if field == "due":
            field = self.form.due_field
        if field == "topic":
            self.topics[0].add_error("topic", message)
        else:
            self.form.add_error(field if field in self.form.fields else None, message)


def _whole(owner: Staff | Team | None, me: Staff) -> Staff | Team:
    """The list holds only the names of colleagues and teams; whoever is to keep a promise is read entirely."""
    if owner is None or owner == me:
        return me
    whole: Staff | Team = type(owner)._default_manager.get(pk=owner.pk)
    return whole


def topic_count(names: Iterable[str]) -> int:
    """How many topics the form has room for: as many as it has fields for, one at least."""
    numbers = [int(found[1]) for name in names if (found := OF_TOPIC.match(name))]
    return min(max(numbers, default=0) + 1, MOST_TOPICS)


def _part(initial: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): value for name, value in initial.items() if name.startswith(prefix)}
