"""Many visits on file at once, as by `record_visit`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor, Department
from hospital_crm.lib.bulk import free_keys, insert_rows, insert_values
from patients.models import Diagnosis, Operation, Patient, Visit
from patients.rules.visits import FINISHED, HAPPENED

from .bulk import PastEntry, add_past_entries
from .levels import await_renewal
from .visits import KIND, ClinicalText


@dataclass(frozen=True)
class NewVisit:
    """`patient` is a key, `values` columns of Visit."""

    patient: int
    values: dict[str, Any]
    clinical: ClinicalText = ClinicalText()  # noqa: RUF009  frozen


@transaction.atomic
def record_visits(visits: Sequence[NewVisit], *, actor: Actor, at: datetime) -> Sequence[int]:
    """All of them are on file, each of whom its patient became by now, or none is; the audit holds one entry for all.
    Their keys.

    Raises IntegrityError where a number of another system is taken.
    """
    visits = _of_survivors(visits)
    keys = free_keys(Visit, len(visits))
    both = list(zip(keys, visits, strict=True))
    rows = [{"status": FINISHED, **new.values, "id": key, "patient": new.patient} for key, new in both]
    insert_values(Visit, rows, recorded_at=at, updated_at=at, updated_by_id=actor.pk)
    _insert_clinical(both)
    happened = [(key, new) for key, new in both if new.values.get("status", FINISHED) in HAPPENED]
    add_past_entries(_entry(key, new, actor) for key, new in happened)
    await_renewal(((new.patient, new.values["starts_at"]) for _key, new in happened), at=at)
    audit.record(actor=actor, verb="visits.imported", subject=None, at=at)
    return keys


def _of_survivors(visits: Sequence[NewVisit]) -> Sequence[NewVisit]:
    merged = Patient.objects.filter(pk__in={new.patient for new in visits}, merged_into__isnull=False)
    became = {key: into for key, into in merged.values_list("pk", "merged_into") if into is not None}
    return [replace(new, patient=became.get(new.patient, new.patient)) for new in visits] if became else visits


def _insert_clinical(visits: Sequence[tuple[int, NewVisit]]) -> None:
    found = (
        (key, rank, each.code, each.text) for key, new in visits for rank, each in enumerate(new.clinical.diagnoses)
    )
    insert_rows(Diagnosis, ("visit_id", "rank", "code", "text"), found)
    done = (
        (key, rank, each.code, each.text, each.performed_at)
        for key, new in visits
        for rank, each in enumerate(new.clinical.operations)
    )
    insert_rows(Operation, ("visit_id", "rank", "code", "text", "performed_at"), done)


def _entry(key: int, new: NewVisit, actor: Actor) -> PastEntry:
    place: Department | None = new.values.get("department")
    return PastEntry(
        patient_id=new.patient,
        kind=KIND,
        needs=Capability.FIND_PEOPLE,
        occurred_at=new.values["starts_at"],
        actor_id=actor.pk,
        params={
            "kind": str(new.values["kind"]),
            "department": {"zh": place.name_zh, "en": place.name_en} if place else None,
        },
        source_type=Visit._meta.label,
        source_id=key,
    )


audit.name_verbs({"visits.imported": _("Visits imported")})
