import time
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from patients.services.merges import gather_late_rows
from patients.services.scan import scan_some

SCANNING_SECONDS = 20  # then others' long work has its turn
LATE = timedelta(minutes=15)  # longer than any request lasts


@shared_task
def long_scan_duplicates() -> None:
    ends = time.monotonic() + SCANNING_SECONDS
    while time.monotonic() < ends and scan_some(at=timezone.now()):
        pass


@shared_task
def long_gather_late_rows() -> None:
    gather_late_rows(since=timezone.now() - LATE)
