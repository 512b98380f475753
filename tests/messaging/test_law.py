"""Consent, quiet hours, the cap, holds and deaths: what is asked before a message leaves the house. Missions A7, H4."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts.models import Staff
from institution.models import Setting
from messaging.models import Channel, ContactLog, Hold, Message, MessageClass
from messaging.services.contact_log import log_contact
from messaging.services.delivery import deliver_due
from messaging.services.gateways import GATEWAYS
from messaging.services.holds import place_hold
from patients.models import Consent, Patient, Purpose
from tests import make
from tests.house.world import counted
from tests.messaging.make import message
from tests.messaging.people import Line, deliver, said, state_of, to

CARE, SERVICE, SURVEY, MARKETING = (
    MessageClass.CARE,
    MessageClass.SERVICE,
    MessageClass.SURVEY,
    MessageClass.MARKETING,
)
pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BY_GUARDIAN = Consent.SaidBy.GUARDIAN


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    line = Line()
    monkeypatch.setitem(GATEWAYS, Channel.EMAIL, lambda: line)
    return line


@pytest.fixture
def zhang(line: Line) -> Patient:
    return make.patient("张桂兰", "13800001234")


def choose(**values: float) -> None:
    for name, value in values.items():
        assert Setting.objects.filter(key=f"messaging.{name}").update(value=value) == 1


@pytest.fixture
def without_cap() -> None:
    choose(cap_a_day=50, cap_contacts=500)


# ── Consent ──────────────────────────────────────────────────────────────────


def nothing(patient: Patient, at: datetime) -> None:
    pass


def agrees(purpose: Purpose, **told: Any) -> Callable[[Patient, datetime], object]:
    return lambda patient, at: said(patient, purpose, at - DAY, **told)


def refuses(purpose: Purpose, **told: Any) -> Callable[[Patient, datetime], object]:
    return lambda patient, at: said(patient, purpose, at - HOUR, yes=False, **told)


def both(*acts: Callable[[Patient, datetime], object]) -> Callable[[Patient, datetime], object]:
    return lambda patient, at: [act(patient, at) for act in acts]


@pytest.mark.parametrize(
    ("message_class", "what_was_said", "goes"),
    [
        (MARKETING, nothing, False),
        (MARKETING, agrees(Purpose.MARKETING), True),
        (MARKETING, agrees(Purpose.MARKETING, last_on=date(2026, 3, 12)), True),
        (MARKETING, agrees(Purpose.MARKETING, last_on=date(2026, 3, 11)), False),
        (CARE, agrees(Purpose.CARE, last_on=date(2026, 3, 11)), False),
        (MARKETING, agrees(Purpose.SURVEY), False),
        (MARKETING, agrees(Purpose.MARKETING, channel="email"), True),
        (MARKETING, agrees(Purpose.MARKETING, channel="sms"), False),
        (MARKETING, both(agrees(Purpose.MARKETING), refuses(Purpose.MARKETING)), False),
        (MARKETING, both(agrees(Purpose.MARKETING), refuses(Purpose.MARKETING, channel="email")), False),
        (MARKETING, both(agrees(Purpose.MARKETING), refuses(Purpose.MARKETING, channel="sms")), True),
        (SURVEY, refuses(Purpose.SURVEY), False),
        (SURVEY, agrees(Purpose.SURVEY), True),
        (CARE, nothing, True),
        (CARE, refuses(Purpose.CARE), False),
        (CARE, refuses(Purpose.MARKETING), True),
        (SERVICE, nothing, True),
        (SERVICE, refuses(Purpose.CARE), False),
    ],
)
def test_goes_by_what_the_person_said_of_the_class_and_channel(
    zhang: Patient, now: datetime, message_class: MessageClass, what_was_said: Any, goes: bool
) -> None:
    what_was_said(zhang, now)
    mail = to(zhang, now, message_class)
    deliver(now)
    assert state_of(mail) == (("sent", "") if goes else ("withheld", "no_consent"))


@pytest.mark.parametrize(("unasked", "state"), [(1, "sent"), (0, "withheld")])
def test_surveys_that_nobody_agreed_to_go_as_the_hospital_decides(
    zhang: Patient, now: datetime, unasked: int, state: str
) -> None:
    Setting.objects.filter(key="patients.surveys_unasked").update(value=unasked)
    mail = to(zhang, now, SURVEY)
    deliver(now)
    assert state_of(mail)[0] == state


def test_of_a_child_the_guardians_yes_counts_and_no_other(line: Line, now: datetime) -> None:
    child = make.patient("小明", "13800001111", birth_date=date(2018, 1, 1))
    grown = make.patient("小红", "13800002222", birth_date=date(2018, 1, 1))
    said(child, Purpose.MARKETING, now - DAY, said_by=BY_GUARDIAN, guardian="张桂兰")
    said(grown, Purpose.MARKETING, now - DAY, said_by=BY_GUARDIAN, guardian="张桂兰")
    Consent.objects.filter(patient=grown).update(said_by=Consent.SaidBy.SELF)  # as another system may have told it
    mails = [to(child, now, MARKETING), to(grown, now, MARKETING)]
    deliver(now)
    assert [state_of(mail)[0] for mail in mails] == ["sent", "withheld"]


# ── Quiet hours ──────────────────────────────────────────────────────────────


def at(hour: int, minute: int = 0, day: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("message_class", "due", "goes"),
    [
        (MARKETING, at(19, 59), at(19, 59)),
        (MARKETING, at(20), at(8, day=13)),
        (SURVEY, at(20), at(20)),
        (SURVEY, at(21), at(8, day=13)),
        (CARE, at(6, 30), at(8)),
        (SERVICE, at(3), at(8)),
        (SERVICE, at(20, 59), at(20, 59)),
        (SERVICE, at(21), at(8, day=13)),
    ],
)
def test_what_is_due_in_quiet_hours_waits_for_their_end(
    zhang: Patient, message_class: MessageClass, due: datetime, goes: datetime
) -> None:
    said(zhang, Purpose.MARKETING, due - DAY)
    said(zhang, Purpose.SURVEY, due - DAY)
    mail = to(zhang, due, message_class, expires_at=due + DAY)
    deliver(due)
    assert (state_of(mail), mail.due_at) == ((("sent", "") if goes == due else ("queued", "quiet")), goes)
    deliver(goes)
    assert (state_of(mail), mail.send_at, mail.attempts, mail.claim) == (("sent", ""), due, 1, None)


@pytest.mark.parametrize(
    ("purpose", "message_class", "goes"),
    [
        ("complaint_received", SERVICE, True),  # who complains in the night gets the number in the night
        ("complaint_received", CARE, False),
        ("appointment_reminder", SERVICE, False),
        ("ring_back_missed", SERVICE, False),
    ],
)
def test_at_night_goes_only_what_answers_the_patients_own_act(
    zhang: Patient, purpose: str, message_class: MessageClass, goes: bool
) -> None:
    mail = to(zhang, at(3), message_class, expires_at=at(3, day=13))
    Message.objects.filter(pk=mail.pk).update(kind=purpose)
    deliver(at(3))
    assert (state_of(mail), mail.due_at) == ((("sent", ""), at(3)) if goes else (("queued", "quiet"), at(8)))


def test_the_outbox_says_why_it_waits_and_until_when(alice: Staff, zhang: Patient) -> None:
    to(zhang, at(22), expires_at=at(9, day=14), actor=alice.actor)
    deliver(at(22))
    with time_machine.travel(at(22), tick=False):
        page = make.client_of(alice).get("/outbox/").content.decode()
    assert "这个时段不发这类消息。" in page
    assert "明天 08:00" in page


def test_what_would_be_too_late_by_then_is_not_sent_and_says_why(zhang: Patient) -> None:
    mail = to(zhang, at(22), expires_at=at(8, day=13))
    deliver(at(22))
    assert state_of(mail) == ("expired", "quiet")


def test_the_hours_are_the_hospitals(zhang: Patient) -> None:
    choose(care_from=0, care_until=24)
    mail = to(zhang, at(3))
    deliver(at(3))
    assert state_of(mail)[0] == "sent"


# ── The cap ──────────────────────────────────────────────────────────────────


def rung(patient: Patient, at: datetime, *, reached: bool = True) -> None:
    log_contact(
        target=patient, channel=ContactLog.Channel.PHONE, reached=reached, source="attempt:1", actor=make.by(), at=at
    )


def test_the_third_of_a_day_waits_for_the_next_one_though_all_are_in_one_batch(zhang: Patient, now: datetime) -> None:
    mails = [to(zhang, now, expires_at=now + 2 * DAY) for _ in range(3)]
    deliver(now)
    assert [state_of(mail) for mail in mails] == [("sent", ""), ("sent", ""), ("queued", "capped")]
    assert mails[2].due_at == at(8, day=13)
    deliver(at(8, day=13))
    assert state_of(mails[2]) == ("sent", "")


def test_an_offer_over_the_cap_is_withheld_and_one_that_would_be_too_late_expires(
    zhang: Patient, now: datetime
) -> None:
    said(zhang, Purpose.MARKETING, now - DAY)
    choose(cap_a_day=1)
    first, offer, late = to(zhang, now), to(zhang, now, MARKETING), to(zhang, now, expires_at=now + HOUR)
    deliver(now)
    assert [state_of(each) for each in (first, offer, late)] == [
        ("sent", ""),
        ("withheld", "capped"),
        ("expired", "capped"),
    ]


def test_calls_of_all_departments_count_as_the_hospital_decides(zhang: Patient, now: datetime) -> None:
    choose(cap_a_day=1)
    rung(zhang, now - HOUR, reached=False)
    mail = to(zhang, now, expires_at=now + 2 * DAY)
    deliver(now)
    assert state_of(mail) == ("queued", "capped")
    for name, value in (("cap_unanswered", 0), ("cap_calls", 0)):
        Setting.objects.filter(key__in=["messaging.cap_unanswered", "messaging.cap_calls"]).update(value=1)
        choose(**{name: value})
        other = to(zhang, now)
        deliver(now)
        assert state_of(other)[0] == "sent"
        Message.objects.filter(pk=other.pk).delete()


def test_a_call_counts_at_its_number_whoever_uses_it(line: Line, now: datetime) -> None:
    choose(cap_a_day=1)
    mother, son = make.patient("张桂兰", "13800001234"), make.patient("张磊", "13800001234")
    kind = ContactLog.Channel.PHONE
    told: dict[str, Any] = {"channel": kind, "reached": True, "source": "attempt:1", "actor": make.by(), "at": now}
    log_contact(target=mother, number="138 0000 1234", **told)
    waits = to(son, now, expires_at=now + 2 * DAY)
    deliver(now)
    assert state_of(waits) == ("queued", "capped")


def test_service_messages_go_and_count_for_nothing_unless_the_hospital_says_so(zhang: Patient, now: datetime) -> None:
    choose(cap_a_day=1)
    codes = [to(zhang, now, SERVICE) for _ in range(3)]
    care = to(zhang, now)
    deliver(now)
    assert [state_of(each)[0] for each in (*codes, care)] == ["sent"] * 4
    choose(cap_service=1)
    code = to(zhang, now, SERVICE, expires_at=now + 2 * DAY)
    deliver(now)
    assert state_of(code) == ("queued", "capped")


def test_of_a_number_that_a_family_shares_all_that_went_there_counts(line: Line, now: datetime) -> None:
    choose(cap_a_day=1)
    mother, son, stranger = (
        make.patient("张桂兰", "13800001234"),
        make.patient("张明", "13800001234"),
        make.patient("李", "13800009999"),
    )
    mails = [to(each, now, expires_at=now + 2 * DAY) for each in (mother, son, stranger)]
    deliver(now)
    assert [state_of(mail)[0] for mail in mails] == ["sent", "queued", "sent"]


def test_five_in_seven_days_is_the_end_until_the_oldest_is_a_week_old(zhang: Patient, now: datetime) -> None:
    for days in range(5):
        rung(zhang, now + days * DAY)
    mail = to(zhang, now + 4 * DAY, expires_at=now + 9 * DAY)
    deliver(now + 4 * DAY)
    assert (state_of(mail), mail.due_at) == (("queued", "capped"), at(8, day=19))


# ── Deaths, holds, the batch ─────────────────────────────────────────────────


def test_whoever_has_died_is_told_nothing_more(zhang: Patient, now: datetime) -> None:
    Patient.objects.filter(pk=zhang.pk).update(died_on=now.date())
    mail = to(zhang, now, SERVICE)
    deliver(now)
    assert state_of(mail) == ("withheld", "deceased")


def test_a_hold_that_is_placed_while_others_of_the_batch_are_sent_is_heeded(
    alice: Staff, line: Line, zhang: Patient, now: datetime
) -> None:
    first = to(make.patient("李建国", "13900005678"), now)
    mail = to(zhang, now)

    def complain(message: Message) -> None:
        reason = Hold.Reason.COMPLAINT
        place_hold(patient=zhang, classes=[CARE], reason=reason, source="complaint:1", actor=alice.actor, at=now)

    line.meanwhile = complain
    deliver(now)
    deliver(now)
    assert (state_of(first)[0], state_of(mail), line.given) == ("sent", ("withheld", "held"), [first.pk])


def test_what_was_read_is_read_anew_after_a_second(alice: Staff, line: Line, zhang: Patient, now: datetime) -> None:
    clock = [now]
    to(make.patient("李建国", "13900005678"), now)
    mail = to(zhang, now)

    def withdraw(message: Message) -> None:
        clock[0] += timedelta(seconds=1)
        said(zhang, Purpose.CARE, clock[0], yes=False)

    line.meanwhile = withdraw
    deliver_due(now=lambda: clock[0])
    assert state_of(mail) == ("withheld", "no_consent")


LAW = ("messaging_hold", "messaging_optout", "patients_consent", "messaging_contactlog", "institution_setting")


def asked_of_the_law(queries: list[str]) -> list[str]:
    return [each for each in queries if each.startswith("SELECT") and any(f'FROM "{table}"' in each for table in LAW)]


@pytest.mark.usefixtures("without_cap")
def test_a_batch_asks_as_often_as_one_message(line: Line, now: datetime) -> None:
    asked = []
    for number in (1, 6):
        for each in range(number):
            person = make.patient("张", f"1380000{number}{each:03}")
            said(person, Purpose.MARKETING, now - DAY)
            to(person, now, MARKETING)
        with counted() as queries:
            deliver(now)
        asked.append(len(asked_of_the_law(queries)))
    assert asked[0] == asked[1] == 6


def test_notes_to_staff_pay_nothing(alice: Staff, now: datetime) -> None:
    for _ in range(3):
        message(alice, now)
    with counted() as queries:
        deliver(now)
    assert len(asked_of_the_law(queries)) == 1  # the numbers of the run


@pytest.mark.parametrize(
    ("message_class", "told"),
    [(MessageClass.CARE, ("sent", "")), (MessageClass.MARKETING, ("withheld", "no_consent"))],
)
def test_an_organisation_gets_no_offers(
    line: Line, now: datetime, monkeypatch: pytest.MonkeyPatch, message_class: MessageClass, told: tuple[str, str]
) -> None:
    monkeypatch.setattr(Line, "address_of", lambda line, message: "office@example.com")
    mail = to(make.organisation(), now, message_class)
    deliver(now)
    assert state_of(mail) == told
