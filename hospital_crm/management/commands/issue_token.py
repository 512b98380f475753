from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Staff
from accounts.services.actors import system_actor
from accounts.services.tokens import issue_token
from hospital_crm.lib.errors import DomainError

MOST_DAYS = 366


class Command(BaseCommand):
    help = "Prints a token with which a program signs in as the account."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="the account")
        parser.add_argument("name", help="what the token is for")
        parser.add_argument("--days", type=int, default=90, help="how long it is valid, 1 to 366 (90)")

    def handle(self, *args: Any, username: str, name: str, days: int, **options: Any) -> None:
        staff = Staff.objects.filter(username=username).first()
        if staff is None:
            raise CommandError(f"Nobody has the user name {username}.")
        if not 1 <= days <= MOST_DAYS:
            raise CommandError(f"A token is valid for 1 to {MOST_DAYS} days.")
        now = timezone.now()
        actor = system_actor("issue_token")
        try:
            _row, text = issue_token(
                staff=staff, name=name[:60], expires_at=now + timedelta(days=days), actor=actor, at=now
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(text)
