"""What was said before, so that nobody asks twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from accounts.models import Staff
from consult.models import Call
from consult.rules import MOST_TOPICS
from institution.models import ReferenceItem
from patients.models import Contact, Patient

CALLS_BEFORE = 3
COLUMNS = (
    "pk", "started_at", "disposition", "handled_by__display_name", "handled_by__display_name_en",
    "topics__topic__label_zh", "topics__topic__label_en", "topics__question", "topics__answer",
)  # fmt: skip


@dataclass(frozen=True)
class TopicSaid:
    label: str
    question: str
    answer: str


@dataclass(frozen=True)
class CallBefore:
    pk: int
    started_at: datetime
    handled_by: str
    ending: str
    topics: list[TopicSaid]


def calls_before(*, staff: Staff, person: Patient | Contact) -> list[CallBefore]:
    """The last calls with the person that the reader may see, in one query with all that they were about."""
    seen = Call.objects.visible_to(staff).standing().of_target(person)
    rows = seen.newest_first().order_by("-started_at", "-pk", "topics__position").values(*COLUMNS)
    calls = groupby(rows[: CALLS_BEFORE * MOST_TOPICS], lambda row: row["pk"])
    return [_call(list(lines)) for _pk, lines in islice(calls, CALLS_BEFORE)]


def _call(rows: list[dict[str, Any]]) -> CallBefore:
    """One row a topic; one without any of a call that was about nothing."""
    first = rows[0]
    names = {"display_name": first["handled_by__display_name"], "display_name_en": first["handled_by__display_name_en"]}
    return CallBefore(
        pk=first["pk"],
        started_at=first["started_at"],
        handled_by=Staff(**names).name,
        ending=str(Call.Disposition(first["disposition"]).label),
        topics=[_topic(row) for row in rows if row["topics__topic__label_zh"] is not None],
    )


def _topic(row: dict[str, Any]) -> TopicSaid:
    topic = ReferenceItem(label_zh=row["topics__topic__label_zh"], label_en=row["topics__topic__label_en"])
    return TopicSaid(topic.label, row["topics__question"], row["topics__answer"])
