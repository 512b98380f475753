"""A whole archive at once, from files beside the server: what `manage.py import_archive` does."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from accounts.models import Actor
from patients.models import ImportMapping

from .batches import BatchResult, Order, Outcome, Seen
from .files import open_file, rows_of
from .mappings import check_mapping, find_mapping
from .rows import RowReader
from .runs import batches
from .writing import write_batch

Told = Callable[[BatchResult], None]


def import_file(
    path: Path, *, name: str, kind: ImportMapping.Kind, actor: Actor, at: datetime, tell: Told
) -> Counter[str]:
    """The file's rows are on file by the mapping of this name; how many were created, updated, unchanged, failed.

    Raises NoSuchMapping, MappingIncomplete, ColumnsMissing, ScopeMissing, an error of `faults`.
    """
    mapping = find_mapping(name, kind)
    sheet = open_file(path, "xlsx" if path.suffix.lower() == ".xlsx" else "csv")
    check_mapping(mapping, sheet.header)
    reader, seen, counts = RowReader(mapping, sheet.header), Seen(), Counter({each.value: 0 for each in Outcome})
    order = Order(actor, at, mapping.scope, mapping.historic)
    for batch in batches(rows_of(sheet)):
        result = write_batch(batch, reader=reader, order=order, seen=seen)
        counts += Counter(result.counts)
        tell(result)
    return counts
