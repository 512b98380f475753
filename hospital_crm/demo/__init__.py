"""The demo hospital: facts that belong to nobody."""

from datetime import datetime

from django.db import transaction

from patients.models import Patient
from promises.services.days import sum_days

from .calendars import seed_calendars
from .cast import COLLEAGUES, PASSWORD, PEOPLE, PLACES, PROFILE, Person
from .history import seed_past
from .owed import PATIENTS
from .people import is_seeded, seed_people
from .work import seed_work

__all__ = ("COLLEAGUES", "PASSWORD", "PATIENTS", "PEOPLE", "PLACES", "PROFILE", "Person", "is_seeded", "seed")

USUAL_PATIENTS = 500
RECENT_DAYS, LONG_DAYS = 90, 3 * 365


def seed(*, at: datetime, patients: int = USUAL_PATIENTS, days: int = RECENT_DAYS, processes: int = 1) -> None:
    """The demo hospital stands, its people have something to do, and so many patients have been here in these days.

    Those with something to do today are always among them. The crowd comes in steps that each hold by themselves.
    """
    with transaction.atomic():
        hospital = seed_people(at=at)
        seed_calendars(hospital, at=at)
        seed_work(hospital, at=at)
        besides = Patient.objects.count() - len(PATIENTS)
    seed_past(hospital, ranks=range(len(PATIENTS), patients - besides), days=days, at=at, processes=processes)
    sum_days(at=at)
