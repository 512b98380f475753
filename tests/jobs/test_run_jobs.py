"""Long work as a row: asked for, claimed by one worker only, reported, finished, failed, cancelled."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEntry, Staff
from accounts.services.actors import system_actor
from hospital_crm.lib.errors import DuplicateSubmission
from jobs.models import Job
from jobs.services import jobs

KIND = "audit_export"


def request(by: Staff, at: datetime, *, kind: str = KIND) -> Job:
    return jobs.request_job(kind=kind, parameters={"rows": 3}, actor=by.actor, at=at)


def claim(at: datetime, *kinds: str) -> Job:
    job = jobs.claim_job(*(kinds or (KIND,)), at=at)
    assert job is not None
    return job


def state(job: Job) -> str:
    return Job.objects.get(pk=job.pk).state


def test_waits_with_what_it_was_asked(alice: Staff, now: datetime) -> None:
    job = Job.objects.get(pk=request(alice, now).pk)
    assert (job.state, job.parameters, job.requested_by, job.requested_at) == ("queued", {"rows": 3}, alice.actor, now)
    assert (job.is_open, job.percent, job.attempt) == (True, None, 0)
    assert AuditEntry.objects.about(job).get().verb == "job.requested"


def test_same_submission_asks_once(alice: Staff, now: datetime) -> None:
    submission = uuid4()

    def ask() -> Job:
        return jobs.request_job(kind=KIND, parameters={}, actor=alice.actor, at=now, submission=submission)

    first = ask()
    with pytest.raises(DuplicateSubmission) as duplicate:
        ask()
    assert duplicate.value.subject_id == first.pk
    assert Job.objects.count() == 1


def test_the_oldest_is_claimed_first_and_each_only_once(alice: Staff, now: datetime) -> None:
    first, second = request(alice, now), request(alice, now)
    assert [claim(now), claim(now)] == [first, second]
    assert jobs.claim_job(KIND, at=now) is None


def test_a_worker_claims_only_kinds_that_it_knows(alice: Staff, now: datetime) -> None:
    request(alice, now, kind="import")
    assert jobs.claim_job(KIND, at=now) is None
    assert claim(now, KIND, "import").kind == "import"


def test_claimed_it_runs_and_shows_that_the_worker_lives(alice: Staff, now: datetime) -> None:
    request(alice, now)
    job = claim(now + timedelta(seconds=1))
    assert (job.state, job.attempt, job.heartbeat_at) == ("running", 1, now + timedelta(seconds=1))


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one writer in at a time")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_never_hold_the_same_job(now: datetime) -> None:
    actor = system_actor("tests")
    for _ in range(12):
        Job.objects.create(kind=KIND, requested_by=actor, requested_at=now)

    def claim_all(_: int) -> list[int]:
        held = []
        try:
            while job := jobs.claim_job(KIND, at=now):
                held.append(job.pk)
        finally:
            connection.close()
        return held

    with ThreadPoolExecutor(6) as pool:
        held = [pk for worker in pool.map(claim_all, range(6)) for pk in worker]
    assert sorted(held) == sorted(Job.objects.values_list("pk", flat=True))


def test_progress_is_seen_and_renews_the_sign_of_life(alice: Staff, now: datetime) -> None:
    request(alice, now)
    job = claim(now)
    later = now + timedelta(minutes=1)
    jobs.report_progress(job=job, done=1, total=3, at=later)
    seen = Job.objects.get(pk=job.pk)
    assert (seen.done, seen.total, seen.percent, seen.heartbeat_at) == (1, 3, 33, later)


def test_the_database_refuses_more_than_all(alice: Staff, now: datetime) -> None:
    request(alice, now)
    job = claim(now)
    with pytest.raises(IntegrityError), transaction.atomic():
        jobs.report_progress(job=job, done=4, total=3, at=now)


def test_finished_it_is_over(alice: Staff, now: datetime) -> None:
    request(alice, now)
    job = claim(now)
    jobs.finish_job(job=job, result=None, at=now)
    done = Job.objects.get(pk=job.pk)
    assert (done.state, done.finished_at, done.is_open) == ("done", now, False)
    assert jobs.claim_job(KIND, at=now) is None


def test_failed_it_keeps_its_reason_and_is_not_tried_again(alice: Staff, now: datetime) -> None:
    request(alice, now)
    job = claim(now)
    jobs.fail_job(job=job, error="x" * 300, at=now)
    failed = Job.objects.get(pk=job.pk)
    assert (failed.state, failed.error, failed.finished_at) == ("failed", "x" * 200, now)
    assert jobs.claim_job(KIND, at=now) is None


@pytest.mark.parametrize("is_running", [False, True])
def test_open_it_can_be_cancelled(alice: Staff, now: datetime, is_running: bool) -> None:
    job = request(alice, now)
    if is_running:
        claim(now)
    cancelled = jobs.cancel_job(job=job, actor=alice.actor, at=now)
    assert (cancelled.state, cancelled.finished_at) == ("cancelled", now)
    assert AuditEntry.objects.about(job).filter(verb="job.cancelled", actor=alice.actor).count() == 1
    assert jobs.claim_job(KIND, at=now) is None


def test_over_it_cannot_be_cancelled(alice: Staff, now: datetime) -> None:
    request(alice, now)
    job = claim(now)
    jobs.finish_job(job=job, result=None, at=now)
    with pytest.raises(jobs.JobAlreadyOver):
        jobs.cancel_job(job=job, actor=alice.actor, at=now)
    assert state(job) == "done"
    assert not AuditEntry.objects.filter(verb="job.cancelled").exists()


def test_a_worker_notices_at_its_next_word_that_the_job_was_cancelled(alice: Staff, now: datetime) -> None:
    request(alice, now)
    job = claim(now)
    jobs.cancel_job(job=Job.objects.get(pk=job.pk), actor=alice.actor, at=now)
    with pytest.raises(jobs.JobLost):
        jobs.report_progress(job=job, done=1, total=3, at=now)
    with pytest.raises(jobs.JobLost):
        jobs.finish_job(job=job, result=None, at=now)
    with pytest.raises(jobs.JobLost):
        jobs.fail_job(job=job, error="x", at=now)
    assert state(job) == "cancelled"


def test_a_worker_that_was_given_up_cannot_write_into_the_claim_of_another(alice: Staff, now: datetime) -> None:
    request(alice, now)
    slow = claim(now)
    jobs.requeue_stuck(at=now + timedelta(minutes=6))
    quick = claim(now + timedelta(minutes=6))
    assert quick == slow
    with pytest.raises(jobs.JobLost):
        jobs.finish_job(job=slow, result=None, at=now + timedelta(minutes=7))
    jobs.report_progress(job=quick, done=1, total=2, at=now + timedelta(minutes=7))
    assert state(quick) == "running"
