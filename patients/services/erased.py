"""The archive's part of an erasure: what is left of a record is its number."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, Model, Q

from accounts.models import Actor
from accounts.services import saved_views
from jobs.models import Job, StoredFile
from jobs.services.files import remove_file, remove_results
from jobs.services.jobs import forget_words
from patients.models import (
    AccessGrant,
    BulkAct,
    ColleagueRecord,
    Consent,
    Contact,
    DataRequest,
    DuplicatePair,
    Employment,
    Identifier,
    MatchKey,
    Merge,
    MergedRow,
    OrganisationContact,
    Part,
    Patient,
    PatientTag,
    Phone,
    Relation,
    Reveal,
    SearchToken,
    Selection,
    TimelineEntry,
)

from .erasing import erase_part
from .exports import PEOPLE
from .rights import record_step


def erase_records(*, at: datetime) -> int:
    """What the archive holds about people whose other parts are gone is gone too, and their requests are done."""
    return erase_part(Part.PATIENTS, erase_record, at=at)


def erase_record(request: DataRequest, keys: Collection[int], at: datetime) -> None:
    actor = request.approved_by
    assert actor is not None  # noqa: S101  only what was approved has steps
    words = words_of(keys)
    forget_words(words=words, at=at)
    saved_views.forget_words(words)
    _forget_choices(words)
    _remove_copies(keys)
    remove_results(kind=PEOPLE.kind)
    _forget_merges(keys)
    _forget_rows(keys, at)
    for patient in Patient.objects.filter(pk__in=keys):
        Patient.objects.filter(pk=patient.pk).update(**_blank(patient), version=F("version") + 1)
    DataRequest.objects.filter(patient__in=keys).update(note="", answer="")
    _close(request, actor, at)


def words_of(keys: Collection[int]) -> set[str]:
    """By what the people are known: names, numbers of the hospital and of documents, phones."""
    people = Patient.objects.filter(pk__in=keys)
    words = {word for pair in people.values_list("name", "hospital_number") for word in pair}
    words |= set(Phone.objects.filter(patient__in=keys).values_list("digits", flat=True))
    words |= {each.shown for each in Identifier.objects.filter(patient__in=keys)}
    return {word for word in words if len(word) > 1}


def _remove_copies(keys: Collection[int]) -> None:
    """Copies that were written for the person."""
    jobs = DataRequest.objects.filter(patient__in=keys).values("pk")
    written = Job.objects.filter(kind="person_copy", parameters__request__in=[row["pk"] for row in jobs])
    for stored in StoredFile.objects.filter(job__in=written):
        remove_file(stored)


def _forget_choices(words: Collection[str]) -> None:
    """Whom somebody looked for to act for many, and what was to be promised to them in words."""
    for chosen in Selection.objects.filter(wanted__has_key="q"):
        if any(word in str(chosen.wanted["q"]) for word in words):
            Selection.objects.filter(pk=chosen.pk).update(wanted={**chosen.wanted, "q": ""})
    for act in BulkAct.objects.all():
        if any(word in str([act.parameters, act.words]) for word in words):
            BulkAct.objects.filter(pk=act.pk).update(parameters={}, words={})


def _forget_merges(keys: Collection[int]) -> None:
    """That they were merged stays; what the rows held before does not, so that it cannot be undone."""
    merges = Merge.objects.filter(Q(survivor__in=keys) | Q(merged__in=keys))
    MergedRow.objects.filter(merge__in=merges).delete()
    nothing: dict[str, Any] = {"survivor": {}, "merged": {}}
    merges.update(before=nothing, after=nothing, stayed=[])


def _forget_rows(keys: Collection[int], at: datetime) -> None:
    of_person = Q(patient__in=keys)
    Reveal.objects.filter(phone__patient__in=keys).delete()
    DuplicatePair.objects.filter(Q(older__in=keys) | Q(newer__in=keys)).delete()
    Relation.objects.filter(of_person | Q(relative__in=keys)).delete()
    gone: Iterable[type[Model]] = (Phone, Identifier, SearchToken, MatchKey, TimelineEntry, ColleagueRecord, PatientTag)
    for model in gone:
        model._default_manager.filter(of_person).delete()
    Employment.objects.filter(of_person).delete()
    for contact in OrganisationContact.objects.filter(of_person).select_related("patient"):
        _forget_spoken_with(contact, at)
    Contact.objects.filter(became__in=keys).update(name="", digits="", extension="", ending="")
    AccessGrant.objects.open().filter(of_person).update(ended_at=at)
    for consent in Consent.objects.filter(of_person, evidence__isnull=False).select_related("evidence"):
        stored = consent.evidence
        assert stored is not None  # noqa: S101  those without were left out
        StoredFile.objects.filter(pk=stored.pk).update(name=f"consent-{consent.pk}.{stored.kind}")


def _forget_spoken_with(contact: OrganisationContact, at: datetime) -> None:
    """An organisation keeps only that there was somebody."""
    nobody = {"position": "", "digits": "", "extension": "", "email": "", "is_main": False}
    assert contact.patient is not None  # noqa: S101  they were found by it
    over = {"ended_at": contact.ended_at or at, "version": F("version") + 1}
    OrganisationContact.objects.filter(pk=contact.pk).update(name=contact.patient.number, **nobody, **over)


def _blank(patient: Patient) -> dict[str, Any]:
    """Every column that somebody could fill in holds nothing; the number stands where the name stood."""
    columns: dict[str, Any] = {"name": patient.number, "last_contact_at": None, "level_ends_at": None}
    columns["service_level"] = Patient._meta.get_field("service_level").get_default()
    for field in Patient._meta.concrete_fields:
        if field.editable and not field.primary_key and field.name != "name":
            columns[field.attname] = None if field.null else field.get_default()
    return columns


def _close(request: DataRequest, actor: Actor, at: datetime) -> None:
    done = {"state": DataRequest.State.DONE, "closed_at": at, "closed_by": actor}
    DataRequest.objects.filter(pk=request.pk).update(**done, version=F("version") + 1)
    request.refresh_from_db()
    record_step("done", request, actor=actor, at=at)
