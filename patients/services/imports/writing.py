"""A batch of rows on file: a row that stands in the way of the others is found and left out, with why."""

from collections.abc import Mapping, Sequence

from django.db import DataError, IntegrityError, transaction

from hospital_crm.lib.errors import DomainError, StaleVersion
from hospital_crm.lib.sheets import Row
from patients.services.identifiers import IdentifierOfAnother
from patients.services.patients import BirthAgainstCard
from patients.services.survivors import PersonErased
from patients.services.visits import VisitAlreadyCancelled

from .batches import BatchResult, Order, Seen, Writer, import_batch
from .mappings import PATIENTS
from .mappings import Mapping as Columns
from .people import PatientWriter
from .rows import RowReader
from .stays import VisitWriter

REFUSALS = (IntegrityError, DataError, DomainError)
CODES: Mapping[type[Exception], str] = {
    StaleVersion: "changed_meanwhile",
    IdentifierOfAnother: "of_another",
    BirthAgainstCard: "against_card",
    PersonErased: "erased",
    VisitAlreadyCancelled: "cancelled",
}


def writer_of(mapping: Columns) -> Writer:
    return PatientWriter(mapping.scope) if mapping.kind == PATIENTS else VisitWriter(mapping.scope)


def write_batch(rows: Sequence[Row], *, reader: RowReader, order: Order, seen: Seen) -> BatchResult:
    """As `import_batch`, in a transaction of its own; `seen` grows by the keys of the rows.

    Where the database or a service refuses, the halves are tried each by itself, down to the row that is refused:
    somebody else wrote the same a moment ago, or it does not go together with what is on file.
    """
    result = _written(rows, reader, order, seen)
    seen |= result.keys
    return result


def _written(rows: Sequence[Row], reader: RowReader, order: Order, seen: Seen) -> BatchResult:
    try:
        with transaction.atomic():
            result = import_batch(rows, reader=reader, writer=writer_of(reader.mapping), order=order, seen=seen)
            transaction.set_rollback(order.is_trial)  # a trial tells what the database says, and leaves nothing
            return result
    except REFUSALS as refusal:
        if len(rows) == 1:
            return _refused(rows[0], refusal)
    middle = len(rows) // 2
    upper = _written(rows[:middle], reader, order, seen)
    return upper.followed_by(_written(rows[middle:], reader, order, seen | upper.keys))


def _refused(row: Row, refusal: Exception) -> BatchResult:
    result = BatchResult()
    result.fail(row.number, CODES.get(type(refusal), "refused"))
    return result
