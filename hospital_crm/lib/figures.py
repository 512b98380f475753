"""What figures are made of: a number that opens its rows, and a part of a whole."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A number, and the filter that shows the rows it counts."""

    number: int
    query: str


@dataclass(frozen=True)
class Rate:
    """A part of a whole: never a percentage without its denominator."""

    part: int
    whole: int

    @property
    def is_full(self) -> bool:
        """All of them, and there were some."""
        return bool(self.whole) and self.part == self.whole

    @property
    def percent(self) -> int | None:
        """Rounded, though 100 means all of them and 0 none; None of nothing."""
        if not self.whole:
            return None
        if 0 < self.part < self.whole:
            return min(99, max(1, (200 * self.part + self.whole) // (2 * self.whole)))
        return 100 if self.part else 0
