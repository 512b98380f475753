"""Cells that several tables have."""

from patients.models import Phone


def number_cell(phone: Phone | None, *, in_clear: bool) -> str:
    """The number as it is dialled, or masked."""
    if phone is None:
        return ""
    return phone.digits if in_clear else phone.masked
