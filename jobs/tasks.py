from celery import shared_task
from django.utils import timezone

from jobs.services import beats, files, jobs


@shared_task
def beat(queue: str) -> None:
    beats.record_beat(queue=queue, at=timezone.now())


@shared_task
def requeue_stuck() -> None:
    jobs.requeue_stuck(at=timezone.now())


@shared_task
def long_remove_old_files() -> None:
    files.remove_old_files(at=timezone.now())
    files.remove_strays(at=timezone.now())
