from celery import shared_task
from django.utils import timezone

from messaging.services import delivery, erasing, recovery


@shared_task
def deliver_due() -> None:
    delivery.deliver_due(now=timezone.now)


@shared_task
def requeue_stuck() -> None:
    recovery.requeue_stuck(at=timezone.now())


@shared_task
def settle_unanswered() -> None:
    recovery.settle_unanswered(at=timezone.now())


@shared_task
def erase() -> None:
    erasing.erase_messages(at=timezone.now())


@shared_task
def long_end_kept() -> None:
    erasing.end_kept_messages(at=timezone.now())
