"""What somebody was called is forgotten at once, wherever the archive and the floors below it have it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from accounts.services import saved_views
from hospital_crm.lib.naming import Called
from hospital_crm.lib.sealing import CannotBeOpened
from jobs.services.jobs import forget_words
from patients.models import (
    BulkAct,
    Contact,
    DuplicatePair,
    Identifier,
    MatchKey,
    OrganisationContact,
    Patient,
    Phone,
    SearchToken,
    Selection,
)

NOBODY = [-1]  # keys of a selection that finds no one: without its words it must not find everybody


def forget_names(keys: Collection[int], at: datetime) -> None:
    """The number of the record stands where a name stood; nothing looks for the people, compares or lists them."""
    words = words_of(keys)
    forget_words(words=words, at=at)
    saved_views.forget_words(words)
    _forget_choices(words)
    for patient in Patient.objects.filter(pk__in=keys):
        Patient.objects.filter(pk=patient.pk).update(**_blank(patient), version=F("version") + 1)
    for model in (SearchToken, MatchKey):
        model._default_manager.filter(patient__in=keys).delete()
    DuplicatePair.objects.filter(Q(older__in=keys) | Q(newer__in=keys)).delete()
    for contact in OrganisationContact.objects.filter(patient__in=keys).select_related("patient"):
        _forget_spoken_with(contact, at)
    Contact.objects.filter(became__in=keys).update(name="", digits="", extension="", ending="")


def words_of(keys: Collection[int]) -> set[str]:
    """By what the people are known: names, numbers of the hospital and of documents, phones,
    e-mail."""
    people = Patient.objects.filter(pk__in=keys)
    words = {word for told in people.values_list("name", "hospital_number", "email") for word in told}
    words -= set(people.values_list("number", flat=True))  # that is what stays
    words |= set(Phone.objects.filter(patient__in=keys).values_list("digits", flat=True))
    words |= {_number_of(each) for each in Identifier.objects.filter(patient__in=keys)}
    return {word for word in words if len(word) > 1}


def _number_of(identifier: Identifier) -> str:
    try:
        return identifier.value
    except CannotBeOpened:
        return identifier.shown


def _forget_choices(words: Collection[str]) -> None:
    """Whom somebody looked for to act for many, and what was to be promised to them in words."""
    called = Called(words)
    for chosen in Selection.objects.filter(wanted__has_key="q"):
        if called.is_sought_by(str(chosen.wanted["q"])):
            Selection.objects.filter(pk=chosen.pk).update(wanted={**chosen.wanted, "q": ""}, keys=NOBODY)
    for act in BulkAct.objects.all():
        note = act.parameters.get("note", "")  # what somebody typed; everything else is chosen from lists
        if called.is_named_in(note):
            words = {language: told.replace(f"{note} · ", "") for language, told in act.words.items()}
            BulkAct.objects.filter(pk=act.pk).update(parameters={**act.parameters, "note": ""}, words=words)


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
