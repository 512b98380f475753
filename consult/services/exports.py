"""Calls as a file: asked for on the list, written by the jobs worker."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.access import Capability
from accounts.models import Staff
from consult.models import Call
from consult.querysets import CallQuerySet
from hospital_crm.lib.exports import still_there
from hospital_crm.lib.filters import with_days
from institution.models import ReferenceItem
from jobs.services.exports import Export
from patients.models import Patient
from patients.services.looks import count_exports, record_wanted


def calls_asked_for(staff: Staff, parameters: dict[str, Any]) -> CallQuerySet:
    """What the person may carry away of what was asked for, newest first."""
    asked = with_days(parameters["filter"])
    if who := asked.pop("handled_by", None):
        asked["handled_by"] = Staff.objects.get(pk=who)
    if topic := asked.pop("topic", None):
        asked["topic"] = ReferenceItem.objects.get(pk=topic)
    return Call.objects.exportable_by(staff).matching(**asked).newest_first()


def _keys(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    return calls_asked_for(staff, parameters).values_list("pk", flat=True)


def _rows(staff: Staff, keys: list[int]) -> list[list[str]]:
    in_clear = staff.can(Capability.EXPORT_NUMBERS)
    found = Call.objects.with_card().in_bulk(keys)
    return [_row(call, in_clear=in_clear) for call in still_there(found, keys)]


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


CALLS = Export(
    kind="call_export",
    name="calls",
    verb="calls.exported",
    sees=Capability.SEE_CALLS,
    heading=_heading,
    keys=_keys,
    rows=_rows,
    asked=record_wanted,
)
audit.name_verbs({CALLS.verb: gettext_lazy("Calls exported")})
count_exports(CALLS.verb)
