"""The story on a patient's page: its lines, and of which parts there are any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import BigIntegerField, Count
from django.utils.translation import gettext as _

from accounts.access import StaffRequest
from hospital_crm.lib.paging import Page, first_page, first_rows, page_of
from hospital_crm.lib.prepared import Gap, Prepared
from patients.models import Patient, TimelineEntry
from patients.models.timeline import PARTS
from patients.querysets import TimelineQuerySet
from patients.rules.story import part_of

NEWEST_FIRST = ("-occurred_at", "-id")

_first_lines = Prepared[TimelineEntry](is_planned_once=True)
_numbers = Prepared[tuple[str, int]](is_planned_once=True)


def story_page(request: StaffRequest, patient: Patient, part: str) -> Page:
    """The lines of the part, or of all; the first page, which is nearly always asked for, by a query kept for it."""
    key = patient.pk if "cursor" in request.GET else Gap("patient", BigIntegerField())

    def lines() -> TimelineQuerySet:
        story = TimelineEntry.objects.filter(patient=key).visible_to(request.user)
        return (story.of_part(part) if part in PARTS else story).select_related("actor__staff")

    if "cursor" in request.GET:
        return page_of(lines(), request, ordering=NEWEST_FIRST)
    shape = (request.user.rights, part if part in PARTS else "")
    found = _first_lines.rows(shape, lambda: first_rows(lines(), NEWEST_FIRST), {"patient": patient.pk})
    return first_page(found, request, TimelineEntry, NEWEST_FIRST)


def story_parts(request: StaffRequest, patient: Patient, current: str, page: Page) -> list[dict[str, Any]]:
    """The whole story, and each part of which there is something: plain links, so that the address stays true."""
    numbers: Counter[str] = Counter()
    for kind, number in _lines_by_kind(request, patient, current, page):
        numbers[part_of(kind)] += number
    path = request.path
    whole = {"label": _("All"), "url": path, "is_current": current not in PARTS, "count": numbers.total()}
    shown = [part for part in PARTS if numbers[part] or part == current]
    parts = [
        {"label": PARTS[part], "url": f"{path}?kind={part}", "is_current": part == current, "count": numbers[part]}
        for part in sorted(shown, key=lambda part: (-numbers[part], part))
    ]
    return [whole, *parts]


def _lines_by_kind(request: StaffRequest, patient: Patient, part: str, page: Page) -> Iterable[tuple[str, int]]:
    """Counted on the page where all of the story stands on it, as most people's does; else by the database."""
    if part not in PARTS and not page.previous_url and not page.next_url:
        return Counter(entry.kind for entry in page.rows).items()

    def of_each_kind() -> Any:
        story = TimelineEntry.objects.filter(patient=Gap("patient", BigIntegerField())).visible_to(request.user)
        return story.order_by().values_list("kind").annotate(number=Count("pk"))

    return _numbers.rows(request.user.rights, of_each_kind, {"patient": patient.pk})
