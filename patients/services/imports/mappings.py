"""Which column holds what: proposed, checked, remembered; and the mappings that come with the product."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from hospital_crm.lib.errors import DomainError
from patients import rules
from patients.models import ImportMapping

from .fields import FIELDS, IDENTIFYING, REQUIRED

PATIENTS, VISITS = ImportMapping.Kind.PATIENTS, ImportMapping.Kind.VISITS


class NoSuchMapping(DomainError):
    """Neither remembered nor shipped."""

    message = _("No mapping has this name.")


class MappingIncomplete(DomainError):
    """A field without which no row can be read has no column."""

    def __init__(self, missing: str, kind: str) -> None:
        super().__init__()
        self.missing = missing
        self._label = FIELDS[kind][missing].label

    def __str__(self) -> str:
        return str(format_lazy(_("Say which column holds: {field}"), field=self._label))


class ColumnsMissing(DomainError):
    """The file has no such columns."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.names = names

    def __str__(self) -> str:
        return str(format_lazy(_("The file has no column {names}."), names=", ".join(self.names)))


class ScopeMissing(DomainError):
    """Numbers of another system mean nothing without the system."""

    message = _("Name the system whose numbers these are: by them a second import finds the same rows.")
    field = "scope"


@dataclass(frozen=True)
class Mapping:
    """Several columns of one field are joined; what a file never tells can be a constant."""

    kind: str
    columns: ReadOnly[str, Sequence[str]]
    scope: str = ""
    historic: bool = False
    constants: ReadOnly[str, str] = field(default_factory=dict)
    name: str = ""


SHIPPED = {
    "synthea": {
        PATIENTS: Mapping(
            kind=PATIENTS,
            columns={
                "external_id": ["Id"],
                "name": ["FIRST", "LAST"],
                "sex": ["GENDER"],
                "birth": ["BIRTHDATE"],
                "died_on": ["DEATHDATE"],
                "residence": ["CITY"],
                "address": ["ADDRESS"],
            },
            scope="synthea",
            historic=True,
            name="synthea",
        ),
        VISITS: Mapping(
            kind=VISITS,
            columns={
                "external_id": ["Id"],
                "patient": ["PATIENT"],
                "kind": ["ENCOUNTERCLASS"],
                "starts_at": ["START"],
                "ends_at": ["STOP"],
                "total": ["TOTAL_CLAIM_COST"],
                "insured": ["PAYER_COVERAGE"],
                "diagnosis_code": ["REASONCODE"],
                "diagnosis": ["REASONDESCRIPTION"],
            },
            scope="synthea",
            historic=True,
            constants={"currency": "USD"},
            name="synthea",
        ),
    }
}


def check_mapping(mapping: Mapping, header: Sequence[str]) -> None:
    """Every row of such a file can be read.

    Raises MappingIncomplete, ColumnsMissing, ScopeMissing.
    """
    missing = [name for names in mapping.columns.values() for name in names if name not in header]
    if missing:
        raise ColumnsMissing(missing)
    for needed in REQUIRED[mapping.kind]:
        if not mapping.columns.get(needed):
            raise MappingIncomplete(needed, mapping.kind)
    if mapping.kind == VISITS and not (mapping.columns.get("patient") or mapping.columns.get("hospital_number")):
        raise MappingIncomplete("patient", mapping.kind)
    if (mapping.columns.get("external_id") or mapping.columns.get("patient")) and not mapping.scope:
        raise ScopeMissing


def propose_mapping(kind: str, header: Sequence[str]) -> Mapping:
    """What was used last for this heading, else a shipped one that fits, else what the names of columns suggest."""
    remembered = ImportMapping.objects.filter(kind=kind, header_digest=digest_of_header(header))
    if (last := remembered.order_by("-used_at", "-pk").first()) is not None:
        return mapping_of(last)
    for shipped in SHIPPED.values():
        found = shipped[ImportMapping.Kind(kind)]
        if {name for names in found.columns.values() for name in names} <= set(header):
            return found
    return Mapping(kind=kind, columns=_guessed(kind, header))


def find_mapping(name: str, kind: str) -> Mapping:
    """The mapping of this name.

    Raises NoSuchMapping.
    """
    if name in SHIPPED:
        return SHIPPED[name][ImportMapping.Kind(kind)]
    if (row := ImportMapping.objects.filter(name=name, kind=kind).first()) is None:
        raise NoSuchMapping
    return mapping_of(row)


def mapping_of(row: ImportMapping) -> Mapping:
    return Mapping(row.kind, row.columns, row.scope, row.historic, name=row.name)


@transaction.atomic
def remember_mapping(*, name: str, mapping: Mapping, header: Sequence[str], actor: Actor, at: datetime) -> None:
    """The next file with this heading is proposed these columns; an older mapping of the name gives way."""
    row, _made = ImportMapping.objects.update_or_create(
        kind=mapping.kind,
        name=name,
        defaults={
            "header_digest": digest_of_header(header),
            "columns": {field: list(names) for field, names in mapping.columns.items()},
            "scope": mapping.scope,
            "historic": mapping.historic,
            "used_at": at,
        },
    )
    audit.record(actor=actor, verb="import_mapping.remembered", subject=row, at=at)


def digest_of_header(header: Sequence[str]) -> str:
    """The same for the same names in whatever order."""
    return hashlib.sha256(json.dumps(sorted(map(rules.plain, header))).encode()).hexdigest()


def identifies(kind: str, columns: Iterable[str]) -> bool:
    """Whether a second import finds the same people by these fields. Visits name theirs anyhow."""
    return kind != PATIENTS or not set(IDENTIFYING).isdisjoint(columns)


def _guessed(kind: str, header: Sequence[str]) -> dict[str, list[str]]:
    """Each column for one field only."""
    free = {rules.plain(name).replace(" ", "_"): name for name in header if name}
    found = {}
    for code, each in FIELDS[kind].items():
        for name in (code, *each.names, rules.plain(str(each.label)).replace(" ", "_")):
            if name in free:
                found[code] = [free.pop(name)]
                break
    for more in ("last_name", "last"):
        if "name" in found and more in free:
            found["name"].append(free.pop(more))
    return found


audit.name_verbs({"import_mapping.remembered": _("Mapping of columns remembered")})
