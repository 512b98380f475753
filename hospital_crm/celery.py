"""The Celery application: two queues, `reminders` for short timed work and `jobs` for long work."""

import os

from celery import Celery
from celery.signals import task_postrun, task_prerun
from kombu.transport import TRANSPORT_ALIASES

from hospital_crm.lib.logs import begin_task, end_task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_crm.settings")

TRANSPORT_ALIASES["files"] = "hospital_crm.lib.file_broker:Transport"

app = Celery("hospital_crm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

task_prerun.connect(begin_task)
task_postrun.connect(end_task)
