"""The Celery application: two queues, `reminders` for short timed work and `jobs` for long work."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_crm.settings")

app = Celery("hospital_crm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
