from celery import shared_task
from django.utils import timezone

from consult.services import drafts, erasing
from consult.services.exports import CALLS
from jobs.services.exports import run_next_export


@shared_task
def long_export_calls() -> None:
    run_next_export(CALLS, now=timezone.now)


@shared_task
def long_forget_old_drafts() -> None:
    drafts.forget_old_drafts(at=timezone.now())


@shared_task
def erase() -> None:
    erasing.erase_calls(at=timezone.now())
