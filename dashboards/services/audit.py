"""The audit as a file: asked for on the page, written by the jobs worker."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.access import Capability
from accounts.models import AuditEntry, Staff
from accounts.querysets.audit import AuditEntryQuerySet
from hospital_crm.lib.exports import still_there
from hospital_crm.lib.filters import with_days
from jobs.services.exports import Export


def audit_entries(staff: Staff, parameters: dict[str, Any]) -> AuditEntryQuerySet:
    """What the person may see of the audit and asked for, newest first."""
    asked = with_days(parameters["filter"])
    if who := asked.pop("who", None):
        asked["who"] = Staff.objects.get(pk=who)
    return AuditEntry.objects.visible_to(staff).matching(**asked).newest_first()


def _heading() -> list[str]:
    return [_("When"), _("Who"), _("What"), _("Record"), _("Fields"), _("IP address")]


def _keys(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    return audit_entries(staff, parameters).values_list("pk", flat=True)


def _rows(staff: Staff, keys: list[int]) -> list[list[str]]:
    found = AuditEntry.objects.select_related("actor__staff").in_bulk(keys)
    return [_row(entry) for entry in audit.name_subjects(still_there(found, keys))]


def _row(entry: AuditEntry) -> list[str]:
    when = timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S")
    fields = "; ".join(entry.field_labels)
    return [when, entry.actor.name, entry.verb_name, entry.subject_text, fields, entry.address or ""]


AUDIT = Export(
    kind="audit_export",
    name="audit",
    verb="audit.exported",
    sees=Capability.SEE_AUDIT,
    heading=_heading,
    keys=_keys,
    rows=_rows,
)
audit.name_verbs({AUDIT.verb: gettext_lazy("Audit exported")})
