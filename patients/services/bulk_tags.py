"""Tags on, or off, for many patients at once."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import Staff
from hospital_crm.lib.errors import DomainError
from institution.models import ReferenceItem
from patients.models import BulkAct, Patient, Selection

from .bulk_acts import Kind, Unchanged, request_act
from .tags import LIST, NotTagged, TaggedAlready, TagNotInUse, tag_patient, untag_patient


class NothingToChange(DomainError):
    """No tag was named, or one both to be put on and to be taken off."""

    message = _("Choose at least one tag, and each only on one side.")
    field = "on"


class Tags(NamedTuple):
    on: list[ReferenceItem]
    off: list[ReferenceItem]


def request_tags(
    *,
    selection: Selection,
    on: Collection[ReferenceItem] = (),
    off: Collection[ReferenceItem] = (),
    staff: Staff,
    at: datetime,
    submission: UUID | None = None,
) -> BulkAct:
    """A job puts these tags on each of them, and takes those off.

    Raises NothingToChange, TagNotInUse, DuplicateSubmission.
    """
    put, take = ({tag.pk for tag in tags} for tags in (on, off))
    if not put | take or put & take:
        raise NothingToChange
    if put - set(ReferenceItem.objects.in_use(LIST).values_list("pk", flat=True)):
        raise TagNotInUse
    parameters = {"on": sorted(put), "off": sorted(take)}

    def told() -> str:
        sides = ((_("Put on: %(tags)s"), on), (_("Take off: %(tags)s"), off))
        return " / ".join(str(side % {"tags": " · ".join(tag.label for tag in tags)}) for side, tags in sides if tags)

    return request_act(
        kind=TAGS, selection=selection, parameters=parameters, told=told, staff=staff, at=at, submission=submission
    )


def tags_of(act: BulkAct) -> Tags:
    """Which tags it is about."""
    found = ReferenceItem.objects.of_list(LIST).in_bulk([*act.parameters["on"], *act.parameters["off"]])
    return Tags(*([found[key] for key in act.parameters[side] if key in found] for side in ("on", "off")))


def _change(tags: Tags, patient: Patient, act: BulkAct, staff: Staff, at: datetime) -> None:
    changed = False
    if tags.on:
        try:
            tag_patient(patient=patient, tags=tags.on, actor=staff.actor, at=at)
            changed = True
        except TaggedAlready:
            pass  # as it is to be
    if tags.off:
        try:
            untag_patient(patient=patient, tags=tags.off, actor=staff.actor, at=at)
            changed = True
        except NotTagged:
            pass
    if not changed:
        raise Unchanged


TAGS = Kind(kind="bulk_tags", prepare=tags_of, act=_change)
