"""Visits: recorded, changed, cancelled; what they were for is for few eyes; who is a client of what. Mission A3."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import AuditEntry, Department, Staff
from hospital_crm.lib.errors import DuplicateSubmission, StaleVersion
from patients.forms.visits import VisitEditForm, code_and_text
from patients.models import Patient, TimelineEntry, Visit
from patients.reports.panels import client_kinds_of
from patients.rules.visits import Fault, client_kinds, faults_of_visit, is_readmission
from patients.services.merges import merge_patients
from patients.services.visits import (
    ClinicalText,
    NewDiagnosis,
    NewOperation,
    VisitAlreadyCancelled,
    cancel_visit,
    record_visit,
    update_visit,
)
from tests import make
from tests.accounts.pages import Page, fill, in_english
from tests.api.test_patients import sent

from .filling import filled_panels

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CATARACT = "H25.9 老年性白内障"
Kind, Status = Visit.Kind, Visit.Status


@pytest.fixture
def zhang(cataract: Department) -> Patient:
    return make.patient("张桂兰", "13800001234", department=cataract)


@pytest.fixture
def visit(zhang: Patient, cataract: Department, now: datetime) -> Visit:
    return make.visit(zhang, starts_at=now - DAY, ends_at=now - 23 * HOUR, department=cataract, diagnoses=[CATARACT])


@pytest.mark.parametrize(
    ("begin", "end", "is_one"),
    [(0, 0, True), (30, 0, True), (30, -1, False), (-1, 0, False)],
    ids=["same moment", "30 days", "a second more", "still going on"],
)
def test_a_readmission_begins_within_thirty_days_after_an_earlier_stay(
    now: datetime, begin: int, end: int, is_one: bool
) -> None:
    assert is_readmission(now + begin * DAY, [now + timedelta(seconds=end)]) is is_one


def test_the_same_in_the_database(zhang: Patient, now: datetime) -> None:
    def stay(begin: int, end: int, who: Patient = zhang, **more: Any) -> Visit:
        begins, ends = now + begin * DAY, now + end * DAY
        return make.visit(who, kind=Kind.INPATIENT, starts_at=begins, ends_at=ends, **more)

    stay(-200, -190)
    again = stay(-160, -150)  # exactly 30 days later
    stay(-119, -110)  # 31 days later
    overlapping = stay(-112, -100)  # began before the one before had ended
    stay(-105, -95, make.patient("何建平"))
    chen = make.patient("陈国强")
    stay(-90, -80, chen)
    at_once = stay(-80, -70, chen)  # at the very moment of the end
    stay(-99, -98, status=Status.CANCELLED)
    make.visit(zhang, kind=Kind.OUTPATIENT, starts_at=now - 94 * DAY)
    assert overlapping.pk
    assert list(Visit.objects.readmissions().order_by("pk")) == [again, at_once]


def test_clients_of_a_kind_follow_from_visits_that_took_place(zhang: Patient, now: datetime) -> None:
    he, chen = make.patient("何建平"), make.patient("陈国强")
    make.visit(zhang, kind=Kind.EMERGENCY, starts_at=now)
    make.visit(zhang, kind=Kind.HEALTH_CHECK, starts_at=now)
    make.visit(he, kind=Kind.INPATIENT, starts_at=now, status=Status.ARRIVED)
    make.visit(chen, kind=Kind.INPATIENT, starts_at=now + DAY, status=Status.PLANNED)
    assert client_kinds_of(filled_panels(zhang.pk)) == ["outpatient", "health_check"]
    assert list(Patient.objects.clients("inpatient")) == [he]
    assert list(Patient.objects.clients("outpatient")) == [zhang]
    assert client_kinds([]) == []


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"ends_at": -1}, {"ends_at": Fault.ENDS_BEFORE}),
        ({"ends_at": 0}, {}),
        ({"at": -1}, {"starts_at": Fault.STILL_TO_COME}),
        ({"at": -1, "status": "planned"}, {}),
        ({"total": -1}, {"total": Fault.NEGATIVE}),
        ({"total": 5, "insured": 6}, {"insured": Fault.MORE_THAN_ALL}),
        ({"insured": 6}, {}),
    ],
)
def test_what_cannot_be(now: datetime, told: dict[str, Any], fault: dict[str, Fault]) -> None:
    hours = {name: now + told[name] * HOUR for name in ("ends_at", "at") if name in told}
    usual: dict[str, Any] = {
        "status": "finished",
        "starts_at": now,
        "ends_at": None,
        "total": None,
        "insured": None,
        "at": now,
    }
    assert faults_of_visit(**(usual | told | hours)) == fault


@pytest.mark.parametrize(
    ("line", "code", "text"),
    [
        (CATARACT, "H25.9", "老年性白内障"),
        ("13.4100 超声乳化", "13.4100", "超声乳化"),
        ("白内障", "", "白内障"),
        ("Senile cataract", "", "Senile cataract"),
        ("185347001", "185347001", ""),
    ],
)
def test_a_code_stands_first_where_there_is_one(line: str, code: str, text: str) -> None:
    assert code_and_text(line) == (code, text)


@pytest.mark.parametrize(
    "wrong",
    [
        {"external_id": "42"},
        {"ends_at": make.THEN - DAY},
        {"total": 1, "insured": 2},
        {"total": -1},
    ],
    ids=str,
)
def test_the_table_refuses_what_cannot_be(zhang: Patient, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make.visit(zhang, **wrong)


def test_a_row_of_another_system_is_one_visit(zhang: Patient) -> None:
    make.visit(zhang, scope="HIS", external_id="42")
    make.visit(zhang, scope="LIS", external_id="42")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.visit(zhang, scope="HIS", external_id="42")


def test_a_form_sent_twice_records_one(zhang: Patient, alice: Staff, now: datetime) -> None:
    key = uuid4()
    told: dict[str, Any] = {"patient": zhang, "values": {"starts_at": now}, "actor": alice.actor, "at": now}
    first = record_visit(**told, submission=key)
    with pytest.raises(DuplicateSubmission) as second:
        record_visit(**told, submission=key)
    assert second.value.subject_id == first.pk
    assert [entry.verb for entry in AuditEntry.objects.about(first)] == ["visit.recorded"]


def test_its_line_in_the_story_tells_nothing_clinical_and_follows_it(visit: Visit, alice: Staff, now: datetime) -> None:
    (line,) = TimelineEntry.objects.filter(kind="patients.visited")
    assert (line.occurred_at, line.params["kind"]) == (visit.starts_at, "outpatient")
    assert "白内障" not in str({**line.params, "department": None})
    update_visit(visit=visit, version=1, values={"kind": Kind.EMERGENCY}, actor=alice.actor, at=now)
    lines = TimelineEntry.objects.filter(kind="patients.visited").order_by("pk")
    assert [(each.params["kind"], each.struck_at is None) for each in lines] == [
        ("outpatient", False),
        ("emergency", True),
    ]


def test_what_is_planned_stands_in_the_story_once_the_person_came(zhang: Patient, alice: Staff, now: datetime) -> None:
    planned = make.visit(zhang, starts_at=now, status=Status.PLANNED)
    assert not TimelineEntry.objects.filter(kind="patients.visited").exists()
    update_visit(visit=planned, version=1, values={"status": Status.ARRIVED}, actor=alice.actor, at=now)
    assert TimelineEntry.objects.filter(kind="patients.visited").count() == 1


def test_what_it_was_for_changes_with_its_version_and_without_it_stays(
    visit: Visit, alice: Staff, now: datetime
) -> None:
    other = ClinicalText([NewDiagnosis("H40.1", "青光眼")], [NewOperation("13.41", "超声乳化", now)])
    changed = update_visit(visit=visit, version=1, values={}, clinical=other, actor=alice.actor, at=now)
    assert (changed.version, [str(row) for row in changed.diagnoses.all()]) == (2, ["H40.1 青光眼"])
    update_visit(visit=visit, version=2, values={"doctor_name": "外院医生"}, actor=alice.actor, at=now)
    assert [str(row) for row in visit.operations.all()] == ["13.41 超声乳化"]
    with pytest.raises(StaleVersion):
        update_visit(visit=visit, version=1, values={"doctor_name": "x"}, actor=alice.actor, at=now)
    last, *_others = AuditEntry.objects.about(visit).order_by("-pk")
    assert (last.verb, last.fields) == ("visit.updated", ["doctor_name"])


def test_a_cancelled_one_stays_crossed_out_and_changes_no_more(visit: Visit, alice: Staff, now: datetime) -> None:
    cancelled = cancel_visit(visit=visit, reason="录错了", actor=alice.actor, at=now)
    assert (cancelled.status, cancelled.cancel_reason) == (Status.CANCELLED, "录错了")
    assert TimelineEntry.objects.get(kind="patients.visited").struck_at == now
    with pytest.raises(VisitAlreadyCancelled):
        cancel_visit(visit=visit, reason="again", actor=alice.actor, at=now)
    with pytest.raises(VisitAlreadyCancelled):
        update_visit(visit=visit, version=2, values={"kind": Kind.EMERGENCY}, actor=alice.actor, at=now)


def readers(cataract: Department, glaucoma: Department, zhang: Patient) -> dict[str, tuple[Staff, bool]]:
    below = make.department("晶体组", parent=cataract)
    owing = make.staff("owing", "consultant", department=cataract)
    make.promise(zhang, owner=owing)
    return {
        "guide": (make.staff("guide", "guide", department=cataract), False),
        "consultant": (make.staff("consultant", "consultant", department=cataract), False),
        "consultant who owes a call": (owing, True),
        "nurse of the department": (make.staff("nurse", "followup_nurse", department=cataract), True),
        "nurse of another": (make.staff("other", "followup_nurse", department=glaucoma), False),
        "manager above": (make.staff("above", "manager", department=cataract), True),
        "manager below": (make.staff("below", "manager", department=below), False),
        "adviser": (make.staff("adviser", "health_adviser", department=cataract), False),
    }


def test_what_it_was_for_is_read_by_department_and_open_promise(
    visit: Visit, zhang: Patient, cataract: Department, glaucoma: Department, now: datetime
) -> None:
    asked = readers(cataract, glaucoma, zhang)
    shown = {
        who: Visit.objects.with_clinical_for(staff, now.date()).get().shows_clinical
        for who, (staff, _may) in asked.items()
    }
    assert shown == {who: may for who, (_staff, may) in asked.items()}
    nowhere = make.visit(zhang, starts_at=now)
    nurse = asked["nurse of the department"][0]
    assert Visit.objects.with_clinical_for(nurse, now.date()).get(pk=nowhere.pk).shows_clinical  # as the patient's


def test_what_a_visit_elsewhere_was_for_is_read_there_and_not_in_the_patients_department(
    zhang: Patient, cataract: Department, glaucoma: Department, now: datetime
) -> None:
    make.visit(zhang, starts_at=now - DAY, department=glaucoma, diagnoses=["H40.9 青光眼"])
    for place, may_read in ((cataract, False), (glaucoma, True)):
        nurse = make.client_of(make.staff(f"nurse of {place.name_en}", "followup_nurse", department=place))
        shown = nurse.get(f"/patients/{zhang.pk}/visits/").content.decode()
        assert ("H40.9" in shown) == may_read
        told = nurse.get("/api/v1/visits/", {"patient": zhang.pk}).content.decode()
        assert ("H40.9" in told) == may_read


@pytest.fixture
def clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.mark.usefixtures("clock")
def test_the_page_shows_it_to_whom_it_may_and_the_look_is_on_record(visit: Visit, zhang: Patient, dana: Staff) -> None:
    url = f"/patients/{zhang.pk}/visits/"
    guide = in_english(make.client_of(make.staff("gina", "guide")))
    panel: dict[str, Any] = {"headers": {"HX-Request": "true", "HX-Target": "patients-visits"}}
    asks: tuple[dict[str, Any], ...] = ({}, panel)
    for asked in asks:
        assert "H25.9" not in guide.get(url, **asked).content.decode()
        assert "H25.9" in in_english(make.client_of(dana)).get(url, **asked).content.decode()
    looks = AuditEntry.objects.about(zhang).filter(verb="patient.visits_opened").order_by("pk")
    assert [entry.fields for entry in looks] == [[], ["clinical"]]
    assert "Outpatient client" in guide.get(f"/patients/{zhang.pk}/").content.decode()


@pytest.mark.usefixtures("clock")
def test_a_form_records_changes_and_cancels_one(zhang: Patient, dana: Staff) -> None:
    browser = in_english(make.client_of(dana))
    new = f"/patients/{zhang.pk}/visits/new/"
    told = {
        "starts_at": "2026-03-10T09:00",
        "kind": "inpatient",
        "diagnoses": f"{CATARACT}\n\n青光眼",
        "operations": "2026-03-11 13.41 超声乳化",
        "total": "8000",
    }
    wrong = browser.post(new, fill(Page(browser.get(new)).values, **{**told, "ends_at": "2026-03-09T09:00"}))
    assert Page(wrong).errors == {"ends_at": "The visit ends before it begins."}
    assert "超声乳化" in wrong.content.decode()
    answer = browser.post(new, fill(Page(wrong).values, ends_at="2026-03-12T09:00"))
    assert answer["Location"] == f"/patients/{zhang.pk}/visits/"
    visit = Visit.objects.get()
    assert [str(row) for row in visit.diagnoses.all()] == [CATARACT, "青光眼"]
    edit = f"/patients/visits/{visit.pk}/edit/"
    form = Page(browser.get(edit)).values
    assert form["operations"] == ["2026-03-11 13.41 超声乳化"]
    assert browser.post(edit, fill(form, total="9000")).status_code == 302
    assert "¥9,000<" in browser.get(f"/patients/{zhang.pk}/visits/").content.decode()
    stale = browser.post(edit, fill(form, total="7000"))
    assert stale.status_code == 409
    browser.post(f"/patients/visits/{visit.pk}/cancel/", {"reason": "录错了"})
    visit.refresh_from_db()
    assert (str(visit.total), visit.status) == ("9000.00", "cancelled")
    assert browser.get(edit)["Location"] == f"/patients/{zhang.pk}/visits/"


@pytest.mark.usefixtures("clock")
def test_only_doctors_are_offered_and_who_is_chosen_already(visit: Visit, alice: Staff) -> None:
    henry, office = make.staff("henry", "doctor"), make.department("信息科", kind=Department.Kind.FUNCTIONAL)
    fields: Any = VisitEditForm(instance=visit).fields
    assert list(fields["doctor"].queryset) == [henry]
    assert list(fields["department"].queryset)[-1] == office
    visit.doctor = alice
    fields = VisitEditForm(instance=visit).fields
    assert set(fields["doctor"].queryset) == {henry, alice}


@pytest.mark.usefixtures("clock")
def test_who_may_not_read_what_it_was_for_does_not_change_it(visit: Visit) -> None:
    browser = in_english(make.client_of(make.staff("gina", "guide")))
    edit = f"/patients/visits/{visit.pk}/edit/"
    page = Page(browser.get(edit))
    assert "diagnoses" not in page.values
    browser.post(edit, fill(page.values, doctor_name="外院医生", diagnoses="nothing"))
    visit.refresh_from_db()
    assert (visit.doctor_name, [str(row) for row in visit.diagnoses.all()]) == ("外院医生", [CATARACT])


def test_whose_scope_ends_elsewhere_gets_404(visit: Visit, zhang: Patient, glaucoma: Department) -> None:
    browser = make.client_of(make.staff("henry", "doctor", department=glaucoma))
    for url in (f"/patients/{zhang.pk}/visits/", f"/patients/visits/{visit.pk}/edit/", f"/api/v1/visits/{visit.pk}/"):
        assert browser.get(url).status_code == 404


@pytest.mark.usefixtures("clock")
def test_programs_record_find_change_and_cancel_them(zhang: Patient, dana: Staff, cataract: Department) -> None:
    program: Client = make.client_of(dana)
    told = {
        "patient": zhang.pk,
        "kind": "inpatient",
        "starts_at": "2026-03-10T09:00:00+08:00",
        "department": cataract.pk,
        "diagnoses": [{"code": "H25.9", "text": "白内障"}],
        "scope": "HIS",
        "external_id": "42",
        "submission": str(uuid4()),
    }
    first, again = (sent(program, "post", "/api/v1/visits/", **told) for _ in range(2))
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    url = f"/api/v1/visits/{first.json()['id']}/"
    found = program.get(f"/api/v1/visits/?patient={zhang.pk}&kind=inpatient&since=2026-03-10&until=2026-03-10").json()
    assert [row["diagnoses"] for row in found["results"]] == [[{"code": "H25.9", "text": "白内障"}]]
    assert program.get("/api/v1/visits/?since=2026-03-11").json()["results"] == []
    guide = make.client_of(make.staff("gina", "guide"))
    assert not {"diagnoses", "operations"} & guide.get(url).json().keys()
    assert sent(guide, "patch", url, version=1, diagnoses=[]).status_code == 403
    double = {**told, "submission": str(uuid4())}
    assert sent(program, "post", "/api/v1/visits/", **double).json()["errors"].keys() == {"external_id"}
    changed = sent(program, "patch", url, version=1, ends_at="2026-03-11T09:00:00+08:00").json()
    assert (changed["version"], changed["diagnoses"]) == (2, [{"code": "H25.9", "text": "白内障"}])
    assert sent(program, "patch", url, version=2, ends_at="2026-03-01T09:00:00+08:00").status_code == 400
    assert sent(program, "post", f"{url}cancel/", reason="录错了").json()["status"] == "cancelled"


def test_the_list_of_patients_finds_clients_of_a_kind(zhang: Patient, dana: Staff, now: datetime) -> None:
    make.patient("何建平")
    make.visit(zhang, kind=Kind.INPATIENT, starts_at=now)
    page = make.client_of(dana).get("/patients/?client=inpatient").content.decode()
    assert "张桂兰" in page
    assert "何建平" not in page


def test_a_visit_told_by_the_key_of_a_merged_record_counts_for_the_survivors_level(now: datetime, db: None) -> None:
    survivor, merged = make.patient("张桂兰"), make.patient("张贵兰")
    merge_patients(survivor=survivor, merged=merged, actor=make.by(), at=now - 30 * DAY)
    for days in range(24, 0, -1):
        make.visit(merged, at=now - days * DAY)
    survivor.refresh_from_db()
    assert survivor.service_level > 0
