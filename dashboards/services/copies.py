"""The copy of everything that the hospital holds about a person: each app tells its part, here it is put together.

The shape is documented in docs/person-copy.md; `VERSION` rises when a field changes its meaning or goes.
"""

import json
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import AuditEntry
from consult.services.erasing import copy_of_calls
from followups.services.erasing import concerned_attempts
from institution.models import HospitalProfile
from jobs.models import Job, StoredFile
from jobs.services import jobs
from jobs.services.files import store_file
from messaging.services.erasing import copy_of_contacts, copy_of_messages, copy_of_stops, copy_of_texts
from patients.models import DataRequest, Patient
from patients.services.copied import copy_of_archive
from patients.services.copies import KIND, Row, moment
from patients.services.looks import looks_at_people
from promises.services.erasing import copy_of_promises

FORMAT, VERSION = "hospital-crm.person-copy", 3
Clock = Callable[[], datetime]


def write_next_copy(*, now: Clock) -> Job | None:
    """The oldest copy that waits is written, or has failed with its reason; None if none waits."""
    job = jobs.claim_job(KIND, at=now())
    if job is None:
        return None
    try:
        request = DataRequest.objects.select_related("patient").get(pk=job.parameters["request"])
        _finish(job, content_of(request, at=now()), at=now())
    except jobs.JobLost:
        return job
    except Exception as error:
        jobs.fail_job(job=job, error=type(error).__name__, at=now())
        raise
    return job


def content_of(request: DataRequest, *, at: datetime) -> dict[str, Any]:
    """What the copy says, in the person's own language."""
    patient = request.patient
    language = patient.language or settings.LANGUAGE_CODE
    with override(language):
        return {
            "format": FORMAT,
            "version": VERSION,
            "language": language,
            "hospital": HospitalProfile.objects.get().name,
            "written_at": moment(at),
            "left_out": left_out(),
            "sections": _sections(patient),
        }


def _sections(patient: Patient) -> dict[str, list[Row]]:
    return {
        **copy_of_archive(patient),
        "calls": copy_of_calls(patient),
        "promises": copy_of_promises(patient),
        "messages": copy_of_messages(patient),
        "stopped_messages": copy_of_stops(patient),
        "texts": copy_of_texts(patient),
        "contacts": copy_of_contacts(patient, besides=concerned_attempts(patient)),
        "looks": _looks(patient),
    }


def _looks(patient: Patient) -> list[Row]:
    """Who looked, by role: the law gives the person a right to know that, not the names of staff."""
    entries = AuditEntry.objects.filter(looks_at_people([patient.pk]), actor__staff__isnull=False).about_nobody()
    with_roles = entries.select_related("actor__staff").prefetch_related("actor__staff__role_grants")
    purpose = _("Purpose: {purpose}").format(purpose="")  # the label of `why` says that already
    return [
        {
            "at": moment(entry.at),
            "who": entry.actor.staff.role_labels if entry.actor.staff else "",
            "what": entry.verb_name,
            "why": ", ".join(label.removeprefix(purpose) for label in entry.field_labels),
        }
        for entry in with_roles.order_by("at", "pk")
    ]


def left_out() -> list[str]:
    """What is not in it, and why: the page says so."""
    return [
        _("Names and numbers of other people: relatives, whoever else was on the line."),
        _("What staff wrote down of calls and promises, for it may name other people: ask for it at the desk."),
        _("What is looked into about a member of staff, and who looked at that: ask for it at the desk."),
        _("The names of staff who looked: their roles are told."),
        _("The medical record itself, which the medical records department gives out."),
        _("The signed papers: you get copies of them at the desk."),
    ]


@transaction.atomic
def _finish(job: Job, content: dict[str, Any], *, at: datetime) -> None:
    jobs.report_progress(job=job, done=0, total=1, at=at)  # holds the row: nobody can take the job away now
    raw = json.dumps(content, ensure_ascii=False, indent=1).encode()
    name = f"copy-{timezone.localtime(at):%Y%m%d-%H%M}.json"
    stored = store_file(
        name=name,
        content=File(BytesIO(raw), name=name),
        kinds=frozenset({StoredFile.Kind.JSON}),
        is_upload=False,
        actor=job.requested_by,
        at=at,
    )
    jobs.finish_job(job=job, result=stored, at=at)
