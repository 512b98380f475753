"""Where somebody lives: to the district for everybody, to the door for a purpose."""

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
    if not staff.can(Capability.REVEAL_NUMBERS):
        raise MayNotReveal
    verb, fields = "patient.address_revealed", [f"purpose_{purpose}"]
    audit.record(actor=staff.actor, verb=verb, subject=patient, at=at, fields=fields)
    return patient.address


audit.name_verbs({"patient.address_revealed": _("Patient's address revealed")})
