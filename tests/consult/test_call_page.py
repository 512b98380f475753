"""The call page without script: look up, park, add a topic, save, be ready for the next one. Mission B3, B4, B9."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditEntry, Staff
from consult.models import Call, CallDraft
from institution.models import ReferenceItem
from patients.models import Contact, Patient
from patients.services.tags import tag_patient
from promises.models import Promise
from promises.services.closing import keep_promise
from promises.services.promises import make_promise
from tests import make
from tests.accounts.pages import Page, fill, in_english

NEW = "/calls/new/"


@pytest.fixture(autouse=True)
def _thursday(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def line(alice: Staff) -> Client:
    """Alice's browser, in English."""
    return in_english(make.client_of(alice))


@pytest.fixture
def directions(db: None) -> str:
    return str(ReferenceItem.objects.get(list__code="call_topic", code="directions").pk)


@pytest.fixture
def zhang(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234", sex="female", birth_year=1953, residence="拱墅")


def typed(browser: Client, **details: Any) -> dict[str, Any]:
    return fill(Page(browser.get(NEW)).values, **details)


def test_a_call_is_saved_and_the_page_is_ready_for_the_next(line: Client, directions: str, zhang: Patient) -> None:
    told = {"who": f"patient:{zhang.pk}", "t0-topic": directions, "t0-question": "怎么走", "disposition": "answered"}
    answer = line.post(NEW, typed(line, number="1234", **told))
    call = Call.objects.get()
    assert answer["Location"] == f"{NEW}?saved={call.pk}"
    assert (call.target, call.digits, call.topics.get().question) == (zhang, "13800001234", "怎么走")
    fresh = Page(line.get(answer["Location"]))
    assert "Saved: 张桂兰, 10:24" in fresh.text
    assert fresh.values["number"] == [""]
    assert fresh.values["t0-question"] == [""]


def test_sent_twice_it_answers_with_the_first_result(line: Client, directions: str) -> None:
    form = typed(line, **{"t0-topic": directions, "disposition": "answered"})
    first, second = line.post(NEW, form), line.post(NEW, form)
    assert first["Location"] == second["Location"] == f"{NEW}?saved={Call.objects.get().pk}"


@pytest.mark.parametrize(
    ("details", "field", "message"),
    [
        ({"number": "00"}, "number", "This is no telephone number: it has 3 to 20 digits."),
        ({"number": "13800001234", "is_withheld": "on"}, "number", "Either a number or withheld."),
        ({"age": "old"}, "age", "Enter a whole number."),
        ({"age": "131"}, "age", "Ensure this value is less than or equal to 130."),
        ({"disposition": None}, "disposition", "Say how it ended: Alt and a digit."),
        ({"disposition": "ring_back"}, "due", "Say by when."),
        ({"disposition": "ring_back", "due": "own", "due_own": "2026-03-12T10:00"}, "due_own", "This time has passed."),
        ({"disposition": "passed_on", "due": "hour"}, "owner", "Choose to whom."),
        ({"began_at": "2027-01-01T10:00"}, "began_at", "Within the last 30 days, and not in the future."),
        ({"who": "patient:99999"}, "who", "You cannot see this person. Choose again."),
        ({"t0-topic": ""}, "t0-topic", "Choose what it was about."),
        ({"caller_name": "x" * 81}, "caller_name", "Ensure this value has at most 80 characters (it has 81)."),
        ({"note": "\0"}, "note", "Null characters are not allowed."),
    ],
)
def test_says_at_the_field_what_is_wrong_and_loses_nothing(
    line: Client, directions: str, details: dict[str, Any], field: str, message: str
) -> None:
    sent = {"t0-topic": directions, "t0-question": "怎么走", "t0-answer": "地铁", "disposition": "answered"}
    page = Page(line.post(NEW, typed(line, **{**sent, **details})))
    assert message in page.errors.get(field, page.errors)
    assert page.values["t0-question"] == ["怎么走"]
    assert page.values["t0-answer"] == ["地铁"]
    assert not Call.objects.exists()


@pytest.mark.parametrize(
    ("number", "digits", "extension"),
    [
        ("(0755) 8888-8888 转 123", "075588888888", "123"),
        ("+86 138 0000 1234", "13800001234", ""),
        ("１３８00001234", "13800001234", ""),
    ],
)
def test_numbers_however_they_are_typed(
    line: Client, directions: str, number: str, digits: str, extension: str
) -> None:
    line.post(NEW, typed(line, number=number, **{"t0-topic": directions, "disposition": "answered"}))
    call = Call.objects.get()
    assert (call.digits, call.extension, call.target.name) == (digits, extension, "")


def test_looking_up_shows_who_it_may_be_and_what_is_open_and_keeps_what_was_typed(
    line: Client, alice: Staff, zhang: Patient, now: datetime
) -> None:
    make.patient("王小雨", "13900001234")
    due = now + timedelta(hours=1)
    promise = make_promise(
        target=zhang, kind=Promise.Kind.RING_BACK, owner=alice, due_at=due, note="眼药水", actor=alice.actor, at=now
    )
    page = Page(line.post(NEW, typed(line, number="1234", act="look", **{"t0-question": "怎么走"}), follow=True))
    assert page.text.index("张桂兰") < page.text.index("王小雨")  # to whom something is owed comes first
    assert "13800001234" not in page.text
    assert page.values["t0-question"] == ["怎么走"]
    taken = Page(line.post(NEW, fill(page.values, who=f"patient:{zhang.pk}", act="look"), follow=True))
    assert (taken.values["name"], taken.values["age"], taken.values["residence"]) == (["张桂兰"], ["73"], ["拱墅"])
    assert taken.values["keeps"] == [str(promise.pk)]
    assert "眼药水" in taken.text


def test_a_call_back_is_promised_by_whoever_took_the_question_until_the_doctor_accepts(
    line: Client, alice: Staff, directions: str, zhang: Patient, now: datetime
) -> None:
    doctor = make.staff("li", "doctor", department=alice.department)
    told = {"who": f"patient:{zhang.pk}", "t0-topic": directions, "t0-question": "眼药水能不能停"}
    ending = {
        "disposition": "ring_back",
        "promise_kind": "ask_specialist",
        "due": "today",
        "owner": f"staff:{doctor.pk}",
    }
    line.post(NEW, typed(line, **told, **ending))
    promise = Promise.objects.get()
    assert (promise.kind, promise.owner, promise.pending_owner) == ("ask_specialist", alice, doctor)
    assert (promise.due_at, promise.note) == (now.replace(hour=17, minute=0), "眼药水能不能停")
    assert Call.objects.get().promise == promise


def test_parked_it_waits_on_the_server_while_another_call_is_taken(line: Client, bob: Staff) -> None:
    answer = line.post(NEW, typed(line, number="13800001234", act="park", **{"t0-question": "怎么走"}))
    assert answer["Location"] == NEW
    draft = CallDraft.objects.get()
    second = line.get(NEW).content.decode()
    assert f"{NEW}?draft={draft.key}" in second
    assert "138****1234" in second
    resumed = Page(line.get(NEW, {"draft": str(draft.key)}, follow=True))
    assert resumed.values["t0-question"] == ["怎么走"]
    assert resumed.values["submission"] == [str(draft.key)]
    assert "怎么走" not in make.client_of(bob).get(NEW, {"draft": str(draft.key)}, follow=True).content.decode()


def test_several_topics(line: Client, directions: str) -> None:
    page = Page(line.post(NEW, typed(line, act="more", **{"t0-topic": directions}), follow=True))
    assert page.values["t0-topic"] == [directions]
    line.post(NEW, fill(page.values, disposition="answered", **{"t1-topic": directions, "t1-question": "几点开门"}))
    assert [row.question for row in Call.objects.get().topics.order_by("position")] == ["", "几点开门"]


def test_after_a_topic_was_added_the_focus_is_on_it_and_not_on_the_number(line: Client) -> None:
    def focused(page: str) -> list[str]:
        return re.findall(r'<(?:input|select)[^>]*name="([^"]+)"[^>]* autofocus', page)

    assert focused(line.get(NEW).content.decode()) == ["number"]
    answer = line.post(NEW, typed(line, act="more", number="13900005678"), follow=True)
    assert focused(answer.content.decode()) == ["t1-topic"]
    assert focused(line.post(NEW, typed(line, act="look", number="13900005678"), follow=True).content.decode()) == [
        "number"
    ]


def test_nobody_is_said_to_be_missing_before_enough_was_typed(line: Client) -> None:
    claim, hint = "Nobody on file under this.", "Four digits find an ending"
    fresh = line.get(NEW).content.decode()
    assert (claim in fresh, hint in fresh) == (False, True)
    for typed_in, is_claimed in (({"number": "139"}, False), ({"number": "1390"}, True), ({"name": "甲乙"}, True)):
        part = line.post("/calls/who/", {**typed(line), **typed_in}).content.decode()
        assert (claim in part) is is_claimed, typed_in


def test_the_parts_that_script_asks_for(line: Client, zhang: Patient) -> None:
    form = typed(line, number="13800001234")
    part = line.post("/calls/who/", form).content.decode()
    assert "张桂兰" in part
    assert "<html" not in part
    taken = line.post("/calls/who/", {**form, "take": "1"}).content.decode()
    assert 'value="拱墅"' in taken
    kept = line.post("/calls/draft/", {**form, "disposition": "complaint", "due": "tomorrow", "name": "张桂兰"})
    assert "looks into it and answers 张桂兰 by tomorrow 10:00" in " ".join(kept.content.decode().split())
    assert CallDraft.objects.get().content["number"] == ["13800001234"]


def test_nobody_settles_what_lies_outside_the_own_scope(
    directions: str, alice: Staff, charlie: Staff, zhang: Patient, now: datetime
) -> None:
    question, ring_back = (make.promise(zhang, owner=alice, at=now, kind=kind) for kind in ("look_into", "ring_back"))
    nurse = make.client_of(charlie)
    told = {"number": "13800001234", "who": f"patient:{zhang.pk}", "t0-topic": directions, "take": None}
    sent = ({"keeps": question.pk}, {"direction": "out", "disposition": "wrong_number", "promise": question.pk})
    for details in (*sent, {"keeps": ring_back.pk}):
        nurse.post(NEW, typed(nurse, **{"disposition": "answered", **told, **details}))
    question.refresh_from_db()
    ring_back.refresh_from_db()
    assert (question.state, ring_back.state) == ("open", "kept")


def test_saved_before_the_page_knew_whom_enter_took_it_is_the_first_one_all_the_same(
    line: Client, directions: str, zhang: Patient
) -> None:
    form = typed(line, number="13800001234", disposition="answered", take="1", **{"t0-topic": directions})
    line.post(NEW, form)
    assert Call.objects.get().target == zhang


def test_a_call_out_to_keep_a_promise_is_a_try(
    line: Client, alice: Staff, directions: str, zhang: Patient, now: datetime
) -> None:
    due = now + timedelta(hours=1)
    promise = make_promise(
        target=zhang, kind=Promise.Kind.RING_BACK, owner=alice, due_at=due, actor=alice.actor, at=now
    )
    page = Page(line.get(NEW, {"promise": promise.pk}))
    assert page.values["direction"] == ["out"]
    assert "138 0000 1234" in page.text  # whoever owes the call sees the number, and that is on record
    assert AuditEntry.objects.about(zhang).filter(verb="patient.phone_revealed", actor=alice.actor).exists()
    line.post(NEW, fill(page.values, disposition="silent"))
    promise.refresh_from_db()
    assert promise.is_open
    call = Call.objects.get()
    assert call.attempt is not None
    assert call.attempt.outcome == "no_answer"
    line.post(
        NEW,
        fill(Page(line.get(NEW, {"promise": promise.pk})).values, disposition="answered", **{"t0-topic": directions}),
    )
    promise.refresh_from_db()
    assert promise.state == "kept"


def test_a_known_caller_settles_what_was_to_be_rung_back_unless_told_otherwise(
    line: Client, alice: Staff, directions: str, zhang: Patient, now: datetime
) -> None:
    due = now + timedelta(hours=1)
    rung, other = (
        make_promise(target=zhang, kind=kind, owner=alice, due_at=due, actor=alice.actor, at=now)
        for kind in (Promise.Kind.RING_BACK, Promise.Kind.SEND_INFORMATION)
    )
    page = Page(line.post(NEW, typed(line, who=f"patient:{zhang.pk}", act="look"), follow=True))
    line.post(NEW, fill(page.values, disposition="answered", **{"t0-topic": directions}))
    rung.refresh_from_db()
    other.refresh_from_db()
    assert (rung.state, other.state) == ("kept", "open")
    assert rung.attempts.get().outcome == "reached"


def test_somebody_unknown_becomes_a_caller_without_asking_for_more(line: Client, directions: str) -> None:
    line.post(
        NEW, typed(line, number="13800001234", name="王建军", **{"t0-topic": directions, "disposition": "answered"})
    )
    assert (Contact.objects.get().name, Contact.objects.get().digits) == ("王建军", "13800001234")
    assert "called before" in line.post("/calls/who/", typed(line, number="1234")).content.decode()


def said(browser: Client, **form: Any) -> str:
    """The page's part that answers to what was typed, as text."""
    return str(Page(browser.post("/calls/who/", form)).text)


def test_the_sentence_promises_and_settles_no_more_than_saving_would(
    line: Client, alice: Staff, zhang: Patient, now: datetime
) -> None:
    promise = make.promise(zhang, owner=alice, at=now)
    form = {"number": "13800001234", "who": f"patient:{zhang.pk}", "filled": f"patient:{zhang.pk}", "keeps": promise.pk}
    assert "1 open promise is settled" in said(line, **form, disposition="answered")
    for silent in ("silent", "wrong_number"):
        assert "1 open promise is settled" not in said(line, **form, disposition=silent)
    past = said(line, **form, disposition="ring_back", due="own", due_own="2020-01-01T10:00")
    assert "say by when" in past
    keep_promise(promise=promise, actor=alice.actor, at=now)
    assert "1 open promise is settled" not in said(line, **form, disposition="answered")


def test_the_sentence_asks_for_what_saving_would_miss(line: Client, alice: Staff, bob: Staff) -> None:
    later = {"channel": "phone", "disposition": "ring_back", "due": "hour"}
    assert "no number to ring back" in said(line, **later, is_withheld="on")
    assert "rings the caller back" in said(line, **later, number="13912345678")
    passed_on = {**later, "disposition": "passed_on", "number": "13912345678"}
    assert "choose to whom" in said(line, **passed_on)
    assert "choose to whom" in said(line, **passed_on, owner=f"staff:{alice.pk}")
    assert f"until {bob.name} accepts" in said(line, **passed_on, owner=f"staff:{bob.pk}")


def test_whoever_calls_for_the_first_time_is_called_by_name_from_then_on(line: Client, now: datetime) -> None:
    later = {"disposition": "ring_back", "due": "hour"}
    topic = ReferenceItem.objects.get(list__code="call_topic", code="directions").pk
    told = {"number": "13912345678", "caller_name": "李四", "t0-topic": topic, **later}
    line.post(NEW, typed(line, **told))
    caller = Contact.objects.get()
    assert caller.name == "李四"
    again = said(line, number="13912345678")
    assert "李四" in again
    assert "1 open" in again


def test_saved_while_its_draft_is_being_kept_it_began_when_it_was_saved(
    line: Client, alice: Staff, directions: str, now: datetime
) -> None:
    form = typed(line, number="13912345678", **{"t0-topic": directions, "disposition": "answered"})
    CallDraft.objects.create(
        key=form["submission"][0], staff=alice, content={}, opened_at=now + timedelta(seconds=1), kept_at=now
    )
    line.post(NEW, form)
    assert Call.objects.get().started_at == now


def test_beside_a_patient_stands_whoever_rang_from_the_number_and_is_nobody_yet(
    line: Client, zhang: Patient, now: datetime
) -> None:
    make.call(make.staff("nora", "consultant"), name="小雨", number="13800001234", at=now)
    part = line.post("/calls/who/", {"number": "13800001234"}).content.decode()
    assert [name in part for name in (zhang.name, "小雨")] == [True, True]


def test_whoever_answers_sees_at_once_who_is_a_vip_and_what_is_owed(line: Client, zhang: Patient, alice: Staff) -> None:
    """Beside the number before anybody is taken, and at the name of whoever was."""
    vip = ReferenceItem.objects.get(list__code="patient_tag", code="vip")
    tag_patient(patient=zhang, tags=[vip], actor=alice.actor, at=make.THEN)
    Patient.objects.filter(pk=zhang.pk).update(service_level=3)
    make.patient("何建平", "13900001234")
    part = line.post("/calls/who/", {"number": "1234"}).content.decode()
    row = make.tight(next(each for each in part.split("<label")[1:] if "张桂兰" in each))
    other = next(each for each in part.split("<label")[1:] if "何建平" in each)
    assert ("VIP</span>" in row, "Call back within 2 hours" in row) == (True, True)
    assert "VIP" not in other
    taken = line.post("/calls/who/", {"number": "13800001234", "take": "1"}).content.decode()
    strip = make.tight(taken.partition("t4")[2].partition("Nothing is open")[0])
    assert ("VIP</span>" in strip, "Owed: Call back within 2 hours" in strip) == (True, True)


def test_a_vip_is_called_so_in_the_language_of_each_reader(line: Client, zhang: Patient, alice: Staff) -> None:
    vip = ReferenceItem.objects.get(list__code="patient_tag", code="vip")
    tag_patient(patient=zhang, tags=[vip], actor=alice.actor, at=make.THEN)
    for language, word in (("en", "VIP"), ("zh-hans", "贵宾"), ("en", "VIP")):
        line.cookies["django_language"] = language
        assert f"{word}</span>" in make.tight(line.post("/calls/who/", {"number": "13800001234"}).content.decode())
