"""A person is erased: two people, a typed number, part by part; what the law keeps is listed. Mission A7."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Actor, AuditEntry, Staff
from followups.models import Attempt
from followups.services.attempts import record_attempt
from hospital_crm.lib.errors import DomainError, StaleVersion
from hospital_crm.lib.phones import read_phone
from messaging.models import Message, MessageClass
from messaging.services.delivery import deliver_due
from messaging.services.erasing import end_kept_messages
from patients.models import (
    DataRequest,
    ErasureStep,
    Kept,
    Part,
    Patient,
    Purpose,
    SearchToken,
)
from patients.services import erasing
from patients.services.consents import Decision, record_consent
from patients.services.erased import erase_records
from patients.services.keeping import end_kept_records
from patients.services.merges import merge_patients
from patients.services.patients import NewPhone
from patients.services.phones import add_phone
from patients.services.rights import ErasureUnderWay, RequestAlreadyClosed, refuse_request
from patients.services.survivors import PersonErased
from patients.services.unmerging import ErasedForGood, undo_merge
from promises.models import Promise
from promises.services.rows import keep_up_with_rows
from tests import make
from tests.accounts.pages import Page, in_english, send
from tests.api.test_patients import sent
from tests.messaging.make import message

from .asked import COPY, ERASURE, approved, asked, erase_all

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


@pytest.mark.parametrize(
    ("typed", "refusal"), [({"number": "P-999999"}, erasing.NumberDiffers), ({"version": 3}, StaleVersion)]
)
def test_nothing_happens_where_something_differs(
    request_of_zhang: DataRequest, dana: Staff, now: datetime, typed: dict[str, Any], refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        approve(request_of_zhang, dana.actor, now, **typed)
    assert not Patient.objects.erased().exists()
    assert not ErasureStep.objects.exists()


def test_whoever_wrote_it_down_does_not_approve_it(zhang: Patient, dana: Staff, now: datetime) -> None:
    request = asked(zhang, dana, now, ERASURE)
    with pytest.raises(erasing.SecondPersonApproves):
        approve(request, dana.actor, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        DataRequest.objects.update(approved_at=now, approved_by=dana.actor)


def test_a_copy_that_was_asked_for_comes_first(
    request_of_zhang: DataRequest, alice: Staff, dana: Staff, now: datetime
) -> None:
    asked(request_of_zhang.patient, alice, now, COPY)
    with pytest.raises(erasing.OtherRequestFirst):
        approve(request_of_zhang, dana.actor, now)


def test_a_copy_is_not_approved(zhang: Patient, alice: Staff, dana: Staff, now: datetime) -> None:
    with pytest.raises(erasing.NotAnErasure):
        approve(asked(zhang, alice, now), dana.actor, now)


def test_once_approved_nothing_stops_it(request_of_zhang: DataRequest, dana: Staff, now: datetime) -> None:
    approve(request_of_zhang, dana.actor, now, number=" p-000001 ")
    with pytest.raises(ErasureUnderWay):
        refuse_request(request=request_of_zhang, version=2, answer="No", actor=dana.actor, at=now)
    with pytest.raises(ErasureUnderWay):
        approve(request_of_zhang, dana.actor, now, version=2)
    erase_all(now)
    with pytest.raises(RequestAlreadyClosed):
        approve(request_of_zhang, dana.actor, now, version=3)


def test_from_then_on_nobody_finds_the_person(
    request_of_zhang: DataRequest, zhang: Patient, dana: Staff, now: datetime
) -> None:
    approve(request_of_zhang, dana.actor, now)
    assert not Patient.objects.visible_to(dana).exists()
    assert not SearchToken.objects.filter(patient=zhang).exists()
    assert make.client_of(dana).get(f"/patients/{zhang.pk}/").status_code == 404
    found = sent(make.client_of(dana), "post", "/api/v1/search/", q="张桂兰").json()
    assert found["patients"] == []


def test_nothing_is_written_about_the_person_any_more(
    request_of_zhang: DataRequest, zhang: Patient, dana: Staff, now: datetime
) -> None:
    approve(request_of_zhang, dana.actor, now)
    number = NewPhone(read_phone("13900005678"))
    with pytest.raises(PersonErased):
        add_phone(patient=zhang, phone=number, actor=make.by(), at=now)
    with pytest.raises(PersonErased):
        merge_patients(survivor=make.patient(), merged=zhang, actor=make.by(), at=now)


def test_parts_go_in_their_order_each_once(request_of_zhang: DataRequest, dana: Staff, now: datetime) -> None:
    approve(request_of_zhang, dana.actor, now)
    assert erase_records(at=now) == 0
    assert [step.part for step in request_of_zhang.steps.all()] == list(Part)
    erase_all(now)
    assert not ErasureStep.objects.filter(done_at__isnull=True).exists()
    request_of_zhang.refresh_from_db()
    assert (request_of_zhang.state, request_of_zhang.closed_by) == ("done", dana.actor)


def test_what_is_left_is_a_number(request_of_zhang: DataRequest, zhang: Patient, dana: Staff, now: datetime) -> None:
    approve(request_of_zhang, dana.actor, now)
    erase_all(now)
    zhang.refresh_from_db()
    assert (zhang.name, zhang.hospital_number, zhang.address, zhang.card) == ("P-000001", "", "", "")
    for rows in (zhang.phones, zhang.identifiers, zhang.search_tokens, zhang.timelineentrys, zhang.relations):
        assert not rows.exists()


def test_open_promises_are_withdrawn_and_queued_messages_stopped_but_for_the_request_itself(
    request_of_zhang: DataRequest, zhang: Patient, alice: Staff, dana: Staff, now: datetime
) -> None:
    call = make.promise(zhang, owner=alice, note="报告出来打电话", at=now)
    mail = message(zhang, now, channel="email", message_class=MessageClass.CARE)
    keep_up_with_rows(actor=make.by(), at=now)
    approve(request_of_zhang, dana.actor, now)
    erase_all(now)
    call.refresh_from_db()
    mail.refresh_from_db()
    assert (call.state, call.note, mail.state) == ("withdrawn", "", "cancelled")
    assert Promise.objects.open().get().kind == "data_right"
    keep_up_with_rows(actor=make.by(), at=now)
    assert not Promise.objects.open().exists()


def test_what_is_queued_afterwards_is_not_sent(
    request_of_zhang: DataRequest, zhang: Patient, dana: Staff, now: datetime
) -> None:
    approve(request_of_zhang, dana.actor, now)
    zhang.refresh_from_db()
    mail = message(zhang, now, channel="email", message_class=MessageClass.CARE)
    deliver_due(now=lambda: now)
    mail.refresh_from_db()
    assert (mail.state, mail.reason) == ("withheld", "not_needed")


def kept(request: DataRequest) -> dict[str, tuple[int, date]]:
    return {row.what: (row.number, row.until) for row in request.kept.all()}


def test_what_the_law_keeps_is_listed_with_its_time(
    request_of_zhang: DataRequest, zhang: Patient, dana: Staff, now: datetime
) -> None:
    visit = make.visit(zhang, starts_at=now, diagnoses=["H25.9 白内障"])
    make.visit(zhang, kind="inpatient", starts_at=now - timedelta(days=400))
    mail = message(zhang, now, channel="email", message_class=MessageClass.CARE)
    over = {"state": "sent", "settled_at": now, "address": "x@example.org"}
    Message.objects.filter(pk=mail.pk).update(**over)
    approve(request_of_zhang, dana.actor, now)
    erase_all(now)
    found = kept(request_of_zhang)
    assert found[Kept.OUTPATIENT] == (1, date(2041, 3, 12))
    assert found[Kept.INPATIENT] == (1, date(2055, 2, 5))
    assert found[Kept.SENT] == (1, date(2026, 9, 11))
    assert not {Kept.CONSENTS, Kept.FILES} & found.keys()
    assert visit.diagnoses.count() == 1
    assert Message.objects.get(pk=mail.pk).address == "x@example.org"


def test_what_was_kept_goes_when_its_time_is_over(
    request_of_zhang: DataRequest, zhang: Patient, dana: Staff, now: datetime
) -> None:
    visit = make.visit(zhang, starts_at=now, diagnoses=["H25.9 白内障"], scope="his", external_id="E-1")
    record_consent(patient=zhang, decision=Decision(Purpose.STORY, is_given=True), actor=make.by(), at=now)
    mail = message(zhang, now, channel="email", message_class=MessageClass.CARE)
    Message.objects.filter(pk=mail.pk).update(state="sent", settled_at=now, address="x@example.org")
    approve(request_of_zhang, dana.actor, now)
    erase_all(now)
    assert end_kept_records(at=now + timedelta(days=365)) == 0
    assert end_kept_messages(at=now + timedelta(days=183)) == 0
    assert [end_kept_messages(at=now + timedelta(days=184)) for _ in range(2)] == [1, 0]
    assert Message.objects.get(pk=mail.pk).address == ""
    assert end_kept_records(at=now + timedelta(days=3 * 366)) == 2
    assert not zhang.consents.exists()
    assert visit.diagnoses.exists()
    assert end_kept_records(at=now + timedelta(days=15 * 366)) == 1
    visit.refresh_from_db()
    assert (visit.external_id, visit.diagnoses.count()) == ("", 0)


def test_kept_visits_are_read_by_nobody(
    request_of_zhang: DataRequest, zhang: Patient, dana: Staff, now: datetime
) -> None:
    make.visit(zhang, starts_at=now)
    approve(request_of_zhang, dana.actor, now)
    listed = make.client_of(dana).get("/api/v1/visits/").json()
    assert listed["results"] == []


def test_records_that_were_merged_go_too_and_the_merge_is_not_undone(
    zhang: Patient, alice: Staff, dana: Staff, now: datetime
) -> None:
    other = make.patient("张贵兰", "13900005678")
    merge = merge_patients(survivor=zhang, merged=other, actor=make.by(), at=now)
    approved(zhang, alice, dana, now)
    with pytest.raises(ErasedForGood):
        undo_merge(merge=merge, actor=dana.actor, at=now)
    erase_all(now)
    other.refresh_from_db()
    merge.refresh_from_db()
    assert (other.name, other.merged_into) == (other.number, zhang)
    assert "张贵兰" not in str([merge.before, merge.after, *merge.rows.values_list("before", "after")])
    page = make.client_of(dana).get(f"/patients/merges/{merge.pk}/")
    assert page.status_code == 200
    assert "undo" not in page.content.decode()


def test_a_try_for_somebody_else_on_the_persons_number_forgets_the_number_alone(
    zhang: Patient, alice: Staff, dana: Staff, now: datetime
) -> None:
    """The two records were one when somebody rang."""
    other = make.patient("李小红")
    promise, phone = make.promise(other, owner=alice, at=now), zhang.phones.get()
    merge = merge_patients(survivor=other, merged=zhang, actor=make.by(), at=now)
    phone.refresh_from_db()
    told: dict[str, Any] = {"outcome": Attempt.Outcome.BUSY, "phone": phone, "note": "Rang twice"}
    attempt = record_attempt(promise=promise, **told, actor=alice.actor, at=now)
    undo_merge(merge=merge, actor=make.by(), at=now)
    approved(zhang, alice, dana, now)
    erase_all(now)
    attempt.refresh_from_db()
    assert (attempt.phone, attempt.note, zhang.phones.count()) == (None, "Rang twice", 0)


def test_nothing_goes_that_the_approver_has_not_seen(
    request_of_zhang: DataRequest, zhang: Patient, dana: Staff, now: datetime
) -> None:
    browser, url = in_english(make.client_of(dana)), f"/patients/requests/{request_of_zhang.pk}/approve/"
    opened = Page(browser.get(url)).values
    merge = merge_patients(survivor=zhang, merged=make.patient("李小红"), actor=dana.actor, at=now)
    again = Page(browser.post(url, {**opened, "number": zhang.number}))
    assert "meanwhile" in again.text
    assert "李小红" in again.text
    assert f"/patients/merges/{merge.pk}/" in again.text
    assert not Patient.objects.erased().exists()
    assert browser.post(url, again.values).headers["Location"] == f"/patients/requests/{request_of_zhang.pk}/"
    assert Patient.objects.erased().count() == 2


def test_the_audit_knows_who_asked_approved_and_erased(
    request_of_zhang: DataRequest, zhang: Patient, alice: Staff, dana: Staff, now: datetime
) -> None:
    approve(request_of_zhang, dana.actor, now)
    erase_all(now)
    told = AuditEntry.objects.about(zhang).filter(verb__startswith="data_request").order_by("pk")
    assert list(told.values_list("verb", "actor__staff__username")) == [
        ("data_request.opened", "alice"),
        ("data_request.approved", "dana"),
        ("data_request.done", "dana"),
    ]


def test_the_page_asks_for_the_number_and_shows_how_far_it_is(
    request_of_zhang: DataRequest, zhang: Patient, dana: Staff, now: datetime
) -> None:
    browser, page = in_english(make.client_of(dana)), f"/patients/requests/{request_of_zhang.pk}/"
    assert "What will be kept" in browser.get(page).content.decode()
    refused = Page(send(browser, f"{page}approve/", number="P-1"))
    assert "not the number of the record" in refused.errors["number"]
    assert send(browser, f"{page}approve/", number=zhang.number).headers["Location"] == page
    assert "Being erased" in browser.get(page).content.decode()
    erase_all(now)
    ended = browser.get(page).content.decode()
    assert "What was kept" in ended
    assert "张桂兰" not in ended
    assert "P-000001" in browser.get("/patients/requests/?state=done").content.decode()


def test_a_program_approves_only_as_somebody_else(zhang: Patient, dana: Staff, now: datetime) -> None:
    request = asked(zhang, dana, now, ERASURE)
    merge_patients(survivor=zhang, merged=make.patient("张贵兰"), actor=make.by(), at=now)
    row = make.client_of(dana).get(f"/api/v1/data-requests/{request.pk}/").json()
    assert row["goes_too"] == [zhang.merged_from.get().pk]
    url, told = f"/api/v1/data-requests/{request.pk}/approve/", {"number": zhang.number}
    told |= {name: row[name] for name in ("version", "patient_version")}
    refused = sent(make.client_of(dana), "post", url, **told)
    assert (refused.status_code, refused.json()["code"]) == (403, "second_person_approves")
    other = make.staff("olga", "manager", department=dana.department)
    done = sent(make.client_of(other), "post", url, **told)
    assert (done.status_code, len(done.json()["steps"])) == (200, len(Part))
