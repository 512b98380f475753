from celery import shared_task
from django.utils import timezone

from dashboards.services.audit import AUDIT
from dashboards.services.copies import write_next_copy
from dashboards.services.look_exports import LOOKS
from jobs.services.exports import run_next_export


@shared_task
def long_export_audit() -> None:
    run_next_export(AUDIT, LOOKS, now=timezone.now)


@shared_task
def long_write_copies() -> None:
    write_next_copy(now=timezone.now)
