"""Many patients at once: chosen on their list, tagged by a job that does each once, exported. Mission A3, A4."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import AuditEntry, Department, Staff
from accounts.services.leaving import deactivate_staff
from hospital_crm.lib.errors import DuplicateSubmission
from institution.models import ReferenceItem
from jobs.models import Job
from jobs.services.exports import run_next_export
from jobs.services.jobs import cancel_job, requeue_stuck
from patients.models import BulkAct, Patient, PatientTag, Selection, Visit
from patients.services import bulk_acts
from patients.services.bulk_acts import run_next_act
from patients.services.bulk_departments import DEPARTMENTS, NotLed, request_assignment
from patients.services.bulk_tags import TAGS, NothingToChange, request_tags
from patients.services.exports import PEOPLE
from patients.services.merges import merge_patients
from patients.services.selections import (
    KEPT,
    MOST_TICKED,
    NobodyChosen,
    TooManyTicked,
    choose_patients,
    forget_old_selections,
    people_of,
)
from patients.services.tags import TagNotInUse, tag_patient
from tests import make
from tests.accounts.pages import Page, fill, in_english
from tests.api.test_patients import sent

NAMES = ("甲一", "乙二", "丙三", "丁四", "戊五")
Run = Callable[[], Job | None]


@pytest.fixture
def people(cataract: Department) -> Sequence[Patient]:
    sexes = ("female", "male", "female", "male", "female")
    return [make.patient(name, sex=sex, department=cataract) for name, sex in zip(NAMES, sexes, strict=True)]


@pytest.fixture
def tag(db: None) -> ReferenceItem:
    return ReferenceItem.objects.get(list__code="patient_tag", code="wheelchair")


@pytest.fixture
def run(now: datetime) -> Run:
    return lambda: run_next_act(TAGS, now=lambda: now)


def chosen(dana: Staff, *people: Patient, **wanted: Any) -> Selection:
    keys = [patient.pk for patient in people]
    return choose_patients(staff=dana, keys=keys, wanted=None if keys else wanted, at=make.THEN)


def tagged() -> list[str]:
    return list(PatientTag.objects.order_by("patient").values_list("patient__name", flat=True))


def asked(selection: Selection, dana: Staff, *on: ReferenceItem, off: Sequence[ReferenceItem] = ()) -> BulkAct:
    return request_tags(selection=selection, on=on, off=off, staff=dana, at=make.THEN)


def figures(act: BulkAct) -> tuple[int, int, int]:
    act.refresh_from_db()
    return act.done, act.unchanged, act.refused


# ── Who is chosen ────────────────────────────────────────────────────────────


def test_the_ticked_ones_are_chosen_or_all_whom_the_filter_finds(people: Sequence[Patient], dana: Staff) -> None:
    by_keys, by_filter = chosen(dana, people[0], people[3]), chosen(dana, sex="female")
    assert set(people_of(by_keys, dana)) == {people[0], people[3]}
    assert set(people_of(by_filter, dana)) == {people[0], people[2], people[4]}
    assert people_of(chosen(dana), dana).count() == len(people)
    with pytest.raises(NobodyChosen):
        choose_patients(staff=dana, at=make.THEN)
    with pytest.raises(TooManyTicked):  # and none of them is left out in silence
        choose_patients(staff=dana, keys=range(1, MOST_TICKED + 2), at=make.THEN)


def test_a_filter_is_kept_as_keys_and_words(people: Sequence[Patient], dana: Staff, tag: ReferenceItem) -> None:
    wanted = {"department": dana.department, "tag": ReferenceItem.objects.filter(pk=tag.pk), "source": "null", "q": ""}
    kept = chosen(dana, **wanted)
    kept.refresh_from_db()
    assert kept.wanted == {"department": dana.department_id, "tag": [tag.pk], "source": "null"}
    tag_patient(patient=people[1], tags=[tag], actor=make.by(), at=make.THEN)
    assert list(people_of(kept, dana)) == [people[1]]


def test_whoever_was_merged_since_is_the_survivor(people: Sequence[Patient], dana: Staff, now: datetime) -> None:
    selection = chosen(dana, people[0])
    merge_patients(survivor=people[1], merged=people[0], actor=make.by(), at=now)
    assert list(people_of(selection, dana)) == [people[1]]


def test_a_selection_with_which_nothing_was_done_is_forgotten(
    people: Sequence[Patient], dana: Staff, tag: ReferenceItem
) -> None:
    used, unused = chosen(dana, people[0]), chosen(dana, people[1])
    asked(used, dana, tag)
    late = make.THEN + KEPT + timedelta(seconds=1)
    assert forget_old_selections(at=make.THEN + KEPT) == 0
    assert forget_old_selections(at=late) == 1
    assert list(Selection.objects.all()) == [used]
    assert unused.pk != used.pk


# ── The job ──────────────────────────────────────────────────────────────────


def test_a_job_tags_each_of_them(people: Sequence[Patient], dana: Staff, tag: ReferenceItem, run: Run) -> None:
    tag_patient(patient=people[0], tags=[tag], actor=make.by(), at=make.THEN)
    act = asked(chosen(dana, sex="female"), dana, tag)
    assert tagged() == ["甲一"]
    job = run()
    assert job is not None
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 3, 3)
    assert tagged() == ["甲一", "丙三", "戊五"]
    assert figures(act) == (2, 1, 0)
    assert AuditEntry.objects.about(people[2]).get(verb="patient.tagged").actor == dana.actor
    assert run() is None


def test_it_may_change_what_its_own_filter_asks_for(
    people: Sequence[Patient], dana: Staff, tag: ReferenceItem, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those who are done no longer match, and nobody after them is passed over."""
    monkeypatch.setattr(bulk_acts, "AT_ONCE", 2)
    for patient in people:
        tag_patient(patient=patient, tags=[tag], actor=make.by(), at=make.THEN)
    act = asked(chosen(dana, tag=ReferenceItem.objects.filter(pk=tag.pk)), dana, off=[tag])
    run()
    assert tagged() == []
    assert figures(act) == (5, 0, 0)


