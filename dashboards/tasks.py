from celery import shared_task
from django.utils import timezone

from dashboards.services import AUDIT
from jobs.services.exports import run_next_export


@shared_task
def long_export_audit() -> None:
    run_next_export(AUDIT, now=timezone.now)
