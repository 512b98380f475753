"""Somebody answered a message: whoever works on the line rings back, once, and knows the words. Missions B4, J1."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from accounts.models import Actor, AuditEntry, Staff
from messaging.models import InboundText, Message
from messaging.services.retention import forget_old
from patients.models import TimelineEntry
from promises.models import Promise, PromiseEvent
from promises.reports.why_then import why_then
from promises.services.closing import keep_promise
from promises.services.escalation import escalate_late
from promises.services.handing_over import decline_promise, hand_over_promise
from promises.services.promises import postpone_promise
from promises.services.reopening import reopen_promise
from promises.services.rows import keep_up_with_rows
from tests import make
from tests.accounts.at_once import Meanwhile, on_a_server, with_threads
from tests.messaging.test_take_reply import NUMBER, WORDS, answers
from tests.patients.asked import approved, erase_all

MINUTE, API = timedelta(minutes=1), "/api/v1/promises/"
pytestmark = pytest.mark.django_db


def keep_up(at: datetime) -> int:
    return keep_up_with_rows(actor=make.by(), at=at)


@pytest.fixture
def text(now: datetime) -> InboundText:
    make.patient("张桂兰", "13800001234")
    return answers(WORDS, now)


def test_a_team_of_the_line_rings_back(alice: Staff, bob: Staff, text: InboundText, now: datetime) -> None:
    make.team("随访组", make.staff("", "followup_nurse"))
    line = make.team("咨询热线组", alice, bob)
    assert keep_up(now) == 1
    promise = Promise.objects.get()
    assert (promise.kind, promise.team, promise.owner, promise.target) == ("ring_back", line, None, text.target)
    assert promise.source == text.key
    assert promise.due_at == now + timedelta(hours=3, minutes=30)  # two working hours: at noon nobody works
    assert keep_up(now + MINUTE) == 0


# ── The words stand with the text alone ──────────────────────────────────────


@pytest.fixture
def promise(alice: Staff, text: InboundText, now: datetime) -> Iterator[Promise]:
    keep_up(now)
    with time_machine.travel(now + MINUTE, tick=False):
        yield Promise.objects.get()


@pytest.mark.parametrize("page", ["/promises/{}/", "/promises/{}/dial/", "/api/v1/promises/{}/texts/"])
def test_whoever_keeps_it_reads_the_words_and_the_look_is_recorded(promise: Promise, alice: Staff, page: str) -> None:
    told = make.client_of(alice).get(page.format(promise.pk)).content.decode()
    assert WORDS in told
    assert "138****1234" in told
    looks = AuditEntry.objects.filter(verb__in=["promise.opened", "promise.dialled"], subject_id=promise.pk)
    assert looks.filter(actor=alice.actor).count() == 1


def test_no_copy_is_made_of_them(promise: Promise) -> None:
    kept = [*Promise.objects.values(), *promise.events.values(), *Message.objects.values(), *text_entries(promise)]
    assert WORDS not in str(kept)


def text_entries(promise: Promise) -> Any:
    return TimelineEntry.objects.filter(patient=promise.patient).values()


LISTS = [
    "/promises/",
    "/promises/print/",
    "/workbench/?whose=team",
    "/promises/for-patient/{}/",
    "/calls/new/?patient={}",
    "/api/v1/promises/",
]


@pytest.mark.parametrize("page", LISTS)
def test_lists_say_that_they_wrote_and_not_what(promise: Promise, alice: Staff, page: str) -> None:
    answer = make.client_of(alice).get(page.format(promise.patient_id))
    assert (answer.status_code, WORDS in answer.content.decode()) == (200, False)


def test_a_line_says_that_they_wrote(promise: Promise, alice: Staff) -> None:
    assert "对方发来消息" in make.client_of(alice).get("/promises/").content.decode()


def test_whoever_may_only_read_the_promise_reads_no_words(promise: Promise, bob: Staff, alice: Staff) -> None:
    hand_over_promise(promise=promise, to=bob, actor=alice.actor, at=promise.made_at + MINUTE)
    decline_promise(promise=promise, staff=bob, at=promise.made_at + MINUTE)
    browser = make.client_of(bob)
    assert WORDS not in browser.get(f"/promises/{promise.pk}/").content.decode()
    assert [
        browser.get(f"{at}{promise.pk}/{end}/").status_code for at, end in ((API, "texts"), ("/promises/", "dial"))
    ] == [
        404,
        302,
    ]


def test_forgotten_they_are_forgotten_there_too(promise: Promise, alice: Staff, now: datetime) -> None:
    keep_promise(promise=promise, actor=alice.actor, at=now + MINUTE)
    keep_up(now + MINUTE)
    forget_old(at=now + timedelta(days=300))
    page = make.client_of(alice).get(f"/promises/{promise.pk}/").content.decode()
    assert (WORDS in page, "原文已不再保留" in page) == (False, True)


# ── They write again ─────────────────────────────────────────────────────────


def writes_again(at: datetime, *, number: str = NUMBER) -> list[InboundText]:
    return [answers(f"还在等，第 {time} 次", at, key=f"{number}:{time}", number=number) for time in range(2, 4)]


@pytest.fixture
def again(promise: Promise, now: datetime) -> list[InboundText]:
    return writes_again(now + MINUTE)


def test_while_it_is_open_further_texts_are_added_to_it(
    promise: Promise, again: list[InboundText], alice: Staff, now: datetime
) -> None:
    due_at = promise.due_at
    assert (keep_up(now + MINUTE), keep_up(now + 2 * MINUTE)) == (2, 0)
    promise = Promise.objects.get()
    assert (promise.due_at, promise.first_due_at, promise.times_postponed, promise.state) == (due_at, due_at, 0, "open")
    added = promise.events.filter(verb="wrote_again").order_by("pk")
    assert [event.source for event in added] == [text.key for text in again]
    for page in (f"/promises/{promise.pk}/", f"/promises/{promise.pk}/dial/"):
        told = make.client_of(alice).get(page).content.decode()
        assert told.index(WORDS) < told.index("第 2 次") < told.index("第 3 次")
    texts = make.client_of(alice).get(f"{API}{promise.pk}/texts/").json()
    assert [text["text"] for text in texts] == [WORDS, *(text.text for text in again)]


def test_whoever_has_it_is_told_and_reminded_as_before(
    promise: Promise, again: list[InboundText], alice: Staff, now: datetime
) -> None:
    keep_up(now + MINUTE)
    notes = Message.objects.filter(staff=alice, channel="in_app", state="queued")
    assert list(notes.filter(kind="promises.wrote_again").values_list("send_at", flat=True)) == [now + MINUTE]
    assert list(notes.filter(kind="promises.due").values_list("send_at", flat=True)) == [promise.due_at]


@pytest.mark.parametrize("act", ["keep", "withdraw"])
def test_a_form_that_was_opened_before_is_sent_again(
    promise: Promise, again: list[InboundText], alice: Staff, now: datetime, act: str
) -> None:
    keep_up(now + MINUTE)
    sent = {"revision": promise.revision, "reason": "x", "submission": "5f0c8e0e-0000-4000-8000-000000000001"}
    page = make.client_of(alice).post(f"/promises/{promise.pk}/{act}/", sent).content.decode()
    assert "又发来消息" in page
    assert Promise.objects.get().is_open


def test_put_off_it_is_due_when_the_new_text_is_and_the_page_says_why(
    promise: Promise, alice: Staff, now: datetime
) -> None:
    postpone_promise(promise=promise, due_at=now + timedelta(days=5), reason="出差", actor=alice.actor, at=now)
    at = now + MINUTE
    text = answers("很急", at, key="2")
    keep_up(at)
    promise = Promise.objects.get()
    due_at = at + timedelta(hours=3, minutes=30)  # two working hours: at noon nobody works
    assert (promise.due_at, promise.late_at, promise.times_postponed) == (due_at, due_at, 1)
    assert promise.first_due_at == due_at - MINUTE
    why = why_then(promise)
    assert why is not None and why.set_by is not None  # noqa: PT018
    assert (why.set_by.source, why.is_counted, why.explained.segments[0].start) == (text.key, True, at)
    notes = Message.objects.filter(staff=alice, kind="promises.due", state="queued")
    assert list(notes.values_list("send_at", flat=True)) == [due_at]


def test_put_off_by_less_it_stays_so(promise: Promise, alice: Staff, now: datetime) -> None:
    at = promise.due_at - MINUTE
    sooner = postpone_promise(promise=promise, due_at=at, reason="早些", actor=alice.actor, at=now).due_at
    writes_again(now + MINUTE)
    keep_up(now + MINUTE)
    promise = Promise.objects.get()
    assert (promise.due_at, promise.events.filter(verb="wrote_again", due_at=None).count()) == (sooner, 2)


def test_a_team_that_has_not_taken_it_is_told_as_of_a_new_one(
    alice: Staff, bob: Staff, text: InboundText, now: datetime
) -> None:
    make.team("咨询热线组", alice, bob)
    keep_up(now)
    late_at = Promise.objects.get().late_at
    escalate_late(actor=make.by(), at=late_at + 6 * MINUTE)
    told = Message.objects.filter(staff=bob, kind="promises.unowned1", channel="in_app")
    assert told.count() == 1
    writes_again(late_at + 7 * MINUTE)
    keep_up(late_at + 7 * MINUTE)
    escalate_late(actor=make.by(), at=late_at + 8 * MINUTE)
    assert (told.count(), Promise.objects.get().late_at) == (2, late_at)


def test_of_texts_one_after_the_other_it_is_told_once_an_hour(
    alice: Staff, bob: Staff, text: InboundText, now: datetime
) -> None:
    make.team("咨询热线组", alice, bob)
    keep_up(now)
    late_at = Promise.objects.get().late_at
    told = Message.objects.filter(staff=bob, kind="promises.unowned1", channel="in_app")
    numbers = []
    for minute in (10, 20, 30, 79, 81, 90):
        at = late_at + minute * MINUTE
        answers("还在等", at, key=str(minute))
        keep_up(at)
        escalate_late(actor=make.by(), at=at)
        numbers.append(told.count())
    assert numbers == [1, 1, 1, 2, 2, 2]


@pytest.mark.parametrize("is_put_off", [False, True])
def test_a_lone_text_is_told_though_it_was_just_said_that_it_is_late(
    alice: Staff, bob: Staff, text: InboundText, now: datetime, is_put_off: bool
) -> None:
    """To whoever leads the team; or to the team, of what was put off."""
    make.team("咨询热线组", alice, bob)
    keep_up(now)
    late_at = Promise.objects.get().late_at
    told = Message.objects.filter(staff=bob, kind__in=["promises.unowned1", "promises.late1"], channel="in_app")

    def writes(at: datetime) -> int:
        answers("还在等", at, key=str(at))
        keep_up(at)
        escalate_late(actor=make.by(), at=at + 6 * MINUTE)
        return told.count()

    assert writes(late_at + MINUTE) == 1
    at = late_at + timedelta(hours=5)
    if is_put_off:
        due_at, promise = at + 10 * MINUTE, Promise.objects.get()
        late_at = postpone_promise(promise=promise, due_at=due_at, reason="改期", actor=alice.actor, at=at).late_at
        at = late_at + 6 * MINUTE
    escalate_late(actor=make.by(), at=at)
    before = told.count()
    assert [writes(at + minute * MINUTE) - before for minute in (1, 10, 58)] == [1, 1, 1]


def test_all_are_settled_with_it_and_the_next_one_is_rung_back_anew(
    promise: Promise, again: list[InboundText], alice: Staff, now: datetime
) -> None:
    keep_up(now + MINUTE)
    keep_promise(promise=Promise.objects.get(), actor=alice.actor, at=now + 2 * MINUTE)
    late = answers("又来问一下", now + 2 * MINUTE, key="9")
    keep_up(now + 3 * MINUTE)
    assert list(InboundText.objects.open()) == [late]
    assert set(InboundText.objects.exclude(pk=late.pk).values_list("settled_by", flat=True)) == {alice.actor.pk}
    assert Promise.objects.open().get().source == late.key


def test_somebody_else_is_rung_back_by_a_promise_of_their_own(promise: Promise, now: datetime) -> None:
    writes_again(now, number="+8613900005678")
    keep_up(now + MINUTE)
    assert [Promise.objects.count(), Promise.objects.filter(contact__digits="13900005678").count()] == [2, 1]


def test_another_ring_back_of_theirs_is_left_as_it_is(alice: Staff, text: InboundText, now: datetime) -> None:
    make.promise(text.target, owner=alice, at=now, source="call:7:1")
    keep_up(now)
    assert Promise.objects.filter(source=text.key).exists()


@on_a_server
@with_threads
def test_two_workers_add_a_text_once(alice: Staff, now: datetime) -> None:
    make.patient("张桂兰", "13800001234")
    answers(WORDS, now)
    actor = make.by()
    keep_up_with_rows(actor=actor, at=now)
    answers("在吗", now, key="2")
    with transaction.atomic():
        first = keep_up_with_rows(actor=actor, at=now + MINUTE)
        other = Meanwhile(lambda: keep_up_with_rows(actor=actor, at=now + MINUTE))
        other.wait_until_it_waits()
    assert (first, other.outcome()) == (1, 0)
    assert PromiseEvent.objects.filter(verb="wrote_again").count() == 1


@on_a_server
@with_threads
@pytest.mark.parametrize("is_on_file", [True, False])
def test_two_workers_make_one_ring_back_for_somebody_new(alice: Staff, now: datetime, is_on_file: bool) -> None:
    """Each knows another text of theirs."""
    actor = make.by()
    if is_on_file:
        make.patient("张桂兰", "13800001234")
    else:
        answers("TD", now, key="0")  # the caller is known
    first, second = answers(WORDS, now), answers("在吗", now, key="2")
    InboundText.objects.filter(pk=first.pk).update(settled_at=now)
    with transaction.atomic():
        assert keep_up_with_rows(actor=actor, at=now) == 1
        other = Meanwhile(lambda: _knows_another(first, actor, now))
        other.wait_until_it_waits()
    assert other.outcome() == 0
    assert keep_up_with_rows(actor=actor, at=now + MINUTE) == 1
    promise = Promise.objects.get()
    assert (promise.source, promise.events.get(verb="wrote_again").source) == (second.key, first.key)


def _knows_another(text: InboundText, actor: Actor, now: datetime) -> int:
    InboundText.objects.filter(pk=text.pk).update(settled_at=None)
    return keep_up_with_rows(actor=actor, at=now)


# ── Who owes it, and until when ──────────────────────────────────────────────


def test_without_a_team_somebody_of_the_line_does(alice: Staff, text: InboundText, now: datetime) -> None:
    keep_up(now)
    assert Promise.objects.get().owner == alice


def test_a_keyword_asks_for_nothing(alice: Staff, now: datetime) -> None:
    answers("TD", now)
    assert (keep_up(now), Promise.objects.count()) == (0, 0)


def test_a_caller_who_is_nobody_yet_is_rung_back_too(alice: Staff, now: datetime) -> None:
    row = answers(WORDS, now)
    keep_up(now)
    assert (Promise.objects.get().contact, row.contact is not None) == (row.contact, True)


def test_is_settled_when_the_promise_is_kept_and_makes_no_other(alice: Staff, text: InboundText, now: datetime) -> None:
    keep_up(now)
    keep_promise(promise=Promise.objects.get(), actor=alice.actor, at=now + MINUTE)
    assert keep_up(now + 2 * MINUTE) == 1
    text.refresh_from_db()
    assert (text.settled_at, text.settled_by) == (now + 2 * MINUTE, alice.actor)
    assert (keep_up(now + 3 * MINUTE), Promise.objects.count()) == (0, 1)


def test_settled_by_mistake_it_is_owed_again_and_stays_so(alice: Staff, text: InboundText, now: datetime) -> None:
    keep_up(now)
    kept = keep_promise(promise=Promise.objects.get(), actor=alice.actor, at=now + MINUTE)
    keep_up(now + MINUTE)
    reopen_promise(promise=kept, reason="voided", actor=alice.actor, at=now + 2 * MINUTE)
    assert (keep_up(now + 3 * MINUTE), Promise.objects.get().state) == (0, "open")


def test_other_ring_backs_are_left_alone(alice: Staff, text: InboundText, now: datetime) -> None:
    other = make.promise(owner=alice, at=now, source="call:7:1")
    plain = make.promise(owner=alice, at=now)
    keep_up(now)
    keep_up(now + MINUTE)
    assert Promise.objects.open().filter(pk__in=[other.pk, plain.pk]).count() == 2


def test_of_whoever_is_erased_nothing_is_asked_any_more(
    alice: Staff, dana: Staff, text: InboundText, now: datetime
) -> None:
    assert text.patient is not None
    approved(text.patient, alice, dana, now)
    erase_all(now)
    keep_up(now)
    assert not Promise.objects.filter(kind="ring_back").exists()
