"""Relatives of a patient: on file too, or only named."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import BigIntegerField, CharField, Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor, Staff
from accounts.services.submissions import create_once
from accounts.services.versions import save_version
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.phones import PhoneNumber
from hospital_crm.lib.prepared import Gap, Prepared
from patients.kinship import NOTHING, Tie, columns_of_tie, turned
from patients.models import DuplicatePair, Patient, Phone, Relation
from patients.querysets import PatientQuerySet, RelationQuerySet

from .search import index_patients
from .survivors import SamePerson, hold_patient

_ties = Prepared[Relation](is_planned_once=True)
_sharers = Prepared[Patient]()  # a switchboard wants another plan than a family


class RelationAlreadyThere(DomainError):
    """These two are relatives of each other already."""

    message = _("This relative stands there already.")


class RelationAlreadyEnded(DomainError):
    """It ended before."""

    message = _("This was ended already.")


@dataclass(frozen=True)
class Named:
    """Somebody who is not on file."""

    name: str
    phone: PhoneNumber | None = None


@dataclass(frozen=True)
class Kin:
    """A relation seen from one of the two; `other` is None for whoever is not on file, or out of sight."""

    relation: Relation
    tie: Tie
    other: Patient | None
    is_hidden: bool = False

    @property
    def name(self) -> str:
        """ "" of whoever is out of sight."""
        return self.other.name if self.other is not None else self.relation.name

    @property
    def role_label(self) -> str:
        return str(Relation.Role(self.tie.role).label)

    @property
    def is_guardian_untold(self) -> bool:
        """Whoever decides for somebody has to know of what: seldom meant so."""
        return self.tie.guards and self.tie.may_be_told == NOTHING

    @property
    def told_label(self) -> str:
        return str(Relation.Told(self.tie.may_be_told).label)


@transaction.atomic
def add_relative(
    *,
    patient: Patient,
    relative: Patient | Named,
    tie: Tie,
    actor: Actor,
    at: datetime,
    submission: UUID | None = None,
) -> Relation:
    """They are relatives, read from both sides; `tie` is as seen from the patient.

    Raises SamePerson, RelationAlreadyThere, DuplicateSubmission.
    """

    def create() -> Relation:
        both = [patient, relative] if isinstance(relative, Patient) else [patient]
        now = {each.pk: hold_patient(each) for each in sorted(both, key=lambda each: each.pk)}
        held, other = now[patient.pk], now[relative.pk] if isinstance(relative, Patient) else None
        if other is not None and other.pk == held.pk:
            raise SamePerson
        if other is not None and Relation.objects.open().between(held, other).exists():
            raise RelationAlreadyThere
        values = relation_values(relative if other is None else other, tie, actor, at)
        row = Relation.objects.create(patient=held, **values)
        _record("patient.relative_added", row, actor, at)
        return row

    return create_once(submission=submission, kind=Relation._meta.label, create=create, actor=actor, at=at)


@transaction.atomic
def change_relative(
    *, relation: Relation, seen_from: Patient, version: int, tie: Tie, actor: Actor, at: datetime
) -> Relation:
    """They are to each other what `tie` says, as seen from one of them.

    Raises RelationAlreadyEnded, StaleVersion.
    """
    if relation.ended_at is not None:
        raise RelationAlreadyEnded
    straight = tie if seen_from.pk == relation.patient_id else turned(tie)
    if changed := save_version(relation, version=version, values=columns_of_tie(straight), actor=actor, at=at):
        _record("patient.relative_changed", relation, actor, at, changed)
    return relation


@transaction.atomic
def end_relative(*, relation: Relation, actor: Actor, at: datetime) -> Relation:
    """From now on they are relatives no more; that they were stays on file.

    Raises RelationAlreadyEnded.
    """
    ended = {"ended_at": at, "ended_by": actor, "version": F("version") + 1}
    if Relation.objects.open().filter(pk=relation.pk).update(**ended) != 1:
        raise RelationAlreadyEnded
    relation.refresh_from_db()
    _record("patient.relative_ended", relation, actor, at)
    return relation


def kin_of(patient: Patient, reader: Staff) -> list[Kin]:
    """The open relations, seen from the patient; guardians first. Whoever is out of sight has no name."""
    this = Gap("patient", BigIntegerField())

    def ties() -> RelationQuerySet:
        return Relation.objects.open().of(this).select_related("patient", "relative").order_by("-is_guardian", "pk")

    kin = [_seen_from(patient, row) for row in _ties.rows("of", ties, {"patient": patient.pk})]
    seen = Patient.objects.keys_seen_by(reader, [each.other for each in kin if each.other])
    return [
        each if each.other is None or each.other.pk in seen else Kin(each.relation, each.tie, None, is_hidden=True)
        for each in kin
    ]


def name_seen_by(reader: Staff, relation: Relation, seen_from: Patient) -> str:
    """What the other one is called; "" where the reader may not find them."""
    other = relation.relative if relation.patient_id == seen_from.pk else relation.patient
    if other is None:
        return relation.name
    return other.name if Patient.objects.visible_to(reader).filter(pk=other.pk).exists() else ""


def sharers_of(patient: Patient, reader: Staff, besides: Iterable[Kin]) -> list[Patient]:
    """Whom else the patient's numbers lead to, who is no relative yet and does not look like the same person."""
    known = {f"known {at}": each.other.pk for at, each in enumerate(besides) if each.other}
    digits = {f"digits {at}": phone.digits for at, phone in enumerate(patient.phones.all())}
    if not digits:
        return []
    this = Gap("patient", BigIntegerField())

    def behind() -> PatientQuerySet:
        same = Phone.objects.filter(digits__in=[Gap(name, CharField()) for name in digits]).exclude(patient=this)
        pairs = DuplicatePair.objects.alike().of(this)
        alike = pairs.filter(Q(older=OuterRef("pk")) | Q(newer=OuterRef("pk")))
        sharers = Patient.objects.visible_to(reader).filter(~Exists(alike), pk__in=same.values("patient"))
        others = sharers.exclude(pk__in=[Gap(name, BigIntegerField()) for name in known])
        return others.order_by("pk")[:MOST_SHARERS]

    shape = (reader.rights, timezone.localdate(), tuple(digits), tuple(known))
    return _sharers.rows(shape, behind, {"patient": patient.pk, **digits, **known})


