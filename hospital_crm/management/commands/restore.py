from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hospital_crm.backup import BackupDoesNotFit, restore_backup


class Command(BaseCommand):
    help = "Fills a migrated, empty database and the folder of files from a backup, on either database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            account = restore_backup(file, at=timezone.now())
        except (BackupDoesNotFit, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file}: {sum(account.rows.values())} rows, {account.files} files restored")
