"""The archive's part of an erasure: what is left of a record is its number."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, Model, Q

from accounts.models import Actor
from jobs.models import Job, StoredFile
from jobs.services.files import remove_file, remove_results
from patients.models import (
    AccessGrant,
    ColleagueRecord,
    Consent,
    DataRequest,
    Employment,
    GuardianQuestion,
    Identifier,
    MatchKey,
    Merge,
    MergedRow,
    Part,
    PatientTag,
    Phone,
    Relation,
    Reveal,
    SearchToken,
    TimelineEntry,
)

from .erasing import erase_part
from .exports import EXPORTS
from .forgetting import forget_names
from .rights import record_step


def erase_records(*, at: datetime) -> int:
    """What the archive holds about people whose other parts are gone is gone too, and their requests are done."""
    return erase_part(Part.PATIENTS, erase_record, at=at)


def erase_record(request: DataRequest, keys: Collection[int], at: datetime) -> None:
    actor = request.approved_by
    assert actor is not None  # noqa: S101  only what was approved has steps
    forget_names(keys, at)  # once more: somebody may have looked for a number meanwhile
    _remove_copies(keys)
    for export in EXPORTS:  # who is spoken with at an organisation may be the person
        remove_results(kind=export.kind)
    _forget_merges(keys)
    _forget_rows(keys, at)
    DataRequest.objects.filter(patient__in=keys).update(note="", answer="")
    _close(request, actor, at)


def _remove_copies(keys: Collection[int]) -> None:
    """Copies that were written for the person."""
    jobs = DataRequest.objects.filter(patient__in=keys).values("pk")
    written = Job.objects.filter(kind="person_copy", parameters__request__in=[row["pk"] for row in jobs])
    for stored in StoredFile.objects.filter(job__in=written):
        remove_file(stored)


def _forget_merges(keys: Collection[int]) -> None:
    """That they were merged stays; what the rows held before does not, so that it cannot be undone."""
    merges = Merge.objects.filter(Q(survivor__in=keys) | Q(merged__in=keys))
    MergedRow.objects.filter(merge__in=merges).delete()
    nothing: dict[str, Any] = {"survivor": {}, "merged": {}}
    merges.update(before=nothing, after=nothing, stayed=[])


def _forget_rows(keys: Collection[int], at: datetime) -> None:
    of_person = Q(patient__in=keys)
    Reveal.objects.filter(phone__patient__in=keys).delete()
    Relation.objects.filter(of_person | Q(relative__in=keys)).delete()
    gone: Iterable[type[Model]] = (
        *(Phone, Identifier, SearchToken, MatchKey, TimelineEntry, ColleagueRecord, PatientTag, GuardianQuestion),
    )
    for model in gone:
        model._default_manager.filter(of_person).delete()
    Employment.objects.filter(of_person).delete()
    AccessGrant.objects.open().filter(of_person).update(ended_at=at)
    for consent in Consent.objects.filter(of_person, evidence__isnull=False).select_related("evidence"):
        stored = consent.evidence
        assert stored is not None  # noqa: S101  those without were left out
        StoredFile.objects.filter(pk=stored.pk).update(name=f"consent-{consent.pk}.{stored.kind}")


def _close(request: DataRequest, actor: Actor, at: datetime) -> None:
    done = {"state": DataRequest.State.DONE, "closed_at": at, "closed_by": actor}
    DataRequest.objects.filter(pk=request.pk).update(**done, version=F("version") + 1)
    request.refresh_from_db()
    record_step("done", request, actor=actor, at=at)
