"""`python -m benchmarks.filled`: somebody with something in every panel of the patient's page."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_crm.settings")
django.setup()

from django.utils import timezone

from accounts.models import Staff
from tests.patients.filling import filled

NAME = "高一一"

if __name__ == "__main__":
    filled(Staff.objects.get(username="line"), timezone.now(), NAME)
