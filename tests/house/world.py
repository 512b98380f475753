"""One small hospital, one person a role, and the row that each route is asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import audit
from accounts.access import Capability, Role
from accounts.models import Absence, Actor, ApiToken, Department, SavedView, Staff, Team
from accounts.services.absences import record_absence
from accounts.services.saved_views import save_view
from accounts.services.staff import deactivate_staff
from accounts.services.tokens import issue_token
from consult.models import Call, CallDraft
from consult.services.drafts import keep_draft
from consult.services.exports import CALLS
from dashboards.services.audit import AUDIT
from dashboards.services.copies import write_next_copy
from followups.models import Attempt
from hospital_crm.lib.phones import read_phone
from institution.models import ReferenceItem, Setting
from jobs.models import Job
from jobs.services.exports import Export, run_next_export
from jobs.services.jobs import request_job
from messaging.models import Channel, Message
from patients.kinship import Tie
from patients.models import (
    BulkAct,
    ColleagueRecord,
    Consent,
    DataRequest,
    DuplicatePair,
    Employment,
    Identifier,
    Import,
    LookToCheck,
    Merge,
    Organisation,
    OrganisationContact,
    OrganisationVisit,
    Patient,
    Purpose,
    Relation,
    Selection,
    Visit,
)
from patients.services.bulk_tags import request_tags
from patients.services.colleagues import name_colleague
from patients.services.consents import Decision, record_consent
from patients.services.copies import ask_for_copy
from patients.services.duplicates import pair_up
from patients.services.exports import PEOPLE, ExportPurpose
from patients.services.exports import request_export as request_people
from patients.services.identifiers import NewIdentifier, add_identifier
from patients.services.imports.mappings import propose_mapping
from patients.services.imports.runs import map_columns, run_next_import, start_import
from patients.services.merges import merge_patients
from patients.services.organisation_people import add_employee, add_organisation_contact
from patients.services.relatives import add_relative
from patients.services.rights import Asked, open_request
from patients.services.selections import choose_patients
from patients.services.tags import tag_patient
from promises.models import Promise
from tests import make
from tests.messaging.make import message
from tests.patients.brought import brought

from .rows import ROWS, row_of_api

NOW = datetime(2026, 3, 12, 10, 24, tzinfo=ZoneInfo("Asia/Shanghai"))
EVERYTHING = {"who": None, "verb": "", "since": None, "until": None, "language": "zh-hans"}
OWED, OWED_NOTHING, CALLER, BEING_TYPED = "13800001234", "13700004321", "13900005678", "13900005679"
SPOKEN_WITH = "13900005680"
NUMBERS = (OWED, OWED_NOTHING, CALLER, BEING_TYPED, SPOKEN_WITH)  # all that stand in this world
IMPORTED = "name,phone\n赵明,13800009876\n赵红,x\n"
SECRET = "JBSWY3DPEHPK3PXP"  # as in tests.make

FIGURES = ("guide", "consultant", "followup_nurse", "doctor", "manager")  # who may carry figures away

# People whose pages differ from those of everybody else with the role.
BEGINNER, NEWCOMER = "beginner", "newcomer"


@dataclass(frozen=True)
class World:
    people: dict[str, Staff]  # one a role, by its code, all with a second factor; and two without
    colleague: Staff
    former: Staff
    absence: Absence
    department: Department
    team: Team
    setting: Setting
    item: ReferenceItem
    patient: Patient  # to whom everybody who keeps promises owes something
    visit: Visit  # of the patient
    imported: Patient  # whom no desk has registered
    run: Import  # of a file with a row that is left out
    stranger: Patient  # to whom nobody does
    pair: DuplicatePair  # who may be one
    merge: Merge
    relation: Relation
    organisation: Organisation
    organisation_contact: OrganisationContact
    employment: Employment
    organisation_visit: OrganisationVisit
    wants_copy: DataRequest  # of the patient, and the copy is written
    wants_erasure: DataRequest  # of whoever was imported
    look: LookToCheck  # of the colleague
    colleague_record: ColleagueRecord
    waiting: dict[str, Job]  # a job of each person that has not begun
    exports: dict[str, Job]  # finished ones, of those who may ask for them
    promises: dict[str, Promise]  # one that each person owes who keeps promises
    calls: dict[str, Call]  # one that each person took from a caller who is nobody yet
    drafts: dict[str, CallDraft]  # a call that each person has parked
    call_exports: dict[str, Job]
    patient_exports: dict[str, Job]
    attempts: dict[str, Attempt]  # one try of each person who keeps promises
    token: ApiToken
    saved_views: dict[str, SavedView]  # one of each person
    selections: dict[str, Selection]  # of those who may act for many
    acts: dict[str, BulkAct]
    messages: dict[str, Message]  # to each person an e-mail that failed; each has an unread note too

    def call_of(self, person: str) -> int:
        return self.calls.get(person, self.calls["consultant"]).pk

    def url(self, route: str, person: str) -> str:
        """The address of the route, for a row that this person may reach if the role may enter at all."""
        find = ROWS.get(route.removesuffix("/")) or row_of_api(route)
        return reverse(route, args=[find(self, person)] if find else [])

    def promise_of(self, person: str) -> int:
        return self.promises.get(person, self.promises["manager"]).pk

    def message_of(self, person: str) -> int:
        return self.messages.get(person, self.messages["manager"]).pk

    def patient_export_of(self, person: str) -> int:
        return self.patient_exports.get(person, self.patient_exports["guide"]).pk

    def saved_view_of(self, person: str) -> int:
        return self.saved_views.get(person, self.saved_views["manager"]).pk

    def selection_of(self, person: str) -> int:
        return self.selections.get(person, self.selections["manager"]).pk

    def act_of(self, person: str) -> int:
        return self.acts.get(person, self.acts["manager"]).pk

    def job_of(self, person: str) -> int:
        return self.waiting.get(person, self.waiting["manager"]).pk


def build() -> World:
    department = make.department("白内障科", "Cataract")
    make.department("青光眼科", "Glaucoma", parent=department)
    people = {role.value: _person(role.value, role, department) for role in Role}
    people[BEGINNER] = _person(BEGINNER, Role.GUIDE, department, second_factor=False)
    people[NEWCOMER] = _person(NEWCOMER, Role.ADMINISTRATOR, department, second_factor=False)
    administrator = people["administrator"].actor
    colleague = _person("colleague", Role.CONSULTANT, department, employee_number="D1001")
    former = _person("former", Role.DOCTOR, department)
    absence = record_absence(
        staff=colleague, starts_on=NOW.date(), ends_on=NOW.date(), deputy=former, actor=administrator, at=NOW
    )
    deactivate_staff(staff=former, actor=administrator, at=NOW)
    patient = _patient(department, administrator)
    chosen = choose_patients(staff=people["manager"], keys=[patient.pk], at=NOW)
    keepers = [person for person in people.values() if person.can(Capability.SEE_PROMISES)]
    promises = {keeper.username: make.promise(patient, owner=keeper, at=NOW) for keeper in keepers}
    stranger = make.patient("赵云", OWED_NOTHING, department=department)
    place = make.organisation("示范中学", kind="school", at=NOW)
    until = NOW + timedelta(days=90)
    exports = {code: _export(people[code]) for code in ("manager", "administrator")}
    imported = make.patient("赵文", department=department)
    return World(
        people=people,
        colleague=colleague,
        former=former,
        absence=absence,
        department=department,
        team=make.team("咨询热线组", colleague, lead=colleague, name_en="Consult line team"),
        setting=Setting.objects.earliest("pk"),
        item=ReferenceItem.objects.select_related("list").earliest("pk"),
        patient=patient,
        visit=make.visit(patient, starts_at=NOW, diagnoses=("H25.9",), department=department),
        imported=imported,
        stranger=stranger,
        saved_views={code: _view(person) for code, person in people.items()},
        selections={"manager": chosen},
        acts={"manager": _tags_for_many(chosen, people["manager"])},
        relation=add_relative(patient=patient, relative=stranger, tie=Tie("child"), actor=administrator, at=NOW),
        organisation=place,
        organisation_contact=_spoken_with(place, stranger, administrator),
        employment=add_employee(organisation=place, patient=patient, values={}, actor=administrator, at=NOW),
        organisation_visit=make.organisation_visit(place, colleague, at=NOW),
        pair=pair_up(one=patient, other=stranger, at=NOW),
        merge=merge_patients(
            survivor=patient, merged=make.patient("赵霞", department=department), actor=administrator, at=NOW
        ),
        run=_import(people["manager"]),
        wants_copy=_copy(patient, colleague, people["manager"]),
        wants_erasure=_request(imported, DataRequest.Kind.ERASURE, colleague),
        look=_look(colleague, patient),
        colleague_record=name_colleague(patient=stranger, staff=colleague, actor=people["manager"].actor, at=NOW),
        promises=promises,
        attempts={code: _attempt(promise, people[code]) for code, promise in promises.items()},
        token=issue_token(staff=colleague, name="Telephony", expires_at=until, actor=administrator, at=NOW)[0],
        waiting={code: request_export(person) for code, person in people.items()},
        exports=exports,
        calls={code: make.call(person, name="王建军", number=CALLER) for code, person in people.items()},
        drafts={code: _parked(person) for code, person in people.items()},
        patient_exports={code: _export_of_patients(people[code]) for code in FIGURES},
        call_exports={code: _export_of_calls(people[code]) for code in FIGURES},
        messages={code: _failed_mail(person) for code, person in people.items()},
    )


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


def _tag(code: str) -> ReferenceItem:
    return ReferenceItem.objects.get(list__code="patient_tag", code=code)


def _tags_for_many(chosen: Selection, person: Staff) -> BulkAct:
    return request_tags(selection=chosen, on=[_tag("hard_of_hearing")], staff=person, at=NOW)


def _spoken_with(place: Organisation, patient: Patient, by: Actor) -> OrganisationContact:
    values, phone = {"name": "钱经理"}, read_phone(SPOKEN_WITH)
    return add_organisation_contact(organisation=place, values=values, phone=phone, patient=patient, actor=by, at=NOW)


def _person(username: str, role: Role, department: Department, *, second_factor: bool = True, **details: Any) -> Staff:
    names = {"display_name": f"赵{role.label[:1]}", "display_name_en": username.replace("_", "-").title()}
    person = make.staff(username, role, department=department, second_factor=second_factor, **names, **details)
    if second_factor:
        RecoveryCodes.activate(person)
    return person


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


def _view(person: Staff) -> SavedView:
    query = "columns=phone%2Cnumber&tag=99999"
    return save_view(staff=person, list_name="patients:patient_list", name="2026", query=query, at=NOW)


def _attempt(promise: Promise, person: Staff) -> Attempt:
    """The row alone: through the service it would move the promise."""
    return Attempt.objects.create(
        promise=promise, rank=1, outcome=Attempt.Outcome.BUSY, attempted_at=NOW, by=person.actor
    )


def _failed_mail(person: Staff) -> Message:
    settled = {"settled_at": NOW, "attempts": 1}
    note, mail = (message(person, NOW, channel=channel) for channel in (Channel.IN_APP, Channel.EMAIL))
    Message.objects.filter(pk=note.pk).update(state=Message.State.SENT, **settled)
    Message.objects.filter(pk=mail.pk).update(state=Message.State.FAILED, reason=Message.Reason.SPENT, **settled)
    return mail


def request_export(person: Staff) -> Job:
    return request_job(kind=AUDIT.kind, parameters=EVERYTHING, actor=person.actor, at=NOW)


def run_export(export: Export) -> Job:
    done = run_next_export(export, now=lambda: NOW)
    assert done is not None
    return done


def _export(person: Staff) -> Job:
    request_export(person)
    return run_export(AUDIT)


def _parked(person: Staff) -> CallDraft:
    content = {"number": [BEING_TYPED], "channel": ["phone"]}
    draft = keep_draft(key=uuid4(), content=content, staff=person, at=NOW)
    assert draft is not None
    return draft


def _export_of_calls(person: Staff) -> Job:
    parameters = {"filter": {}, "format": "csv", "language": "zh-hans"}
    request_job(kind=CALLS.kind, parameters=parameters, actor=person.actor, at=NOW)
    return run_export(CALLS)


def _export_of_patients(person: Staff) -> Job:
    request_people(wanted={}, kind="csv", purpose=ExportPurpose.LIST, staff=person, at=NOW)
    return run_export(PEOPLE)


def sign_in(person: Staff) -> Client:
    """Through the door, as people do it: with the password, and with the code where there is a second factor."""
    browser = Client()
    browser.post(reverse("account_login"), {"login": person.username, "password": make.PASSWORD})
    if person.has_second_factor:
        code = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
        browser.post(reverse("mfa_authenticate"), {"code": code})
    assert browser.session.get("_auth_user_id") == str(person.pk), person.username
    return browser


@contextmanager
def counted() -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    asked: list[str] = []

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        yield asked


def confirm(browser: Client) -> None:
    """The password once more: opens the pages that ask for it."""
    browser.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
