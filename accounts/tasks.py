from celery import shared_task
from django.utils import timezone

from accounts.services import signins


@shared_task
def long_forget_old_sign_ins() -> None:
    signins.forget_old_sign_ins(at=timezone.now())
