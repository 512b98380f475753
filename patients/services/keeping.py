"""What an erasure has left goes too, when its time is over. The audit holds no content and stays."""

from collections.abc import Callable, Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from jobs.models import StoredFile
from jobs.services.files import remove_file
from patients.models import Consent, Diagnosis, Kept, KeptRecord, Operation, Visit
from patients.rules.visits import INPATIENT

from .copies import also_merged
from .fingerprints import forget_prints

Forget = Callable[[Collection[int]], None]


def end_kept(what: Kept, forget: Forget, *, at: datetime) -> int:
    """Of people who were erased, what was kept of this kind is gone where its time is over; of how many."""
    over = KeptRecord.objects.over(what, timezone.localdate(at)).select_related("request__patient")
    return sum(_end(row, forget, at) for row in list(over))


@transaction.atomic
def _end(row: KeptRecord, forget: Forget, at: datetime) -> bool:
    if KeptRecord.objects.filter(pk=row.pk, ended_at__isnull=True).update(ended_at=at) != 1:
        return False
    forget(also_merged(row.request.patient))
    return True


def end_kept_records(*, at: datetime) -> int:
    """The archive's part of it."""
    parts: dict[Kept, Forget] = {
        Kept.OUTPATIENT: lambda keys: _forget_visits(~Q(kind=INPATIENT), keys),
        Kept.INPATIENT: lambda keys: _forget_visits(Q(kind=INPATIENT), keys),
        Kept.CONSENTS: _forget_consents,
        Kept.REQUESTS: lambda keys: None,  # names nobody
        Kept.PRINTS: forget_prints,
    }
    return sum(end_kept(what, forget, at=at) for what, forget in parts.items())


def _forget_visits(kind: Q, keys: Collection[int]) -> None:
    """That somebody was here stays in the figures; what for, and the number in the other system, does not."""
    visits = Visit.objects.filter(kind, patient__in=keys)
    for model in (Diagnosis, Operation):
        model._default_manager.filter(visit__in=visits).delete()
    nothing = dict.fromkeys(("scope", "external_id", "doctor_name", "cancel_reason", "disposition"), "")
    visits.update(**nothing, total=None, insured=None)


def _forget_consents(keys: Collection[int]) -> None:
    consents = Consent.objects.filter(patient__in=keys)
    papers = list(StoredFile.objects.filter(pk__in=consents.exclude(evidence=None).values("evidence")))
    consents.delete()
    for paper in papers:
        remove_file(paper)
