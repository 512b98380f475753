"""Files that people have asked for: written ones, and those that wait."""

from __future__ import annotations

from typing import Any

from accounts.models import Staff
from consult.services.exports import CALLS
from dashboards.services.audit import AUDIT
from dashboards.services.look_exports import LOOKS
from hospital_crm.lib.exports import ExportPurpose
from jobs.models import Job
from jobs.services.exports import Export, request_export, run_next_export
from messaging.services.exports import MESSAGES
from messaging.services.opt_out_exports import OPT_OUTS
from patients.services.exports import CONTACTS, CONTROL, EMPLOYEES, EXPORTS, VISITS, VISITS_THERE
from promises.services.exports import PROMISES

from .archive import Clients
from .facts import NOW
from .people import Cast

FIGURES = ("guide", "consultant", "followup_nurse", "doctor", "manager")  # who may carry figures away


def carry_away(cast: Cast, clients: Clients) -> dict[str, Any]:
    files = _files(cast.people, clients)
    return {"files": files, "waiting": {code: ask_for_audit(person) for code, person in cast.people.items()}}


def ask_for_audit(person: Staff) -> Job:
    return _asked(AUDIT, person)


def run_export(export: Export) -> Job:
    done = run_next_export(export, now=lambda: NOW)
    assert done is not None
    return done


def _files(people: dict[str, Staff], clients: Clients) -> dict[str, dict[str, Job]]:
    """Every list as a file, of each person whom the table lets have it."""
    about, at_place = {"patient": clients.patient.pk}, {"organisation": clients.organisation.pk}
    beside: dict[str, dict[str, Any]] = {
        CONTACTS.kind: at_place,
        CONTROL.kind: {"day": f"{NOW:%Y-%m-%d}"},
        EMPLOYEES.kind: at_place,
        OPT_OUTS.kind: about,
        VISITS.kind: about,
        VISITS_THERE.kind: at_place,
    }
    files: dict[str, dict[str, Job]] = {}
    for export in (*EXPORTS, CALLS, PROMISES, MESSAGES, OPT_OUTS):
        entitled = [people[code] for code in FIGURES if people[code].can(export.sees)]
        files[export.kind] = {
            person.username: _file(export, person, **beside.get(export.kind, {})) for person in entitled
        }
    readers = [people[code] for code in ("manager", "administrator")]
    files[AUDIT.kind] = {reader.username: _file(AUDIT, reader) for reader in readers}
    files[LOOKS.kind] = {reader.username: _file(LOOKS, reader, **about) for reader in readers}
    return files


def _file(export: Export, person: Staff, **beside: Any) -> Job:
    _asked(export, person, **beside)
    return run_export(export)


def _asked(export: Export, person: Staff, **beside: Any) -> Job:
    order: dict[str, Any] = {"kind": "csv", "purpose": ExportPurpose.LIST, "staff": person, "at": NOW}
    return request_export(export=export, wanted={}, beside=beside, **order)
