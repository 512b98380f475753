"""What stands beside a patient's story. Each question is put together once, and asked where there is an answer."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, Q
from django.utils import timezone

from accounts.access import StaffRequest
from accounts.models import Staff
from accounts.models.readers import reader_of
from hospital_crm.lib.prepared import Gap, Prepared
from institution.models import ReferenceItem
from institution.querysets import ReferenceItemQuerySet
from patients.models import (
    CLIENT_KINDS,
    Consent,
    DuplicatePair,
    Employment,
    Identifier,
    Patient,
    PatientTag,
)
from patients.querysets.duplicates import PairQuerySet
from patients.querysets.organisations import EmploymentQuerySet
from patients.reports.panels import Panel, client_kinds_of
from patients.services.consents import Standing, standing_in
from patients.services.levels import WORDS, sees_levels, words_in

from .relatives import family_of
from .visits import last_visits

FROM_LISTS = ("source", "last_source", "insurance", "occupation")
ALIKE = 5  # people who may be the same one
THIS = Gap("patient", BigIntegerField())

_consents = Prepared[Consent](is_planned_once=True)
_documents = Prepared[Identifier](is_planned_once=True)
_items = Prepared[ReferenceItem](is_planned_once=True)
_tags = Prepared[PatientTag](is_planned_once=True)
_employers = Prepared[Employment](is_planned_once=True)
_alike = Prepared[DuplicatePair](is_planned_once=True)


def panels_of(request: StaffRequest, patient: Patient) -> dict[str, Any]:
    """Most people have nothing in most panels."""
    filled = Panel(vars(patient)["filled"])
    return {
        "shows_numbers": bool(vars(patient)["is_owed"]),
        "recent": last_visits(request, patient) if Panel.VISITS in filled else [],
        "clients": [CLIENT_KINDS[kind] for kind in client_kinds_of(filled)],
        "standing": _standing(patient, filled),
        "tags": tags_of(patient) if Panel.TAGS in filled else [],
        "identifiers": documents_of(patient) if Panel.DOCUMENTS in filled else [],
        "employers": employers_of(patient, request.user) if Panel.EMPLOYERS in filled else [],
        "family": family_of(request, patient, filled),
        "pairs": _pairs(patient, request.user) if Panel.ALIKE in filled else [],
        "level": read_lists(patient, request.user),
    }


def consents_of(patient: Patient) -> list[Consent]:
    """The last decision last."""
    return _consents.rows("of", lambda: Consent.objects.filter(patient=THIS).in_order(), {"patient": patient.pk})


def tags_of(patient: Patient) -> list[PatientTag]:
    def put_on() -> Any:
        return PatientTag.objects.filter(patient=THIS).select_related("added_by__staff")

    return _tags.rows("of", put_on, {"patient": patient.pk})


def documents_of(patient: Patient) -> list[Identifier]:
    return _documents.rows("of", lambda: Identifier.objects.filter(patient=THIS).in_order(), {"patient": patient.pk})


def employers_of(patient: Patient, reader: Staff) -> list[Employment]:
    """Where the person works, for whoever may open the organisation."""
    asks = reader_of(reader, timezone.localdate())

    def works() -> EmploymentQuerySet:
        here = Employment.objects.filter(patient=THIS).visible_to(asks.anybody, asks.today)
        return here.select_related("organisation").latest_first()

    return _employers.rows(asks.shape, works, {**asks.values, "patient": patient.pk})


def alike_to(patient: Patient, reader: Staff) -> list[DuplicatePair]:
    """Pairs with those who may be the same person, for whoever may find both."""
    asks = reader_of(reader, timezone.localdate())

    def alike() -> PairQuerySet:
        pairs = DuplicatePair.objects.visible_to(asks.anybody, asks.today).alike().of(THIS)
        return pairs.select_related("older", "newer").order_by("-score", "-pk")[:ALIKE]

    return _alike.rows(asks.shape, alike, {**asks.values, "patient": patient.pk})


def read_lists(patient: Patient, reader: Staff) -> str:
    """What was chosen from the hospital's lists is there, and in words the service level owed: one question for all."""
    keys = {getattr(patient, f"{name}_id") for name in FROM_LISTS} - {None}
    level = patient.service_level if sees_levels(reader) else 0
    chosen = {f"key {at}": key for at, key in enumerate(keys)}

    def wanted() -> ReferenceItemQuerySet:
        those = Q(pk__in=[Gap(name, BigIntegerField()) for name in chosen])
        return ReferenceItem.objects.filter(those | Q(list__code=WORDS) if level else those)

    items = {item.pk: item for item in _items.rows((len(keys), bool(level)), wanted, chosen)} if keys or level else {}
    for name in FROM_LISTS:
        setattr(patient, name, items.get(getattr(patient, f"{name}_id")))
    return words_in(item for key, item in items.items() if key not in keys).get(level, "")


def _standing(patient: Patient, filled: Panel) -> list[Standing]:
    decisions = consents_of(patient) if Panel.CONSENTS in filled else []
    return list(standing_in(decisions, timezone.localdate(), bool(vars(patient)["surveys_unasked"])).values())


def _pairs(patient: Patient, reader: Staff) -> list[dict[str, Any]]:
    return [
        {"pk": pair.pk, "other": pair.other(patient), "reason_labels": pair.reason_labels}
        for pair in alike_to(patient, reader)
    ]
