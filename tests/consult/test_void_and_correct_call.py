"""A saved call is never changed: it is voided with a reason, and written anew where it was wrong."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import AuditEntry, Staff
from consult.models import Call
from consult.services.corrections import correct_call
from consult.services.promised import Promised
from consult.services.records import CallRecord, TopicRecord
from consult.services.voids import CallAlreadyVoided, NotYourCall, may_void, void_call
from hospital_crm.lib.phones import read_phone
from institution.models import ReferenceItem
from patients.models import Contact, Patient
from promises.models import Promise
from promises.services.closing import keep_promise, withdraw_promise
from promises.services.reassigning import reassign_promise
from promises.services.reopening import reopen_promise
from tests import make
from tests.accounts.pages import Page, fill, in_english


@pytest.fixture
def patient(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234")


def promised(alice: Staff, now: datetime) -> Promised:
    return Promised(Promise.Kind.RING_BACK, now + timedelta(hours=1), alice)


def rewritten(now: datetime, person: Patient | Contact, disposition: str = "ring_back", **values: Any) -> CallRecord:
    topics = [TopicRecord(ReferenceItem.objects.get(list__code="call_topic", code="fee"))]
    return CallRecord(Call.Disposition(disposition), now, now, topics=topics, person=person, **values)


def test_stays_readable_crossed_out_in_the_story_and_its_promise_is_withdrawn(
    alice: Staff, patient: Patient, now: datetime
) -> None:
    call = make.call(alice, patient, at=now, disposition="ring_back", promised=promised(alice, now))
    void_call(call=call, reason="登错人", staff=alice, at=now)
    assert (call.is_voided, call.void_reason, call.voided_by) == (True, "登错人", alice.actor)
    assert list(Call.objects.standing()) == []
    assert patient.timelineentrys.get(kind="consult.call").struck_at == now
    assert Promise.objects.get().state == "withdrawn"
    assert AuditEntry.objects.about(call).filter(verb="call.voided").exists()
    with pytest.raises(CallAlreadyVoided):
        void_call(call=call, reason="再一次", staff=alice, at=now)


def test_only_who_took_it_or_a_manager_above(alice: Staff, bob: Staff, dana: Staff, now: datetime) -> None:
    call = make.call(alice, at=now)
    assert [may_void(call=call, staff=staff) for staff in (alice, bob, dana)] == [True, False, True]
    elsewhere = make.staff("gina", "manager", "consultant", department=make.department("青光眼科"))
    assert not may_void(call=call, staff=elsewhere)
    with pytest.raises(NotYourCall):
        void_call(call=call, reason="登错人", staff=bob, at=now)
    assert not Call.objects.get().is_voided


def test_that_it_is_voided_is_told_only_to_whoever_could_have(alice: Staff, bob: Staff, now: datetime) -> None:
    call = make.call(alice, at=now)
    void_call(call=call, reason="登错人", staff=alice, at=now)
    with pytest.raises(NotYourCall):
        void_call(call=call, reason="再一次", staff=bob, at=now)


def test_the_manager_above_and_not_the_one_below(alice: Staff, dana: Staff, now: datetime) -> None:
    below = make.department("眼底病组", "Retina", parent=alice.department)
    there = make.call(make.staff("ida", "consultant", department=below), at=now)
    leads_below = make.staff("hugo", "manager", "consultant", department=below)
    nowhere = make.call(make.staff("joe", "consultant"), at=now)
    everywhere = make.staff("kim", "manager", "consultant")
    judged = [(there, dana), (there, leads_below), (make.call(alice, at=now), leads_below), (nowhere, dana)]
    assert [may_void(call=call, staff=staff) for call, staff in judged] == [True, True, False, False]
    assert not may_void(call=there, staff=everywhere)


def test_another_call_that_names_it_stands_in_its_place(
    alice: Staff, dana: Staff, patient: Patient, now: datetime
) -> None:
    call = make.call(alice, patient, at=now)
    later = now + timedelta(minutes=5)
    record = rewritten(now, patient, "answered")
    corrected = correct_call(call=call, record=record, reason="主题错了", staff=dana, at=later)
    assert (corrected.replaces, corrected.handled_by, corrected.started_at) == (call, alice, now)
    assert [row.topic.code for row in corrected.topics.all()] == ["fee"]
    assert list(Call.objects.standing()) == [corrected]


def test_its_promise_goes_on_where_it_still_fits(alice: Staff, patient: Patient, now: datetime) -> None:
    call = make.call(alice, patient, at=now, disposition="ring_back", promised=promised(alice, now))
    corrected = correct_call(call=call, record=rewritten(now, patient), reason="主题错了", staff=alice, at=now)
    assert corrected.promise == call.promise
    assert Promise.objects.get().state == "open"


def test_of_another_person_the_promise_is_made_anew(alice: Staff, patient: Patient, now: datetime) -> None:
    call = make.call(alice, patient, at=now, disposition="ring_back", promised=promised(alice, now))
    record = rewritten(now, make.patient("王建军"), promised=promised(alice, now))
    corrected = correct_call(call=call, record=record, reason="登错人", staff=alice, at=now)
    assert [promise.state for promise in Promise.objects.order_by("pk")] == ["withdrawn", "open"]
    assert corrected.promise == Promise.objects.latest("pk")


def test_who_took_the_call_owes_what_it_promises_now_and_not_the_manager_who_corrects_it(
    alice: Staff, bob: Staff, dana: Staff, patient: Patient, now: datetime
) -> None:
    for keeper, asked in ((alice, None), (bob, bob)):
        call = make.call(alice, patient, at=now)
        due = Promised(Promise.Kind.RING_BACK, now + timedelta(hours=1), keeper)
        corrected = correct_call(
            call=call, record=rewritten(now, patient, promised=due), reason="漏了", staff=dana, at=now
        )
        assert corrected.promise is not None
        assert (corrected.promise.owner, corrected.promise.pending_owner) == (alice, asked)
        assert corrected.promise.made_by == dana.actor


def test_the_managers_page_offers_first_whoever_took_the_call(
    alice: Staff, dana: Staff, patient: Patient, now: datetime
) -> None:
    call = make.call(alice, patient, at=now)
    with time_machine.travel(now, tick=False):
        desk, url = in_english(make.client_of(dana)), f"/calls/{call.pk}/correct/"
        page = Page(desk.get(url))
        assert "Myself" not in page.text  # whom the list means first is named
        typed = fill(page.values, reason="Forgotten", disposition="ring_back", due="hour", promise_kind="ring_back")
        desk.post(url, typed)
    assert Promise.objects.get().owner == alice


def test_of_a_colleague_who_has_left_whoever_corrects_the_call_owes_it(
    alice: Staff, dana: Staff, patient: Patient, now: datetime
) -> None:
    call = make.call(alice, patient, at=now)
    make.left(alice)
    with time_machine.travel(now, tick=False):
        desk, url = in_english(make.client_of(dana)), f"/calls/{call.pk}/correct/"
        page = Page(desk.get(url))
        assert "Myself" in page.text
        typed = fill(page.values, reason="Forgotten", disposition="ring_back", due="hour", promise_kind="ring_back")
        desk.post(url, typed)
    assert Promise.objects.get().owner == dana


def test_the_page_leaves_a_promise_that_goes_on_alone_and_says_so(
    alice: Staff, bob: Staff, patient: Patient, now: datetime
) -> None:
    call = make.call(alice, patient, at=now, disposition="ring_back", promised=promised(alice, now))
    with time_machine.travel(now, tick=False):
        desk, url = in_english(make.client_of(alice)), f"/calls/{call.pk}/correct/"
        page = Page(desk.get(url))
        assert "The promise stays as it is." in page.text
        assert f"/promises/{call.promise_id}/" in desk.get(url).content.decode()
        assert not {"due", "due_own", "owner", "promise_kind"} & page.values.keys()
        values = fill(page.values, reason="Wrong topic", take=None)
        for typed in (
            {"due": "tomorrow"},
            {"due_own": "2026-03-13T09:00"},
            {"owner": f"staff:{bob.pk}"},
            {"promise_kind": "ask_specialist"},
        ):
            refused = Page(desk.post(url, {**values, **typed}))
            assert "The promise stays as it is. Change it on its own page." in refused.text
            assert not Call.objects.get().is_voided
        another = Page(desk.post(url, {**values, "disposition": "complaint"}))
        assert "due" in another.errors
        assert "owner" in another.values
        desk.post(url, values)
    corrected = Call.objects.standing().get()
    assert (corrected.replaces, corrected.promise) == (call, call.promise)


def test_no_link_to_a_promise_that_one_may_not_open(
    alice: Staff, charlie: Staff, patient: Patient, now: datetime
) -> None:
    call = make.call(alice, patient, at=now, disposition="ring_back", promised=promised(alice, now))
    assert call.promise is not None
    reassign_promise(promise=call.promise, owner=charlie, team=None, actor=charlie.actor, at=now)
    with time_machine.travel(now, tick=False):
        page = in_english(make.client_of(alice)).get(f"/calls/{call.pk}/correct/").content.decode()
    assert "The promise stays as it is." in page
    assert f"/promises/{call.promise_id}/" not in page


def test_a_voided_call_has_a_reason(alice: Staff, now: datetime) -> None:
    call = make.call(alice, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.filter(pk=call.pk).update(voided_at=now, voided_by=alice.actor)


def test_the_pages(alice: Staff, charlie: Staff, patient: Patient, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        desk = in_english(make.client_of(alice))
        call = make.call(alice, patient, at=now, number="13800001234", question="怎么走")
        url = f"/calls/{call.pk}/correct/"
        page = Page(desk.get(url))
        assert "13800001234" not in page.text
        assert page.values["t0-question"] == ["怎么走"]
        assert "Say why: the next one who reads it needs to know." in Page(desk.post(url, page.values)).errors["reason"]
        answer = desk.post(url, fill(page.values, reason="Wrong words", **{"t0-question": "几点开门"}))
        corrected = Call.objects.standing().get()
        assert answer["Location"] == f"/calls/{corrected.pk}/"
        assert (corrected.digits, corrected.started_at) == ("13800001234", call.started_at)
        assert "Wrong words" in desk.get(f"/calls/{call.pk}/").content.decode()
        assert_voids(desk, corrected)
        for way in (url, f"/calls/{corrected.pk}/void/"):
            assert make.client_of(charlie).get(way).status_code == 404


@pytest.mark.parametrize("way", ["correct", "void"])
def test_whoever_may_not_is_told_before_anything_is_asked(alice: Staff, bob: Staff, now: datetime, way: str) -> None:
    call = make.call(alice, at=now)
    page = f"/calls/{call.pk}/"
    with time_machine.travel(now, tick=False):
        other = in_english(make.client_of(bob))
        for ask in (other.get, other.post):
            assert ask(f"{page}{way}/", {"reason": "Twice"})["Location"] == page
            assert str(NotYourCall.message) in other.get(page).content.decode()
        assert make.client_of(alice).get(f"{page}{way}/").status_code == 200
    assert not Call.objects.get().is_voided


# ── Two correct one call ─────────────────────────────────────────────────────


@pytest.fixture
def clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def wrong(alice: Staff, patient: Patient, now: datetime) -> Call:
    return make.call(alice, patient, at=now, question="怎么走")


@pytest.mark.usefixtures("clock")
def test_who_comes_second_keeps_the_words_and_sees_what_the_first_made_of_it(
    alice: Staff, dana: Staff, wrong: Call
) -> None:
    url = f"/calls/{wrong.pk}/correct/"
    first, second = (in_english(make.client_of(staff)) for staff in (alice, dana))
    form = Page(second.get(url)).values
    first.post(url, fill(Page(first.get(url)).values, reason="Wrong words", **{"t0-question": "几点开门"}))
    corrected = Call.objects.standing().get()
    for _times in range(2):  # and they stay as often as they are sent
        page = Page(second.post(url, fill(form, reason="Said otherwise", note="家属陪同")))
        assert page.alerts[0].startswith("Voided by Alice, today 10:24: Wrong words · What stands here is not saved.")
        assert f'href="/calls/{corrected.pk}/correct/"' in page.text
        assert (page.values["note"], page.values["reason"]) == (["家属陪同"], ["Said otherwise"])
    assert Call.objects.standing().get() == corrected


@pytest.mark.usefixtures("clock")
def test_what_was_voided_alone_leads_to_the_call(alice: Staff, wrong: Call, now: datetime) -> None:
    url, desk = f"/calls/{wrong.pk}/correct/", in_english(make.client_of(alice))
    form = Page(desk.get(url)).values
    void_call(call=wrong, reason="Twice", staff=alice, at=now)
    page = Page(desk.post(url, fill(form, reason="Said otherwise", act="more")))
    assert "Twice · What stands here is not saved. Open the call" in page.alerts[0]


@pytest.mark.usefixtures("clock")
def test_a_correction_sent_twice_leads_to_what_it_made(alice: Staff, wrong: Call) -> None:
    url, desk = f"/calls/{wrong.pk}/correct/", in_english(make.client_of(alice))
    form = fill(Page(desk.get(url)).values, reason="Wrong words")
    assert {desk.post(url, form)["Location"] for _times in range(2)} == {f"/calls/{Call.objects.standing().get().pk}/"}


@pytest.mark.usefixtures("clock")
def test_read_again_it_has_the_fields_of_the_topics_that_were_added(alice: Staff, wrong: Call) -> None:
    """So what was typed there is put back into them, in another language too."""
    url, desk = f"/calls/{wrong.pk}/correct/", in_english(make.client_of(alice))
    page = Page(desk.post(url, fill(Page(desk.get(url)).values, act="more")))
    assert 'formaction="?topics=2"' in desk.get(url).content.decode()
    assert "t1-question" in page.values
    assert "t1-question" in Page(desk.get(f"{url}?topics=2")).values
    for text in ("", "0", "x", "-1", "999999999999999999999"):
        assert desk.get(url, {"topics": text}).status_code == 200


@pytest.mark.usefixtures("clock")
def test_who_voids_too_late_keeps_the_reason_and_twice_is_once(alice: Staff, dana: Staff, wrong: Call) -> None:
    url, alices, danas = f"/calls/{wrong.pk}/void/", *(in_english(make.client_of(staff)) for staff in (alice, dana))
    assert [danas.post(url, {"reason": "Twice"})["Location"] for _times in range(2)] == [f"/calls/{wrong.pk}/"] * 2
    late = Page(alices.post(url, {"reason": "Not my patient"}))
    assert late.alerts == ["Voided by Dana, today 10:24: Twice · This call was voided already. Open the call"]
    assert "Not my patient" in late.text


def assert_voids(desk: Client, call: Call) -> None:
    desk.post(f"/calls/{call.pk}/void/", {"reason": "Twice"})
    call.refresh_from_db()
    assert call.void_reason == "Twice"
    assert (
        "This call was voided already."
        in desk.post(f"/calls/{call.pk}/void/", {"reason": "x"}, follow=True).content.decode()
    )


@pytest.mark.parametrize("kind", ["ring_back", "look_into"])
@pytest.mark.parametrize("way", ["kept", "withdrawn"])
def test_what_a_colleague_has_settled_anew_since_stays_so(
    alice: Staff, bob: Staff, patient: Patient, now: datetime, kind: str, way: str
) -> None:
    hour = timedelta(hours=1)
    owed = make.promise(patient, owner=alice, at=now - hour, due_at=now + hour, kind=kind)
    call = make.call(alice, patient, at=now, settles=[owed])
    owed.refresh_from_db()
    assert owed.state == "kept"
    reopen_promise(promise=owed, reason="还没说完", actor=alice.actor, at=now + hour)
    if way == "kept":
        keep_promise(promise=owed, actor=bob.actor, at=now + 2 * hour)
    else:
        withdraw_promise(promise=owed, reason="不用了", actor=bob.actor, at=now + 2 * hour)
    void_call(call=call, reason="登错人", staff=alice, at=now + 3 * hour)
    owed.refresh_from_db()
    assert (owed.state, owed.ended_by, owed.ended_at) == (way, bob.actor, now + 2 * hour)


def test_corrected_to_another_number_that_one_was_rung(alice: Staff, patient: Patient, now: datetime) -> None:
    told, rung = make.phone(patient, "13900005678"), make.phone(patient, "13900009999")
    tried = make.promise(patient, owner=alice, at=now - timedelta(hours=1))
    call = make.call_back(alice, tried, at=now, disposition="wrong_number", number=told.digits)
    number = read_phone(rung.digits)
    record = rewritten(now, patient, "wrong_number", direction=Call.Direction.OUT, number=number)
    correct_call(call=call, record=record, reason="打的是另一个", staff=alice, at=now + timedelta(minutes=5))
    known = {phone.digits: phone.checked_as for phone in patient.phones.all()}
    assert (known[told.digits], known[rung.digits]) == ("", "wrong")
