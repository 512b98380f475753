"""When a promise counts as late."""

from datetime import datetime, timedelta


def late_from(due_at: datetime, *, unowned_since: datetime | None, unowned: timedelta) -> datetime:
    """The moment from which it is late: when it is due; earlier, if nobody has taken it for so long."""
    return due_at if unowned_since is None else min(due_at, unowned_since + unowned)
