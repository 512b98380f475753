"""`python -m tests.faults.clocked …`: a Celery worker whose clock is wrong by the seconds that CLOCK_FILE holds."""

import os
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

EVERY = 0.2  # seconds
_sleep = time.sleep


def offset() -> timedelta:
    return timedelta(seconds=float(Path(os.environ["CLOCK_FILE"]).read_text(encoding="utf-8") or 0))


class Clock:
    """Set anew whenever the file says so, in this process and in those that it forks."""

    def __init__(self) -> None:
        self.wrong = timedelta(0)
        self.travel: time_machine.travel | None = None
        self.follow()
        os.register_at_fork(after_in_child=self.follow)

    def follow(self) -> None:
        self.set()
        threading.Thread(target=self._follow, daemon=True).start()

    def _follow(self) -> None:
        while True:
            _sleep(EVERY)
            self.set()

    def set(self) -> None:
        wrong = offset()
        if wrong == self.wrong:
            return
        if self.travel is not None:
            self.travel.stop()
            self.travel = None
        if wrong:
            self.travel = time_machine.travel(datetime.now(UTC) + wrong, tick=True)
            self.travel.start()
        self.wrong = wrong


if __name__ == "__main__":
    Clock()
    from celery.__main__ import main

    sys.argv[0] = "celery"
    sys.exit(main())
