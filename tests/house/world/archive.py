"""Who is on file, and what of them people have changed, asked for and looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import audit
from accounts.models import Actor, Department, Staff
from dashboards.services.copies import write_next_copy
from hospital_crm.lib.phones import read_phone
from institution.models import ReferenceItem
from patients.kinship import Tie
from patients.models import (
    BulkAct,
    Consent,
    DataRequest,
    Identifier,
    Import,
    LookToCheck,
    Merge,
    Organisation,
    OrganisationContact,
    Patient,
    Purpose,
    Selection,
)
from patients.services.bulk_tags import request_tags
from patients.services.colleagues import name_colleague
from patients.services.consents import Decision, record_consent
from patients.services.copies import ask_for_copy
from patients.services.duplicates import pair_up
from patients.services.employments import add_employee
from patients.services.identifiers import NewIdentifier, add_identifier
from patients.services.imports.mappings import propose_mapping
from patients.services.imports.runs import map_columns, run_next_import, start_import
from patients.services.merges import merge_patients
from patients.services.organisation_people import add_organisation_contact
from patients.services.relatives import add_relative
from patients.services.rights import Asked, open_request
from patients.services.selections import choose_patients
from patients.services.tags import tag_patient
from tests import make
from tests.patients.brought import brought

from .facts import NOW, OWED, OWED_NOTHING, SPOKEN_WITH
from .people import Cast

IMPORTED = "name,phone\n赵明,13800009876\n赵红,x\n"


@dataclass(frozen=True)
class Clients:
    patient: Patient
    stranger: Patient
    imported: Patient
    organisation: Organisation


def register(cast: Cast) -> Clients:
    return Clients(
        patient=_patient(cast.department, cast.administrator),
        stranger=make.patient("赵云", OWED_NOTHING, department=cast.department),
        imported=make.patient("赵文", department=cast.department),
        organisation=make.organisation("示范中学", kind="school", at=NOW),
    )


def know(cast: Cast, clients: Clients) -> dict[str, Any]:
    """What is on file of them beside themselves."""
    patient, stranger, place, by = clients.patient, clients.stranger, clients.organisation, cast.administrator
    return {
        "visit": make.visit(patient, starts_at=NOW, diagnoses=("H25.9",), department=cast.department),
        "relation": add_relative(patient=patient, relative=stranger, tie=Tie("child"), actor=by, at=NOW),
        "organisation_contact": _spoken_with(place, stranger, by),
        "employment": add_employee(organisation=place, patient=patient, values={}, actor=by, at=NOW),
        "organisation_visit": make.organisation_visit(place, cast.colleague, at=NOW),
        "pair": pair_up(one=patient, other=stranger, at=NOW),
        "merge": _merge(patient, cast),
        "run": _import(cast.manager),
    }


def ask(cast: Cast, clients: Clients) -> dict[str, Any]:
    """What was asked for about them, and done for several at once."""
    patient, colleague, manager = clients.patient, cast.colleague, cast.manager
    chosen = choose_patients(staff=manager, keys=[patient.pk], at=NOW)
    named = {"patient": clients.stranger, "staff": colleague}
    return {
        "selections": {"manager": chosen},
        "acts": {"manager": _tags_for_many(chosen, manager)},
        "wants_copy": _copy(patient, colleague, manager),
        "wants_erasure": _request(clients.imported, DataRequest.Kind.ERASURE, colleague),
        "look": _look(colleague, patient),
        "colleague_record": name_colleague(**named, actor=manager.actor, at=NOW),  # type: ignore[arg-type]
    }


def _patient(department: Department, by: Actor) -> Patient:
    """With a document, a consent on paper and a tag."""
    patient = make.patient("张桂兰", OWED, department=department, address="湖滨路 1 号")
    card = NewIdentifier(Identifier.Type.RESIDENT_ID, "11010519491231002X")  # the standard's own example
    add_identifier(patient=patient, new=card, actor=by, at=NOW)
    signed = SimpleUploadedFile("signed.pdf", b"%PDF-1.7")
    agreed = Decision(Purpose.MARKETING, is_given=True, way=Consent.Way.PAPER)
    record_consent(patient=patient, decision=agreed, evidence=signed, actor=by, at=NOW)
    tag_patient(patient=patient, tags=[_tag("wheelchair")], actor=by, at=NOW)
    return patient


def _merge(patient: Patient, cast: Cast) -> Merge:
    other = make.patient("赵霞", department=cast.department)
    return merge_patients(survivor=patient, merged=other, actor=cast.administrator, at=NOW)


def _tag(code: str) -> ReferenceItem:
    return ReferenceItem.objects.get(list__code="patient_tag", code=code)


def _tags_for_many(chosen: Selection, person: Staff) -> BulkAct:
    return request_tags(selection=chosen, on=[_tag("hard_of_hearing")], staff=person, at=NOW)


def _spoken_with(place: Organisation, patient: Patient, by: Actor) -> OrganisationContact:
    values, phone = {"name": "钱经理"}, read_phone(SPOKEN_WITH)
    return add_organisation_contact(organisation=place, values=values, phone=phone, patient=patient, actor=by, at=NOW)


def _import(person: Staff) -> Import:
    """Of a file with one good row and one that is left out; it was tried."""
    run = brought(IMPORTED, actor=person.actor, at=NOW)
    map_columns(run=run, mapping=propose_mapping(run.kind, run.header), actor=person.actor, at=NOW)
    start_import(run=run, is_trial=True, actor=person.actor, at=NOW)
    run_next_import(now=lambda: NOW)
    run.refresh_from_db()
    return run


def _request(person: Patient, kind: DataRequest.Kind, by: Staff) -> DataRequest:
    asked = Asked(kind, DataRequest.Identity.DOCUMENT)
    return open_request(patient=person, asked=asked, actor=by.actor, at=NOW)


def _copy(person: Patient, by: Staff, manager: Staff) -> DataRequest:
    request = _request(person, DataRequest.Kind.COPY, by)
    ask_for_copy(request=request, actor=manager.actor, at=NOW)
    write_next_copy(now=lambda: NOW)
    return request


def _look(person: Staff, patient: Patient) -> LookToCheck:
    found = {"found_at": NOW, "updated_at": NOW}
    audit.record_look(actor=person.actor, verb="patient.opened", subject=patient, at=NOW)
    return LookToCheck.objects.create(kind="many", staff=person, day=NOW.date(), looks=31, usual=4, **found)
