"""The audit: written by services in the transaction of the act itself, never changed afterwards."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.db.models import Model
from django.utils.functional import Promise

from accounts.models import Actor, AuditEntry, Department, Staff, Team
from accounts.models.audit import FIELD_NAMES, VERB_NAMES
from hospital_crm.lib.inserts import insert, insert_missing

LOOKS_COLLAPSE_SECONDS = 600  # the same person looking at the same record again within ten minutes is one look

_named_types: dict[str, Sequence[str]] = {}  # and what their names are made of


def name_verbs(names: dict[str, str | Promise]) -> None:
    """Each app tells, in the reader's language, what its verbs mean."""
    VERB_NAMES.update(names)


def name_fields(names: Mapping[str, str | Promise]) -> None:
    """What stands among an entry's fields and is no column: a purpose, for example."""
    FIELD_NAMES.update(names)


def show_names_of(*models: type[Model], along: Sequence[str] = ()) -> None:
    """Rows of these models may be named in the audit. Never a patient: the administrator sees no patient's text.

    `along`: the rows that their names need, read with them.
    """
    _named_types.update({model._meta.label: along for model in models})


def name_subjects(entries: Sequence[AuditEntry]) -> Sequence[AuditEntry]:
    """The entries with the names of what they are about: one query a kind of record."""
    for label in {entry.subject_type for entry in entries} & _named_types.keys():
        mine = [entry for entry in entries if entry.subject_type == label]
        named = apps.get_model(label)._base_manager.all()
        if along := _named_types[label]:
            named = named.select_related(*along)
        rows = named.in_bulk([entry.subject_id for entry in mine])
        for entry in mine:
            if row := rows.get(entry.subject_id):
                entry.subject_name = str(row)
    return entries


def record(
    *,
    actor: Actor,
    verb: str,
    subject: Model | None,
    at: datetime,
    fields: Iterable[str] = (),
    address: str | None = None,
) -> AuditEntry:
    """The act is in the audit: names of the fields that it changed, never their values."""
    entry = AuditEntry(
        at=at,
        actor=actor,
        verb=verb,
        subject_type=subject._meta.label if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        fields=sorted(fields),
        address=address,
    )
    return insert(entry)


def record_look(*, actor: Actor, verb: str, subject: Model, at: datetime, fields: Iterable[str] = ()) -> None:
    """The look is in the audit, once per person, subject and ten minutes; `fields` may say what it was for."""
    record_looks([look(actor=actor, verb=verb, subject=subject, at=at, fields=fields)])


def look(
    *,
    actor: Actor,
    verb: str,
    subject: Model | None,
    at: datetime,
    fields: Iterable[str] = (),
    form: UUID | None = None,
) -> AuditEntry:
    """What `record_looks` keeps. A look at nothing that has a row counts once per form in which somebody looked."""
    slot = int(at.timestamp()) // LOOKS_COLLAPSE_SECONDS
    label, key = (subject._meta.label, subject.pk) if subject is not None else ("", None)
    return AuditEntry(
        at=at,
        actor=actor,
        verb=verb,
        subject_type=label,
        subject_id=key,
        fields=sorted(fields),
        look_key=f"{slot}:{actor.pk}:{key or form}:{verb}:{label}"[:120],
    )


def record_looks(looks: Sequence[AuditEntry]) -> None:
    """The looks are in the audit, with one statement; each once per person, subject and ten minutes."""
    insert_missing(looks)


show_names_of(Staff, Department, Team)
