"""Who a patient is by now: whoever was merged is the one into whom."""

from datetime import datetime
from typing import TypeVar, cast

from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.errors import DomainError
from patients.models import Patient

Row = TypeVar("Row", bound=Model)


class PersonErased(DomainError):
    """The person's data are erased, or about to be: nothing is written about the person any more."""

    message = _("The data of this person are erased.")


class SamePerson(DomainError):
    """A record cannot be merged with itself, nor be its own relative."""

    message = _("This is one record already: choose two different ones.")


def hold_patient(patient: Patient) -> Patient:
    """Whom to write about, to the end of the caller's transaction: nobody else changes or merges the record.

    Raises PersonErased.
    """
    held = Patient.objects.select_for_update().get(pk=patient.pk)
    if held.erased_at is not None:
        raise PersonErased
    return held if held.merged_into_id is None else hold_patient(Patient(pk=held.merged_into_id))


def survivor_of(target: Row) -> Row:
    """Whom to write about; nobody merges or erases the record before the transaction ends, and other writers do not
    wait. What is no patient comes back as it is.

    Raises PersonErased.
    """
    return _last_of(target, erased_too=False)


def survivor_even_erased(target: Row) -> Row:
    """The same, for what goes on about people whose data are erased: that their promises end, that they asked."""
    return _last_of(target, erased_too=True)


def _last_of(target: Row, *, erased_too: bool) -> Row:
    if not isinstance(target, Patient):
        return target
    into, erased_at = _state_of(target.pk)
    if erased_at is not None and not erased_too:
        raise PersonErased
    return target if into is None else _last_of(cast(Row, Patient.objects.get(pk=into)), erased_too=erased_too)


def _state_of(key: int) -> tuple[int | None, datetime | None]:
    """With the lock that a row takes which points at the patient: it waits for a merge or an approved erasure alone."""
    if connection.vendor != "postgresql":
        return Patient.objects.filter(pk=key).values_list("merged_into", "erased_at").first() or (None, None)
    table = connection.ops.quote_name(Patient._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT merged_into_id, erased_at FROM {table} WHERE id = %s FOR KEY SHARE", [key])  # noqa: S608
        row = cursor.fetchone()
    return row or (None, None)
