"""Messages as lines of their patients' stories: read from the outbox itself, so that sending writes nothing more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import BigIntegerField, CharField, Count, Q, Value
from django.utils import timezone

from accounts.models import Actor, Staff
from accounts.models.readers import reader_of
from hospital_crm.lib.paging import first_rows
from hospital_crm.lib.prepared import Gap, Prepared
from messaging.models import Message
from messaging.querysets import MessageQuerySet
from patients.services.timeline import add_teller

KIND, STRAND = "messaging.message", 1
TOLD = ("channel", "message_class", "state", "reason", "fate")


@dataclass(frozen=True)
class MessageLine:
    """Reads as a TimelineEntry does. Its words are not among it: whoever may read them asks for them."""

    message: Message
    strand: ClassVar[int] = STRAND
    kind: ClassVar[str] = KIND
    template_name: ClassVar[str] = "messaging/timeline/message.html"
    struck_at: ClassVar[None] = None

    @property
    def id(self) -> int:
        return self.message.pk

    @property
    def occurred_at(self) -> datetime:
        moment: datetime = vars(self.message)["occurred_at"]
        return moment

    @property
    def actor(self) -> Actor:
        return self.message.queued_by

    @property
    def is_readable(self) -> bool:
        return bool(vars(self.message)["is_readable"])

    @property
    def title(self) -> str:
        """The template's name may tell of an illness: others are told what it is for, as in the outbox."""
        version = self.message.template_version
        return version.template.name if version is not None and self.is_readable else self.message.kind_name

    @property
    def params(self) -> dict[str, Any]:
        """For programs."""
        told = {name: getattr(self.message, name) for name in TOLD}
        return {"purpose": self.message.kind, "title": self.title, **told}


def of_story(reader: Staff) -> MessageQuerySet:
    """What stands in stories, without what the reader must not know of."""
    return Message.objects.of_story().knowable_to(reader)


class MessageTeller:
    """Tells what was sent to the patient, or should have been, to whoever may open the patient, as far as the purpose
    lets the reader.
    """

    kind, strand = KIND, STRAND

    def __init__(self) -> None:
        self._first = Prepared[Message](is_planned_once=True)

    def numbers(self, patient: Any, reader: Staff) -> Any:
        kind = Value(KIND, CharField())
        mine = of_story(reader).filter(patient=patient).order_by()
        return mine.annotate(line=kind).values_list("line").annotate(number=Count("pk"))

    def lines(self, patient: int, reader: Staff, beyond: Q, ordering: tuple[str, ...]) -> list[MessageLine]:
        def rows(key: Any, staff: Staff) -> MessageQuerySet:
            mine = of_story(staff).filter(patient=key).with_readable_by(staff)
            return mine.select_related("queued_by__staff", "template_version__template")

        if beyond:
            return [MessageLine(row) for row in first_rows(rows(patient, reader).filter(beyond), ordering)]
        asks, key = reader_of(reader, timezone.localdate()), Gap("patient", BigIntegerField())
        values = {**asks.values, "patient": patient}
        found = self._first.rows(asks.shape, lambda: first_rows(rows(key, asks.anybody), ordering), values)
        return [MessageLine(row) for row in found]


add_teller(MessageTeller())
