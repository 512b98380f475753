"""The promises' part of an erasure, and of a copy."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext

from jobs.services.files import remove_results
from patients.models import DataRequest, Part, Patient
from patients.services.copies import Row, coded, moment
from patients.services.erasing import erase_part
from promises.models import Promise, PromiseEvent

from .closing import close_refused
from .exports import PROMISES


def erase_promises(*, at: datetime) -> int:
    """What was promised to people who are being erased is withdrawn, and nobody reads any more what it was."""
    return erase_part(Part.PROMISES, _erase, at=at)


def _erase(request: DataRequest, keys: Collection[int], at: datetime) -> None:
    promises = Promise.objects.filter(patient__in=keys)
    promises.update(note="", reason="")
    PromiseEvent.objects.filter(promise__in=promises).update(reason="")
    remove_results(kind=PROMISES.kind)  # which of them name the person nobody can tell
    actor = request.approved_by
    assert actor is not None  # noqa: S101  only what was approved has steps
    for promise in promises.open().of_no_row().order_by("pk"):
        close_refused(promise=promise, reason=gettext("The data of this person are erased."), actor=actor, at=at)


def copy_of_promises(patient: Patient) -> list[Row]:
    """What kind of promise, until when, and whether it was kept; what staff wrote about it is left out, and so is what
    a colleague must not know of: the copy lies on desks.
    """
    return [
        {
            "kind": coded(promise, "kind"),
            "state": coded(promise, "state"),
            "made_at": moment(promise.made_at),
            "due_at": moment(promise.due_at),
            "ended_at": moment(promise.ended_at),
        }
        for promise in patient.promises.about_nobody().order_by("made_at", "pk")
    ]
