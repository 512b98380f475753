"""A whole archive at once, from files beside the server: what `manage.py import_archive` does."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from accounts.models import Actor
from hospital_crm.lib.sheets import UnreadableSheet, open_sheet
from patients.models import ImportMapping

from .batches import BatchResult, Order, Outcome, Seen
from .faults import error_of
from .mappings import check_mapping, find_mapping
from .rows import RowReader
from .runs import batches, write_batch

Told = Callable[[BatchResult], None]


def import_file(
    path: Path, *, name: str, kind: ImportMapping.Kind, actor: Actor, at: datetime, tell: Told
) -> Counter[str]:
    """The file's rows are on file by the mapping of this name; how many were created, updated, unchanged, failed.

    Raises NoSuchMapping, MappingIncomplete, ColumnsMissing, ScopeMissing, an error of `faults`.
    """
    mapping = find_mapping(name, kind)
    is_excel = path.suffix.lower() == ".xlsx"
    try:
        sheet = open_sheet(path, "xlsx" if is_excel else "csv")
        check_mapping(mapping, sheet.header)
        reader, seen, counts = RowReader(mapping, sheet.header), Seen(), Counter({each.value: 0 for each in Outcome})
        order = Order(actor, at, mapping.scope, mapping.historic)
        for batch in batches(sheet.rows()):
            result = write_batch(batch, reader=reader, order=order, seen=seen)
            counts += Counter(result.counts)
            tell(result)
    except UnreadableSheet as unreadable:
        raise error_of(unreadable) from unreadable
    return counts
