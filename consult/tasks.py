from celery import shared_task
from django.utils import timezone

from consult.services import exports


@shared_task
def long_export_calls() -> None:
    exports.run_next_export(now=timezone.now)
