"""What becomes of a batch of rows: new, changed, as it was, or left out; each kind of file has its own writer."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol

from accounts.models import Actor
from hospital_crm.lib.sheets import Row

from .faults import Complaint
from .rows import ReadRow, RowReader, RowRefused


class Outcome(Enum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


Seen = set[Hashable]  # keys of rows


@dataclass
class BatchResult:
    """`outcomes` by the number of the row; `keys` of all that were read; of those on file by it, the children under 14
    who have no guardian.
    """

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)
    keys: Seen = field(default_factory=set)
    without_guardian: int = 0

    def fail(self, row: int, code: str, about: str = "") -> None:
        self.refuse([Complaint(row, about, code)])

    def refuse(self, complaints: Sequence[Complaint]) -> None:
        self.complaints += complaints
        self.outcomes.update((each.row, Outcome.FAILED) for each in complaints)

    def followed_by(self, other: "BatchResult") -> "BatchResult":
        return BatchResult(
            self.outcomes | other.outcomes,
            [*self.complaints, *other.complaints],
            self.keys | other.keys,
            self.without_guardian + other.without_guardian,
        )

    @property
    def counts(self) -> Counter[str]:
        return Counter(outcome.value for outcome in self.outcomes.values())


@dataclass(frozen=True)
class Order:
    """Who imports, when, and whether it is only tried."""

    actor: Actor
    at: datetime
    scope: str
    historic: bool = False
    is_trial: bool = False


class Writer(Protocol):
    """Finds for each row what is on file, and writes what differs, in the caller's transaction."""

    def keys(self, row: ReadRow) -> Iterable[Hashable]:
        """By which the row is known to be the same as one above."""
        ...

    def write(self, rows: Sequence[ReadRow], order: Order, result: BatchResult, seen: Seen) -> None: ...


def import_batch(rows: Sequence[Row], *, reader: RowReader, writer: Writer, order: Order, seen: Seen) -> BatchResult:
    """The rows are on file as the file tells them, but for those that are told to be at fault.

    In the caller's transaction; `seen` holds the keys of the rows above, of the whole file.
    """
    result = BatchResult()
    good = []
    for row in rows:
        try:
            read = reader.read(row)
        except RowRefused as refused:
            result.refuse(refused.complaints)
            continue
        keys = set(writer.keys(read))
        if keys & seen or keys & result.keys:
            result.fail(read.number, "twice")
            continue
        result.keys |= keys
        good.append(read)
    writer.write(good, order, result, seen)
    return result
