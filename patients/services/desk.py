"""Registration at the desk: where media source, insurance and card are asked for, and nobody is to be missed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor
from hospital_crm.lib.errors import DomainError
from patients.models import Patient

from .survivors import survivor_of


class AlreadyRegisteredAtDesk(DomainError):
    """Somebody at the desk was quicker."""

    message = _("This patient was registered at the desk already.")


def is_desk(actor: Actor) -> bool:
    """Whoever records arrivals works at a desk; the consult line and another system do not."""
    return actor.staff is not None and actor.staff.can(Capability.RECORD_ARRIVALS)


@transaction.atomic
def register_at_desk(*, patient: Patient, actor: Actor, at: datetime) -> Patient:
    """The desk has seen the person, who came on file in another way.

    Raises AlreadyRegisteredAtDesk.
    """
    patient = survivor_of(patient)
    if Patient.objects.filter(pk=patient.pk, desk_registered_at__isnull=True).update(desk_registered_at=at) != 1:
        raise AlreadyRegisteredAtDesk
    audit.record(actor=actor, verb="patient.registered_at_desk", subject=patient, at=at)
    patient.refresh_from_db()
    return patient


audit.name_verbs({"patient.registered_at_desk": _("Patient registered at the desk")})
