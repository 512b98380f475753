"""Many people on file at once: what an import and the demo hospital use instead of one registration after another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor
from hospital_crm.lib.bulk import free_keys, insert_rows, insert_values
from institution.services.numbers import next_numbers
from patients.models import Identifier, Patient, Phone, Relation, TimelineEntry

from .guardians import NewGuardian, tie_of_guardian
from .identifiers import NewIdentifier, identifier_values
from .patients import NUMBERS, NewPhone, completed_by_cards, phone_values
from .relatives import Named, relation_values
from .search import Findable, index_new_patients


@dataclass(frozen=True)
class NewPatient:
    """Columns of Patient, and when the hospital met the person and spoke with them last."""

    values: dict[str, Any]
    registered_at: datetime
    phones: Sequence[NewPhone] = ()
    last_contact_at: datetime | None = None
    identifiers: Sequence[NewIdentifier] = ()
    guardian: NewGuardian | None = None


class PastEntry(NamedTuple):
    """A line of a person's story that happened before; the source is the label and key of what it is about."""

    patient_id: int
    kind: str
    needs: Capability
    occurred_at: datetime
    actor_id: int
    params: dict[str, Any]
    source_type: str = ""
    source_id: int | None = None


def take_numbers(count: int, *, at: datetime) -> list[str]:
    """Our next numbers are taken for people who come on file in several transactions, whichever of them ends first."""
    return next_numbers(code=NUMBERS, count=count, at=at)


@transaction.atomic
def register_patients(
    people: Sequence[NewPatient], *, actor: Actor, at: datetime, numbers: Sequence[str] = (), at_desk: bool = False
) -> Sequence[int]:
    """All of them are on file as by `register_patient`, or none is; the audit holds one entry for all. Their keys.

    Nobody is asked for a guardian who was not told: these people are on file elsewhere already. The page of each child
    under 14 says that none is named yet, and a list of those children is there to work through. `at_desk`: each of them
    stood there; whoever brings a file has seen nobody. `numbers`: taken before; without them nobody else gets a number
    until the transaction ends. Raises IntegrityError where a hospital number is taken; BirthAgainstCard.
    """
    numbers = numbers or take_numbers(len(people), at=at)
    keys = free_keys(Patient, len(people))
    on_file = list(zip(keys, numbers, people, strict=True))
    rows = [_values(*each, at_desk=at_desk) for each in on_file]
    insert_values(Patient, rows, updated_at=at, updated_by_id=actor.pk)
    phones = [phone_values(new.phones, at) for new in people]
    _insert_phones(keys, phones)
    identifiers = [identifier_values(new.identifiers, at) for new in people]
    _insert_identifiers(keys, identifiers)
    _insert_guardians(keys, people, actor, at)
    index_new_patients(_findable(*each) for each in zip(on_file, phones, identifiers, strict=True))
    add_past_entries(_registered(*each, actor) for each in on_file)
    audit.record(actor=actor, verb="patients.imported", subject=None, at=at)
    return keys


def add_past_entries(entries: Iterable[PastEntry]) -> None:
    """The people's stories have the lines, as by `add_timeline_entry`."""
    insert_rows(TimelineEntry, PastEntry._fields, entries)


def _values(key: int, number: str, new: NewPatient, *, at_desk: bool) -> dict[str, Any]:
    more = {"registered_at": new.registered_at, "last_contact_at": new.last_contact_at}
    if at_desk:
        more["desk_registered_at"] = new.registered_at
    told = completed_by_cards(new.values, new.identifiers)
    return {**told, "id": key, "number": number, **more}


def _insert_phones(keys: Sequence[int], phones: Sequence[list[dict[str, Any]]]) -> None:
    both = zip(keys, phones, strict=True)
    insert_values(Phone, [{"patient": key, **values} for key, each in both for values in each])


def _insert_identifiers(keys: Sequence[int], identifiers: Sequence[list[dict[str, Any]]]) -> None:
    both = zip(keys, identifiers, strict=True)
    rows = [{"patient": key, **values} for key, each in both for values in each]
    if rows:
        insert_values(Identifier, rows)


def _insert_guardians(keys: Sequence[int], people: Sequence[NewPatient], actor: Actor, at: datetime) -> None:
    """As by `write_guardian`."""
    told = [(key, new.guardian) for key, new in zip(keys, people, strict=True) if new.guardian is not None]
    rows = [{"patient": key, **relation_values(each.who, tie_of_guardian(each), actor, at)} for key, each in told]
    if rows:
        insert_values(Relation, rows)


def _findable(
    row: tuple[int, str, NewPatient], phones: list[dict[str, Any]], identifiers: list[dict[str, Any]]
) -> Findable:
    key, number, new = row
    shown = [each["shown"] for each in identifiers if not each["sealed"]]
    digests = [each["digest"] for each in identifiers if each["sealed"]]
    numbers = (number, new.values.get("hospital_number", ""), *shown)
    digits = [values["digits"] for values in phones]
    if new.guardian is not None and isinstance(new.guardian.who, Named) and new.guardian.who.phone is not None:
        digits.append(new.guardian.who.phone.digits)
    return Findable(key, new.values["name"], numbers, digits, digests, new.last_contact_at)


def _registered(key: int, number: str, new: NewPatient, actor: Actor) -> PastEntry:
    return PastEntry(
        patient_id=key,
        kind="patients.registered",
        needs=Capability.FIND_PEOPLE,
        occurred_at=new.registered_at,
        actor_id=actor.pk,
        params={"number": number},
    )


audit.name_verbs({"patients.imported": _("Patients imported")})
