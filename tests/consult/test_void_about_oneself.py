"""Whoever is concerned in what a call made, settled or tried neither withdraws it nor opens it again with the call."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine

from accounts.models import Staff
from consult.models import Call
from consult.services.corrections import correct_call
from consult.services.promised import Promised
from consult.services.records import CallRecord
from consult.services.voids import NotForYouToVoid, may_void, void_call
from promises.models import Promise
from tests import make
from tests.accounts.pages import in_english
from tests.api.test_patients import sent

WORDS = "Somebody else has to void or correct this call."


def _made(alice: Staff, dana: Staff, now: datetime) -> tuple[Call, Promise]:
    promised = Promised(Promise.Kind.RING_BACK, now + timedelta(hours=1), alice)
    call = make.call(alice, make.patient(), at=now, disposition="ring_back", promised=promised)
    assert call.promise is not None
    call.promise.excluded.add(dana)
    return call, call.promise


def _settled(alice: Staff, dana: Staff, now: datetime) -> tuple[Call, Promise]:
    promise = make.promise(owner=alice, kind="send_information", excluded=[dana], at=now)
    return make.call(alice, promise.patient, at=now, settles=[promise]), promise


def _tried(alice: Staff, dana: Staff, now: datetime) -> tuple[Call, Promise]:
    promise = make.promise(owner=alice, excluded=[dana], at=now)
    return make.call_back(alice, promise, at=now), promise


@pytest.fixture(params=[_made, _settled, _tried], ids=["made", "settled", "tried"])
def about_dana(request: pytest.FixtureRequest, alice: Staff, dana: Staff, now: datetime) -> tuple[Call, Promise]:
    build: Callable[[Staff, Staff, datetime], tuple[Call, Promise]] = request.param
    call, promise = build(alice, dana, now)
    promise.refresh_from_db()
    return call, promise


def stays(promise: Promise) -> bool:
    return not Call.objects.get().is_voided and Promise.objects.get().state == promise.state


def test_the_service_refuses_and_nothing_changes(
    about_dana: tuple[Call, Promise], alice: Staff, dana: Staff, now: datetime
) -> None:
    call, promise = about_dana
    record = CallRecord(Call.Disposition.SILENT, now, now, person=call.target)
    assert [may_void(call=call, staff=staff) for staff in (alice, dana)] == [True, False]
    with pytest.raises(NotForYouToVoid):
        void_call(call=call, reason="登错人", staff=dana, at=now)
    with pytest.raises(NotForYouToVoid):
        correct_call(call=call, record=record, reason="登错人", staff=dana, at=now)
    assert stays(promise)


def test_no_page_offers_it_and_the_words_tell_nothing(
    about_dana: tuple[Call, Promise], alice: Staff, dana: Staff, now: datetime
) -> None:
    call, promise = about_dana
    page = f"/calls/{call.pk}/"
    with time_machine.travel(now, tick=False):
        desk, line = in_english(make.client_of(dana)), in_english(make.client_of(alice))
        for browser, is_offered in ((desk, False), (line, True)):
            offered = browser.get(page).content.decode()
            assert (f"{page}void/" in offered, f"{page}correct/" in offered) == (is_offered, is_offered)
        for way in ("void", "correct"):
            for ask in (desk.get, desk.post):
                assert WORDS in ask(f"{page}{way}/", {"reason": "Twice"}, follow=True).content.decode()
    assert stays(promise)


def test_nor_through_the_api(about_dana: tuple[Call, Promise], dana: Staff, now: datetime) -> None:
    call, promise = about_dana
    with time_machine.travel(now, tick=False):
        answer = sent(make.client_of(dana), "post", f"/api/v1/calls/{call.pk}/void/", reason="Twice")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_for_you_to_void")
    assert stays(promise)


def test_nor_does_whoever_asks_learn_that_it_is_voided(alice: Staff, dana: Staff, now: datetime) -> None:
    call, _promise = _made(alice, dana, now)
    void_call(call=call, reason="登错人", staff=alice, at=now)
    with pytest.raises(NotForYouToVoid):
        void_call(call=call, reason="再一次", staff=dana, at=now)
