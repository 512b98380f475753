"""The part of an erasure that tries to reach somebody have."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from followups.models import Attempt
from patients.models import DataRequest, Part, Patient
from patients.services.erasing import erase_part


def erase_attempts(*, at: datetime) -> int:
    """Nobody reads any more what was noted while people who are being erased were rung, and on which number."""
    return erase_part(Part.FOLLOWUPS, _erase, at=at)


def concerned_attempts(patient: Patient) -> list[str]:
    """The sources, in the log of contacts, of tries of which a colleague must not know: they are in no copy."""
    concerned = patient.promises.about_somebody().values("pk")
    keys = Attempt.objects.filter(promise__in=concerned).values_list("pk", flat=True)
    return [f"attempt:{key}" for key in keys]


def _erase(request: DataRequest, keys: Collection[int], at: datetime) -> None:
    Attempt.objects.filter(promise__patient__in=keys).update(note="")
    rung = Q(promise__patient__in=keys) | Q(phone__patient__in=keys)  # also for a record that was merged once
    Attempt.objects.filter(rung).update(phone=None)
