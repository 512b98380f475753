"""What the archive holds about a person, for the copy: in clear, for it is the person's own."""

from collections.abc import Iterable
from datetime import time
from typing import Any

from django.db import models
from django.utils import timezone

from hospital_crm.lib.districts import districts
from hospital_crm.lib.sealing import CannotBeOpened
from patients.models import DataRequest, Patient, Relation

from .consents import standing_of
from .copies import Row, coded, moment, own_numbers, told_number
from .relatives import tie_of


def _clock(value: time | None) -> str | None:
    return value.isoformat("minutes") if value else None


def copy_of_archive(patient: Patient) -> dict[str, list[Row]]:
    """What the archive holds about the person: in clear, for it is the person's own. Names of others are left out."""
    return {
        "person": [_person(patient), *(_earlier(each) for each in patient.merged_from.order_by("pk"))],
        "phones": _phones(patient),
        "documents": [_document(each) for each in patient.identifiers.in_order()],
        "relatives": _relatives(patient),
        "employers": [_employer(each) for each in patient.employments.select_related("organisation").order_by("pk")],
        "visits": _visits(patient),
        "consents_now": [_standing(each) for each in standing_of(patient, timezone.localdate()).values()],
        "consents": [_consent(each) for each in patient.consents.in_order().select_related("wording", "evidence")],
        "data_requests": [_request(each) for each in patient.data_requests.order_by("pk")],
    }


def _person(patient: Patient) -> Row:
    items = {name: getattr(patient, name) for name in ("occupation", "insurance", "source", "last_source")}
    return {
        "number": patient.number,
        "hospital_number": patient.hospital_number,
        "name": patient.name,
        "sex": coded(patient, "sex"),
        "born": str(patient.birth_date or patient.birth_year or ""),
        "died_on": str(patient.died_on or ""),
        "district": str(districts().get(patient.district, "")),
        "residence": patient.residence,
        "address": patient.address,
        "email": patient.email,
        "language": coded(patient, "language"),
        "preferred_channel": coded(patient, "preferred_channel"),
        "preferred_from": _clock(patient.preferred_from),
        "preferred_until": _clock(patient.preferred_until),
        "not_before": moment(patient.not_before),
        "card": patient.card,
        "tags": "; ".join(each.tag.label for each in patient.tags.all()),
        **{name: item.label if item else None for name, item in items.items()},
        "department": patient.department.name if patient.department else None,
        "registered_at": moment(patient.registered_at),
        "last_contact_at": moment(patient.last_contact_at),
    }


def _earlier(patient: Patient) -> Row:
    """A record that was found to be the same person's."""
    return {"number": patient.number, "hospital_number": patient.hospital_number, "name": patient.name}


def _phones(patient: Patient) -> list[Row]:
    own = own_numbers(patient)
    return [_phone(each, is_own=each.digits in own) for each in patient.phones.primary_first()]


def _phone(phone: Any, *, is_own: bool) -> Row:
    return {
        "phone": phone.shown if is_own else told_number(phone.digits, ()),
        "owner": coded(phone, "owner"),
        "kind": coded(phone, "kind"),
        "checked": coded(phone, "checked_as"),
        "checked_at": moment(phone.checked_at),
        "last_success_at": moment(phone.last_success_at),
        "preferred_from": _clock(phone.preferred_from),
        "preferred_until": _clock(phone.preferred_until),
        "is_primary": phone.is_primary,
        "added_at": moment(phone.added_at),
    }


def _document(identifier: Any) -> Row:
    try:
        number = identifier.value
    except CannotBeOpened:
        number = identifier.shown
    return {
        "type": coded(identifier, "type"),
        "number": number,
        "system": identifier.scope,
        "added_at": moment(identifier.added_at),
    }


def _relatives(patient: Patient) -> list[Row]:
    """What they are to each other and what they may be told: who they are is theirs."""
    rows = Relation.objects.of(patient).select_related("patient", "relative").order_by("pk")
    told: list[Row] = []
    for row in rows:
        tie = tie_of(row, patient)
        role, may = Relation.Role(tie.role), Relation.Told(tie.may_be_told)
        told.append(
            {
                "role": {"code": role.value, "text": str(role.label)},
                "is_guardian": tie.guards,
                "may_be_told": {"code": may.value, "text": str(may.label)},
                "added_at": moment(row.added_at),
                "ended_at": moment(row.ended_at),
            }
        )
    return told


def _employer(row: Any) -> Row:
    return {
        "organisation": row.organisation.name,
        "position": row.position,
        "staff_number": row.staff_number,
        "since": str(row.since or ""),
        "until": str(row.until or ""),
    }


def _visits(patient: Patient) -> list[Row]:
    rows = patient.visits.select_related("department", "doctor").prefetch_related("diagnoses", "operations")
    return [
        {
            "kind": coded(visit, "kind"),
            "status": coded(visit, "status"),
            "starts_at": moment(visit.starts_at),
            "ends_at": moment(visit.ends_at),
            "department": visit.department.name if visit.department else None,
            "doctor": visit.seen_by,
            "diagnoses": _listed(visit.diagnoses.all()),
            "operations": _listed(visit.operations.all()),
            "disposition": coded(visit, "disposition"),
            "total": str(visit.total) if visit.total is not None else None,
            "insured": str(visit.insured) if visit.insured is not None else None,
            "external_id": visit.external_id,
            "source": visit.scope,
        }
        for visit in rows.order_by("starts_at", "pk")
    ]


def _listed(rows: Iterable[models.Model]) -> str:
    return "; ".join(str(row) for row in rows)


def _standing(standing: Any) -> Row:
    purpose = standing.purpose
    return {
        "purpose": {"code": purpose.value, "text": str(purpose.label)},
        "is_allowed": standing.is_allowed,
        "last_on": str(standing.last_on or ""),
        "otherwise": ", ".join(each.label for each in standing.on_channels),
    }


def _consent(consent: Any) -> Row:
    return {
        "purpose": coded(consent, "purpose"),
        "channel": coded(consent, "channel"),
        "is_given": consent.is_given,
        "decided_at": moment(consent.decided_at),
        "last_on": str(consent.last_on or ""),
        "way": coded(consent, "way"),
        "said_by": coded(consent, "said_by"),
        "guardian": consent.guardian,
        "wording": consent.wording.text if consent.wording else None,
        "signed_paper": consent.evidence.name if consent.evidence else None,
    }


def _request(request: DataRequest) -> Row:
    return {
        "kind": coded(request, "kind"),
        "asker": coded(request, "asker"),
        "asked_at": moment(request.asked_at),
        "due_on": str(request.due_on),
        "state": coded(request, "state"),
        "answer": request.answer,
    }
