"""Where somebody lives and is written to: to the district for everybody, to the door or the mailbox for a purpose."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Staff
from patients.models import Patient, Reveal

from .identifiers import MayNotReveal


@transaction.atomic
def reveal_address(*, patient: Patient, purpose: Reveal.Purpose, staff: Staff, at: datetime) -> str:
    """The address in clear; that the person saw it is on record with its purpose.

    Raises MayNotReveal.
    """
    _record("patient.address_revealed", patient, purpose, staff, at)
    return patient.address


@transaction.atomic
def reveal_email(*, patient: Patient, purpose: Reveal.Purpose, staff: Staff, at: datetime) -> str:
    """The e-mail address in clear; that the person saw it is on record with its purpose.

    Raises MayNotReveal.
    """
    _record("patient.email_revealed", patient, purpose, staff, at)
    return patient.email


def _record(verb: str, patient: Patient, purpose: Reveal.Purpose, staff: Staff, at: datetime) -> None:
    if not staff.can(Capability.REVEAL_NUMBERS):
        raise MayNotReveal
    audit.record(actor=staff.actor, verb=verb, subject=patient, at=at, fields=[f"purpose_{purpose}"])


audit.name_verbs(
    {
        "patient.address_revealed": _("Patient's address revealed"),
        "patient.email_revealed": _("Patient's e-mail address revealed"),
    }
)
