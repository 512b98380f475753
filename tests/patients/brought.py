"""Files as people bring them to an import."""

from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import Actor
from patients.models import Import
from patients.services.imports.mappings import Mapping, propose_mapping
from patients.services.imports.runs import bring_file, map_columns, run_next_import, start_import


def brought(
    text: str | bytes, *, actor: Actor, at: datetime, kind: str = "patients", name: str = "people.csv"
) -> Import:
    content = ContentFile(text.encode() if isinstance(text, str) else text, name=name)
    return bring_file(kind=Import.Kind(kind), content=content, actor=actor, at=at)


def imported(
    text: str | bytes, *, actor: Actor, at: datetime, is_trial: bool = False, scope: str = "HIS", **details: Any
) -> Import:
    """Mapped as it is proposed, and run."""
    run = brought(text, actor=actor, at=at, **details)
    proposed = propose_mapping(run.kind, run.header)
    mapping = Mapping(run.kind, proposed.columns, scope, proposed.historic)
    map_columns(run=run, mapping=mapping, actor=actor, at=at)
    start_import(run=run, is_trial=is_trial, actor=actor, at=at)
    run_next_import(now=lambda: at)
    run.refresh_from_db()
    return run


def counts(run: Import) -> tuple[int, int, int, int]:
    return run.created, run.updated, run.unchanged, run.failed


def complaints(run: Import) -> list[tuple[int, str, str]]:
    return list(run.faults.order_by("row", "pk").values_list("row", "field", "code"))
