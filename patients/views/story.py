"""The story on a patient's page: its lines, and of which parts there are any."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import BigIntegerField, Count
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest
from accounts.models.readers import reader_of
from hospital_crm.lib.paging import Page, woven_page
from hospital_crm.lib.prepared import Gap, Prepared
from patients.models import Patient, TimelineEntry
from patients.models.timeline import PARTS, TELLERS
from patients.reports.story import strands_of
from patients.rules.story import part_of

_numbers = Prepared[tuple[str, int]](is_planned_once=True)


def story_page(request: StaffRequest, patient: Patient, part: str, numbers: Counter[str]) -> Page:
    """The lines of the part, or of all."""
    strands = strands_of(patient, request.user, part if part in PARTS else "", among=numbers)
    return woven_page(strands, request, model=TimelineEntry, moment="occurred_at")


def story_numbers(request: StaffRequest, patient: Patient) -> Counter[str]:
    """How many lines of each kind, of all tables in one question."""
    asks = reader_of(request.user, timezone.localdate())

    def of_each_kind() -> Any:
        key = Gap("patient", BigIntegerField())
        story = TimelineEntry.objects.filter(patient=key).visible_to(asks.anybody).order_by()
        written = story.values_list("kind").annotate(number=Count("pk"))
        return written.union(*(teller.numbers(key, asks.anybody) for teller in TELLERS), all=True)

    return Counter(dict(_numbers.rows(asks.shape, of_each_kind, {**asks.values, "patient": patient.pk})))


def story_parts(request: StaffRequest, numbers: Counter[str], current: str) -> list[dict[str, Any]]:
    """The whole story, and each part of which there is something: plain links, so that the address stays true."""
    of_parts: Counter[str] = Counter()
    for kind, number in numbers.items():
        of_parts[part_of(kind)] += number
    path = request.path
    whole = {"label": _("All"), "url": path, "is_current": current not in PARTS, "count": of_parts.total()}
    shown = [part for part in PARTS if of_parts[part] or part == current]
    parts = [
        {"label": PARTS[part], "url": f"{path}?kind={part}", "is_current": part == current, "count": of_parts[part]}
        for part in sorted(shown, key=lambda part: (-of_parts[part], part))
    ]
    return [whole, *parts]
