from celery import shared_task
from django.utils import timezone

from followups.services import erasing


@shared_task
def erase() -> None:
    erasing.erase_attempts(at=timezone.now())
