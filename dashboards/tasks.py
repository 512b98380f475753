from celery import shared_task
from django.utils import timezone

from dashboards import services


@shared_task
def long_export_audit() -> None:
    services.run_next_export(now=timezone.now)
