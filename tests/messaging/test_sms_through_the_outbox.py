"""An SMS by the outbox's own rules: what the provider says decides what becomes of the row."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from messaging.models import Channel, ChannelPause, Message
from messaging.services.delivery import deliver_due
from messaging.services.gateways import GATEWAYS
from messaging.services.gateways.aliyun import AliyunAccount, AliyunSms
from messaging.services.gateways.sms import ShortMessage, SmsSource
from patients.models import Patient
from tests import make
from tests.messaging.make import message
from tests.messaging.provider import CUT, HANG_UP, NUMBER, Provider, Says, provider

pytestmark = pytest.mark.system  # a server of its own
SOURCE = SmsSource(lambda message: NUMBER, lambda message: ShortMessage("SMS_1"))


@pytest.fixture
def patient(db: None) -> Patient:
    return make.patient("欧阳桂兰", "13800138000")


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """In the place of what the hospital has set up."""
    with provider() as place:
        account = AliyunAccount("the-id", "the-secret", "仁心医院", "path-token", f"{place.url}/")
        monkeypatch.setitem(GATEWAYS, Channel.SMS, lambda: AliyunSms(account, SOURCE, time_out=0.5))
        yield place


@pytest.mark.parametrize(
    ("answer", "state", "reason", "is_paused"),
    [
        (Says({"Code": "OK", "BizId": "9006^0"}), "sent", "", False),
        (Says({"Code": "isv.MOBILE_NUMBER_ILLEGAL"}), "failed", "refused", False),
        (Says({"Code": "isv.CUSTOMER_REFUSED"}), "failed", "refused", False),
        (Says({"Code": "isv.BUSINESS_LIMIT_CONTROL"}), "queued", "", False),
        (Says({"Code": "isv.AMOUNT_NOT_ENOUGH"}), "queued", "", True),
        (Says({"Code": "SignatureDoesNotMatch"}, 403), "queued", "", True),
        (HANG_UP, "unknown", "no_answer", False),
        (CUT, "unknown", "no_answer", False),
        (Says(b"<html>", 502), "unknown", "no_answer", False),
    ],
)
def test_what_becomes_of_it(
    patient: Patient, place: Provider, now: datetime, answer: Says | str, state: str, reason: str, is_paused: bool
) -> None:
    place.will_say(answer)
    sms = message(patient, now, channel=Channel.SMS, message_class="care")
    deliver_due(now=lambda: now)
    sms.refresh_from_db()
    assert (sms.state, sms.reason, sms.address) == (state, reason, NUMBER)
    assert sms.receipt == ("9006^0" if state == "sent" else "")
    assert ChannelPause.objects.exists() is is_paused
    deliver_due(now=lambda: now)
    assert len(place.asked) == 1  # whatever became of it, it does not go twice at once


def test_an_account_that_is_not_complete_sends_nothing(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setitem(GATEWAYS, Channel.SMS, lambda: AliyunSms(AliyunAccount("", "", "", ""), SOURCE))
    sms = message(patient, now, channel=Channel.SMS, message_class="care")
    deliver_due(now=lambda: now)
    assert Message.objects.get(pk=sms.pk).reason == "not_set_up"
