from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Field
from django.utils import timezone
from django.utils.translation import override

from accounts.access import Role
from accounts.models import Staff
from accounts.services.passwords import one_time_password
from accounts.services.staff import create_staff


class Command(BaseCommand):
    help = "Lets the first administrator in: prints a one-time password, to be changed at the first sign-in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="small letters, digits, dot, hyphen, underscore")
        parser.add_argument("name", help="the name that colleagues see")

    def handle(self, *args: Any, username: str, name: str, **options: Any) -> None:
        username, name = _clean("username", username.lower()), _clean("display_name", name)
        if Staff.objects.filter(username=username).exists():
            raise CommandError(f"Somebody has the user name {username} already.")
        password = one_time_password()
        create_staff(
            username=username,
            display_name=name,
            roles=[Role.ADMINISTRATOR],
            password=password,
            actor=None,
            at=timezone.now(),
        )
        self.stdout.write(f"{username} can sign in once with the password {password}")


@override("en")  # like everything that the command says
def _clean(field: str, value: str) -> str:
    """The value as a page would take it."""
    column = cast("Field[str, str]", Staff._meta.get_field(field))
    try:
        return str(column.clean(value.strip(), None))
    except ValidationError as error:
        kind = {"username": "user name", "display_name": "name"}[field]
        raise CommandError(f"{value!r} is no {kind}: {' '.join(error.messages)}") from error
