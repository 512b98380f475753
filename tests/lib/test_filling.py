"""A database that is filled at once is afterwards what it was before, and holds only what its tables allow."""

from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from hospital_crm.lib.bulk import insert_rows
from hospital_crm.lib.filling import filling
from patients.models import Phone, SearchToken
from tests import make

pytestmark = [
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite is filled with its indexes"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
TABLES = (Phone, SearchToken)
NAMES = [model._meta.db_table for model in TABLES]
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) ORDER BY 1"
CONSTRAINTS = """
SELECT conname, contype, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = ANY(%s::regclass[]) ORDER BY 1
"""
SETTINGS = "SELECT relname, reloptions FROM pg_class WHERE relname = ANY(%s) ORDER BY 1"


def rows(query: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, [NAMES])
        return list(cursor.fetchall())


def shape() -> list[Any]:
    return [rows(query) for query in (INDEXES, CONSTRAINTS, SETTINGS)]


def phone(patient: int) -> None:
    columns, now = ("patient_id", "digits", "is_primary", "added_at", "updated_at"), timezone.now()
    insert_rows(Phone, columns, [(patient, "15400000001", True, now, now)])


def test_the_tables_have_their_indexes_and_foreign_keys_again() -> None:
    before, patient = shape(), make.patient()
    with filling(TABLES, processes=2):
        assert [name for name, _ in rows(INDEXES)] == [f"{name}_pkey" for name in NAMES]
        assert "f" not in {kind for _, kind, _ in rows(CONSTRAINTS)}
        phone(patient.pk)
    assert shape() == before
    assert Phone.objects.get().digits == "15400000001"


def test_also_when_the_filling_fails() -> None:
    before = shape()
    with pytest.raises(ZeroDivisionError), filling(TABLES, processes=1):
        raise ZeroDivisionError
    assert shape() == before


def test_a_row_that_leads_nowhere_is_noticed() -> None:
    before = shape()
    with pytest.raises(IntegrityError), filling(TABLES, processes=1):
        phone(1)
    Phone.objects.all().delete()
    with filling(TABLES, processes=1):
        pass
    assert shape() == before
