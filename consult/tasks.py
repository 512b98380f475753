from celery import shared_task
from django.utils import timezone

from consult.services import drafts, exports


@shared_task
def long_export_calls() -> None:
    exports.run_next_export(now=timezone.now)


@shared_task
def long_forget_old_drafts() -> None:
    drafts.forget_old_drafts(at=timezone.now())
