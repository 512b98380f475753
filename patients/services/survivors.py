"""Who a patient is by now: whoever was merged is the one into whom."""

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
    """Whom to write about; nobody merges the record before the transaction ends, and other writers do not wait.

    What is no patient comes back as it is.
    """
    if not isinstance(target, Patient):
        return target
    into = _merged_into(target.pk)
    return target if into is None else survivor_of(cast(Row, Patient.objects.get(pk=into)))


def _merged_into(key: int) -> int | None:
    """With the lock that a row takes which points at the patient: it waits for a merge, and for nothing else."""
    if connection.vendor != "postgresql":
        return Patient.objects.filter(pk=key).values_list("merged_into", flat=True).first()
    table = connection.ops.quote_name(Patient._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT merged_into_id FROM {table} WHERE id = %s FOR KEY SHARE", [key])  # noqa: S608
        row = cursor.fetchone()
    return row[0] if row else None
