"""Aliyun SMS against a server that checks every signature: taken, refused in every way, in doubt, asked afterwards."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from messaging.services.gateways import ChannelDown, ChannelError, OnUnknown, OutcomeUnknown
from messaging.services.gateways.aliyun import AliyunAccount, AliyunSms
from messaging.services.gateways.aliyun.signing import authorization
from messaging.services.gateways.receipts import Fate, Receipt
from messaging.services.gateways.refusals import Blocked
from messaging.services.gateways.sms import ShortMessage, SmsSource
from messaging.services.gateways.wire import TIME_OUT
from messaging.services.gateways.wording import reference_of
from tests.messaging.faults_of import check_faults
from tests.messaging.provider import NUMBER, Asked, Provider, Says, provider, unsaved

pytestmark = pytest.mark.system  # a server of its own, which also lets one wait
NOW = datetime(2026, 11, 27, 1, 2, 3, tzinfo=UTC)
SECRET = "the-secret"
SHORT_MESSAGE = ShortMessage("SMS_154950909", {"name": "王", "time": "明天 9:30"})
SOURCE = SmsSource(lambda message: NUMBER, lambda message: SHORT_MESSAGE)
HEADERS = (
    "host",
    "x-acs-action",
    "x-acs-content-sha256",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-version",
)


def gateway(url: str, time_out: float = TIME_OUT, source: SmsSource = SOURCE) -> AliyunSms:
    account = AliyunAccount("the-id", SECRET, "仁心医院", "path-token", f"{url}/")
    return AliyunSms(account, source, now=lambda: NOW, time_out=time_out)


def is_signed(asked: Asked) -> bool:
    """Computed anew from what arrived."""
    headers = {name: asked.headers[name] for name in HEADERS}
    keys = {"key_id": "the-id", "key_secret": SECRET}
    right = authorization(**keys, method="POST", path="/", query=asked.raw_query, headers=headers, body=asked.body)
    return asked.headers["authorization"] == right


@pytest.fixture
def place() -> Iterator[Provider]:
    with provider() as place:
        yield place


def test_a_message_is_taken(place: Provider) -> None:
    place.will_say(Says({"Code": "OK", "Message": "OK", "BizId": "9006^0", "RequestId": "F655A8D5"}))
    message = unsaved()
    assert gateway(place.url).send(message) == "9006^0"
    (asked,) = place.asked
    assert (asked.method, asked.path, asked.body) == ("POST", "/", b"")
    assert asked.query == {
        "PhoneNumbers": NUMBER,
        "SignName": "仁心医院",
        "TemplateCode": "SMS_154950909",
        "TemplateParam": '{"name": "王", "time": "明天 9:30"}',
        "OutId": reference_of(message),
    }
    assert asked.headers["x-acs-action"] == "SendSms"
    assert asked.headers["x-acs-version"] == "2017-05-25"
    assert asked.headers["x-acs-date"] == "2026-11-27T01:02:03Z"
    assert is_signed(asked)


def test_no_nonce_comes_twice_and_the_reference_stays(place: Provider) -> None:
    place.will_say(Says({"Code": "OK", "BizId": "1"}))
    for _ in range(2):
        gateway(place.url).send(unsaved())
    first, second = place.asked
    assert first.headers["x-acs-signature-nonce"] != second.headers["x-acs-signature-nonce"]
    assert first.query["OutId"] == second.query["OutId"]


@pytest.mark.parametrize(
    ("status", "code", "error", "permanent"),
    [
        (200, "isv.MOBILE_NUMBER_ILLEGAL", ChannelError, True),
        (200, "isv.TEMPLATE_MISSING_PARAMETERS", ChannelError, True),
        (200, "isv.BUSINESS_LIMIT_CONTROL", ChannelError, False),
        (200, "isp.SYSTEM_ERROR", ChannelError, False),
        (200, "isv.CUSTOMER_REFUSED", Blocked, True),
        (200, "isv.AMOUNT_NOT_ENOUGH", ChannelDown, False),
        (400, "Throttling.User", ChannelDown, False),
        (403, "SignatureDoesNotMatch", ChannelDown, False),
        (404, "InvalidAccessKeyId.NotFound", ChannelDown, False),
        (503, "ServiceUnavailable", ChannelDown, False),
        (200, "isv.NEVER_HEARD_OF", ChannelError, True),
    ],
)
def test_what_a_refusal_means(
    place: Provider, status: int, code: str, error: type[ChannelError], permanent: bool
) -> None:
    place.will_say(Says({"Code": code, "Message": f"{NUMBER} no", "RequestId": "1"}, status))
    with pytest.raises(ChannelError) as caught:
        gateway(place.url).send(unsaved())
    assert (type(caught.value), caught.value.permanent) == (error, permanent)
    assert str(caught.value) == code  # and never the provider's sentence, which may name the number


def test_an_error_inside_is_a_doubt(place: Provider) -> None:
    place.will_say(Says({"Code": "InternalError", "Message": "unknown"}, 500))
    with pytest.raises(OutcomeUnknown):
        gateway(place.url).send(unsaved())


def test_faults(place: Provider) -> None:
    check_faults(place, gateway)


def test_words_that_cannot_be_made_are_not_sent(place: Provider) -> None:
    def worded(message: object) -> ShortMessage:
        raise KeyError("name")

    with pytest.raises(ChannelError) as caught:
        gateway(place.url, source=SmsSource(lambda message: NUMBER, worded)).send(unsaved())
    assert (caught.value.permanent, caught.value.reason) == (True, "broken")
    assert place.asked == []


def row(**values: Any) -> dict[str, Any]:
    return {
        "PhoneNum": "13800138000",
        "SendStatus": 3,
        "ErrCode": "DELIVERED",
        "TemplateCode": "SMS_154950909",
        "Content": "【仁心医院】…",
        "SendDate": "2026-11-27 09:02:03",
        "ReceiveDate": "2026-11-27 09:02:08",
        "OutId": reference_of(unsaved()),
        **values,
    }


def details(*rows: dict[str, Any]) -> Says:
    return Says({"Code": "OK", "TotalCount": str(len(rows)), "SmsSendDetailDTOs": {"SmsSendDetailDTO": list(rows)}})


def test_asks_what_became_of_it(place: Provider) -> None:
    place.will_say(details(row(OutId="another", SendStatus=2), row()))
    sent = unsaved(receipt="9006^0", address=NUMBER, handed_over_at=NOW)
    assert gateway(place.url).receipt(sent) == Receipt(
        receipt="9006^0",
        address=NUMBER,
        fate=Fate.DELIVERED,
        at=datetime(2026, 11, 27, 1, 2, 8, tzinfo=UTC),
        code="DELIVERED",
        reference=reference_of(sent),
    )
    (asked,) = place.asked
    assert is_signed(asked)
    assert (asked.headers["x-acs-action"], asked.query) == (
        "QuerySendDetails",
        {"PhoneNumber": "13800138000", "SendDate": "20261127", "PageSize": "50", "CurrentPage": "1", "BizId": "9006^0"},
    )


@pytest.mark.parametrize(
    ("values", "fate", "is_blocked"),
    [
        ({"SendStatus": 1, "ErrCode": ""}, Fate.UNDER_WAY, False),
        ({"SendStatus": 2, "ErrCode": "MOBILE_NOT_ON_SERVICE"}, Fate.NOT_DELIVERED, False),
        ({"SendStatus": 2, "ErrCode": "MOBILE_IN_BLACK"}, Fate.NOT_DELIVERED, True),
        ({"SendStatus": 2, "ErrCode": "W-BLACK"}, Fate.NOT_DELIVERED, True),
        ({"SendStatus": 2, "ErrCode": "isv.BLACK_KEY_CONTROL_LIMIT"}, Fate.NOT_DELIVERED, False),  # of its words
    ],
)
def test_every_fate(place: Provider, values: dict[str, Any], fate: Fate, is_blocked: bool) -> None:
    place.will_say(details(row(**values)))
    found = gateway(place.url).receipt(unsaved(address=NUMBER, handed_over_at=NOW))
    assert found is not None
    assert (found.fate, found.is_blocked) == (fate, is_blocked)


def test_an_unknown_one_is_found_by_our_reference_or_not_at_all(place: Provider) -> None:
    unknown = unsaved(address=NUMBER, handed_over_at=NOW)
    place.will_say(details(row(OutId="another")))
    assert gateway(place.url).receipt(unknown) is None
    assert "BizId" not in place.asked[0].query
    place.will_say(details(row(SendStatus=9), {"PhoneNum": None}, row()))  # what cannot be read hides nothing
    assert gateway(place.url).receipt(unknown) is not None
    assert gateway(place.url).receipt(unsaved()) is None  # never handed over: nobody is asked


def test_of_several_tries_the_best_counts(place: Provider) -> None:
    place.will_say(details(*(row(SendStatus=status) for status in (2, 1, 3, 2))))
    found = gateway(place.url).receipt(unsaved(address=NUMBER, handed_over_at=NOW))
    assert found is not None
    assert found.fate is Fate.DELIVERED


def test_around_midnight_in_china_both_days_are_asked(place: Provider) -> None:
    place.will_say(details())
    midnight = datetime(2026, 11, 26, 16, 0, 20, tzinfo=UTC)
    assert gateway(place.url).receipt(unsaved(address=NUMBER, handed_over_at=midnight)) is None
    assert [asked.query["SendDate"] for asked in place.asked] == ["20261126", "20261127"]


@pytest.mark.parametrize("answer", [Says({"Code": "isv.X"}), Says({"Code": "OK"}), Says(b"<html>", 502), "hang up"])
def test_a_question_without_answer_is_asked_another_time(place: Provider, answer: Says | str) -> None:
    place.will_say(answer)
    with pytest.raises(ChannelDown):
        gateway(place.url).receipt(unsaved(address=NUMBER, handed_over_at=NOW))


def test_what_it_is_for() -> None:
    sms = gateway("http://127.0.0.1:1")
    assert sms.is_set_up
    assert not AliyunSms(AliyunAccount("", "", "", ""), SOURCE).is_set_up
    takes = [number for number in (NUMBER, "+85291234567", "13800138000", "+8675588888888", "") if sms.takes(number)]
    assert takes == [NUMBER]
    assert sms.on_unknown(unsaved(patient_id=1)) is OnUnknown.ASK
    assert sms.on_unknown(unsaved(staff_id=1)) is OnUnknown.RESEND
    assert SECRET not in repr(sms.account)
    assert "path-token" not in repr(sms.account)
