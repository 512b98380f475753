"""The list of people on file, for the page and the API alike, by queries that are put together once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from hospital_crm.lib.paging import KeptList, Page
from patients.models import Patient
from patients.querysets.gaps import wanted_by

from .columns import Column, with_columns

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import Staff
    from patients.querysets import PatientQuerySet

_list = KeptList(Patient)


class PeopleFound:
    """Whom a filter finds, as `told_filter` tells it, among those whom the reader may find that day."""

    def __init__(self, told: Mapping[str, Any], *, staff: Staff, today: date) -> None:
        self._wanted, self._staff, self._today = wanted_by(told), staff, today
        self._key = (staff.rights, today, self._wanted.shape)

    def page(
        self, request: HttpRequest, *, columns: Sequence[Column], ordering: tuple[str, ...], path: str = ""
    ) -> Page:
        """The page that the request asks for, with what stands in the columns.

        Raises Http404 for a cursor that was not ours.
        """
        key = (*self._key, tuple(column.code for column in columns))
        values = self._wanted.values
        return _list.page(
            key, lambda: with_columns(self._rows(), columns), values, request, ordering=ordering, path=path
        )

    def count(self) -> int:
        """How many they are; above COUNT_CAP nobody counts on."""
        return _list.count(self._key, self._rows, self._wanted.values)

    def _rows(self) -> PatientQuerySet:
        people = Patient.objects.visible_to(self._staff, self._today).matching(**self._wanted.conditions)
        return people.answering(self._wanted.question) if self._wanted.question else people
