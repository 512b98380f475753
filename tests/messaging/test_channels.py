"""From the queue to a provider and back: what becomes of a text message, whatever the provider tells and when."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from accounts.models import Staff
from institution.models import HospitalProfile
from messaging.models import Channel, ContactLog, GatewaySetup, InboundText, Message
from messaging.services.asking import ask_providers
from messaging.services.delivery import deliver_due
from messaging.services.fates import take_receipt
from messaging.services.gateways import set_up
from messaging.services.gateways.receipts import Fate, Receipt
from messaging.services.gateways.wording import reference_of
from messaging.services.settling import Outcome, retry_message, settle_message
from patients.models import Patient, Phone
from patients.services.phone_checks import update_phone
from tests import make
from tests.messaging.channels import TOKEN, published, setup_of, to_patient
from tests.messaging.make import message
from tests.messaging.provider import HANG, NUMBER, Provider, Says, provider

pytestmark = pytest.mark.system  # a server of its own
TAKEN = Says({"Code": "OK", "BizId": "9006^0"})
HOUR = timedelta(hours=1)


@pytest.fixture
def place(db: None) -> Iterator[Provider]:
    with provider(lambda asked: TAKEN) as place:
        yield place


@pytest.fixture
def patient(db: None) -> Patient:
    HospitalProfile.objects.update(message_signature="示例医院")
    return make.patient("欧阳桂兰", "13800138000")


def sms(patient: Patient, at: datetime, *providers: str) -> Message:
    return to_patient(patient, published("您好，请回电。", *(providers or ("aliyun",))), at, Channel.SMS)


def _at(at: datetime) -> datetime:
    return at


def deliver(at: datetime) -> None:
    deliver_due(now=lambda: at)


def state_of(row: Message) -> tuple[str, str, str]:
    row.refresh_from_db()
    return row.state, row.reason, row.fate


def report(row: Message, **changed: Any) -> dict[str, Any]:
    told = {"phone_number": "13800138000", "report_time": "2026-03-12 10:25:00", "success": True}
    return {**told, "err_code": "DELIVERED", "biz_id": row.receipt or "9006^0", **changed}


def call_back(*told: dict[str, Any], what: str = "receipts", token: str = TOKEN, name: str = "aliyun") -> Any:
    url = reverse(f"messaging:call_back_{what}", args=[name, token])
    return Client(enforce_csrf_checks=True).post(url, json.dumps(told), content_type="application/json")


def test_from_the_queue_to_the_phone(patient: Patient, place: Provider, now: datetime) -> None:
    setup_of("aliyun", place.url)
    row = sms(patient, now)
    deliver(now)
    assert state_of(row) == ("sent", "", "")
    (asked,) = place.asked
    assert (asked.query["PhoneNumbers"], asked.query["TemplateCode"]) == (NUMBER, "SMS_7")
    assert (row.provider, row.receipt, row.reference) == ("aliyun", "9006^0", asked.query["OutId"])
    assert (row.address, row.masked_address) == (NUMBER, "138****8000")
    assert (row.parts, row.cost) == (1, Decimal("0.045"))
    log = ContactLog.objects.get()
    assert (log.patient, log.channel, log.reached, log.source) == (patient, "sms", False, f"message:{row.pk}")
    answer = call_back(report(row))
    assert (answer.status_code, answer.json()) == (200, {"code": 0, "msg": "OK"})
    assert state_of(row) == ("sent", "", "delivered")
    assert (row.provider_code, row.ask_at) == ("DELIVERED", None)
    assert row.delivered_at is not None
    assert GatewaySetup.objects.get(provider="aliyun").called_back_at is not None


def test_a_refused_one_costs_nothing_and_keeps_the_code(patient: Patient, place: Provider, now: datetime) -> None:
    setup_of("aliyun", place.url)
    place.will_say(Says({"Code": "isv.MOBILE_NUMBER_ILLEGAL"}))
    row = sms(patient, now)
    deliver(now)
    assert state_of(row) == ("failed", "refused", "")
    assert (row.provider_code, row.cost, row.ask_at) == ("isv.MOBILE_NUMBER_ILLEGAL", None, None)
    assert not ContactLog.objects.exists()


def test_what_is_tried_again_costs_nothing_so_far_and_says_why(
    patient: Patient, place: Provider, now: datetime
) -> None:
    setup_of("aliyun", place.url)
    place.will_say(Says({"Code": "isv.BUSINESS_LIMIT_CONTROL"}), TAKEN)
    row = sms(patient, now)
    deliver(now)
    assert state_of(row) == ("queued", "", "")
    assert (row.provider_code, row.cost, row.ask_at) == ("isv.BUSINESS_LIMIT_CONTROL", None, None)
    deliver(row.due_at)
    assert state_of(row) == ("sent", "", "")
    assert row.cost == Decimal("0.045")


def test_a_recipient_who_has_blocked_us_is_asked_no_more(patient: Patient, place: Provider, now: datetime) -> None:
    setup_of("aliyun", place.url)
    place.will_say(Says({"Code": "isv.CUSTOMER_REFUSED"}))
    first, second = sms(patient, now), sms(patient, now)
    deliver(now)
    assert (state_of(first)[:2], state_of(second)[:2]) == (("failed", "refused"), ("withheld", "opted_out"))
    assert len(place.asked) == 1


def test_a_receipt_may_say_that_we_are_blocked(sent: Message, patient: Patient, place: Provider, now: datetime) -> None:
    call_back(report(sent, success=False, err_code="MOBILE_IN_BLACK"))
    row = sms(patient, now)
    deliver(now)
    assert state_of(row)[:2] == ("withheld", "opted_out")


def test_an_answer_is_kept_once(sent: Message) -> None:
    told = {"phone_number": "13800138000", "send_time": "2026-03-12 10:30:00", "content": "请回电", "sequence_id": 7}
    for _ in range(2):
        assert call_back(told, what="replies").json() == {"code": 0, "msg": "OK"}
    (text,) = InboundText.objects.all()
    assert (text.channel, text.text, text.keyword) == ("sms", "请回电", "")


@pytest.mark.parametrize("providers", [(), ("tencent",)])
def test_words_that_the_provider_in_use_has_not_approved_do_not_go(
    patient: Patient, place: Provider, now: datetime, providers: tuple[str, ...]
) -> None:
    setup_of("aliyun", place.url)
    row = to_patient(patient, published("您好", *providers), now, Channel.SMS)
    deliver(now)
    assert state_of(row) == ("withheld", "no_template", "")
    assert place.asked == []


def test_without_a_provider_it_says_so(patient: Patient, now: datetime) -> None:
    row = sms(patient, now)
    deliver(now)
    assert state_of(row) == ("withheld", "not_set_up", "")


def test_the_other_provider_takes_over(patient: Patient, place: Provider, now: datetime) -> None:
    setup_of("aliyun", place.url)
    setup_of("tencent", place.url)
    assert not GatewaySetup.objects.get(provider="aliyun").is_active
    place.will_say(Says({"Response": {"SendStatusSet": [{"Code": "Ok", "SerialNo": "5000:1"}]}}))
    row = sms(patient, now, "tencent")
    deliver(now)
    assert state_of(row) == ("sent", "", "")
    told = {
        "user_receive_time": "2026-03-12 10:25:00", "nationcode": "86", "mobile": "13800138000",
        "report_status": "SUCCESS", "errmsg": "DELIVRD", "sid": "5000:1",
    }  # fmt: skip
    answer = call_back(told, name="tencent")
    assert (answer.status_code, answer.json()) == (200, {"result": 0, "errmsg": "OK"})
    assert state_of(row) == ("sent", "", "delivered")


# The address is looked up when it is handed over.


def test_a_number_changed_meanwhile_is_the_new_one(patient: Patient, place: Provider, now: datetime) -> None:
    setup_of("aliyun", place.url)
    row = sms(patient, now)
    _mark(patient.phones.get(), "dead")
    make.phone(patient, "13900139000")
    deliver(now)
    row.refresh_from_db()
    assert row.address == "+8613900139000"


def test_a_number_found_wrong_meanwhile_gets_nothing(patient: Patient, place: Provider, now: datetime) -> None:
    setup_of("aliyun", place.url)
    row = sms(patient, now)
    _mark(patient.phones.get(), "wrong")
    deliver(now)
    assert state_of(row) == ("withheld", "no_address", "")
    assert place.asked == []


def _mark(phone: Phone, checked_as: str, **values: str) -> None:
    given = {"owner": phone.owner, "kind": phone.kind, "checked_as": checked_as, **values}
    update_phone(phone=phone, version=phone.version, values=given, actor=make.by(), at=make.THEN)


# What the provider tells: again, out of order, forged, of unknown ones.


@pytest.fixture
def sent(patient: Patient, place: Provider, now: datetime) -> Message:
    setup_of("aliyun", place.url)
    row = sms(patient, now)
    deliver(now)
    row.refresh_from_db()
    return row


FAILED = {"success": False, "err_code": "MOBILE_NOT_ON_SERVICE"}


def test_a_late_failure_is_seen_by_a_person(sent: Message, dana: Staff) -> None:
    call_back(report(sent, **FAILED))
    assert state_of(sent) == ("failed", "not_delivered", "not_delivered")
    assert sent.provider_code == "MOBILE_NOT_ON_SERVICE"
    assert sent in Message.objects.for_a_person()


def test_the_same_receipt_twice_changes_nothing(sent: Message) -> None:
    call_back(report(sent), report(sent))
    sent.refresh_from_db()
    first = sent.delivered_at
    assert call_back(report(sent, report_time="2026-03-12 11:00:00")).status_code == 200
    assert (*state_of(sent), sent.delivered_at) == ("sent", "", "delivered", first)
    assert ContactLog.objects.count() == 1


@pytest.mark.parametrize("first_arrived", [True, False])
def test_whatever_comes_first_arrived_is_arrived(sent: Message, first_arrived: bool) -> None:
    told = [report(sent), report(sent, **FAILED)]
    for each in told if first_arrived else reversed(told):
        call_back(each)
    assert state_of(sent) == ("sent", "", "delivered")
    assert ContactLog.objects.count() == 1


def test_of_an_earlier_try_only_good_news_count(sent: Message, now: datetime) -> None:
    call_back(report(sent, **FAILED))
    sent.refresh_from_db()
    retry_message(message=sent, actor=make.by(), at=now)
    old = {"out_id": reference_of(sent), "biz_id": "9006^0"}
    Message.objects.filter(pk=sent.pk).update(state="sent", settled_at=now, receipt="9007^0")
    call_back(report(sent, **FAILED, **old))
    assert state_of(sent) == ("sent", "", "")
    call_back(report(sent, **old))
    assert state_of(sent) == ("sent", "", "delivered")


def test_forged_ones_find_nothing(sent: Message) -> None:
    assert call_back(report(sent), token="a-guess").status_code == 404
    assert call_back(report(sent), token="a-guess", what="replies").status_code == 404
    assert state_of(sent) == ("sent", "", "")
    assert GatewaySetup.objects.get(provider="aliyun").called_back_at is None


def test_without_a_set_up_nobody_is_believed(db: None) -> None:
    assert call_back({}, token="None").status_code == 404
    GatewaySetup.objects.all().delete()
    assert call_back({}).status_code == 404


def test_unknown_ones_are_counted_and_the_others_taken(sent: Message) -> None:
    answer = call_back(report(sent, biz_id="1^0"), report(sent), report(sent, biz_id="2^0", out_id="x" * 32))
    assert answer.status_code == 200
    assert state_of(sent) == ("sent", "", "delivered")
    assert GatewaySetup.objects.get(provider="aliyun").strays == 2


def test_what_cannot_be_read_should_come_again(sent: Message) -> None:
    url = reverse("messaging:call_back_receipts", args=["aliyun", TOKEN])
    assert Client().post(url, b"<html>", content_type="text/html").status_code == 400
    assert Client().post(url, b" " * (256 * 1024 + 1), content_type="application/json").status_code == 413
    assert Client().get(url).status_code == 405


def test_whoever_guesses_has_to_wait_and_the_provider_never(sent: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    caches["throttle"].clear()
    monkeypatch.setattr("messaging.views.call_backs.FORGERIES", 2)
    assert [call_back(report(sent), token="a-guess").status_code for _ in range(3)] == [404, 404, 429]
    assert [call_back(report(sent)).status_code for _ in range(3)] == [200, 200, 200]  # from the very same address
    assert state_of(sent) == ("sent", "", "delivered")


def test_what_a_provider_tells_is_not_counted_against_it(sent: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    caches["throttle"].clear()
    monkeypatch.setattr("messaging.views.call_backs.FORGERIES", 1)
    url = reverse("messaging:call_back_receipts", args=["aliyun", TOKEN])
    assert [Client().post(url, b"<html>", content_type="text/html").status_code for _ in range(3)] == [400] * 3
    assert [call_back(report(sent), token="a-guess").status_code for _ in range(2)] == [404, 429]


# The provider takes it and does not answer.


@pytest.fixture
def silent(patient: Patient, place: Provider, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Message:
    monkeypatch.setattr(set_up, "TIME_OUT", 0.3)
    setup_of("aliyun", place.url)
    place.will_say(HANG)
    row = sms(patient, now)
    deliver(now)
    assert state_of(row) == ("unknown", "no_answer", "")
    return row


def details(row: Message, status: int) -> Says:
    told = {"PhoneNum": "13800138000", "SendStatus": status, "ErrCode": "X", "OutId": row.reference}
    return Says({"Code": "OK", "SmsSendDetailDTOs": {"SmsSendDetailDTO": [told | {"ReceiveDate": ""}]}})


@pytest.mark.parametrize(
    ("status", "becomes"),
    [
        (3, ("sent", "", "delivered")),
        (1, ("sent", "", "")),
        (2, ("failed", "not_delivered", "not_delivered")),
    ],
)
def test_the_provider_is_asked_and_settles_it(
    silent: Message, place: Provider, now: datetime, status: int, becomes: tuple[str, str, str]
) -> None:
    place.will_say(details(silent, status))
    assert ask_providers(now=lambda: now) == 0  # not at once
    assert ask_providers(now=lambda: now + HOUR) == 1
    assert state_of(silent) == becomes
    assert ContactLog.objects.count() == (0 if status == 2 else 1)


def test_what_the_provider_does_not_know_waits_for_a_person(silent: Message, place: Provider, now: datetime) -> None:
    place.will_say(Says({"Code": "OK", "SmsSendDetailDTOs": {"SmsSendDetailDTO": []}}))
    at, asked = now, 0
    while silent.ask_at is not None:
        at = silent.ask_at
        assert ask_providers(now=partial(_at, at)) == 0
        asked += 1
        assert state_of(silent) == ("unknown", "no_answer", "")
    assert 5 < asked < 15
    assert at - now > timedelta(days=3)
    settle_message(message=silent, outcome=Outcome.GIVEN_UP, actor=make.by(), at=at)
    assert state_of(silent)[0] == "failed"


def test_a_provider_that_cannot_be_asked_is_asked_later(silent: Message, place: Provider, now: datetime) -> None:
    place.will_say(Says({"Code": "Throttling.User"}))
    assert ask_providers(now=lambda: now + HOUR) == 0
    asked = len(place.asked)
    assert ask_providers(now=lambda: now + HOUR) == 0
    assert len(place.asked) == asked
    place.will_say(details(silent, 3))
    assert ask_providers(now=lambda: now + 3 * HOUR) == 1


def test_one_that_was_sent_is_asked_about_when_no_receipt_comes(sent: Message, place: Provider, now: datetime) -> None:
    place.will_say(details(sent, 3))
    assert ask_providers(now=lambda: now + 3 * HOUR) == 0
    assert ask_providers(now=lambda: now + 4 * HOUR) == 1
    assert state_of(sent) == ("sent", "", "delivered")
    assert ask_providers(now=lambda: now + 40 * HOUR) == 0


def test_a_receipt_settles_it_before_anybody_asks(silent: Message) -> None:
    call_back(report(silent, out_id=silent.reference))
    assert state_of(silent) == ("sent", "", "delivered")
    assert silent.receipt == "9006^0"
    assert ContactLog.objects.count() == 1


def test_a_gateway_that_hangs_is_left_alone_and_holds_up_nothing_else(
    patient: Patient, alice: Staff, place: Provider, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A time-out of ten seconds, by a clock that the gateway itself moves on."""
    monkeypatch.setattr(set_up, "TIME_OUT", 0.2)
    setup_of("aliyun", place.url)
    place.rule = lambda asked: HANG
    first, second = sms(patient, now), sms(patient, now)
    note = message(alice, now)

    def clock() -> datetime:
        return now + timedelta(seconds=10 * len(place.asked))

    deliver_due(now=clock)
    assert state_of(note)[0] == "sent"
    assert (state_of(first)[0], state_of(second)[0]) == ("unknown", "queued")
    deliver_due(now=clock)
    assert len(place.asked) == 1
    deliver_due(now=lambda: now + timedelta(minutes=2))
    assert state_of(second)[0] == "unknown"


def test_a_message_of_which_nobody_knows_whose_receipt(db: None, now: datetime) -> None:
    """Neither of its numbers: nothing without one is found by chance."""
    assert not take_receipt(Receipt("", NUMBER, Fate.DELIVERED, now, "OK"), provider="aliyun", at=now)
