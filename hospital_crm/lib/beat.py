"""The clock of the timed work, which goes on when the machine's own clock is set back.

Celery's waits until the time comes again at which each task ran last: an hour without a reminder, where the clock was
an hour fast.
"""

from datetime import datetime
from typing import Any

from celery.beat import PersistentScheduler, ScheduleEntry


class Entry(ScheduleEntry):
    """What ran last in a time to come runs again after its interval, counted from now."""

    def is_due(self) -> Any:
        now = self.default_now()
        if self.last_run_at is not None and self.last_run_at > now:
            self.last_run_at = now
        return super().is_due()


class Scheduler(PersistentScheduler):
    Entry = Entry
    _ticked_at: datetime | None = None

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        now = self.app.now()
        if self._ticked_at is not None and now < self._ticked_at:
            self._heap = None  # in which order they are due is told anew
        self._ticked_at = now
        return super().tick(*args, **kwargs)
