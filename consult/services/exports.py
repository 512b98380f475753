"""Calls as a file: asked for on the list, written by the jobs worker."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.access import Capability
from accounts.models import Staff
from consult.models import Call
from consult.querysets import CallQuerySet
from institution.models import ReferenceItem
from jobs.services.exports import Export
from patients.models import Patient


def calls_asked_for(staff: Staff, parameters: dict[str, Any]) -> CallQuerySet:
    """What the person may carry away of what was asked for, newest first."""
    asked = dict(parameters["filter"])
    for day in asked.keys() & {"since", "until"}:
        asked[day] = date.fromisoformat(asked[day])
    if who := asked.pop("handled_by", None):
        asked["handled_by"] = Staff.objects.get(pk=who)
    if topic := asked.pop("topic", None):
        asked["topic"] = ReferenceItem.objects.get(pk=topic)
    return Call.objects.exportable_by(staff).matching(**asked).newest_first()


def asked_for(cleaned: dict[str, Any], kind: str) -> dict[str, Any]:
    """What the job remembers: the list's filter, the sort of file, and the language in which it was asked for."""
    wanted = {name: _plain(value) for name, value in cleaned.items() if value}
    return {"filter": wanted, "format": kind, "language": get_language()}


def _plain(value: Any) -> Any:
    """As JSON keeps it: a row by its key, a day by its date."""
    return getattr(value, "pk", None) or (value.isoformat() if hasattr(value, "isoformat") else value)


def _keys(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    return calls_asked_for(staff, parameters).values_list("pk", flat=True)


def _rows(staff: Staff, keys: list[int]) -> list[list[str]]:
    in_clear = staff.can(Capability.EXPORT_NUMBERS)
    calls = Call.objects.with_card().in_bulk(keys)
    return [_row(calls[key], in_clear=in_clear) for key in keys]


def _heading() -> list[str]:
    return [
        _("Began"), _("Length"), _("Direction"), _("Channel"), _("Who"), _("Patient"), _("Number"), _("Phone"),
        _("Caller is"), _("Sex"), _("Age"), _("Lives in"), _("Media source"), _("Topic"), _("Department"),
        _("Question"), _("Answer"), _("How it ended"), _("Voided"),
    ]  # fmt: skip


def _row(call: Call, *, in_clear: bool) -> list[str]:
    topics = list(call.topics.all())
    number = call.digits if in_clear and call.digits else call.masked
    return [
        timezone.localtime(call.started_at).strftime("%Y-%m-%d %H:%M:%S"),
        call.clock,
        call.get_direction_display(),
        call.get_channel_display(),
        call.handled_by.name,
        call.person_name,
        call.target.number if isinstance(call.target, Patient) else "",
        number,
        call.relation.label if call.relation else "",
        call.get_sex_display(),
        "" if call.age is None else str(call.age),
        call.residence,
        call.source.label if call.source else "",
        "; ".join(row.topic.label for row in topics),
        "; ".join(row.department.name for row in topics if row.department),
        "\n".join(row.question for row in topics if row.question),
        "\n".join(row.answer for row in topics if row.answer),
        call.get_disposition_display(),
        call.void_reason,
    ]


CALLS = Export(kind="call_export", name="calls", heading=_heading, keys=_keys, rows=_rows)
