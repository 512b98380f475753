"""When the demo hospital's people were here, told from the moment of the seeding."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from patients.models import Patient, Visit
from patients.services.visits import ClinicalText, NewDiagnosis, NewOperation, record_visit

from .people import Hospital

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Kind, Status = Visit.Kind, Visit.Status
CATARACT = NewDiagnosis("H25.9", "老年性白内障")
GLAUCOMA = NewDiagnosis("H40.1", "原发性开角型青光眼")
MYOPIA = NewDiagnosis("H52.1", "近视")
PHACO = NewOperation("13.41", "白内障超声乳化")


@dataclass(frozen=True)
class Stay:
    """Of whom (by rank), and how long ago it began."""

    patient: int
    kind: Visit.Kind
    ago: timedelta
    length: timedelta = HOUR
    status: Visit.Status = Status.FINISHED
    found: tuple[NewDiagnosis, ...] = ()
    done: tuple[NewOperation, ...] = ()
    total: int | None = None  # yuan


OFTEN = 13  # visits of one who is here every two months: the highest service level
STAYS = (
    Stay(0, Kind.OUTPATIENT, 28 * DAY, found=(CATARACT,), total=320),
    Stay(0, Kind.INPATIENT, 10 * DAY, 2 * DAY, found=(CATARACT,), done=(PHACO,), total=12_800),
    Stay(0, Kind.OUTPATIENT, 7 * DAY, found=(CATARACT,), total=180),
    Stay(1, Kind.INPATIENT, 20 * DAY, 3 * DAY, found=(CATARACT,), done=(PHACO,), total=13_600),
    Stay(1, Kind.INPATIENT, 9 * DAY, DAY, found=(CATARACT,), total=2_400),  # within 30 days
    *(Stay(9, Kind.OUTPATIENT, rank * 55 * DAY, found=(GLAUCOMA,), total=260) for rank in range(1, OFTEN + 1)),
    *(Stay(7, Kind.OUTPATIENT, rank * 90 * DAY, found=(GLAUCOMA,), total=240) for rank in (1, 2)),
    Stay(3, Kind.OUTPATIENT, 6 * DAY, found=(GLAUCOMA,), total=260),
    Stay(5, Kind.OUTPATIENT, 4 * DAY, found=(MYOPIA,)),
    Stay(7, Kind.EMERGENCY, 2 * DAY, 3 * HOUR, found=(GLAUCOMA,)),
    Stay(10, Kind.HEALTH_CHECK, 5 * DAY, 2 * HOUR),
    Stay(14, Kind.HEALTH_CHECK, 3 * DAY, 2 * HOUR),
    Stay(12, Kind.OUTPATIENT, -DAY, status=Status.PLANNED),
    Stay(25, Kind.OUTPATIENT, 5 * HOUR, found=(CATARACT,)),  # whom no desk has registered
    Stay(28, Kind.OUTPATIENT, 3 * HOUR, found=(MYOPIA,)),
)


def seed_visits(hospital: Hospital, patients: list[Patient], at: datetime) -> None:
    """Some were here, one will come, one came back within 30 days."""
    for stay in STAYS:
        begins = at - stay.ago
        patient = patients[stay.patient]
        is_over = stay.status == Status.FINISHED
        record_visit(
            patient=patient,
            values={
                "kind": stay.kind,
                "status": stay.status,
                "department": patient.department,
                "starts_at": begins,
                "ends_at": begins + stay.length if is_over else None,
                "disposition": Visit.Disposition.HOME if stay.kind == Kind.INPATIENT else "",
                "total": stay.total,
            },
            clinical=ClinicalText(stay.found, stay.done),
            actor=hospital.actor,
            at=at,
        )
