"""Two people who look like one: what somebody finds who looks at both."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from hospital_crm.lib.errors import DomainError
from patients.models import DuplicatePair, Patient
from patients.querysets import PatientQuerySet

from .scan import compare, pair_of
from .survivors import SamePerson

SEVERAL = 4  # of whom an error names some
MANY = 8  # people whom one can still tell apart in a form
VERDICTS = (DuplicatePair.State.FAMILY, DuplicatePair.State.ANOTHER)


class PairAlreadyDecided(DomainError):
    """Somebody has decided it, or merged one of the two."""

    message = _("Somebody has decided this meanwhile.")


class NobodyOfNumber(DomainError):
    """No record that the reader may find has this number."""

    message = _("No record has this number.")
    field = "number"


class SeveralOfNumber(DomainError):
    """Two systems may number alike: nobody is taken for another."""

    field = "number"

    def __init__(self, people: Sequence[Patient]) -> None:
        super().__init__()
        self.people = people

    def __str__(self) -> str:
        told = ", ".join(str(patient) for patient in self.people)
        return str(_("Several people have this number: %(people)s. Type the number that begins with P.")) % {
            "people": told
        }


def find_by_number(number: str, *, among: PatientQuerySet) -> Patient:
    """Who has the number, ours or the hospital's, or into whom its holder was merged.

    Raises NobodyOfNumber, SeveralOfNumber.
    """
    found = list(among.of_number(number).order_by("pk")[:SEVERAL])
    if not found:
        raise NobodyOfNumber
    if len(found) > 1:
        raise SeveralOfNumber(found)
    return found[0]


def find_people(text: str, *, among: PatientQuerySet) -> list[Patient]:
    """Whom a name, pinyin or phone fits, as the search box finds them; the first few, for somebody to choose from."""
    return list(among.found_by(text).with_card().order_by("-last_contact_at", "-pk")[:MANY])


@transaction.atomic
def pair_up(*, one: Patient, other: Patient, at: datetime) -> DuplicatePair:
    """The pair of these two, to be looked at side by side, however unlike they are.

    Raises SamePerson.
    """
    if one.pk == other.pk:
        raise SamePerson
    older, newer = sorted((one, other), key=lambda patient: patient.pk)
    pairs = DuplicatePair.objects.filter(older=older, newer=newer)
    if not pairs.update(is_by_hand=True):
        new = pair_of(older.pk, newer.pk, compare(older, newer), at)
        new.is_by_hand = True
        DuplicatePair.objects.bulk_create([new], ignore_conflicts=True)  # somebody may ask the same at this moment
    return pairs.get()


@transaction.atomic
def decide_pair(*, pair: DuplicatePair, verdict: DuplicatePair.State, actor: Actor, at: datetime) -> DuplicatePair:
    """They are two people, family or not: nobody asks again until what makes them alike changes.

    Raises PairAlreadyDecided.
    """
    decided = {"state": verdict, "decided_at": at, "decided_by": actor}
    if DuplicatePair.objects.open().filter(pk=pair.pk).update(**decided) != 1:
        raise PairAlreadyDecided
    return _recorded(pair, actor, at, str(verdict))


@transaction.atomic
def reopen_pair(*, pair: DuplicatePair, actor: Actor, at: datetime) -> DuplicatePair:
    """The verdict was wrong: the pair is to be looked at again.

    Raises PairAlreadyDecided: it is, or it was merged.
    """
    is_open = {"state": DuplicatePair.State.OPEN, "decided_at": None, "decided_by": None}
    if DuplicatePair.objects.filter(pk=pair.pk, state__in=VERDICTS).update(**is_open) != 1:
        raise PairAlreadyDecided
    return _recorded(pair, actor, at, "open")


def _recorded(pair: DuplicatePair, actor: Actor, at: datetime, verdict: str) -> DuplicatePair:
    pair = DuplicatePair.objects.select_related("older", "newer").get(pk=pair.pk)
    for patient in (pair.older, pair.newer):
        verb = "patient.duplicate_decided"
        audit.record(actor=actor, verb=verb, subject=patient, at=at, fields=[f"verdict_{verdict}"])
    return pair


audit.name_verbs({"patient.duplicate_decided": _("Possible duplicate decided")})
audit.name_fields({f"verdict_{state.value}": state.label for state in DuplicatePair.State})
