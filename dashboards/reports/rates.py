"""A part of a whole: never a percentage without its denominator."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """Rounded down, so that 100 means all of them; None of nothing."""
        return self.part * 100 // self.whole if self.whole else None
