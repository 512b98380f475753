"""What becomes known of a number: whether it is right, and when somebody was spoken with on it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from accounts.services.versions import save_version
from patients.models import Patient, Phone

from .survivors import hold_patient

HOURS = ("preferred_from", "preferred_until")


@transaction.atomic
def update_phone(*, phone: Phone, version: int, values: dict[str, Any], actor: Actor, at: datetime) -> Phone:
    """Its owner, its kind, its hours and what became known of it are as given; another is dialled first if it is not
    valid.

    Raises StaleVersion.
    """
    return write_phone(hold_patient(phone.patient), phone, version, values, actor, at)


def write_phone(
    patient: Patient, phone: Phone, version: int, values: dict[str, Any], actor: Actor, at: datetime
) -> Phone:
    """The same, for whoever holds the patient already."""
    if values["checked_as"] != Phone.objects.values_list("checked_as", flat=True).get(pk=phone.pk):
        is_known = bool(values["checked_as"])
        values = {**values, "checked_at": at if is_known else None, "checked_by": actor if is_known else None}
    if values["checked_as"] in Phone.INVALID:
        values = {**values, "is_primary": False}
    changed = save_version(phone, version=version, values=values, actor=actor, at=at)
    choose_for_want_of_another(patient)
    if told := {"owner", "kind", "checked_as", *HOURS} & set(changed):
        fields = [f"phone_{name}" for name in told]
        audit.record(actor=actor, verb="patient.phone_updated", subject=patient, at=at, fields=fields)
    phone.refresh_from_db()
    return phone


def choose_for_want_of_another(patient: Patient) -> None:
    """If there is a valid number, there is one to dial first: the one that stands there longest."""
    if not patient.phones.filter(is_primary=True).exists():
        first = patient.phones.valid().order_by("pk")[:1]
        patient.phones.filter(pk__in=[phone.pk for phone in first]).update(is_primary=True)


def joined_check(ours: Phone, theirs: Phone) -> dict[str, Any]:
    """What of the other row of the same number is newer: columns (attnames)."""
    joined: dict[str, Any] = {}
    if theirs.checked_at and (ours.checked_at is None or ours.checked_at < theirs.checked_at):
        joined = {name: getattr(theirs, name) for name in ("checked_as", "checked_at", "checked_by_id")}
        if theirs.checked_as in Phone.INVALID:
            joined["is_primary"] = False
    if theirs.last_success_at and (ours.last_success_at is None or ours.last_success_at < theirs.last_success_at):
        joined["last_success_at"] = theirs.last_success_at
    if not any(getattr(ours, name) for name in HOURS):
        joined |= {name: getattr(theirs, name) for name in HOURS if getattr(theirs, name)}
    return joined


def note_success(*, patient: Patient, digits: str, at: datetime) -> None:
    """Somebody was spoken with on the number. It goes back only where that was voided."""
    earlier = Q(last_success_at__isnull=True) | Q(last_success_at__lt=at)
    Phone.objects.filter(earlier, patient=patient, digits=digits).update(last_success_at=at)


def set_back_success(*, patient: Patient, digits: str, voided: Collection[datetime], at: datetime | None) -> None:
    """What was voided was not the last success on the number: that was then, or never."""
    was_last = Phone.objects.filter(patient=patient, digits=digits, last_success_at__in=voided)
    was_last.update(last_success_at=at)


audit.name_verbs({"patient.phone_updated": _("Phone changed")})
audit.name_fields({"phone_checked_as": _("Checked"), "phone_kind": _("Kind"), "phone_owner": _("Whose phone")})
audit.name_fields({f"phone_{name}": _("Hours in which to be reached") for name in HOURS})
