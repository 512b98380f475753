"""What counts as a look at a person, whichever app wrote it down; and whoever asks for people by a number."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, Case, Expression, F, Model, OuterRef, Q, Subquery, When
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor, AuditEntry
from hospital_crm.lib.phones import TRAILING_DIGITS, searchable
from patients.models import Patient

VERB = "number.asked"
OPENED = "patient.opened"
VISITS = "patient.visits_opened"
LOOKS = [
    OPENED,
    VISITS,
    "patient.phone_revealed",
    "patient.identifier_revealed",
    "patient.address_revealed",
    "patient.email_revealed",
    "patient.evidence_opened",
    "data_request.copy_fetched",
]
# Lists of many patients, carried away: each is one look, however many it holds, at nobody in particular. A list about
# one patient is a look at that one, by an entry of its own; one that is not about patients is none.
EXPORTS: list[str] = []
ROWS: list[type[Model]] = []  # of the apps above, each about a patient


def count_looks(model: type[Model], *verbs: str) -> None:
    """Each app says which of its entries are looks at the patient whom a row of it is about."""
    ROWS.append(model)
    LOOKS.extend(verbs)


def count_exports(*verbs: str) -> None:
    """Each app says which of its lists are about many patients: each that is carried away is a look."""
    EXPORTS.extend(verbs)


def looks_at_people(people: Collection[int]) -> Q:
    """Entries of the audit that are looks at one of these, under whichever key then, or at a row about one of them."""
    keys = Patient.objects.filter(Q(pk__in=people) | Q(merged_into__in=people)).values("pk")
    about = Q(subject_type=Patient._meta.label, subject_id__in=keys)
    for model in ROWS:
        rows = model._default_manager.filter(patient__in=keys).values("pk")
        about |= Q(subject_type=model._meta.label, subject_id__in=rows)
    return about & Q(verb__in=LOOKS)


def looked_at() -> Expression:
    """The key of the person whom an entry of the audit is a look at; null where there is none."""
    rows = [(Patient._meta.label, F("subject_id")), *((model._meta.label, _patient_of(model)) for model in ROWS)]
    return Case(*(When(subject_type=label, then=key) for label, key in rows), output_field=BigIntegerField())


def _patient_of(model: type[Model]) -> Subquery:
    return Subquery(model._default_manager.filter(pk=OuterRef("subject_id")).values("patient")[:1])


def record_question(text: str, *, actor: Actor, at: datetime) -> None:
    """That the person looked for a number is in the audit, every time; the number is not."""
    if is_question(text):
        audit.record(actor=actor, verb=VERB, subject=None, at=at)


def record_wanted(wanted: dict[str, Any], *, actor: Actor, at: datetime) -> None:
    """The same of a list's filter, when what it shows is carried away."""
    record_question(wanted.get("q", ""), actor=actor, at=at)


def questions_typed(text: str, *, actor: Actor, at: datetime, form: UUID | None) -> list[AuditEntry]:
    """The same for `audit.record_looks`, where every digit that is typed asks anew: one a form and ten minutes."""
    return [audit.look(actor=actor, verb=VERB, subject=None, at=at, form=form)] if is_question(text) else []


def is_question(text: str) -> bool:
    """Whether it looks for a number."""
    return len(searchable(text)) >= TRAILING_DIGITS


audit.name_verbs(
    {
        VERB: _("Looked for a number"),
        "call.number_asked": _("Looked for calls by a number"),  # stands in old entries only
    }
)
