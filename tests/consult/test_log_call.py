"""Log a call: one record with its topics, one line in the story, once however often it is sent. Mission B3, J1."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from accounts.models import AuditEntry, Staff
from consult.models import Call, CallDraft
from consult.services.calls import log_call
from consult.services.corrections import correct_call
from consult.services.drafts import forget_old_drafts, keep_draft
from consult.services.promised import NumberMissing, Promised
from consult.services.records import BeganTooLongAgo, BookingNotYet, CallRecord, TopicMissing, TopicRecord
from hospital_crm.lib.errors import DuplicateSubmission
from hospital_crm.lib.phones import read_phone
from institution.models import ReferenceItem
from patients.models import Contact, Patient
from promises.models import Promise
from tests import make


def topic(code: str = "fee") -> ReferenceItem:
    return ReferenceItem.objects.get(list__code="call_topic", code=code)


def record(now: datetime, disposition: str = "answered", **values: object) -> CallRecord:
    given = {"topics": [TopicRecord(topic())], **values}
    return CallRecord(Call.Disposition(disposition), started_at=now, ended_at=now, **given)  # type: ignore[arg-type]


def test_keeps_all_that_was_told_and_what_it_was_about(alice: Staff, now: datetime) -> None:
    patient = make.patient("张桂兰", "13800001234")
    topics = [TopicRecord(topic("fee"), alice.department, "多少钱", "57 元"), TopicRecord(topic("directions"))]
    details = {"sex": "female", "age": 72, "residence": "拱墅", "condition": "白内障术后", "note": "着急"}
    call = log_call(
        record=CallRecord(
            Call.Disposition.ANSWERED,
            started_at=now,
            ended_at=now + timedelta(seconds=134),
            topics=topics,
            person=patient,
            number=read_phone("138 0000 1234"),
            details=details,
        ),
        staff=alice,
        at=now + timedelta(minutes=3),
    )
    assert (call.target, call.handled_by, call.clock, call.masked) == (patient, alice, "02:14", "138****1234")
    assert (call.age, call.residence, call.condition, call.note) == (72, "拱墅", "白内障术后", "着急")
    assert [(row.topic.code, row.question, row.answer) for row in call.topics.order_by("position")] == [
        ("fee", "多少钱", "57 元"),
        ("directions", "", ""),
    ]


def test_is_in_the_persons_story_without_the_words_and_in_the_audit(alice: Staff, now: datetime) -> None:
    patient = make.patient("张桂兰")
    call = make.call(alice, patient, at=now, question="右眼疼")
    entry = patient.timelineentrys.get(kind="consult.call")
    assert (entry.occurred_at, entry.source_id, entry.params["topics"][0]["en"]) == (
        now,
        call.pk,
        "Address and opening hours",
    )
    assert "右眼疼" not in str(entry.params)
    assert AuditEntry.objects.about(call).get().verb == "call.logged"
    patient.refresh_from_db()
    assert patient.last_contact_at == now


@pytest.mark.parametrize("disposition", ["wrong_number", "silent"])
def test_a_wrong_number_is_about_nothing_and_is_no_contact(alice: Staff, now: datetime, disposition: str) -> None:
    patient = make.patient("张桂兰")
    call = log_call(record=record(now, disposition, topics=(), person=patient), staff=alice, at=now)
    patient.refresh_from_db()
    assert (call.topics.count(), patient.last_contact_at) == (0, None)


def test_anything_else_is_about_something(alice: Staff, now: datetime) -> None:
    with pytest.raises(TopicMissing):
        log_call(record=record(now, topics=()), staff=alice, at=now)
    with pytest.raises(BookingNotYet):
        log_call(record=record(now, "booked"), staff=alice, at=now)
    assert not Call.objects.exists()


def test_somebody_unknown_is_a_caller_with_a_name_and_a_number(alice: Staff, now: datetime) -> None:
    number = read_phone("(0755) 8888-8888 转 123")
    first = log_call(record=record(now, name="王建军", number=number), staff=alice, at=now)
    second = log_call(record=record(now, name="王建军", number=number), staff=alice, at=now)
    assert (first.digits, first.extension, first.target.name) == ("075588888888", "123", "王建军")
    assert first.target == second.target
    assert not Patient.objects.exists()


def test_a_withheld_number_leaves_none(alice: Staff, now: datetime) -> None:
    call = log_call(record=record(now, is_withheld=True, number=read_phone("13800001234")), staff=alice, at=now)
    assert (call.digits, call.is_withheld, Contact.objects.get().digits) == ("", True, "")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1234", "13800001234"), ("800001234", "13800001234"), ("1380000", "1380000"), ("13900005678", "13900005678")],
)
def test_the_digits_that_led_to_somebody_stand_for_the_whole_number(
    alice: Staff, now: datetime, typed: str, kept: str
) -> None:
    patient = make.patient("张桂兰", "13800001234")
    call = log_call(record=record(now, person=patient, number=read_phone(typed)), staff=alice, at=now)
    assert call.digits == kept


def test_sent_twice_it_is_logged_once_and_its_draft_is_gone(alice: Staff, now: datetime) -> None:
    key = uuid4()
    keep_draft(key=key, content={"number": ["138"]}, staff=alice, at=now)
    call = log_call(record=record(now), staff=alice, at=now, submission=key)
    with pytest.raises(DuplicateSubmission) as refused:
        log_call(record=record(now), staff=alice, at=now, submission=key)
    assert refused.value.subject_id == call.pk
    assert not CallDraft.objects.exists()
    assert keep_draft(key=key, content={}, staff=alice, at=now) is None  # one that was still under way


def test_a_refused_call_keeps_its_draft(alice: Staff, now: datetime) -> None:
    key = uuid4()
    keep_draft(key=key, content={"number": ["138\0"]}, staff=alice, at=now)
    with pytest.raises(TopicMissing):
        log_call(record=record(now, topics=()), staff=alice, at=now, submission=key)
    assert CallDraft.objects.open_of(alice).get().content == {"number": ["138"]}


def test_drafts_that_nobody_came_back_to_are_forgotten_after_a_week(alice: Staff, now: datetime) -> None:
    old, fresh = uuid4(), uuid4()
    keep_draft(key=old, content={}, staff=alice, at=now - timedelta(days=8))
    keep_draft(key=fresh, content={}, staff=alice, at=now)
    assert forget_old_drafts(at=now) == 1
    assert CallDraft.objects.get().key == fresh


def test_behind_one_switchboard_sit_many_callers(alice: Staff, now: datetime) -> None:
    ward, lab, ward_again = (
        log_call(record=record(now, number=read_phone(f"0755 8888 8888 转 {extension}")), staff=alice, at=now)
        for extension in ("123", "7", "123")
    )
    assert ward.target == ward_again.target != lab.target
    assert lab.contact is not None
    assert lab.contact.dialled == "075588888888,7"


def test_nobody_is_rung_back_without_a_number(alice: Staff, now: datetime) -> None:
    promised = Promised(Promise.Kind.RING_BACK, now + timedelta(hours=1), alice)
    told = record(now, "ring_back", is_withheld=True, promised=promised)
    with pytest.raises(NumberMissing):
        log_call(record=told, staff=alice, at=now)
    assert not Call.objects.exists()
    by_wechat = replace(told, channel=Call.Channel.WECHAT)
    assert log_call(record=by_wechat, staff=alice, at=now).promise is not None


def test_whoever_rings_out_has_dialled_the_number_on_file(alice: Staff, now: datetime) -> None:
    patient = make.patient("张桂兰", "13800001234")
    out = record(now, person=patient, direction=Call.Direction.OUT)
    assert log_call(record=out, staff=alice, at=now).digits == "13800001234"
    assert log_call(record=record(now, person=patient), staff=alice, at=now).digits == ""


DAYS_30 = timedelta(days=30)


def test_a_call_lies_at_most_30_days_back_and_not_in_the_future(alice: Staff, now: datetime) -> None:
    second = timedelta(seconds=1)
    for began in (now - DAYS_30 - second, now + second):
        with pytest.raises(BeganTooLongAgo):
            make.call(alice, at=now, started_at=began)
    for began in (now - DAYS_30, now):
        assert make.call(alice, at=now, started_at=began).started_at == began


def test_a_corrected_one_may_lie_further_back_only_where_it_was(alice: Staff, now: datetime) -> None:
    old = make.call(alice, make.patient(), at=now - 3 * DAYS_30)

    def again(began: datetime) -> CallRecord:
        return CallRecord(Call.Disposition.SILENT, began, began, person=old.target)

    with pytest.raises(BeganTooLongAgo):
        correct_call(call=old, record=again(old.started_at - DAYS_30), reason="日期错了", staff=alice, at=now)
    old.refresh_from_db()
    assert not old.is_voided
    moved = again(old.started_at)
    assert correct_call(call=old, record=moved, reason="没人说话", staff=alice, at=now).started_at == old.started_at
