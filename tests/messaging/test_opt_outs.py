"""Who wants no more messages: at once, everywhere, until a colleague lifts it for a reason. Missions A7, H4."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils.translation import override

from accounts.models import Actor, AuditEntry, Staff
from accounts.services.actors import system_actor
from messaging.models import STOPPED, Channel, Message, MessageClass, OptOut
from messaging.services.addresses import digests_of
from messaging.services.gateways import GATEWAYS
from messaging.services.gateways.refusals import Blocked
from messaging.services.opt_outs import (
    ColleagueLifts,
    LiftNeedsReason,
    NobodyOptsOut,
    OptOutAlreadyLifted,
    block_number,
    lift_opt_out,
    opt_out,
)
from patients.models import Patient, Purpose, TimelineEntry
from patients.services.merges import merge_patients
from tests import make
from tests.accounts.at_once import Meanwhile, on_a_server, with_threads
from tests.messaging.people import Line, deliver, said, state_of, to
from tests.patients.asked import approved, erase_all

CARE, SERVICE, SURVEY, MARKETING = (
    MessageClass.CARE,
    MessageClass.SERVICE,
    MessageClass.SURVEY,
    MessageClass.MARKETING,
)
CLASSES = (CARE, SERVICE, SURVEY, MARKETING)
DAY = timedelta(days=1)
NUMBER, MAIL = "13800001234", "13800001234@sms.example"
COLLEAGUE, KEYWORD = OptOut.Way.COLLEAGUE, OptOut.Way.KEYWORD
pytestmark = pytest.mark.django_db


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    line = Line()
    monkeypatch.setitem(GATEWAYS, Channel.EMAIL, lambda: line)
    return line


@pytest.fixture
def zhang(line: Line, now: datetime) -> Patient:
    return agreed("张桂兰", NUMBER, now)


def agreed(name: str, phone: str, now: datetime) -> Patient:
    patient = make.patient(name, phone)
    for purpose in (Purpose.SURVEY, Purpose.MARKETING):
        said(patient, purpose, now - DAY)
    return patient


def stop(at: datetime, **values: Any) -> OptOut:
    return opt_out(**{"way": COLLEAGUE, "actor": make.by(), **values}, at=at)[0]


def sent(patient: Patient, at: datetime) -> set[str]:
    """Of which classes something goes to the patient, one a class."""
    mails = [to(patient, at, each, expires_at=at + timedelta(hours=1)) for each in CLASSES]
    Message.objects.exclude(pk__in=[mail.pk for mail in mails]).delete()  # so that none is one too many
    deliver(at)
    return {mail.message_class for mail in mails if state_of(mail)[1] != "opted_out"}


@pytest.mark.parametrize(
    ("scope", "goes"), [(OptOut.Scope.OFFERS, {"care", "service"}), (OptOut.Scope.ALL, {"service"})]
)
def test_stops_its_classes_of_the_patient_and_of_nobody_else(
    zhang: Patient, now: datetime, scope: OptOut.Scope, goes: set[str]
) -> None:
    stop(now, patient=zhang, scope=scope)
    assert sent(zhang, now) == goes
    assert sent(agreed("李建国", "13900005678", now), now) == set(CLASSES)


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("zh-hans", {CARE: "诊疗", SURVEY: "满意度调查", MARKETING: "推广", SERVICE: "服务"}),
        ("en", {CARE: "are", SURVEY: "urvey", MARKETING: "arketing", SERVICE: "ervice"}),
    ],
)
def test_the_words_of_a_scope_name_what_it_stops_and_nothing_else(
    language: str, names: dict[MessageClass, str]
) -> None:
    with override(language):
        said = {scope: {each.value for each, word in names.items() if word in scope.label} for scope in OptOut.Scope}
    assert said == {scope: set(STOPPED[scope]) for scope in OptOut.Scope}


def test_at_a_number_it_stops_everybody_who_shares_it_on_whatever_record(zhang: Patient, now: datetime) -> None:
    son = agreed("张明", NUMBER, now)
    stop(now, channel="email", address=MAIL)
    assert sent(zhang, now) == sent(son, now) == {"care", "service"}
    later = agreed("张小", NUMBER, now)  # who comes on file afterwards
    assert sent(later, now) == {"care", "service"}


def test_on_one_channel_the_others_go_on(zhang: Patient, now: datetime) -> None:
    stop(now, patient=zhang, channel="sms")
    assert sent(zhang, now) == set(CLASSES)
    stop(now, patient=zhang, channel="email")
    assert sent(zhang, now) == {"care", "service"}


def test_what_is_waiting_is_withheld_at_once(zhang: Patient, now: datetime) -> None:
    to(zhang, now)
    deliver(now)  # so that somebody knows where it went
    offer, care = (to(zhang, now, each, send_at=now + DAY) for each in (MARKETING, CARE))
    stop(now, channel="email", address=MAIL)
    assert (state_of(offer), offer.settled_at, state_of(care)[0]) == (("withheld", "opted_out"), now, "queued")


def test_arriving_while_others_of_the_batch_are_sent_it_wins_until_the_hand_over(
    line: Line, zhang: Patient, now: datetime
) -> None:
    first = to(agreed("李建国", "13900005678", now), now, MARKETING)
    offer = to(zhang, now, MARKETING)

    def refuse(message: Message) -> None:
        assert state_of(offer)[0] == "claimed"
        stop(now, channel="email", address=MAIL)

    line.meanwhile = refuse
    deliver(now)
    assert (state_of(offer), offer.attempts, line.given) == (("withheld", "opted_out"), 0, [first.pk])


def test_arriving_after_the_hand_over_it_changes_nothing_of_that_one(line: Line, zhang: Patient, now: datetime) -> None:
    offer = to(zhang, now, MARKETING)
    line.meanwhile = lambda message: stop(now, patient=zhang)
    deliver(now)
    assert state_of(offer) == ("sent", "")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_was_claimed_before_others_could_see_it_is_caught_when_they_can(zhang: Patient, now: datetime) -> None:
    with transaction.atomic():
        stop(now, patient=zhang)
        offer = to(zhang, now, MARKETING)  # as if another worker had claimed it with what it knew
        Message.objects.filter(pk=offer.pk).update(state="claimed", claim="00000000-0000-0000-0000-000000000001")
    assert state_of(offer) == ("withheld", "opted_out")


def test_said_twice_it_stands_there_once_and_tells_the_story_once(zhang: Patient, now: datetime) -> None:
    first = stop(now, channel="sms", address=NUMBER)
    again = stop(now + DAY, channel="sms", address="+86 138 0000 1234", patient=zhang)
    assert first == again
    assert OptOut.objects.get().patient == zhang
    stop(now, patient=zhang)
    assert stop(now + DAY, patient=zhang) == OptOut.objects.get(digest="")
    story = TimelineEntry.objects.filter(patient=zhang, kind="messaging.opt_out_recorded")
    assert story.count() == 1
    assert AuditEntry.objects.filter(verb="opt_out.recorded").count() == 2


def test_of_several_at_a_number_each_has_stopped_what_each_said(alice: Staff, zhang: Patient, now: datetime) -> None:
    son = agreed("张明", NUMBER, now)
    mothers, sons = (stop(now, channel="email", address=MAIL, patient=each) for each in (zhang, son))
    assert (mothers.patient, bool(mothers.digest)) == (zhang, True)
    assert (sons.patient, sons.digest, sons.masked) == (son, "", "")
    assert stop(now + DAY, channel="email", address=MAIL, patient=son) == sons
    lift_opt_out(opt_out=mothers, reason="本人要求恢复", actor=alice.actor, at=now)
    assert sent(son, now) == {"care", "service"}
    assert sent(zhang, now) == set(CLASSES)


@on_a_server
@with_threads
def test_pressed_twice_at_once_it_stands_there_once(now: datetime) -> None:
    patient = make.patient("张桂兰")
    actor = make.by()
    with transaction.atomic():
        first = stop(now, patient=patient, actor=actor)
        other = Meanwhile(lambda: stop(now, patient=patient, actor=actor))
        other.wait_until_it_waits()
    assert (other.outcome(), OptOut.objects.count()) == (first, 1)


@on_a_server
@with_threads
def test_two_at_once_do_not_wait_for_each_other_forever(now: datetime) -> None:
    """Each would hold what the other wants next: the database ends one of them, unless both go in one order."""
    pairs = [(person, to(person, now)) for person in (make.patient("张桂兰"), make.patient("李建国"))]
    Message.objects.update(state="claimed", claim="00000000-0000-0000-0000-000000000001")
    actor, both_hold = make.by(), threading.Barrier(2)

    def refuse(patient: Patient) -> OptOut:
        with connection.execute_wrapper(_Halt(both_hold)):
            return stop(now, patient=patient, scope=OptOut.Scope.ALL, actor=actor)

    others = [Meanwhile(partial(refuse, patient)) for patient, _mail in pairs]
    assert [type(each.outcome()) for each in others] == [OptOut, OptOut]
    assert {state_of(mail) for _patient, mail in pairs} == {("withheld", "opted_out")}


@dataclass
class _Halt:
    """Waits for the other one, for a moment, as soon as it holds the first messages."""

    both_hold: threading.Barrier

    def __call__(self, execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        done = execute(sql, *more)
        if "messaging_message" in sql and (sql.startswith("UPDATE") or "FOR UPDATE" in sql):
            with suppress(threading.BrokenBarrierError):
                self.both_hold.wait(0.2)
        return done


def test_keeps_no_address(zhang: Patient, now: datetime) -> None:
    row = stop(now, channel="sms", address=NUMBER)
    assert (row.masked, len(row.digest), NUMBER in row.digest) == ("138****1234", 64, False)


def test_of_nobody_it_is_refused(now: datetime) -> None:
    with pytest.raises(NobodyOptsOut):
        stop(now, channel="sms", address="12")


def test_what_the_carrier_refuses_for_good_is_not_tried_again(line: Line, zhang: Patient, now: datetime) -> None:
    def blacklisted(message: Message) -> None:
        raise Blocked("MOBILE_IN_BLACK")

    line.meanwhile = blacklisted
    mail = to(zhang, now, CARE)
    deliver(now)
    assert state_of(mail) == ("failed", "refused")
    row = OptOut.objects.get()
    assert (row.way, row.scope, row.masked, row.source) == (
        "carrier",
        "all",
        "13****@sms.example",
        f"message:{mail.pk}",
    )
    assert sent(zhang, now) == {"service"}


def test_a_number_is_blocked_once(now: datetime) -> None:
    rows = [block_number(channel="sms", address=NUMBER, actor=make.by(), at=now) for _ in range(2)]
    assert rows[0] == rows[1]


# ── Lifted ───────────────────────────────────────────────────────────────────


def test_a_colleague_lifts_it_with_the_proof_asked(alice: Staff, zhang: Patient, now: datetime) -> None:
    row = stop(now, patient=zhang)
    lift_opt_out(opt_out=row, reason="本人到前台，已核对身份证", actor=alice.actor, at=now)
    assert (row.lifted_at, row.lifted_by, row.lift_reason) == (now, alice.actor, "本人到前台，已核对身份证")
    assert sent(zhang, now) == set(CLASSES)
    with pytest.raises(OptOutAlreadyLifted):
        lift_opt_out(opt_out=row, reason="再次", actor=alice.actor, at=now)
    assert stop(now, patient=zhang) != row  # and may be said again


@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_it_stays(alice: Staff, zhang: Patient, now: datetime, reason: str) -> None:
    with pytest.raises(LiftNeedsReason):
        lift_opt_out(opt_out=stop(now, patient=zhang), reason=reason, actor=alice.actor, at=now)


def test_no_system_lifts_it(zhang: Patient, now: datetime) -> None:
    actor: Actor = system_actor("outbox")
    with pytest.raises(ColleagueLifts):
        lift_opt_out(opt_out=stop(now, patient=zhang), reason="because", actor=actor, at=now)


def test_a_new_consent_does_not_lift_it(zhang: Patient, now: datetime) -> None:
    stop(now, patient=zhang)
    said(zhang, Purpose.MARKETING, now)
    assert MARKETING not in sent(zhang, now)


# ── People who are one, and people who are forgotten ─────────────────────────


def test_goes_along_when_two_records_become_one(alice: Staff, zhang: Patient, now: datetime) -> None:
    other = agreed("张贵兰", "13700004321", now)
    stop(now, patient=other)
    merge_patients(survivor=zhang, merged=other, actor=alice.actor, at=now)
    assert sent(zhang, now) == {"care", "service"}
    assert stop(now, patient=other).patient == zhang


def test_outlives_an_erasure_as_a_hash_so_that_nobody_is_written_to_again(
    line: Line, alice: Staff, dana: Staff, zhang: Patient, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop(now, patient=zhang, text="说了不要", way=OptOut.Way.LINK)
    stop(now, channel="sms", address=NUMBER, scope=OptOut.Scope.ALL, way=KEYWORD, text="T")
    approved(zhang, alice, dana, now)
    erase_all(now)
    rows = OptOut.objects.all()
    assert {(row.masked, row.text) for row in rows} == {("", "")}
    assert rows.filter(scope=OptOut.Scope.OFFERS).exclude(digest="").count() == 1
    back = agreed("张桂兰", NUMBER, now)  # under a number of its own, as from a file
    monkeypatch.setattr(line, "address_of", lambda message: NUMBER)
    monkeypatch.setattr("messaging.services.law.digests_of", lambda channel, address: digests_of("sms", address))
    assert sent(back, now) == {"service"}


def test_is_found_after_the_secret_key_has_changed(zhang: Patient, now: datetime, settings: Any) -> None:
    stop(now, channel="email", address=MAIL)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "new-" + "0123456789abcdef" * 4
    assert sent(zhang, now) == {"care", "service"}
    stop(now, channel="email", address=MAIL)
    assert OptOut.objects.count() == 1
