"""Which panels of a patient's page have anything to show, so that only those ask for their rows."""

from __future__ import annotations

from enum import IntFlag, auto

from django.db.models import IntegerField
from django.db.models.expressions import RawSQL

from patients.querysets import PatientQuerySet
from patients.rules.visits import CLIENTS, HAPPENED, HEALTH_CHECK, INPATIENT, OUTPATIENT


class Panel(IntFlag):
    DEBTS = auto()  # somebody, whoever it is, owes the patient something
    VISITS = auto()
    CONSENTS = auto()
    TAGS = auto()
    DOCUMENTS = auto()
    EMPLOYERS = auto()
    RELATIVES = auto()
    SHARERS = auto()  # somebody else has one of the numbers
    ALIKE = auto()  # somebody was once compared with the patient
    OUTPATIENT = auto()  # was here for visits by which somebody is such a client
    INPATIENT = auto()
    HEALTH_CHECK = auto()


CLIENT_PANELS = {Panel.OUTPATIENT: OUTPATIENT, Panel.INPATIENT: INPATIENT, Panel.HEALTH_CHECK: HEALTH_CHECK}


def _visits_that_took_place(kinds: tuple[str, ...]) -> str:
    states, wanted = (", ".join(f"'{each}'" for each in names) for names in (HAPPENED, kinds))
    return f"patients_visit WHERE patient_id = patients_patient.id AND status IN ({states}) AND kind IN ({wanted})"


# By hand: the ORM takes longer to put a dozen subqueries together than all panels take to read.
ROWS = {
    Panel.DEBTS: "patients_accessgrant WHERE patient_id = patients_patient.id AND ended_at IS NULL",
    Panel.VISITS: "patients_visit WHERE patient_id = patients_patient.id",
    Panel.CONSENTS: "patients_consent WHERE patient_id = patients_patient.id",
    Panel.TAGS: "patients_patienttag WHERE patient_id = patients_patient.id",
    Panel.DOCUMENTS: "patients_identifier WHERE patient_id = patients_patient.id",
    Panel.EMPLOYERS: "patients_employment WHERE patient_id = patients_patient.id",
    Panel.RELATIVES: "patients_relation WHERE patient_id = patients_patient.id OR relative_id = patients_patient.id",
    Panel.SHARERS: (
        "patients_phone AS mine JOIN patients_phone AS other ON other.digits = mine.digits "
        "WHERE mine.patient_id = patients_patient.id AND other.patient_id <> patients_patient.id"
    ),
    Panel.ALIKE: "patients_duplicatepair WHERE older_id = patients_patient.id OR newer_id = patients_patient.id",
    **{panel: _visits_that_took_place(CLIENTS[kind]) for panel, kind in CLIENT_PANELS.items()},
}


FILLED = " + ".join(
    f"CASE WHEN EXISTS(SELECT 1 FROM {rows}) THEN {panel.value} ELSE 0 END"  # noqa: S608  of the constants above
    for panel, rows in ROWS.items()
)


def with_panels(people: PatientQuerySet) -> PatientQuerySet:
    """With `filled`: the panels for which there are rows; what of them the reader may see is for each panel to ask."""
    return people.annotate(filled=RawSQL(FILLED, (), output_field=IntegerField()))  # noqa: S611  a constant


def client_kinds_of(filled: Panel) -> list[str]:
    """Of which kinds the person is a client, in a fixed order."""
    return [kind for panel, kind in CLIENT_PANELS.items() if panel in filled]
