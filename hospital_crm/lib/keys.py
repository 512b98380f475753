"""Primary keys, and keys of forms, as they come from outside: an address, a tick, a hidden field."""

from uuid import UUID

MOST_DIGITS = 18  # what fits into the column on every database


def is_key(text: str) -> bool:
    """Whether it can be one at all: other digits than ours, signs and endless numbers cannot."""
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS


def read_key(text: str) -> int:
    """The key; 0, which no row has, for anything else."""
    return int(text) if is_key(text) else 0


def read_uuid(text: str) -> UUID | None:
    """The key of a form; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None
