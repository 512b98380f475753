from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Staff
from hospital_crm import demo


class Command(BaseCommand):
    help = "Fills an empty database with the demo hospital."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--patients", type=int, default=demo.USUAL_PATIENTS, help="how many are on file")
        several = "that fill it at the same time; PostgreSQL only. If they are killed, make the database anew"
        parser.add_argument("--processes", type=int, default=1, help=several)
        parser.add_argument("--history", action="store_true", help="three years of calls instead of three months")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo hospital has well-known passwords: set DEMO=1, or leave it.")
        if demo.is_seeded():
            self.stdout.write("The demo hospital is there already.")
        elif Staff.objects.exists():
            self.stdout.write("The database is not empty: nothing was added.")
        else:
            days = demo.LONG_DAYS if options["history"] else demo.RECENT_DAYS
            size = {"patients": options["patients"], "processes": options["processes"]}
            demo.seed(at=timezone.now(), days=days, **size)
            self.stdout.write(f"The demo hospital is ready: {len(demo.PEOPLE)} accounts, password {demo.PASSWORD}.")
