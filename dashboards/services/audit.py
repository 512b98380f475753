"""The audit as a file: asked for on the page, written by the jobs worker."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import AuditEntry, Staff
from accounts.querysets import AuditEntryQuerySet
from jobs.services.exports import Export


def asked_for(*, who: Staff | None, verb: str, since: date | None, until: date | None) -> dict[str, Any]:
    """What the job remembers, with the language in which it was asked for; `audit_entries` reads it."""
    return {
        "who": who.pk if who else None,
        "verb": verb,
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
        "language": get_language(),
    }


def audit_entries(staff: Staff, parameters: dict[str, Any]) -> AuditEntryQuerySet:
    """What the person may see of the audit and asked for, newest first."""
    since, until = (parameters[name] and date.fromisoformat(parameters[name]) for name in ("since", "until"))
    who = parameters["who"] and Staff.objects.get(pk=parameters["who"])
    visible = AuditEntry.objects.visible_to(staff)
    return visible.matching(who=who, verb=parameters["verb"], since=since, until=until).newest_first()


def _heading() -> list[str]:
    return [_("When"), _("Who"), _("What"), _("Record"), _("Fields"), _("Address")]


def _keys(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    return audit_entries(staff, parameters).values_list("pk", flat=True)


def _rows(staff: Staff, keys: list[int]) -> list[list[str]]:
    entries = AuditEntry.objects.select_related("actor__staff").in_bulk(keys)
    return [_row(entry) for entry in audit.name_subjects([entries[key] for key in keys])]


def _row(entry: AuditEntry) -> list[str]:
    when = timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S")
    fields = "; ".join(entry.field_labels)
    return [when, entry.actor.name, entry.verb_name, entry.subject_text, fields, entry.address or ""]


AUDIT = Export(kind="audit_export", name="audit", heading=_heading, keys=_keys, rows=_rows)
