"""A job whose worker fell silent waits again; after three tries it has failed for good."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import Staff
from institution.models import Setting
from institution.services.settings import change_setting
from jobs.models import Job
from jobs.services import jobs

SILENCE = timedelta(minutes=5)  # the default of jobs.silence_minutes
MOMENT = timedelta(seconds=1)


@pytest.fixture
def job(alice: Staff, now: datetime) -> Job:
    """Waits since now."""
    return jobs.request_job(kind="audit_export", parameters={}, actor=alice.actor, at=now)


def claim(at: datetime) -> Job:
    job = jobs.claim_job("audit_export", at=at)
    assert job is not None
    return job


def test_after_a_silence_it_waits_again_and_starts_from_nothing(job: Job, now: datetime) -> None:
    jobs.report_progress(job=claim(now), done=2, total=3, at=now)
    assert jobs.requeue_stuck(at=now + SILENCE + MOMENT) == 1
    job.refresh_from_db()
    assert (job.state, job.heartbeat_at) == ("queued", None)
    again = claim(now + SILENCE + MOMENT)
    assert (again.pk, again.attempt, again.done, again.total) == (job.pk, 2, 0, None)


def test_a_sign_of_life_keeps_it_running(job: Job, now: datetime) -> None:
    held = claim(now)
    jobs.report_progress(job=held, done=1, total=3, at=now + SILENCE)
    assert jobs.requeue_stuck(at=now + SILENCE + MOMENT) == 0
    assert jobs.requeue_stuck(at=now + SILENCE + SILENCE) == 0
    job.refresh_from_db()
    assert job.state == "running"


def test_how_long_a_silence_may_last_is_the_hospitals_choice(job: Job, frank: Staff, now: datetime) -> None:
    setting = Setting.objects.get(key="jobs.silence_minutes")
    change_setting(setting=setting, value=Decimal(10), version=1, actor=frank.actor, at=now)
    claim(now)
    assert jobs.requeue_stuck(at=now + SILENCE + MOMENT) == 0
    assert jobs.requeue_stuck(at=now + 2 * SILENCE + MOMENT) == 1


def test_after_three_tries_it_has_failed(job: Job, now: datetime) -> None:
    at = now
    for attempt in (1, 2, 3):
        assert claim(at).attempt == attempt
        at += SILENCE + MOMENT
        assert jobs.requeue_stuck(at=at) == 1
    job.refresh_from_db()
    assert (job.state, job.finished_at) == ("failed", at)
    assert job.error
    assert jobs.claim_job("audit_export", at=at) is None


def test_what_waits_or_is_over_is_left_alone(job: Job, alice: Staff, now: datetime) -> None:
    jobs.finish_job(job=claim(now), result=None, at=now)
    jobs.request_job(kind="audit_export", parameters={}, actor=alice.actor, at=now)
    assert jobs.requeue_stuck(at=now + timedelta(days=1)) == 0
    assert list(Job.objects.order_by("pk").values_list("state", flat=True)) == ["done", "queued"]
