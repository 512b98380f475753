from celery import shared_task
from django.utils import timezone

from accounts.services.actors import system_actor
from jobs.services.exports import run_next_export
from patients.services.bulk_acts import run_next_act
from promises.services import days, deputies, erasing, escalation, exports, reassigning, rows
from promises.services.bulk import PROMISES


@shared_task
def escalate_late() -> None:
    escalation.escalate_late(actor=system_actor("promises"), at=timezone.now())


@shared_task
def release_promises() -> None:
    reassigning.release_promises(actor=system_actor("promises"), at=timezone.now())


@shared_task
def remind_deputies() -> None:
    deputies.remind_deputies(actor=system_actor("promises"), at=timezone.now())


@shared_task
def long_sum_days() -> None:
    days.sum_days(at=timezone.now())


@shared_task
def keep_up_with_rows() -> None:
    rows.keep_up_with_rows(actor=system_actor("promises"), at=timezone.now())


@shared_task
def erase() -> None:
    erasing.erase_promises(at=timezone.now())


@shared_task
def long_promise_many() -> None:
    run_next_act(PROMISES, now=timezone.now)


@shared_task
def long_export_promises() -> None:
    run_next_export(exports.PROMISES, now=timezone.now)