def test_killed_it_goes_on_where_it_was(
    people: Sequence[Patient],
    dana: Staff,
    tag: ReferenceItem,
    run: Run,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bulk_acts, "AT_ONCE", 2)
    act, done = asked(chosen(dana), dana, tag), bulk_acts._do

    def dies(kind: Any, prepared: Any, patient: Patient, *rest: Any) -> None:
        if patient == people[3]:
            raise KeyboardInterrupt
        done(kind, prepared, patient, *rest)

    monkeypatch.setattr(bulk_acts, "_do", dies)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert (tagged(), figures(act)) == (["甲一", "乙二"], (2, 0, 0))  # the batch that was cut off left nothing
    monkeypatch.setattr(bulk_acts, "_do", done)
    assert requeue_stuck(at=now + timedelta(hours=1)) == 1
    run()
    assert (tagged(), figures(act)) == (list(NAMES), (5, 0, 0))
    assert AuditEntry.objects.filter(verb="patient.tagged").count() == 5


def test_whom_it_refuses_is_listed_and_the_others_are_done(
    people: Sequence[Patient], dana: Staff, tag: ReferenceItem, run: Run
) -> None:
    act = asked(chosen(dana, *people[:2]), dana, tag)
    ReferenceItem.objects.filter(pk=tag.pk).update(is_active=False)  # out of use before the job began
    run()
    assert figures(act) == (0, 0, 2)
    page = in_english(make.client_of(dana)).get(f"/patients/bulk/{act.pk}/").content.decode()
    assert page.count("This tag is not in use any more.") == 2
    assert "甲一" in page


def test_who_may_no_more_does_nothing(
    people: Sequence[Patient], dana: Staff, tag: ReferenceItem, run: Run, now: datetime
) -> None:
    act = asked(chosen(dana), dana, tag)
    deactivate_staff(staff=dana, actor=make.by(), at=now)
    run()
    act.job.refresh_from_db()
    assert (act.job.state, act.job.error, tagged()) == ("failed", "may_not_any_more", [])


def test_cancelled_it_does_nothing_more(
    people: Sequence[Patient], dana: Staff, tag: ReferenceItem, run: Run, now: datetime
) -> None:
    act = asked(chosen(dana), dana, tag)
    cancel_job(job=act.job, actor=dana.actor, at=now)
    assert run() is None
    assert tagged() == []


def test_what_is_asked_for_must_make_sense(people: Sequence[Patient], dana: Staff, tag: ReferenceItem) -> None:
    selection = chosen(dana)
    with pytest.raises(NothingToChange):
        asked(selection, dana)
    with pytest.raises(NothingToChange):
        asked(selection, dana, tag, off=[tag])
    word = ReferenceItem.objects.filter(list__code="insurance")[0]
    with pytest.raises(TagNotInUse):
        asked(selection, dana, word)
    form = uuid4()
    request_tags(selection=selection, on=[tag], staff=dana, at=make.THEN, submission=form)
    with pytest.raises(DuplicateSubmission):
        request_tags(selection=selection, on=[tag], staff=dana, at=make.THEN, submission=form)
    assert BulkAct.objects.count() == 1


