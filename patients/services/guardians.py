"""Of a child under 14 a guardian decides (PIPL art. 31).

Registration asks for one, or for the word that nobody knows yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from hospital_crm.lib.errors import DomainError
from patients.kinship import Tie
from patients.models import GuardianQuestion, Patient, Relation
from patients.rules import needs_guardian

from .relatives import Named, add_relative

ROLES = [each for each in Relation.Role if each is not Relation.Role.CHILD]  # what a guardian may be to a child


class GuardianIsMissing(DomainError):
    """A child came without anybody who decides for it."""

    message = _("Under 14: name the guardian, or say below that nobody knows yet who it is.")
    field = "guardian"


@dataclass(frozen=True)
class NewGuardian:
    """Somebody on file, or only named; `role` is what the guardian is to the child.

    `decides`: not where a file names one of somebody who decides alone, whose relative it is then.
    """

    who: Patient | Named
    role: Relation.Role = Relation.Role.PARENT
    decides: bool = True


@dataclass(frozen=True)
class _Unknown:
    """Nobody knows yet who it is."""


GUARDIAN_UNKNOWN: Final = _Unknown()
Guardian = NewGuardian | _Unknown


def check_guardian(guardian: Guardian | None, *, told: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    """Whether somebody with these columns may come on file so.

    What the system itself brings (the demo hospital) is asked nothing: the page of each child says what is missing.
    Raises GuardianIsMissing.
    """
    if guardian is None and actor.kind != Actor.Kind.SYSTEM and is_child(told, at):
        raise GuardianIsMissing


def write_guardian(guardian: Guardian | None, *, patient: Patient, actor: Actor, at: datetime) -> None:
    """The guardian stands in the family of whoever was just registered; or, of a child, is asked for from now on."""
    if isinstance(guardian, NewGuardian):
        tie = tie_of_guardian(guardian)
        add_relative(patient=patient, relative=guardian.who, tie=tie, actor=actor, at=at)
    elif guardian is not None and patient.needs_guardian(timezone.localdate(at)):
        GuardianQuestion.objects.create(patient=patient, asked_at=at, asked_by=actor)
        audit.record(actor=actor, verb="patient.guardian_unknown", subject=patient, at=at)


def tie_of_guardian(guardian: NewGuardian) -> Tie:
    """What the guardian is to whoever was registered."""
    return Tie(guardian.role, guards=guardian.decides)


def is_child(told: Mapping[str, Any], at: datetime) -> bool:
    """Whether a guardian decides for whoever has these columns."""
    return needs_guardian(told.get("birth_date"), told.get("birth_year"), timezone.localdate(at))


audit.name_verbs({"patient.guardian_unknown": _("Registered with the guardian not known yet")})
