"""The Celery application: two queues, `reminders` for short timed work and `jobs` for long work."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_crm.settings")

TRANSPORT_ALIASES["files"] = "hospital_crm.lib.file_broker:Transport"

app = Celery("hospital_crm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
