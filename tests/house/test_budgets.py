"""What a page asks of the database: a budget for each, and lists that cost the same however long they are.

`UPDATE_BUDGETS=1` writes the measured numbers into query_budgets.json; look at the difference before it is committed.
"""

import json
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.access import Role
from accounts.models import Department, Staff
from accounts.services.absences import record_absence
from accounts.services.departments import update_department
from accounts.services.saved_views import save_view
from accounts.services.teams import create_team
from dashboards.services.audit import AUDIT
from followups.models import Attempt
from followups.services.attempts import record_attempt
from institution.models import ReferenceItem, ReferenceList
from institution.services.calendars import create_calendar
from institution.services.lists import create_item
from jobs.models import StoredFile
from jobs.services.files import store_file
from jobs.services.jobs import claim_job, finish_job
from messaging.models import Message, MessageTemplate
from messaging.services.patient_messages import queue_to_patient
from messaging.services.templates.drafting import draft_version
from patients.models import Consent, DataRequest, LookToCheck, Organisation, Patient, Purpose, Selection
from patients.reports.columns import COLUMNS
from patients.services.bulk_tags import request_tags
from patients.services.colleagues import name_colleague
from patients.services.consents import Decision, add_wording, record_consent
from patients.services.duplicates import pair_up
from patients.services.employments import add_employee
from patients.services.merges import merge_patients
from patients.services.organisation_people import add_organisation_contact
from patients.services.organisation_visits import hold_organisation_visit
from patients.services.rights import Asked, open_request
from patients.services.selections import choose_patients
from patients.services.tags import tag_patient
from promises.services.handing_over import hand_over_promise
from tests import make
from tests.house.known_caller import KnownCaller, is_of_known_caller, most_for
from tests.house.routing import routes
from tests.house.visits import Visit
from tests.house.world import NOW, ask_for_audit, counted
from tests.messaging.make import message
from tests.messaging.templates import TEXT, draft_of, publish, template
from tests.patients.brought import brought

FILE = Path(__file__).parent / "query_budgets.json"
UPDATE = os.environ.get("UPDATE_BUDGETS") == "1"
NAMES = {route.name for route in routes()}
OF_OTHERS = ("dashboards:workbench of consultant", "account_login of nobody", "healthz of nobody")
OF_CONSULTANTS = ("consult:", "patients:", "promises:", "followups:", "dashboards:")  # not the administrator's
BUDGETS: dict[str, int] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


@pytest.fixture(autouse=True)
def _still(db: None) -> Iterator[None]:
    """Nobody's session and no code of the second factor grows old."""
    with time_machine.travel(NOW, tick=False):
        yield


def measured(visits: list[Visit]) -> Iterator[tuple[str, int]]:
    """All that answers a GET of the administrator, and what others ask for most."""
    for visit in visits:
        if visit.method == "GET" and visit.status == 200:
            others = f"{visit.route} of {visit.person}"
            if visit.person == "administrator" and visit.route in NAMES:
                yield visit.route, visit.queries
            elif others in OF_OTHERS or (visit.person == "consultant" and visit.route.startswith(OF_CONSULTANTS)):
                yield others, visit.queries


