"""Whether whoever asked for a file may still have it when it is fetched: by what decides over it, and by its rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from accounts.access import Capability
from accounts.models import Staff

if TYPE_CHECKING:
    from .exports import Export

BATCH_ROWS = 500


def rights_of(staff: Staff) -> dict[str, Any]:
    """What decides which numbers somebody may carry away, and as far as it lies with the person which rows."""
    teams = sorted(staff.teams.values_list("pk", flat=True))
    return {"roles": sorted(staff.roles), "department": staff.department_id, "teams": teams}


def marks_then(export: Export, staff: Staff, parameters: dict[str, Any], keys: list[int]) -> dict[str, Any]:
    """Of a file with these rows."""
    if export.still:  # whoever exports numbers may have them all, whoever it is
        return {"keys": [] if staff.can(Capability.EXPORT_NUMBERS) else sorted(keys)}
    marked = export.marks(staff, parameters) if export.marks else keys
    return _marks_of(marked, last=max(keys, default=0))


def marks_now(export: Export, staff: Staff, parameters: dict[str, Any], written: dict[str, Any]) -> dict[str, Any]:
    """The same when it is fetched: what was written then, if the person may still have it."""
    if export.still:
        held = [key for batch in batches(written.get("keys", [])) for key in export.still(staff, batch)]
        return {"keys": sorted(held)}
    return _marks_of((export.marks or export.keys)(staff, parameters), last=written.get("last", 0))


def batches(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), BATCH_ROWS):
        yield keys[start : start + BATCH_ROWS]


def _marks_of(keys: Iterable[int], *, last: int) -> dict[str, Any]:
    """By which the rows up to the last one are known again, whatever may have moved around the person."""
    marked = sorted(key for key in keys if key <= last)
    return {"last": last, "rows": sha256(",".join(map(str, marked)).encode()).hexdigest()}
