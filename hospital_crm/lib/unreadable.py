"""Why a table that somebody brought cannot be read."""

from enum import Enum


class Fault(Enum):
    TEXT = "text"
    CUT_OFF = "cut_off"
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    COLUMNS = "columns"


class UnreadableSheet(ValueError):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault
