from celery import shared_task
from django.utils import timezone

from jobs.services.exports import run_next_export
from messaging.services import asking, delivery, erasing, recovery, retention
from messaging.services.exports import MESSAGES
from messaging.services.opt_out_exports import OPT_OUTS


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
def long_ask_providers() -> None:
    asking.ask_providers(now=timezone.now)


@shared_task
def long_export_messages() -> None:
    run_next_export(MESSAGES, OPT_OUTS, now=timezone.now)


@shared_task
def erase() -> None:
    erasing.erase_messages(at=timezone.now())


@shared_task
def long_end_kept() -> None:
    erasing.end_kept_messages(at=timezone.now())


@shared_task
def long_forget_old() -> None:
    retention.forget_old(at=timezone.now())
