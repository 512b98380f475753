"""Every row that a route may be asked for, and which of them a person may reach."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from accounts.models import Absence, ApiToken, Department, SavedView, Staff, Team
from consult.models import Call, CallDraft
from followups.models import Attempt
from institution.models import CalendarDay, ReferenceItem, Setting, WorkingCalendar
from jobs.models import Job
from messaging.models import GatewaySetup, Message, OptOut, TemplateVersion
from patients.models import (
    BulkAct,
    ColleagueRecord,
    DataRequest,
    DuplicatePair,
    Employment,
    Import,
    LookToCheck,
    Merge,
    Organisation,
    OrganisationContact,
    OrganisationVisit,
    Patient,
    Relation,
    Selection,
    Visit,
)
from promises.models import Promise
from tests.house.rows import ROWS, row_of_api


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
    draft: TemplateVersion  # of a message template
    advertised: TemplateVersion  # which patients get under a certificate
    calendar: WorkingCalendar  # of the department
    calendar_day: CalendarDay  # of its own
    channel: GatewaySetup
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
    files: dict[str, dict[str, Job]]  # finished exports by their kind, of those who may ask for them
    promises: dict[str, Promise]  # one that each person owes who keeps promises
    calls: dict[str, Call]  # one that each person took from a caller who is nobody yet
    drafts: dict[str, CallDraft]  # a call that each person has parked
    attempts: dict[str, Attempt]  # one try of each person who keeps promises
    token: ApiToken
    saved_views: dict[str, SavedView]  # one of each person
    selections: dict[str, Selection]  # of those who may act for many
    acts: dict[str, BulkAct]
    messages: dict[str, Message]  # to each person an e-mail that failed; each has an unread note too
    texts: dict[str, Message]  # one that each person sent to the patient
    opt_out: OptOut  # of the patient's number
    stop_token: str  # of the link in a message to whoever nobody owes anything

    def call_of(self, person: str) -> int:
        return self.calls.get(person, self.calls["consultant"]).pk

    def url(self, route: str, person: str) -> str:
        """The address of the route, for a row that this person may reach if the role may enter at all."""
        find = ROWS.get(route.removesuffix("/")) or row_of_api(route)
        found = find(self, person) if find else ()
        return reverse(route, args=found if isinstance(found, tuple) else [found])

    def promise_of(self, person: str) -> int:
        return self.promises.get(person, self.promises["manager"]).pk

    def message_of(self, person: str) -> int:
        return self.messages.get(person, self.messages["manager"]).pk

    def text_of(self, person: str) -> int:
        return self.texts.get(person, self.texts["manager"]).pk

    def file_of(self, kind: str, person: str) -> int:
        """The person's own, or that of whoever else has one."""
        found = self.files[kind]
        return found.get(person, next(iter(found.values()))).pk

    def saved_view_of(self, person: str) -> int:
        return self.saved_views.get(person, self.saved_views["manager"]).pk

    def selection_of(self, person: str) -> int:
        return self.selections.get(person, self.selections["manager"]).pk

    def act_of(self, person: str) -> int:
        return self.acts.get(person, self.acts["manager"]).pk

    def job_of(self, person: str) -> int:
        return self.waiting.get(person, self.waiting["manager"]).pk
