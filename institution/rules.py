"""Pure rules about the hospital's numbers."""

from datetime import datetime

from django.utils import timezone

PERIOD_FORMATS = {"never": "", "year": "%Y", "month": "%Y%m"}


def number_period(period: str, at: datetime) -> str:
    """The period of a sequence that the moment falls into, by the hospital's own calendar; "" if it never restarts."""
    return timezone.localtime(at).strftime(PERIOD_FORMATS[period])


def format_number(prefix: str, period: str, number: int, digits: int) -> str:
    """For example "TS-2026-0087"; a number that outgrows its digits keeps them all."""
    return "-".join(part for part in (prefix, period, f"{number:0{digits}d}") if part)
