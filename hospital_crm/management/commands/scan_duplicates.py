from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from patients.models import DuplicatePair, Patient
from patients.services.scan import scan_some


class Command(BaseCommand):
    help = "Compares everybody who is new or has changed with all others; goes on where it was stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        left = Patient.objects.on_file().filter(compared_at__isnull=True).count()
        compared = 0
        while some := scan_some(at=timezone.now()):
            compared += some
            if options["verbosity"] > 1:
                self.stdout.write(f"{compared} of {left}")
        found = DuplicatePair.objects.open().count()
        self.stdout.write(f"{compared} people compared; {found} possible duplicates to be looked at.")