def keep(costs: dict[str, int], *, known_caller: bool) -> None:
    """None is above its budget; all that have one are measured."""
    others = {name: most for name, most in BUDGETS.items() if is_of_known_caller(name) != known_caller}
    if UPDATE:
        BUDGETS.clear()
        BUDGETS.update({**others, **costs})
        FILE.write_text(json.dumps(BUDGETS, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    assert set(costs) == set(BUDGETS) - set(others)
    assert {name: (queries, BUDGETS[name]) for name, queries in costs.items() if queries > BUDGETS[name]} == {}


def test_every_page_keeps_its_budget(visits: list[Visit]) -> None:
    keep(dict(measured(visits)), known_caller=False)


def test_the_call_page_takes_12_queries_and_a_search_6_whoever_calls_and_however_it_is_opened() -> None:
    """With three phones, open promises, earlier calls and drafts as with a dozen of each, in lists that grow alike."""
    caller = KnownCaller(make.staff("ann", "consultant", department=make.department("白内障科")))
    few = caller.costs(3)
    keep(few, known_caller=True)
    assert {name: queries for name, queries in few.items() if queries > most_for(name)} == {}
    many = caller.costs(12)
    assert {name: (few[name], many[name]) for name in few if few[name] != many[name]} == {}


def one_more_of_everything(frank: Staff, department: Department) -> None:
    """A colleague with all that a page shows beside a name, an entry, a finished job, an absence of Frank's own."""
    own = make.department(parent=department)
    person = make.staff("", "consultant", "doctor", department=own)
    values = {"head": person, "deputy": frank, "parent": department, "is_active": True}
    update_department(department=own, version=own.version, values=values, actor=frank.actor, at=NOW)
    team = {"name_zh": f"{person.username}组", "name_en": person.username, "lead": person}
    line = create_team(values=team, members=[person, frank], actor=frank.actor, at=NOW)
    list_entry(frank)
    create_calendar(department=own, actor=frank.actor, at=NOW)
    patient = make.patient("张桂兰", "13800001234", department=own)
    decide(Patient.objects.earliest("pk"), frank)
    make.promise(patient, owner=frank, at=NOW)
    make.promise(patient, team=line, at=NOW)
    asked = make.promise(patient, owner=person, team=line, at=NOW)
    hand_over_promise(promise=asked, to=frank, actor=person.actor, at=NOW)
    tried = make.promise(patient, owner=frank, at=NOW)
    record_attempt(promise=tried, outcome=Attempt.Outcome.NO_ANSWER, actor=frank.actor, at=NOW)
    make.call(frank, make.patient("王建军", "13900005678"), at=NOW, department=own)
    make.call(person, name="王小雨", number="13800009999", at=NOW)
    finished_export(frank)
    brought("name\n赵明\n", actor=frank.actor, at=NOW)
    make.visit(Patient.objects.earliest("pk"), department=own, doctor=person, diagnoses=["H25.9", "H40.1"])
    at_organisation(make.patient("赵敏", at=NOW), frank)
    pair_up(one=patient, other=make.patient("张贵兰", "13800001234"), at=NOW)
    merge_patients(survivor=patient, merged=make.patient("张桂蓝"), actor=frank.actor, at=NOW)
    asked_for_data(person, patient, frank)
    tag_patient(patient=patient, tags=[list_entry(frank, "patient_tag")], actor=frank.actor, at=NOW)
    first = Patient.objects.earliest("pk")
    tag_patient(patient=first, tags=[list_entry(frank, "patient_tag")], actor=frank.actor, at=NOW)
    chosen = choose_patients(staff=frank, wanted={}, at=NOW)
    request_tags(selection=Selection.objects.earliest("pk"), on=[first.tags.all()[0].tag], staff=frank, at=NOW)
    name = f"视图{chosen.pk}"
    save_view(staff=frank, list_name="patients:patient_list", name=name, query="sex=male", at=NOW)
    note = message(frank, NOW, about=make.patient("李建国"))
    Message.objects.filter(pk=note.pk).update(state=Message.State.SENT, settled_at=NOW)
    told(patient, frank)
    today, later = NOW.date(), NOW.date() + timedelta(days=1 + frank.absences.count())
    for away, deputy, day in ((person, frank, today), (frank, person, later)):
        record_absence(staff=away, starts_on=day, ends_on=day, deputy=deputy, actor=frank.actor, at=NOW)


def told(patient: Patient, frank: Staff) -> None:
    """A patient is written to, by a template of its own that has one more draft."""
    row = template(NOW, code=f"own-{MessageTemplate.objects.count()}")
    publish(draft_of(row), NOW)
    draft_version(template=row, language="zh-hans", subject="", text=TEXT, actor=frank.actor, at=NOW)
    queue_to_patient(
        recipient=patient,
        template=row.code,
        values={"department": "白内障科", "due_on": NOW.date()},
        send_at=NOW + timedelta(days=30),  # among the first of the outbox
        expires_at=NOW + timedelta(days=31),
        dedupe_key=row.code,
        source=row.code,
        actor=frank.actor,
        at=NOW,
    )
    gone = {"state": Message.State.SENT, "handed_over_at": NOW, "settled_at": NOW}
    Message.objects.filter(dedupe_key=row.code).update(**gone)  # a line of the patient's story


def asked_for_data(person: Staff, patient: Patient, frank: Staff) -> None:
    """Somebody wants a copy; somebody else looked too much, and at a colleague's record."""
    asked = Asked(DataRequest.Kind.COPY, DataRequest.Identity.DOCUMENT)
    open_request(patient=patient, asked=asked, actor=person.actor, at=NOW)
    name_colleague(patient=patient, staff=person, actor=frank.actor, at=NOW)
    found = {"staff": person, "day": NOW.date(), "looks": 40, "found_at": NOW, "updated_at": NOW}
    LookToCheck.objects.create(kind=LookToCheck.Kind.MANY, **found)
    LookToCheck.objects.create(kind=LookToCheck.Kind.COLLEAGUE, patient=patient, **found)


def decide(patient: Patient, frank: Staff) -> None:
    """The first patient agrees once more, on paper and in new words."""
    words = f"New words {Consent.objects.count()}"
    add_wording(purpose=Purpose.SURVEY, text_zh="新的说法", text_en=words, actor=frank.actor, at=NOW)
    decision, paper = Decision(Purpose.SURVEY, is_given=True), SimpleUploadedFile("signed.pdf", b"%PDF-1.7")
    record_consent(patient=patient, decision=decision, evidence=paper, actor=frank.actor, at=NOW)


def at_organisation(patient: Patient, frank: Staff) -> None:
    """One more organisation; and at the first one more of everything."""
    make.organisation(owner=frank, department=frank.department, at=NOW)
    by: dict[str, Any] = {"actor": frank.actor, "at": NOW}
    place = _place()
    add_employee(organisation=place, patient=patient, values={"position": "教师"}, **by)
    add_organisation_contact(organisation=place, values={"name": "钱经理"}, patient=patient, **by)
    visit = make.organisation_visit(place, make.staff("", "consultant"), at=NOW)
    hold_organisation_visit(visit=visit, on_day=visit.on_day, visited_by=frank, result="愿意体检", **by)
    make.promise(place, owner=frank, at=NOW)


def finished_export(frank: Staff) -> None:
    """As the worker leaves it, without looking for the rows, which is slow."""
    ask_for_audit(frank)
    job = claim_job(AUDIT.kind, at=NOW)
    assert job is not None
    kinds = frozenset({StoredFile.Kind.CSV})
    file = store_file(name="a.csv", content=ContentFile(b"a,b\n"), kinds=kinds, actor=frank.actor, at=NOW)
    finish_job(job=job, result=file, at=NOW)


def list_entry(frank: Staff, of: str = "insurance") -> ReferenceItem:
    kept = ReferenceList.objects.get(code=of)
    values = {"label_zh": "自费", "label_en": "Self-paid", "code": f"own-{kept.items.count()}"}
    return create_item(reference_list=kept, values=values, actor=frank.actor, at=NOW)


def _whole(name: str, frank: Staff) -> str:
    return reverse(name)


def _place() -> Organisation:
    return Organisation.objects.earliest("pk")


LISTS: dict[str, Callable[[Staff], str]] = {
    "accounts:staff_list": lambda frank: reverse("accounts:staff_list"),
    "accounts:staff_detail": lambda frank: reverse("accounts:staff_detail", args=[frank.pk]),
    "accounts:staff_edit": lambda frank: reverse("accounts:staff_edit", args=[frank.pk]),
    "accounts:department_list": lambda frank: reverse("accounts:department_list"),
    "accounts:department_create": lambda frank: reverse("accounts:department_create"),
    "accounts:team_list": lambda frank: reverse("accounts:team_list"),
    "accounts:team_create": lambda frank: reverse("accounts:team_create"),
    "accounts:audit_list": lambda frank: reverse("accounts:audit_list"),
    "accounts:saved_view_list": lambda frank: reverse("accounts:saved_view_list"),
    "dashboards:workbench": lambda frank: reverse("dashboards:workbench"),
    "dashboards:work": lambda frank: f"{reverse('dashboards:work')}?whose=team",
    "dashboards:shift": lambda frank: reverse("dashboards:shift"),
    "dashboards:promise_figures": lambda frank: reverse("dashboards:promise_figures"),
    "dashboards:counts": lambda frank: reverse("dashboards:counts"),
    "institution:calendar_list": lambda frank: reverse("institution:calendar_list"),
    "institution:list_list": lambda frank: reverse("institution:list_list"),
    "institution:list_detail": lambda frank: reverse("institution:list_detail", args=["insurance"]),
    "patients:consent_list": lambda frank: reverse("patients:consent_list", args=[Patient.objects.earliest("pk").pk]),
    "messaging:opt_out_list": lambda frank: reverse("messaging:opt_out_list", args=[Patient.objects.earliest("pk").pk]),
    "patients:wording_list": lambda frank: reverse("patients:wording_list"),
    "patients:organisation_list": lambda frank: reverse("patients:organisation_list"),
    "patients:organisation_detail": lambda frank: reverse("patients:organisation_detail", args=[_place().pk]),
    "patients:organisation_visit_list": lambda frank: reverse("patients:organisation_visit_list", args=[_place().pk]),
    "patients:employment_list": lambda frank: reverse("patients:employment_list", args=[_place().pk]),
    "promises:for_organisation": lambda frank: reverse("promises:for_organisation", args=[_place().pk]),
    "patients:duplicate_list": lambda frank: reverse("patients:duplicate_list"),
    "patients:patient_list": lambda frank: reverse("patients:patient_list"),
    "patients:colleague_list": lambda frank: reverse("patients:colleague_list"),
    "patients:look_list": lambda frank: reverse("patients:look_list"),
    "patients:request_list": lambda frank: reverse("patients:request_list"),
    "patients:patient_list in all columns": lambda frank: (
        f"{reverse('patients:patient_list')}?sort=level&columns={','.join(COLUMNS)}"
    ),
    "patients:patient_detail": lambda frank: reverse(
        "patients:patient_detail", args=[Patient.objects.earliest("pk").pk]
    ),
    "patients:selection_detail": lambda frank: reverse(
        "patients:selection_detail", args=[Selection.objects.earliest("pk").pk]
    ),
    "patients:import_list": lambda frank: reverse("patients:import_list"),
    "patients:visit_list": lambda frank: reverse("patients:visit_list", args=[Patient.objects.earliest("pk").pk]),
    "promises:promise_list": lambda frank: reverse("promises:promise_list"),
    "promises:promise_print": lambda frank: reverse("promises:promise_print"),
    "dashboards:search": lambda frank: f"{reverse('dashboards:search')}?q=1234",
    "messaging:channel_list": lambda frank: reverse("messaging:channel_list"),
    "messaging:delivery": lambda frank: reverse("messaging:delivery"),
    "messaging:outbox": lambda frank: reverse("messaging:outbox"),
    "messaging:template_list": lambda frank: reverse("messaging:template_list"),
    "messaging:template_detail": lambda frank: reverse(
        "messaging:template_detail", args=[MessageTemplate.objects.latest("pk").pk]
    ),
    "messaging:notes": lambda frank: reverse("messaging:notes"),
    "messaging:bell": lambda frank: reverse("messaging:bell"),
    "consult:call_list": lambda frank: reverse("consult:call_list"),
    "consult:call_create": lambda frank: reverse("consult:call_create"),
    "jobs:job_list": lambda frank: reverse("jobs:job_list"),
    "jobs:job_rows": lambda frank: reverse("jobs:job_rows"),
}
LISTLESS = {"api-follower-list"}  # one names followers there, and reads them on the patient
LISTS |= {
    route.name: partial(_whole, route.name)
    for route in routes()
    if route.is_api and route.name.endswith("-list") and route.name not in LISTLESS
}


def cost(browser: Client, url: str) -> int:
    """How many queries the page takes now."""
    with counted() as queries:
        assert browser.get(url).status_code == 200
    return len(queries)


def test_every_list_costs_the_same_with_six_rows_as_with_three() -> None:
    frank = make.staff("frank", "administrator", "consultant", "customer_service", "manager", second_factor=True)
    department = make.department("白内障科")
    browser = make.client_of(frank)
    cost(browser, reverse("dashboards:workbench"))  # the first page of a session also notes when it was seen

    def add(number: int) -> dict[str, int]:
        for _ in range(number):
            one_more_of_everything(frank, department)
        return {name: cost(browser, url(frank)) for name, url in LISTS.items()}

    few, many = add(3), add(3)  # with the third visit a patient has a service level, whose words are one question
    assert {name: (few[name], many[name]) for name in LISTS if few[name] != many[name]} == {}


def test_every_list_is_measured() -> None:
    """A page that walks through rows has a place in the table above."""
    listed = {route.name for route in routes() if route.name.endswith(("_list", "_rows", "-list"))}
    assert listed - set(LISTS) - LISTLESS <= {"institution:setting_list"}  # its rows come with migrations only


def test_roles_cost_nothing_more(alice: Staff) -> None:
    """However many roles somebody holds, the workbench asks the same."""
    one = cost(make.client_of(alice), reverse("dashboards:workbench"))
    several = make.staff("", *[role for role in Role if role != Role.ADMINISTRATOR], department=alice.department)
    assert cost(make.client_of(several), reverse("dashboards:workbench")) == one
