import json
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.services.actors import system_actor
from hospital_crm.lib.errors import DomainError
from patients.models import ImportMapping
from patients.services.imports.archive import import_file
from patients.services.imports.batches import BatchResult, Outcome
from patients.services.imports.faults import WORDS

Kind = ImportMapping.Kind


class Command(BaseCommand):
    help = "Imports an archive from CSV or Excel files; the last line says in JSON what became of the rows of both."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mapping", required=True, help="which columns hold what: remembered, or synthea")
        parser.add_argument("--patients", type=Path, help="a file of patients (.csv, .csv.gz, .xlsx)")
        parser.add_argument("--visits", type=Path, help="a file of their visits")

    def handle(self, *args: Any, **options: Any) -> None:
        self._without_guardian = 0
        counts = Counter({outcome.value: 0 for outcome in Outcome})
        for kind, path in ((Kind.PATIENTS, options["patients"]), (Kind.VISITS, options["visits"])):
            if path is not None:
                counts.update(self._import(path, options["mapping"], kind))
        if self._without_guardian:
            self.stderr.write(f"{self._without_guardian} under 14 have no guardian: /patients/?guardian=missing")
        self.stdout.write(json.dumps(dict(counts)))

    def _import(self, path: Path, mapping: str, kind: Kind) -> Counter[str]:
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        actor, at = system_actor("import"), timezone.now()
        try:
            return import_file(path, name=mapping, kind=kind, actor=actor, at=at, tell=self._tell)
        except DomainError as refusal:
            raise CommandError(f"{path}: {refusal}") from refusal

    def _tell(self, result: BatchResult) -> None:
        """Which rows were left out, and why."""
        self._without_guardian += result.without_guardian
        for row, field, code in result.complaints:
            self.stderr.write(f"row {row} {field}: {WORDS[code]}")
