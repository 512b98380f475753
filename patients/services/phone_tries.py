"""What tries to reach somebody find out about a number, and what is known of it where one of them never happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts import audit
from accounts.models import Actor
from patients.models import Patient, Phone

from .moving import Columns, plain, restored
from .phone_checks import choose_for_want_of_another, write_phone
from .survivors import hold_patient

Check = Phone.Check
KNOWN = ("checked_as", "checked_at", "checked_by_id", "is_primary")  # what a try may change
INSTEAD = "instead"  # beside it: the number that is dialled first for want of this one
NOT_CHECKED: Columns = {"checked_as": "", "checked_at": None, "checked_by_id": None, "is_primary": False}


@dataclass(frozen=True)
class Finding:
    """What a try found out about a number; `before` is what was known until then, where the try has changed that."""

    phone: int
    found: Phone.Check
    at: datetime
    by: int
    before: Columns | None
    stands: bool  # it was not voided


def learn_from_try(*, phone: Phone, found: Phone.Check, actor: Actor, at: datetime) -> Columns | None:
    """Somebody rang it: whoever answered was the right person, or another. What is known already stays.

    Returns what was known before, if that is something else now.
    """
    patient = hold_patient(phone.patient)
    phone.refresh_from_db()  # as it is now that nobody else writes it
    if _says_nothing_new(found, phone.checked_as):
        return None
    before = {name: plain(getattr(phone, name)) for name in KNOWN}
    values = {"owner": phone.owner, "kind": phone.kind, "checked_as": found}
    write_phone(patient, phone, phone.version, values, actor, at)
    gave_way = before["is_primary"] and not phone.is_primary
    return {**before, INSTEAD: _dialled_first(patient) if gave_way else None}


@transaction.atomic
def learn_anew(*, phone: Phone, findings: Sequence[Finding], actor: Actor, at: datetime) -> None:
    """A try never happened: of the number is known what somebody said of it before the tries, and what those found out
    that still stand. What somebody has said since stays, and so does the number that somebody chose to dial since.

    `findings`: of all tries on the patient's numbers, the oldest first.
    """
    patient = hold_patient(phone.patient)
    phone.refresh_from_db()
    about_it = [each for each in findings if each.phone == phone.pk]
    if (phone.checked_at, phone.checked_as) not in _moments(about_it):
        return  # it is not a try that says what is known now
    known = _as_it_stands(about_it)
    if known["is_primary"] or (phone.is_primary and known["checked_as"] not in Phone.INVALID):
        known["is_primary"] = phone.is_primary or _came_instead(phone, patient, findings)
    if known != {name: getattr(phone, name) for name in KNOWN}:
        _write_known(patient, phone, known, actor, at)


def _write_known(patient: Patient, phone: Phone, known: Columns, actor: Actor, at: datetime) -> None:
    if known["is_primary"]:
        patient.phones.filter(is_primary=True).exclude(pk=phone.pk).update(is_primary=False)
    Phone.objects.filter(pk=phone.pk).update(**known, version=F("version") + 1, updated_at=at, updated_by=actor)
    choose_for_want_of_another(patient)
    audit.record(actor=actor, verb="patient.phone_updated", subject=patient, at=at, fields=["phone_checked_as"])


def _as_it_stands(findings: Sequence[Finding]) -> Columns:
    known, first = _said_before(findings)
    for each in findings[first:]:
        if each.stands and not _says_nothing_new(each.found, known["checked_as"]):
            known |= {"checked_as": each.found, "checked_at": each.at, "checked_by_id": each.by}
            known["is_primary"] = known["is_primary"] and each.found not in Phone.INVALID
    return known


def _said_before(findings: Sequence[Finding]) -> tuple[Columns, int]:
    """What somebody said of the number last, by hand, and the rank of the try that came next.

    Of tries from before that was kept nobody knows what they changed: then nothing had been said.
    """
    moments = _moments(findings)
    for rank, each in reversed(list(enumerate(findings))):
        if each.before is not None:
            before = restored(Phone, {name: each.before[name] for name in KNOWN})
            if (before["checked_at"], before["checked_as"]) not in moments:
                return before, rank
    return dict(NOT_CHECKED), 0


def _moments(findings: Sequence[Finding]) -> set[tuple[datetime | None, str]]:
    """By which one knows that it was a try, and nobody by hand, that said it."""
    return {(each.at, each.found) for each in findings}


def _says_nothing_new(found: Phone.Check, known: str) -> bool:
    """Whoever has verified a number stays named when it is answered."""
    return known == found or (found == Check.ANSWERED and bool(known) and known not in Phone.INVALID)


def _came_instead(phone: Phone, patient: Patient, findings: Sequence[Finding]) -> bool:
    """The number that is dialled first now is so for want of this one, or of one that came in its stead."""
    instead = {each.phone: key for each in findings if (key := (each.before or {}).get(INSTEAD))}
    first = _dialled_first(patient)
    came: int | None = phone.pk
    for _step in instead:
        came = instead.get(came) if came else None
        if came == first:
            return True
    return first is None


def _dialled_first(patient: Patient) -> int | None:
    return patient.phones.filter(is_primary=True).values_list("pk", flat=True).first()
