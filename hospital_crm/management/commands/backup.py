from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from hospital_crm.backup import write_backup
from hospital_crm.lib.archives import one_line


class Command(BaseCommand):
    help = "Writes all rows of one moment and all stored files into one file, while everybody goes on working."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="for example crm-2026-03-12.tar.gz")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        if file.exists():
            raise CommandError(f"{file} is there already: choose another name.")
        try:
            account = write_backup(file)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {one_line(error)}.") from error
        except Error as error:
            raise CommandError(f"The database cannot be read: {one_line(error)}.") from error
        self.stdout.write(f"{file}: {sum(account.rows.values())} rows, {account.files} files")
