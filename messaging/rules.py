"""When to try again, and what may be shown of an address."""

from datetime import timedelta

STEP = 4  # each wait is so many times the one before: 1, 4, 16, 64 minutes


def retry_delay(attempts: int, first: timedelta) -> timedelta:
    """How long to wait after so many tries that did not succeed."""
    times: int = STEP ** max(0, attempts - 1)
    return first * times


def mask_address(address: str) -> str:
    """zh****@example.com; of a name of one or two letters nothing is left."""
    name, _, domain = address.rpartition("@")  # a name in quotes may hold one itself
    if not name:
        return "****"
    return f"{name[:2] if len(name) > 2 else ''}****@{domain}"
