"""The clock of the timed work goes on when the machine's clock is set back, in whichever process."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from celery import Celery
from django.conf import settings

from hospital_crm.lib.beat import Scheduler

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


class Told(Scheduler):
    """Keeps what it would send."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.sent: list[str] = []
        super().__init__(*args, **kwargs)

    def apply_async(self, entry: Any, *args: Any, **kwargs: Any) -> Any:
        self.sent.append(entry.name)


def beat(folder: Path) -> Told:
    app = Celery("beat", broker="memory://", set_as_current=False)
    schedule = {name: {"task": name, "schedule": seconds} for name, seconds in (("often", 1.0), ("seldom", 5.0))}
    app.conf.update(timezone=settings.TIME_ZONE, beat_schedule=schedule)
    return Told(app, schedule_filename=str(folder / "schedule"))


def sent_in(scheduler: Told, clock: Any, seconds: int) -> list[str]:
    scheduler.sent.clear()
    for _ in range(seconds):
        clock.shift(SECOND)
        while scheduler.tick() == 0:
            pass
    return scheduler.sent


def test_each_runs_at_its_interval(tmp_path: Path, now: datetime) -> None:
    with time_machine.travel(now, tick=False) as clock:
        sent = sent_in(beat(tmp_path), clock, 10)
    assert (sent.count("often"), sent.count("seldom")) == (10, 2)


@pytest.mark.parametrize("is_restarted", [False, True])
def test_set_back_by_an_hour_none_waits_for_that_hour(tmp_path: Path, now: datetime, *, is_restarted: bool) -> None:
    scheduler = beat(tmp_path)
    with time_machine.travel(now, tick=False) as clock:
        sent_in(scheduler, clock, 10)
        if is_restarted:
            scheduler.close()
            scheduler = beat(tmp_path)
        clock.shift(-HOUR)
        sent = sent_in(scheduler, clock, 11)
    assert (sent.count("often"), sent.count("seldom")) == (10, 2)