MOST_SHARERS = 5


def tie_of(relation: Relation, seen_from: Patient) -> Tie:
    return relation.tie_from(seen_from)


def _seen_from(patient: Patient, row: Relation) -> Kin:
    return Kin(row, row.tie_from(patient), row.relative if row.patient_id == patient.pk else row.patient)


def relation_values(relative: Patient | Named, tie: Tie, actor: Actor, at: datetime) -> dict[str, Any]:
    """What the row of a relation holds beside the patient from whom it is seen."""
    written = {"added_at": at, "added_by": actor, "updated_at": at, "updated_by": actor}
    return {**_other(relative), **columns_of_tie(tie), **written}


def _other(relative: Patient | Named) -> dict[str, object]:
    if isinstance(relative, Patient):
        return {"relative": relative}
    number = relative.phone
    more = {"digits": number.digits, "extension": number.extension} if number else {}
    return {"name": relative.name, **more}


def _record(verb: str, relation: Relation, actor: Actor, at: datetime, fields: Iterable[str] = ()) -> None:
    for patient in (relation.patient, relation.relative):
        if patient is not None:
            audit.record(actor=actor, verb=verb, subject=patient, at=at, fields=fields)
    if relation.digits:
        index_patients([relation.patient])  # it leads to the patient, or does so no longer


audit.name_verbs(
    {
        "patient.relative_added": _("Relative added"),
        "patient.relative_changed": _("Relative changed"),
        "patient.relative_ended": _("Relative ended"),
    }
)
