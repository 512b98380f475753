from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from messaging.models import Hold, Message, MessageClass
from messaging.services.outcomes import release
from patients.models import Patient
from patients.services.survivors import survivor_of


@transaction.atomic
def place_hold(
    *,
    patient: Patient,
    classes: Collection[MessageClass],
    reason: Hold.Reason,
    source: str,
    actor: Actor,
    at: datetime,
) -> list[Hold]:
    """Messages of these classes to the patient are withheld until the source lifts the hold; once a source and class.

    What is queued stays queued: it is asked again when its time has come; so is what is being checked just now.
    """
    patient = survivor_of(patient)
    open_already = Hold.objects.open().filter(patient=patient, source=source)
    held = set(open_already.values_list("message_class", flat=True))
    placed = [
        Hold.objects.create(
            patient=patient, message_class=each, reason=reason, source=source, placed_at=at, placed_by=actor
        )
        for each in sorted(set(classes) - held)
    ]
    if placed:
        release(Message.objects.filter(state=Message.State.CLAIMED, patient=patient, message_class__in=classes))
        audit.record(actor=actor, verb="hold.placed", subject=patient, at=at)
    return placed


@transaction.atomic
def lift_holds(*, source: str, actor: Actor, at: datetime) -> int:
    """The source asks for silence no more; holds of other sources stay. Returns how many were lifted."""
    mine = Hold.objects.open().filter(source=source)
    patients = Patient.objects.filter(pk__in=list(mine.values_list("patient", flat=True).distinct()))
    affected = list(patients)
    lifted = mine.update(lifted_at=at, lifted_by=actor)
    for patient in affected:
        audit.record(actor=actor, verb="hold.lifted", subject=patient, at=at)
    return lifted


audit.name_verbs({"hold.placed": _("Messages put on hold"), "hold.lifted": _("Hold on messages lifted")})
