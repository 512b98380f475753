"""Many people on file at once: what an import and the demo hospital use instead of one registration after another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor
from hospital_crm.lib.bulk import free_keys, insert_objects, insert_rows
from institution.services.numbers import next_numbers
from patients.models import Patient, Phone, TimelineEntry

from .patients import NUMBERS, NewPhone, phones_of
from .search import index_new_patients

ENTRY = ("patient_id", "kind", "params", "needs", "occurred_at", "actor_id", "source_type", "source_id", "struck_at")


@dataclass(frozen=True)
class NewPatient:
    """Columns of Patient, and when the hospital met the person and spoke with them last."""

    values: dict[str, Any]
    registered_at: datetime
    phones: Sequence[NewPhone] = ()
    last_contact_at: datetime | None = None


@dataclass(frozen=True)
class PastEntry:
    """A line of a person's story that happened before; `source` is the label and key of what it is about."""

    patient: int
    kind: str
    needs: Capability
    occurred_at: datetime
    actor: int
    params: dict[str, Any] = field(default_factory=dict)
    source: tuple[str, int | None] = ("", None)


@transaction.atomic
def register_patients(people: Sequence[NewPatient], *, actor: Actor, at: datetime) -> list[Patient]:
    """All of them are on file as by `register_patient`, or none is; the audit holds one entry for all.

    Raises IntegrityError where a hospital number is taken.
    """
    keys = free_keys(Patient, len(people))
    numbers = next_numbers(code=NUMBERS, count=len(people), at=at)
    patients = [
        Patient(
            **new.values,
            pk=key,
            number=number,
            registered_at=new.registered_at,
            last_contact_at=new.last_contact_at,
            updated_at=at,
            updated_by_id=actor.pk,
        )
        for new, key, number in zip(people, keys, numbers, strict=True)
    ]
    insert_objects(patients)
    phones = [phones_of(patient, new.phones, at) for patient, new in zip(patients, people, strict=True)]
    _insert_phones(list(chain.from_iterable(phones)))
    index_new_patients(zip(patients, phones, strict=True))
    add_past_entries(_registered(patient, actor) for patient in patients)
    audit.record(actor=actor, verb="patients.imported", subject=None, at=at)
    return patients


def add_past_entries(entries: Iterable[PastEntry]) -> None:
    """The people's stories have the lines, as by `add_timeline_entry`."""
    rows = (
        (entry.patient, entry.kind, entry.params, entry.needs, entry.occurred_at, entry.actor, *entry.source, None)
        for entry in entries
    )
    insert_rows(TimelineEntry, ENTRY, rows)


def _insert_phones(phones: list[Phone]) -> None:
    for phone, key in zip(phones, free_keys(Phone, len(phones)), strict=True):
        phone.pk = key
    insert_objects(phones)


def _registered(patient: Patient, actor: Actor) -> PastEntry:
    return PastEntry(
        patient=patient.pk,
        kind="patients.registered",
        needs=Capability.FIND_PEOPLE,
        occurred_at=patient.registered_at,
        actor=actor.pk,
        params={"number": patient.number},
    )


audit.name_verbs({"patients.imported": _("Patients imported")})
