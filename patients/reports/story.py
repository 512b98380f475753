"""A patient's story, put together of what several tables tell."""

from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db.models import BigIntegerField, Q
from django.utils import timezone

from accounts.models import Staff
from accounts.models.readers import reader_of
from hospital_crm.lib.paging import Strand, first_rows
from hospital_crm.lib.prepared import Gap, Prepared
from patients.models import Patient, TimelineEntry
from patients.models.timeline import TELLERS
from patients.querysets import TimelineQuerySet
from patients.rules.story import part_of

_first_lines = Prepared[TimelineEntry](is_planned_once=True)


def strands_of(patient: Patient, reader: Staff, part: str, *, among: Counter[str] | None = None) -> dict[int, Strand]:
    """What was written into the story, and what other apps tell from rows of their own: of the part, or all of it.

    Nobody is asked for kinds of which there are none `among` those that were counted.
    """
    told = [each for each in TELLERS if part in ("", part_of(each.kind)) and (among is None or among[each.kind])]
    strands: dict[int, Strand] = {each.strand: partial(each.lines, patient.pk, reader) for each in told}
    return {TimelineEntry.strand: partial(_written, patient.pk, reader, part), **strands}


def _written(patient: int, reader: Staff, part: str, beyond: Q, ordering: tuple[str, ...]) -> Iterable[TimelineEntry]:
    """The first page, which is nearly always asked for, by a query kept for it."""

    def story(key: Any, staff: Staff) -> TimelineQuerySet:
        rows = TimelineEntry.objects.filter(patient=key).visible_to(staff)
        return (rows.of_part(part) if part else rows).select_related("actor__staff")

    if beyond:
        return first_rows(story(patient, reader).filter(beyond), ordering)
    asks, key = reader_of(reader, timezone.localdate()), Gap("patient", BigIntegerField())
    return _first_lines.rows(
        (asks.shape, part),
        lambda: first_rows(story(key, asks.anybody), ordering),
        {**asks.values, "patient": patient},
    )
