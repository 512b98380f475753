"""Whoever is about to ring is told what speaks against it, by the law of the messages. Missions B3, D7."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from institution.models import Setting
from messaging.models import ContactLog, Hold, Message, MessageClass, OptOut
from messaging.services.before_calls import Doubt, doubts_about_calls
from messaging.services.contact_log import log_contact
from messaging.services.holds import place_hold
from messaging.services.opt_outs import block_number, opt_out
from patients.models import Patient, Purpose, Target
from patients.services.contacts import find_or_create_contact
from tests import make
from tests.house.world import counted
from tests.messaging.make import message
from tests.messaging.people import said

OWN, HERS = "13800001234", "13900005678"
NUMBERS = [OWN, HERS]
CARE, MARKETING = MessageClass.CARE, MessageClass.MARKETING
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def zhang() -> Patient:
    patient = make.patient("张桂兰", OWN)
    make.phone(patient, HERS)
    return patient


def doubts(target: Target, at: datetime, numbers: list[str] = NUMBERS) -> list[str]:
    return [doubt.reason for doubt in doubts_about_calls(target=target, numbers=numbers, at=at).of_all]


def rung(patient: Patient, at: datetime, **more: Any) -> None:
    log_contact(
        target=patient,
        channel=ContactLog.Channel.PHONE,
        reached=True,
        source="attempt:1",
        actor=make.by(),
        at=at,
        **more,
    )


def test_a_caller_without_a_file_is_not_rung_for_ever(now: datetime) -> None:
    caller = find_or_create_contact(name="", digits=OWN, actor=make.by(), at=now)
    for _ in range(2):
        log_contact(
            target=caller, channel=ContactLog.Channel.PHONE, reached=True, source="attempt:1", number=OWN,
            actor=make.by(), at=now,
        )  # fmt: skip
    assert (doubts(caller, now, [OWN]), doubts(caller, now, [HERS])) == (["capped"], [])


def test_where_nothing_speaks_against_it_nothing_is_said(zhang: Patient, now: datetime) -> None:
    found = doubts_about_calls(target=zhang, numbers=NUMBERS, at=now)
    assert (found.of_all, found.of_each) == ([], [[], []])


@pytest.mark.parametrize(("held", "told"), [(CARE, ["held"]), (MARKETING, [])])
def test_a_hold_on_what_people_are_rung_about(
    zhang: Patient, now: datetime, held: MessageClass, told: list[str]
) -> None:
    reason = Hold.Reason.COMPLAINT
    place_hold(patient=zhang, classes=[held], reason=reason, source="complaint:1", actor=make.by(), at=now)
    assert doubts(zhang, now) == told


@pytest.mark.parametrize(
    ("scope", "channel", "told"),
    [("all", "", ["opted_out"]), ("all", "phone", ["opted_out"]), ("all", "sms", []), ("offers", "", [])],
)
def test_what_the_patient_stopped(
    zhang: Patient, now: datetime, scope: OptOut.Scope, channel: str, told: list[str]
) -> None:
    opt_out(patient=zhang, scope=scope, channel=channel, way=OptOut.Way.COLLEAGUE, actor=make.by(), at=now)
    assert doubts(zhang, now) == told


def test_what_was_stopped_at_one_number_speaks_against_that_one_alone(zhang: Patient, now: datetime) -> None:
    scope, way = OptOut.Scope.ALL, OptOut.Way.KEYWORD
    opt_out(channel="sms", address=f"+86{HERS}", scope=scope, way=way, actor=make.by(), at=now)
    found = doubts_about_calls(target=zhang, numbers=NUMBERS, at=now)
    assert (found.of_all, found.of_each) == ([], [[], [Doubt("opted_out")]])
    assert doubts(zhang, now, [HERS]) == ["opted_out"]


def test_what_a_carrier_refused_nobody_has_said_of_calls_until_somebody_does(zhang: Patient, now: datetime) -> None:
    address, scope = f"+86{OWN}", OptOut.Scope.ALL
    refused = block_number(channel="sms", address=address, actor=make.by(), at=now)
    assert doubts(zhang, now, [OWN]) == []
    said, is_new = opt_out(
        channel="sms", address=address, patient=zhang, scope=scope, way=OptOut.Way.COLLEAGUE, actor=make.by(), at=now
    )
    assert (said, said.way, is_new) == (refused, "colleague", True)
    assert doubts(zhang, now, [OWN]) == ["opted_out"]
    block_number(channel="sms", address=address, actor=make.by(), at=now)
    assert doubts(zhang, now, [OWN]) == ["opted_out"]


def test_a_consent_to_care_that_was_taken_back(zhang: Patient, now: datetime) -> None:
    said(zhang, Purpose.CARE, now, yes=False, channel="phone")
    assert doubts(zhang, now) == ["no_consent"]


def test_of_whoever_has_died_nothing_else_is_said(zhang: Patient, now: datetime) -> None:
    said(zhang, Purpose.CARE, now, yes=False)
    zhang.died_on = date(2026, 3, 1)
    assert doubts(zhang, now) == ["deceased"]


def test_quiet_hours_and_when_they_end(zhang: Patient) -> None:
    at = datetime(2026, 3, 12, 22, tzinfo=ZoneInfo("Asia/Shanghai"))
    found = doubts_about_calls(target=zhang, numbers=NUMBERS, at=at)
    assert found.of_all == [Doubt("quiet", at + timedelta(hours=10))]


# ── The cap ──────────────────────────────────────────────────────────────────


def test_calls_and_messages_count_together_and_it_is_said_when_there_is_room(zhang: Patient, now: datetime) -> None:
    rung(zhang, now)
    assert doubts(zhang, now) == []
    row = message(zhang, now, channel="sms", message_class=CARE)
    Message.objects.filter(pk=row.pk).update(state="sent", settled_at=now, handed_over_at=now)
    tomorrow = datetime(2026, 3, 13, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
    found = doubts_about_calls(target=zhang, numbers=NUMBERS, at=now)
    assert found.of_all == [Doubt("capped", tomorrow)]
    assert doubts(zhang, tomorrow) == []


def test_what_went_to_a_number_that_a_family_shares_counts_at_that_number(zhang: Patient, now: datetime) -> None:
    son = make.patient("张明", HERS)
    for _ in range(2):
        row = message(son, now, channel="sms", message_class=CARE)
        Message.objects.filter(pk=row.pk).update(state="sent", settled_at=now, handed_over_at=now, address=f"+86{HERS}")
    found = doubts_about_calls(target=zhang, numbers=NUMBERS, at=now)
    assert [[doubt.reason for doubt in each] for each in found.of_each] == [[], ["capped"]]


def test_calls_from_the_person_are_no_contacts_of_ours(zhang: Patient, now: datetime) -> None:
    for _ in range(3):
        rung(zhang, now, is_counted=False)
    assert doubts(zhang, now) == []


def test_where_calls_do_not_count_none_is_one_too_many(zhang: Patient, now: datetime) -> None:
    for _ in range(2):
        rung(zhang, now)
    assert doubts(zhang, now) == ["capped"]
    Setting.objects.filter(key="messaging.cap_calls").update(value=0)
    assert doubts(zhang, now) == []


def test_a_caller_who_is_nobody_yet_and_an_organisation(now: datetime) -> None:
    caller = find_or_create_contact(name="", digits=OWN, actor=make.by(), at=now)
    opt_out(channel="sms", address=OWN, scope=OptOut.Scope.ALL, way=OptOut.Way.KEYWORD, actor=make.by(), at=now)
    assert doubts(caller, now, [OWN]) == ["opted_out"]
    assert doubts(caller, now, []) == []
    assert doubts(make.organisation(), now, [HERS]) == []


def test_asks_as_often_for_one_number_as_for_many(zhang: Patient, now: datetime) -> None:
    asked = []
    for numbers in ([OWN], NUMBERS):
        with counted() as queries:
            doubts(zhang, now, numbers)
        asked.append(len(queries))
    assert asked == [8, 8]