# ── On the pages ─────────────────────────────────────────────────────────────


@pytest.fixture
def leader(dana: Staff) -> Client:
    return in_english(make.client_of(dana))


def test_from_the_list_to_the_result(people: Sequence[Patient], leader: Client, tag: ReferenceItem, run: Run) -> None:
    assert 'name="patient"' in leader.get("/patients/").content.decode()
    form = {"patient": [people[0].pk, people[1].pk, "x", "9" * 30], "submission": str(uuid4())}
    first, again = leader.post("/patients/selections/", form), leader.post("/patients/selections/", form)
    assert first["Location"] == again["Location"]
    page = leader.get(first["Location"]).content.decode()
    assert "2 patients" in page
    assert "甲一" in page
    url = f"{first['Location']}tags/"
    wrong = Page(leader.post(url, Page(leader.get(url)).values))
    assert wrong.errors == {"on": "Choose at least one tag, and each only on one side."}
    asked_for = leader.post(url, fill(Page(leader.get(url)).values, on=[tag.pk]))
    waits = leader.get(asked_for["Location"]).content.decode()
    assert ("Waiting" in waits, "Put on: Needs a wheelchair" in waits) == (True, True)
    poll = leader.get(f"{asked_for['Location']}progress/")
    assert "HX-Refresh" not in poll
    run()
    assert leader.get(f"{asked_for['Location']}progress/")["HX-Refresh"] == "true"
    assert tagged() == ["甲一", "乙二"]
    jobs = leader.get("/jobs/").content.decode()
    assert asked_for["Location"] in jobs


def test_all_that_the_list_finds(people: Sequence[Patient], leader: Client, dana: Staff, tag: ReferenceItem) -> None:
    for patient in people[1:4]:
        tag_patient(patient=patient, tags=[tag], actor=make.by(), at=make.THEN)
    form = {"whole": "on", "sex": "male", "tag": [tag.pk], "level": "", "submission": str(uuid4())}
    leader.post("/patients/selections/", form)
    assert set(people_of(Selection.objects.get(), dana)) == {people[1], people[3]}


def test_nobody_ticked_is_said(people: Sequence[Patient], leader: Client) -> None:
    answer = leader.post("/patients/selections/", {"submission": str(uuid4())}, follow=True)
    assert "Tick at least one patient" in answer.content.decode()
    assert not Selection.objects.exists()


def test_who_does_not_lead_has_no_ticks_and_no_way_in(people: Sequence[Patient], alice: Staff, dana: Staff) -> None:
    browser, selection = make.client_of(alice), chosen(dana)
    assert 'name="patient"' not in browser.get("/patients/").content.decode()
    assert browser.post("/patients/selections/", {"whole": "on"}).status_code == 403
    assert browser.get(f"/patients/selections/{selection.pk}/").status_code == 403


def test_what_another_has_chosen_is_out_of_reach(people: Sequence[Patient], dana: Staff, tag: ReferenceItem) -> None:
    other = make.client_of(make.staff("", "manager", department=dana.department))
    selection = chosen(dana)
    act = asked(selection, dana, tag)
    for url in (f"selections/{selection.pk}/", f"selections/{selection.pk}/tags/", f"bulk/{act.pk}/"):
        assert other.get(f"/patients/{url}").status_code == 404
    assert other.get(f"/api/v1/selections/{selection.pk}/").status_code == 404
    assert other.get(f"/api/v1/bulk-acts/{act.pk}/").status_code == 404


def test_they_are_exported_for_a_purpose(people: Sequence[Patient], leader: Client, dana: Staff, now: datetime) -> None:
    selection = chosen(dana, people[0], people[3])
    make.visit(people[0], kind=Visit.Kind.INPATIENT)
    told = {"selection": selection.pk, "submission": str(uuid4()), "format": "csv", "purpose": "list"}
    assert leader.post("/patients/export/", told)["Location"] == "/jobs/"
    job = run_next_export(PEOPLE, now=lambda: now)
    assert job is not None
    assert job.result is not None
    rows = list(csv.reader(io.StringIO(job.result.content.read().decode("utf-8-sig"))))[1:]
    assert {row[2] for row in rows} == {"甲一", "丁四"}
    assert AuditEntry.objects.get(verb="patients.exported").fields == ["export_list"]


