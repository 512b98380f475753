"""From the approval on: nobody reads the name, writes about the person, or owes; others lose nothing. Mission A7."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction

from accounts.models import Actor, SavedView, Staff
from accounts.services.saved_views import save_view
from hospital_crm.lib.phones import read_phone
from jobs.models import Job
from jobs.services.jobs import request_job
from messaging.models import Hold, Message, MessageClass
from messaging.services.holds import place_hold
from patients.kinship import Tie
from patients.models import (
    AccessGrant,
    BulkAct,
    DataRequest,
    DuplicatePair,
    Identifier,
    Patient,
    Purpose,
)
from patients.services import erasing
from patients.services.bulk_acts import run_next_act
from patients.services.consents import Decision, record_consent
from patients.services.copies import ask_for_copy
from patients.services.desk import register_at_desk
from patients.services.duplicates import pair_up
from patients.services.employments import add_employee
from patients.services.identifiers import NewIdentifier, add_identifier
from patients.services.merges import merge_patients
from patients.services.organisation_people import add_organisation_contact
from patients.services.patients import update_patient
from patients.services.relatives import Named, add_relative
from patients.services.rights import answer_request, refuse_request
from patients.services.selections import choose_patients, people_of
from patients.services.survivors import PersonErased
from promises.models import Promise
from promises.services.bulk import PROMISES, Owed, request_promises
from promises.services.reopening import reopen_promise
from tests import make
from tests.accounts.pages import in_english
from tests.messaging.make import message

from .asked import ERASURE, approved, asked, erase_all

PHONE = "13800001234"


@pytest.fixture
def zhang(db: None) -> Patient:
    return make.patient("张桂兰", PHONE, hospital_number="H-77", address="湖滨路 1 号", card="金卡")


@pytest.fixture
def request_of_zhang(zhang: Patient, alice: Staff, now: datetime) -> DataRequest:
    return asked(zhang, alice, now, ERASURE)


def approve(request: DataRequest, by: Actor, at: datetime, **typed: Any) -> DataRequest:
    patient = Patient.objects.get(pk=request.patient_id)
    typed = {"version": 1, "patient_version": patient.version, "number": patient.number, **typed}
    return erasing.approve_erasure(request=request, actor=by, at=at, **typed)


def agree(patient: Patient, at: datetime) -> None:
    record_consent(patient=patient, decision=Decision(Purpose.MARKETING, is_given=True), actor=make.by(), at=at)


def move_house(patient: Patient, at: datetime) -> None:
    values = {"address": "湖滨路 9 号"}
    patient.refresh_from_db()
    update_patient(patient=patient, version=patient.version, values=values, actor=make.by(), at=at)


WRITERS: list[Callable[[Patient, Staff, datetime], object]] = [
    lambda patient, alice, now: make.visit(patient, starts_at=now),
    lambda patient, alice, now: make.promise(patient, owner=alice, at=now),
    lambda patient, alice, now: make.call(alice, patient, at=now),
    lambda patient, alice, now: asked(patient, alice, now),
    lambda patient, alice, now: agree(patient, now),
    lambda patient, alice, now: move_house(patient, now),
    lambda patient, alice, now: register_at_desk(patient=patient, actor=alice.actor, at=now),
]


@pytest.mark.parametrize("write", WRITERS)
def test_whoever_would_write_about_the_person_is_refused_before_the_end_and_after(
    write: Callable[[Patient, Staff, datetime], object], zhang: Patient, alice: Staff, dana: Staff, now: datetime
) -> None:
    merge = make.patient("张贵兰", "13900005678")
    merge_patients(survivor=zhang, merged=merge, actor=make.by(), at=now)
    approved(zhang, alice, dana, now)
    for _ in range(2):
        with pytest.raises(PersonErased), transaction.atomic():
            write(zhang, alice, now)
        with pytest.raises(PersonErased), transaction.atomic():
            write(merge, alice, now)
        erase_all(now)


def test_what_was_withdrawn_is_not_owed_again(zhang: Patient, alice: Staff, dana: Staff, now: datetime) -> None:
    promise = make.promise(zhang, owner=alice, at=now)
    approved(zhang, alice, dana, now)
    erase_all(now)
    promise.refresh_from_db()
    with pytest.raises(PersonErased):
        reopen_promise(promise=promise, reason="By mistake", actor=alice.actor, at=now)


def test_two_requests_of_records_that_were_merged_are_seen_to_one_by_one(
    request_of_zhang: DataRequest, zhang: Patient, alice: Staff, dana: Staff, now: datetime
) -> None:
    other = make.patient("张贵兰")
    second = asked(other, alice, now, ERASURE)
    merge_patients(survivor=zhang, merged=other, actor=make.by(), at=now)
    with pytest.raises(erasing.OtherRequestFirst):
        approve(request_of_zhang, dana.actor, now)
    second.refresh_from_db()
    refuse_request(request=second, version=second.version, answer="Asked twice", actor=dana.actor, at=now)
    approve(request_of_zhang, dana.actor, now)


def test_a_copy_that_still_waits_is_not_written(zhang: Patient, alice: Staff, dana: Staff, now: datetime) -> None:
    copy = asked(zhang, alice, now)
    job = ask_for_copy(request=copy, actor=dana.actor, at=now)
    answer_request(request=copy, version=1, answer="By hand", actor=dana.actor, at=now)
    approved(zhang, alice, dana, now)
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_the_page_says_what_stays_elsewhere(
    request_of_zhang: DataRequest, zhang: Patient, alice: Staff, dana: Staff, now: datetime
) -> None:
    browser, url = in_english(make.client_of(dana)), f"/patients/requests/{request_of_zhang.pk}/approve/"
    assert "not on file" not in browser.get(url).content.decode()
    make.call(alice, name="张桂兰", number=PHONE, at=now)
    named = Named("张桂兰", read_phone(PHONE))
    add_relative(patient=make.patient("李小红"), relative=named, tie=Tie("parent"), actor=make.by(), at=now)
    text = browser.get(url).content.decode()
    assert "callers who are not on file (1)" in text
    assert "named on other pages (1)" in text
    assert zhang.number in text


def test_no_page_leads_to_the_person_while_parts_still_wait(
    zhang: Patient, alice: Staff, dana: Staff, now: datetime
) -> None:
    child, place = make.patient("张小雨"), make.organisation()
    add_relative(patient=child, relative=zhang, tie=Tie("parent"), actor=make.by(), at=now)
    add_employee(organisation=place, patient=zhang, values={"position": "会计"}, actor=make.by(), at=now)
    pages = [f"/patients/{child.pk}/", f"/organisations/{place.pk}/", "/api/v1/employments/"]
    browser, told = make.client_of(dana), [f"/patients/{zhang.pk}/", "会计"]
    approved(zhang, alice, dana, now)
    for page in pages:
        text = browser.get(page).content.decode()
        assert not [each for each in told if each in text], page


def test_what_opened_the_record_ends_and_what_held_messages_back_goes(
    zhang: Patient, alice: Staff, dana: Staff, now: datetime
) -> None:
    make.promise(zhang, owner=alice, at=now)
    mail = message(zhang, now, channel="email", message_class=MessageClass.CARE)
    Message.objects.filter(pk=mail.pk).update(state="sent", settled_at=now)
    silence: dict[str, Any] = {"classes": [MessageClass.CARE], "reason": Hold.Reason.DECEASED, "source": "test:1"}
    place_hold(patient=zhang, **silence, actor=make.by(), at=now)
    pair_up(one=zhang, other=make.patient("张贵兰"), at=now)
    approved(zhang, alice, dana, now)
    erase_all(now)
    mail.refresh_from_db()
    assert mail.withdrawn_at == now
    assert not Hold.objects.exists()
    assert not DuplicatePair.objects.exists()
    assert not AccessGrant.objects.open().exists()


def test_who_looked_for_somebody_else_loses_nothing(alice: Staff, dana: Staff, now: datetime) -> None:
    def looking(q: str) -> Job:
        parameters = {"filter": {"q": q}, "format": "csv", "language": "zh-hans"}
        return request_job(kind="test_export", parameters=parameters, actor=dana.actor, at=now)

    person = make.patient("张桂兰", hospital_number="12")
    over, other, same = looking("zhangguilan"), looking("1381234"), looking("12")
    Job.objects.filter(pk=over.pk).update(state="done", finished_at=now)
    save_view(staff=dana, list_name="patients:patient_list", name="2012", query="q=1381234", at=now)
    approved(person, alice, dana, now)
    told = Job.objects.in_bulk([over.pk, other.pk, same.pk])
    assert [(told[job.pk].state, told[job.pk].parameters["filter"]["q"]) for job in (over, other, same)] == [
        ("done", ""),
        ("queued", "1381234"),
        ("cancelled", ""),
    ]
    assert SavedView.objects.filter(staff=dana).exists()


SPELLINGS = ["张桂兰", "张 桂兰", "zhangguilan", "Zhang Gui-lan", "ｚｇｌ", "ZGL", "138 0000 1234", "+86 138-0000-1234"]
SPELLINGS += ["张桂兰女儿", "给张桂兰"]
SPELLINGS += ["00001234", "h77", "H 77", "1101 0519 4912 31 002x", "anna smith", "Anna  SMITH"]


@pytest.mark.parametrize("q", SPELLINGS)
def test_who_looked_for_the_person_in_whichever_spelling_is_forgotten(
    zhang: Patient, alice: Staff, dana: Staff, now: datetime, q: str
) -> None:
    merge_patients(survivor=zhang, merged=make.patient("Anna Smith"), actor=make.by(), at=now)
    card = NewIdentifier(Identifier.Type.RESIDENT_ID, "11010519491231002X")
    add_identifier(patient=zhang, new=card, actor=make.by(), at=now)
    save_view(staff=dana, list_name="patients:patient_list", name="1", query=urlencode({"q": q, "sort": "n"}), at=now)
    chosen = choose_patients(staff=dana, wanted={"q": q}, at=now)
    make.patient("李建国")
    parameters = {"filter": {"q": q}, "format": "csv", "language": "zh-hans"}
    job = request_job(kind="test_export", parameters=parameters, actor=dana.actor, at=now)
    approved(zhang, alice, dana, now)
    job.refresh_from_db()
    chosen.refresh_from_db()
    assert (SavedView.objects.count(), chosen.wanted["q"], job.state) == (0, "", "cancelled")
    assert not people_of(chosen, dana).exists()  # and not everybody


OTHERS = ["张桂兰", "zhangguilan", "zg l", "张桂兰 张", "13800001235", "1234", "smith", "H-7", "张，桂花"]


@pytest.mark.parametrize("q", OTHERS)
def test_who_looked_for_somebody_of_a_longer_name_loses_nothing(
    alice: Staff, dana: Staff, now: datetime, q: str
) -> None:
    person = make.patient("张桂", PHONE, hospital_number="H-77")
    save_view(staff=dana, list_name="patients:patient_list", name=q, query=urlencode({"q": q}), at=now)
    approved(person, alice, dana, now)
    assert SavedView.objects.exists()


CHOSEN = [("宋明山", "channel=sms"), ("王恩波", "channel=web"), ("马乐", "sex=male")]


@pytest.mark.parametrize(("name", "query"), CHOSEN)
def test_what_is_chosen_from_a_list_names_nobody(
    alice: Staff, dana: Staff, now: datetime, name: str, query: str
) -> None:
    save_view(staff=dana, list_name="patients:patient_list", name="1", query=query, at=now)
    approved(make.patient(name), alice, dana, now)
    assert SavedView.objects.exists()


NOTES = [
    ("张桂兰", "给张桂兰 回电"),
    ("张桂兰", "找张桂兰女儿"),
    ("张桂", "给张桂"),
    ("王芳", "给王芳女儿"),
    ("王芳", "王芳急"),
]
NOTES += [("阿依古丽·买买提", f"请给阿依古丽{dot}买买提回电") for dot in "．—"] + [("张桂兰", "回电：张桂兰急")]


@pytest.mark.parametrize(("name", "note"), NOTES)
def test_an_act_for_many_goes_on_without_the_name_in_its_words(
    alice: Staff, dana: Staff, now: datetime, name: str, note: str
) -> None:
    """What is promised to the others, by whom and until when, stays."""
    person, other = make.patient(name, hospital_number="1213"), make.patient("李建国")
    act = promised_to(other, note, dana, now)
    before = dict(act.parameters)
    save_view(staff=dana, list_name="patients:patient_list", name=note, query="sex=female", at=now)
    approved(person, alice, dana, now)
    act.refresh_from_db()
    assert act.parameters == {**before, "note": ""}
    assert note not in str(act.words)
    assert "Ring-back" in act.words["en"]
    assert not SavedView.objects.exists()
    run_next_act(PROMISES, now=lambda: now)
    act.refresh_from_db()
    assert (act.job.state, act.done) == ("done", 1)


def test_an_act_for_many_with_other_words_stays_as_it_is(alice: Staff, dana: Staff, now: datetime) -> None:
    """ "due_at" is no 杜娥, and the day no number of hers."""
    act = promised_to(make.patient("李建国"), "问候", dana, now)
    before = (dict(act.parameters), dict(act.words))
    approved(make.patient("杜娥", hospital_number="202603"), alice, dana, now)
    act.refresh_from_db()
    assert (act.parameters, act.words) == before


def promised_to(person: Patient, note: str, dana: Staff, now: datetime) -> BulkAct:
    owed = Owed(Promise.Kind.RING_BACK, now + timedelta(days=1), dana, None, note)
    selection = choose_patients(staff=dana, keys=[person.pk], at=now)
    return request_promises(selection=selection, owed=owed, staff=dana, at=now)


def test_nobody_reads_the_name_while_parts_still_wait(zhang: Patient, alice: Staff, dana: Staff, now: datetime) -> None:
    twin, place = make.patient("李建国", PHONE), make.organisation()
    pair = pair_up(one=zhang, other=twin, at=now)
    merge = merge_patients(survivor=zhang, merged=make.patient("张贵兰"), actor=make.by(), at=now)
    promise, call = make.promise(zhang, owner=dana, at=now), make.call(alice, zhang, number=PHONE, at=now)
    about: dict[str, Any] = {"organisation": place, "patient": zhang, "actor": make.by(), "at": now}
    add_employee(values={}, **about)
    add_organisation_contact(values={"name": "张桂兰"}, phone=None, **about)
    approved(zhang, alice, dana, now)
    browser, gone = make.client_of(dana), f"patients/duplicates/{pair.pk}"
    pages = ["promises", f"promises/{promise.pk}", "patients/duplicates", gone, "calls"]
    pages += [f"calls/{call.pk}", f"patients/merges/{merge.pk}", f"organisations/{place.pk}", "patients/requests", ""]
    rooms = ("promises", "calls", "duplicates", "merges", "organisation-contacts", "employments", "data-requests")
    for page in [*pages, *(f"api/v1/{room}" for room in rooms)]:
        answer = browser.get(f"/{page}/".replace("//", "/"), follow=True)
        assert answer.status_code == (404 if page == gone else 200), page
        assert "张桂兰" not in answer.content.decode(), page
