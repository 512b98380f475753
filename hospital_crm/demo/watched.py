"""Who looked at whom in the demo hospital without a reason that the system knows."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts import audit
from hospital_crm.lib.phones import read_phone
from patients.models import Reveal, Sex
from patients.services.colleagues import name_colleague
from patients.services.looks import OPENED
from patients.services.patients import NewPhone, register_patient
from patients.services.phones import reveal_phone
from patients.services.unusual import find_unusual_looks

from .people import Hospital

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
COLLEAGUE, DIGITS, YEAR = "nurse2", "13800002102", 1988  # is a patient here too
CURIOUS = "line3"


def seed_watched(hospital: Hospital, at: datetime) -> None:
    """Yesterday somebody of the line opened the record of a colleague, twice, and looked at the number there."""
    colleague, curious = hospital.people[COLLEAGUE], hospital.people[CURIOUS]
    patient = register_patient(
        values={
            "name": colleague.display_name,
            "sex": Sex.FEMALE,
            "birth_year": YEAR,
            "department": hospital.places["refractive"],
        },
        phones=[NewPhone(read_phone(DIGITS))],
        actor=hospital.people["desk"].actor,
        at=at - 60 * DAY,
    )
    manager = hospital.people["manager"].actor
    name_colleague(patient=patient, staff=colleague, actor=manager, at=at - 50 * DAY)
    yesterday = timezone.localtime(at).replace(hour=12, minute=5, second=0, microsecond=0) - DAY
    for moment in (yesterday, yesterday + 40 * MINUTE):
        audit.record_look(actor=curious.actor, verb=OPENED, subject=patient, at=moment)
    reveal_phone(phone=patient.phones.get(), purpose=Reveal.Purpose.VERIFY, staff=curious, at=yesterday + 41 * MINUTE)
    find_unusual_looks(at=at)
