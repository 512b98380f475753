"""What one patient has stopped, as a table: asked for on their list for a purpose, written by the jobs worker."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.access import Capability
from accounts.models import Staff
from hospital_crm.lib.exports import still_there, written_moment
from jobs.models import Job
from jobs.services.exports import Export, request_export
from messaging.models import OptOut
from messaging.querysets import OptOutQuerySet
from patients.models import Patient

from .stops import stops_of


@transaction.atomic
def request_opt_outs(*, patient: Patient, staff: Staff, at: datetime, **order: Any) -> Job:
    """A job writes what the patient has stopped; it is a look at the patient. `order`: as `request_export` takes it.

    Raises DuplicateSubmission.
    """
    about = {"patient": patient.pk}
    job = request_export(export=OPT_OUTS, wanted={}, beside=about, staff=staff, at=at, **order)
    audit.record_look(actor=staff.actor, verb="patient.opened", subject=patient, at=at)
    return job


def opt_outs_asked_for(staff: Staff, parameters: dict[str, Any]) -> OptOutQuerySet:
    """Of the patient, or of whom the record was merged into, if the person may carry that one away; newest first."""
    patient = Patient.objects.exportable_by(staff).known_as(parameters["patient"]).first()
    return stops_of(patient).newest_first() if patient else OptOut.objects.none()


def _keys(staff: Staff, parameters: dict[str, Any]) -> Iterable[int]:
    return opt_outs_asked_for(staff, parameters).values_list("pk", flat=True)


def _rows(staff: Staff, keys: list[int]) -> list[list[str]]:
    found = OptOut.objects.select_related("recorded_by__staff", "lifted_by__staff").in_bulk(keys)
    return [_row(opted_out) for opted_out in still_there(found, keys)]


def _heading() -> list[str]:
    return [
        _("What stops"), _("Number or channel"), _("State"), _("When"), _("How"), _("In these words"),
        _("Recorded by"), _("Lifted"), _("By whom"), _("Why it was lifted"),
    ]  # fmt: skip


def _row(row: OptOut) -> list[str]:
    """A number is masked for everybody: nothing else of it is kept."""
    return [
        row.get_scope_display(),
        str(row.masked or row.get_channel_display() or _("All channels")),
        _("Stopped") if row.is_open else _("Lifted"),
        written_moment(row.opted_out_at),
        row.get_way_display(),
        row.text,
        row.recorded_by.name,
        written_moment(row.lifted_at),
        row.lifted_by.name if row.lifted_by else "",
        row.lift_reason,
    ]


OPT_OUTS = Export(
    kind="opt_out_export",
    name="opt-outs",
    verb="opt_outs.exported",
    sees=Capability.FIND_PEOPLE,
    heading=_heading,
    keys=_keys,
    rows=_rows,
)
audit.name_verbs({OPT_OUTS.verb: gettext_lazy("Opt-outs exported")})
