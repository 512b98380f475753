"""`python -m tools.database`: the settings are right, the database is migrated and, in demo mode, filled when empty.

What manage.py would do in three commands, in one process: every start of Django costs more than a second.
"""

import io
import os
import sys

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import InterfaceError, OperationalError

from tools.steps import fail, say


def prepare() -> None:
    django.setup()
    call_command("check", databases=["default"], stdout=io.StringIO())
    say("Database: migrating")
    call_command("migrate", interactive=False, skip_checks=True, verbosity=0)
    if settings.DEMO:
        answer = io.StringIO()
        call_command("seed_demo", stdout=answer)
        say(answer.getvalue().strip())


def one_line(error: Exception) -> str:
    """What the operator can mend, without Django's headings and line breaks."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if isinstance(error, SystemCheckError):
        lines = [line.removeprefix("?: ") for line in lines[2:] if not line.startswith("System check identified")]
    if isinstance(error, OperationalError | InterfaceError):
        lines.insert(0, "The database cannot be used:")
    return " ".join(lines)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_crm.settings")
    try:
        prepare()
    except (ImproperlyConfigured, CommandError, OperationalError, InterfaceError) as error:
        fail(one_line(error))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