def test_programs_choose_and_tag(people: Sequence[Patient], dana: Staff, tag: ReferenceItem, run: Run) -> None:
    program = make.client_of(dana)
    told = {"sex": "male", "submission": str(uuid4())}
    first, again = (sent(program, "post", "/api/v1/selections/", **told) for _ in range(2))
    by_tag = sent(program, "post", "/api/v1/selections/", tag=[tag.pk, tag.pk]).json()
    assert by_tag["wanted"] == {"tag": [tag.pk]}
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    url = f"/api/v1/selections/{first.json()['id']}/"
    assert program.get(f"{url}count/").json() == {"count": 2}
    act = {"on": [tag.pk], "submission": str(uuid4())}
    one, two = (sent(program, "post", f"{url}tags/", **act) for _ in range(2))
    assert (one.status_code, two.status_code, one.json()["id"]) == (201, 200, two.json()["id"])
    run()
    row = program.get(f"/api/v1/bulk-acts/{one.json()['id']}/").json()
    assert (row["state"], row["done"], row["refused"]) == ("done", 2, 0)
    assert program.get(f"/api/v1/bulk-acts/{row['id']}/refusals/").json()["results"] == []
    keys = sent(program, "post", "/api/v1/selections/", patients=[people[0].pk]).json()
    assert (keys["keys"], keys["wanted"]) == ([people[0].pk], {})
    assert sent(program, "post", f"{url}tags/").json()["code"] == "nothing_to_change"


# ── Whose they are ───────────────────────────────────────────────────────────


def test_assigned_they_are_the_patients_of_a_department_that_the_manager_leads(
    people: Sequence[Patient], dana: Staff, glaucoma: Department, now: datetime
) -> None:
    ward = make.department("白内障病区", parent=dana.department)
    with pytest.raises(NotLed):
        request_assignment(selection=chosen(dana, *people), department=glaucoma, staff=dana, at=make.THEN)
    Patient.objects.filter(pk=people[4].pk).update(department=ward)
    act = request_assignment(selection=chosen(dana, *people[2:]), department=ward, staff=dana, at=make.THEN)
    run_next_act(DEPARTMENTS, now=lambda: now)
    assert figures(act) == (2, 1, 0)
    assert list(Patient.objects.filter(department=ward).order_by("pk")) == list(people[2:])
    entry = AuditEntry.objects.about(people[2]).get(verb="patient.updated")
    assert (entry.actor, entry.fields) == (dana.actor, ["department"])
    assert people[2] in Patient.objects.visible_to(make.staff("", "doctor", department=ward))


@pytest.mark.parametrize("change", ["closed", "moved"])
def test_nobody_is_given_to_a_department_that_is_closed_or_led_by_others_meanwhile(
    people: Sequence[Patient], dana: Staff, glaucoma: Department, now: datetime, change: str
) -> None:
    ward = make.department("白内障病区", parent=dana.department)
    act = request_assignment(selection=chosen(dana, *people), department=ward, staff=dana, at=make.THEN)
    if change == "closed":
        Department.objects.filter(pk=ward.pk).update(is_active=False)
    else:
        Staff.objects.filter(pk=dana.pk).update(department=glaucoma)
    run_next_act(DEPARTMENTS, now=lambda: now)
    act.job.refresh_from_db()
    assert (act.job.state, act.job.error) == ("failed", "not_led")
    assert not Patient.objects.filter(department=ward).exists()


def test_assigned_on_the_page_and_by_programs(people: Sequence[Patient], dana: Staff, glaucoma: Department) -> None:
    selection, page = chosen(dana, people[0]), in_english(make.client_of(dana))
    assert "Assign to a department" in page.get(f"/patients/selections/{selection.pk}/").content.decode()
    url = f"/patients/selections/{selection.pk}/department/"
    form = Page(page.get(url)).values
    assert Page(page.post(url, fill(form, department=glaucoma.pk))).errors.keys() == {"department"}
    assert page.post(url, fill(form, department=dana.department_id)).status_code == 302
    api, key = f"/api/v1/selections/{selection.pk}/department/", str(uuid4())
    told = {"department": dana.department_id, "submission": key}
    assert [sent(page, "post", api, **told).status_code for _ in range(2)] == [201, 200]
    assert sent(page, "post", api, department=glaucoma.pk, submission=str(uuid4())).json()["code"] == "not_led"
    assert BulkAct.objects.count() == 2
