"""The demo hospital: facts that belong to nobody."""

from datetime import datetime

from django.db import transaction

from .people import PASSWORD, PEOPLE, PLACES, PROFILE, Person, is_seeded, seed_people
from .work import seed_work

__all__ = ("PASSWORD", "PEOPLE", "PLACES", "PROFILE", "Person", "is_seeded", "seed")


@transaction.atomic
def seed(*, at: datetime) -> None:
    """The demo hospital stands, and its people have something to do."""
    seed_work(seed_people(at=at), at=at)
