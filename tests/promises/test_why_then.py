"""Why a promise is due just then: counted in the department's working time, or chosen by somebody."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Department, Staff
from hospital_crm.lib.worktime import Range
from institution.models import ConfirmedYear, WorkingCalendar
from institution.services.calendars import create_calendar, set_hours
from messaging.models import InboundText
from promises.models import Promise
from promises.reports.why_then import why_then
from promises.services.promises import postpone_promise
from promises.services.rows import keep_up_with_rows
from tests import make
from tests.conftest import SignedIn
from tests.messaging.test_take_reply import WORDS, answers

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SATURDAY = datetime(2026, 3, 14, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def hours_of(department: Department, *ranges: tuple[int, int], days: range = range(1, 6)) -> WorkingCalendar:
    calendar = create_calendar(department=department, actor=make.by(), at=make.THEN)
    week = {day: [Range(opens * 3600, closes * 3600) for opens, closes in ranges] for day in days}
    at = {"actor": make.by(), "at": make.THEN}
    return set_hours(calendar=calendar, week=week, follows_hospital=True, version=calendar.version, **at)  # type: ignore[arg-type]


@pytest.fixture
def text(db: None, now: datetime) -> InboundText:
    make.patient("张桂兰", "13800001234")
    return answers(WORDS, now)


def promised(now: datetime) -> Promise:
    keep_up_with_rows(actor=make.by(), at=now)
    return Promise.objects.get()


def minutes(promise: Promise) -> list[tuple[str, int]]:
    why = why_then(promise)
    assert why is not None
    return [(part.why.value, int((part.end - part.start).total_seconds() / 60)) for part in why.explained.segments]


# Two working hours to ring back whoever has written


def test_it_is_counted_by_the_calendar_of_the_department_that_owes_it(
    alice: Staff, cataract: Department, text: InboundText, now: datetime
) -> None:
    hours_of(cataract, (8, 11), (15, 18))
    make.team("咨询热线组", alice, lead=alice)
    promise = promised(now)
    assert promise.due_at == now.replace(hour=16, minute=24)
    assert minutes(promise) == [("working", 36), ("lunch", 240), ("working", 84)]


def test_without_one_of_its_own_by_the_hospitals(alice: Staff, text: InboundText, now: datetime) -> None:
    promise, why = promised(now), why_then(promised(now))
    assert promise.due_at == now.replace(hour=13, minute=54)
    assert why is not None
    assert (why.is_counted, why.calendar, why.goes_on) == (True, WorkingCalendar.objects.of_hospital(), None)


def test_postponed_it_is_no_longer_counted(alice: Staff, text: InboundText, now: datetime) -> None:
    promise = promised(now)
    postpone_promise(promise=promise, due_at=now + DAY, reason="x", actor=alice.actor, at=now)
    why = why_then(promise)
    assert why is not None
    assert why.set_by is not None
    assert (why.is_counted, why.set_by.verb, why.set_by.actor) == (False, "postponed", alice.actor)


def test_a_calendar_that_was_changed_since_moves_nothing(
    alice: Staff, cataract: Department, text: InboundText, now: datetime
) -> None:
    promise = promised(now)
    hours_of(cataract, (8, 11))
    before, why = promise.due_at, why_then(promise)
    promise.refresh_from_db()
    assert why is not None
    assert (promise.due_at, why.is_counted, why.explained.at) == (before, False, before)


# What somebody chose


def test_what_lies_between_is_told_piece_by_piece(alice: Staff, now: datetime) -> None:
    assert minutes(make.promise(owner=alice, at=now, due_at=now + 3 * HOUR)) == [("working", 96), ("lunch", 84)]


@pytest.mark.parametrize(
    ("due_at", "goes_on"),
    [
        (SATURDAY, SATURDAY + 2 * DAY - 2 * HOUR),
        (SATURDAY - DAY, None),
        (SATURDAY - DAY + 2 * HOUR, None),  # noon is still in time
        (SATURDAY - DAY + 3 * HOUR, SATURDAY - DAY + 3.5 * HOUR),
    ],
)
def test_it_says_when_nobody_is_there(alice: Staff, now: datetime, due_at: datetime, goes_on: datetime | None) -> None:
    why = why_then(make.promise(owner=alice, at=now, due_at=due_at))
    assert why is not None
    assert why.goes_on == goes_on


def test_months_ahead_are_not_told_day_by_day(alice: Staff, now: datetime) -> None:
    why = why_then(make.promise(owner=alice, at=now, due_at=now + 100 * DAY))
    assert why is not None
    assert why.explained.segments == []


def test_of_what_is_settled_nobody_asks(alice: Staff, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now)
    promise.state = Promise.State.KEPT
    assert why_then(promise) is None


def test_a_year_that_nobody_has_confirmed_is_named(alice: Staff, now: datetime) -> None:
    ahead, near = (make.promise(owner=alice, at=now, due_at=now + days * DAY) for days in (365, 7))
    years = [why.explained.unconfirmed_years for each in (ahead, near) if (why := why_then(each))]
    assert years == [(2027,), ()]


# Page and API


def test_the_page_says_why(alice: Staff, signed_in: SignedIn, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now, due_at=SATURDAY)
    page = signed_in(alice).get(reverse("promises:promise_detail", args=[promise.pk])).content.decode()
    assert [
        words
        for words in ("为什么是 2026 年 3 月 14 日 星期六 10:00？", "3 月 16 日 08:00 起才上班")
        if words not in page
    ] == []
    assert "还没有人确认" not in page


def test_pages_name_a_year_that_nobody_has_confirmed(alice: Staff, signed_in: SignedIn, now: datetime) -> None:
    ConfirmedYear.objects.all().delete()
    promise = make.promise(owner=alice, at=now, due_at=SATURDAY)
    words = "2026 年的休息日还没有人确认。"
    detail, *lists = (reverse("promises:promise_detail", args=[promise.pk]), reverse("promises:promise_list"), "/")
    with time_machine.travel(now, tick=False):
        browser = signed_in(alice)
        assert [url for url in (detail, *lists) if words not in browser.get(url).content.decode()] == []
    with time_machine.travel(SATURDAY + DAY, tick=False):  # what is late already falls on no day off any more
        browser = signed_in(alice)
        assert [url for url in lists if words in browser.get(url).content.decode()] == []


def test_so_do_the_panels_of_patient_and_organisation_and_the_morning_list(
    alice: Staff, signed_in: SignedIn, now: datetime
) -> None:
    ConfirmedYear.objects.all().delete()
    place, due = make.organisation(), SATURDAY
    person = make.promise(owner=alice, at=now, due_at=due).patient
    make.promise(place, owner=alice, at=now, due_at=due)
    assert person is not None
    pages = (
        reverse("promises:for_patient", args=[person.pk]),
        reverse("dashboards:ahead_for_patient", args=[person.pk]),
        reverse("promises:for_organisation", args=[place.pk]),
        f"{reverse('promises:promise_print')}?by=2026-03-14",
    )
    with time_machine.travel(now, tick=False):
        browser = signed_in(alice)
        assert [url for url in pages if "2026 年的休息日还没有人确认。" not in browser.get(url).content.decode()] == []
    with time_machine.travel(SATURDAY + DAY, tick=False):
        browser = signed_in(alice)
        assert [url for url in pages if "还没有人确认" in browser.get(url).content.decode()] == []


def test_a_program_asks_why(alice: Staff, charlie: Staff, signed_in: SignedIn, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now, due_at=now + 3 * HOUR)
    url = reverse("api-promise-deadline", args=[promise.pk])
    said = signed_in(alice).get(url).json()
    assert (said["is_counted"], said["goes_on"] is None, said["unconfirmed_years"]) == (False, False, [])
    assert [part["why"] for part in said["segments"]] == ["working", "lunch"]
    assert signed_in(charlie).get(url).status_code == 404
    Promise.objects.filter(pk=promise.pk).update(state="kept", ended_at=now)
    assert signed_in(alice).get(url).status_code == 404
