from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Staff
from hospital_crm import demo


class Command(BaseCommand):
    help = "Fills an empty database with the demo hospital."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo hospital has well-known passwords: set DEMO=1, or leave it.")
        if demo.is_seeded():
            self.stdout.write("The demo hospital is there already.")
        elif Staff.objects.exists():
            self.stdout.write("The database is not empty: nothing was added.")
        else:
            demo.seed(at=timezone.now())
            self.stdout.write(f"The demo hospital is ready: {len(demo.PEOPLE)} accounts, password {demo.PASSWORD}.")
