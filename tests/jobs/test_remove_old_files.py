"""Results of jobs are removed when they are past their time: the row, then the content."""

import os
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import Staff
from hospital_crm.lib.errors import DomainError
from institution.models import Setting
from institution.services.settings import change_setting
from jobs.models import Job, StoredFile
from jobs.services import jobs
from jobs.services.files import remove_file, remove_old_files, remove_strays, store_file, workplace

WEEK = timedelta(days=7)  # the default of files.keep_result_days
MOMENT = timedelta(seconds=1)


def store(by: Staff, at: datetime) -> StoredFile:
    kinds = frozenset({StoredFile.Kind.CSV})
    return store_file(name="a.csv", content=ContentFile(b"a,b"), kinds=kinds, actor=by.actor, at=at)


def finished_job(by: Staff, at: datetime) -> Job:
    jobs.request_job(kind="audit_export", parameters={}, actor=by.actor, at=at)
    job = jobs.claim_job("audit_export", at=at)
    assert job is not None
    jobs.finish_job(job=job, result=store(by, at), at=at)
    return job


def test_a_result_past_its_time_is_gone_with_its_content(
    alice: Staff, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    job = finished_job(alice, now)
    assert job.result is not None
    place = Path(job.result.content.path)
    assert place.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_old_files(at=now + WEEK + MOMENT) == 1
    assert not StoredFile.objects.exists()
    assert not place.exists()
    assert Job.objects.get(state="done", result__isnull=True) == job


def test_a_younger_result_stays(alice: Staff, now: datetime) -> None:
    finished_job(alice, now)
    young = finished_job(alice, now + MOMENT)
    assert remove_old_files(at=now + WEEK) == 0
    assert remove_old_files(at=now + WEEK + MOMENT) == 1
    young.refresh_from_db()
    assert young.result is not None
    assert Path(young.result.content.path).exists()


def test_how_long_is_the_hospitals_choice(alice: Staff, frank: Staff, now: datetime) -> None:
    setting = Setting.objects.get(key="files.keep_result_days")
    change_setting(setting=setting, value=Decimal(14), version=1, actor=frank.actor, at=now)
    finished_job(alice, now)
    assert remove_old_files(at=now + WEEK + MOMENT) == 0
    assert remove_old_files(at=now + 2 * WEEK + MOMENT) == 1


def test_what_people_brought_is_never_removed(alice: Staff, now: datetime) -> None:
    brought = store(alice, now)
    assert remove_old_files(at=now + timedelta(days=3650)) == 0
    assert Path(brought.content.path).exists()


def test_what_a_killed_worker_has_left_is_gone_after_a_day(
    alice: Staff, now: datetime, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    kept = Path(store(alice, now).content.path)
    with workplace() as folder:
        half, fresh = Path(folder) / "half.xlsx", Path(folder) / "fresh.xlsx"
        for path, at in ((kept, now), (half, now), (fresh, now + timedelta(hours=1))):
            path.write_bytes(b"a,b")
            os.utime(path, (at.timestamp(), at.timestamp()))
        assert remove_strays(at=now + timedelta(days=1) + MOMENT) == 1
        assert [path.exists() for path in (kept, half, fresh)] == [True, False, True]
    assert not fresh.exists()


def test_what_is_not_removed_in_the_end_keeps_its_content(
    alice: Staff, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    stored = store(alice, now)
    with django_capture_on_commit_callbacks(execute=True), suppress(DomainError), transaction.atomic():
        remove_file(stored)
        raise DomainError
    assert Path(StoredFile.objects.get().content.path).exists()


def test_content_that_is_gone_already_does_not_stop_the_rest(
    alice: Staff, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    lost, _other = finished_job(alice, now), finished_job(alice, now)
    assert lost.result is not None
    Path(lost.result.content.path).unlink()
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_old_files(at=now + WEEK + MOMENT) == 2
    assert Job.objects.filter(result__isnull=True).count() == 2


def test_content_that_cannot_be_removed_leaves_no_row_that_leads_nowhere(
    alice: Staff, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    job = finished_job(alice, now)
    assert job.result is not None
    place = Path(job.result.content.path)
    place.unlink()
    (place / "in the way").mkdir(parents=True)
    with pytest.raises(OSError, match="not empty"), django_capture_on_commit_callbacks(execute=True):
        remove_old_files(at=now + WEEK + MOMENT)
    assert not StoredFile.objects.exists()
