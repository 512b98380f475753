import time

from celery import shared_task
from django.utils import timezone

from jobs.services.exports import run_next_export
from patients.services.bulk_acts import run_next_act
from patients.services.bulk_departments import DEPARTMENTS
from patients.services.bulk_tags import TAGS
from patients.services.erased import erase_records
from patients.services.exports import EXPORTS
from patients.services.imports import runs, upkeep
from patients.services.keeping import end_kept_records
from patients.services.late_rows import gather_late_rows
from patients.services.levels import renew_some, sweep_some
from patients.services.scan import scan_some
from patients.services.selections import forget_old_selections
from patients.services.unusual import find_unusual_looks

SCANNING_SECONDS = 20  # then others' long work has its turn


@shared_task
def long_scan_duplicates() -> None:
    ends = time.monotonic() + SCANNING_SECONDS
    while time.monotonic() < ends and scan_some(at=timezone.now()):
        pass


@shared_task
def long_gather_late_rows() -> None:
    gather_late_rows(at=timezone.now())


@shared_task
def long_renew_levels() -> None:
    """First those whose time has come, then the rest of a sweep."""
    ends = time.monotonic() + SCANNING_SECONDS
    while time.monotonic() < ends and (renew_some(at=timezone.now()) or sweep_some(at=timezone.now())):
        pass


@shared_task
def long_tag_many() -> None:
    run_next_act(TAGS, now=timezone.now)


@shared_task
def long_assign_many() -> None:
    run_next_act(DEPARTMENTS, now=timezone.now)


@shared_task
def long_forget_selections() -> None:
    forget_old_selections(at=timezone.now())


@shared_task
def long_import() -> None:
    runs.run_next_import(now=timezone.now)


@shared_task
def long_export() -> None:
    """Whichever of the archive's lists was asked for first."""
    run_next_export(*EXPORTS, now=timezone.now)


@shared_task
def long_forget_import_files() -> None:
    upkeep.forget_old_files(at=timezone.now())


@shared_task
def erase() -> None:
    erase_records(at=timezone.now())


@shared_task
def long_find_unusual_looks() -> None:
    find_unusual_looks(at=timezone.now())


@shared_task
def long_end_kept() -> None:
    end_kept_records(at=timezone.now())
