"""Tencent Cloud SMS against a server that checks every signature: taken, refused in every way, in doubt, asked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from messaging.services.gateways import ChannelDown, ChannelError, OutcomeUnknown
from messaging.services.gateways.receipts import Fate, Receipt
from messaging.services.gateways.refusals import Blocked
from messaging.services.gateways.sms import ShortMessage, SmsSource
from messaging.services.gateways.tencent import TencentAccount, TencentSms
from messaging.services.gateways.tencent.signing import authorization
from messaging.services.gateways.wire import TIME_OUT
from messaging.services.gateways.wording import reference_of
from tests.messaging.faults_of import check_faults
from tests.messaging.provider import NUMBER, Asked, Provider, Says, provider, unsaved

pytestmark = pytest.mark.system  # a server of its own, which also lets one wait
NOW = datetime(2026, 11, 27, 1, 2, 3, tzinfo=UTC)
SECRET = "the-secret"
SERIAL = "5000:1045710669157053657849499619"
SHORT_MESSAGE = ShortMessage("1110", {"name": "王", "time": "明天 9:30"})
SOURCE = SmsSource(lambda message: NUMBER, lambda message: SHORT_MESSAGE)


def gateway(url: str, time_out: float = TIME_OUT) -> TencentSms:
    account = TencentAccount("the-id", SECRET, "1400006666", "仁心医院", "path-token", url=f"{url}/")
    return TencentSms(account, SOURCE, now=lambda: NOW, time_out=time_out)


def is_signed(asked: Asked) -> bool:
    """Computed anew from what arrived."""
    headers = {name: asked.headers[name] for name in ("content-type", "host", "x-tc-action")}
    at = datetime.fromtimestamp(int(asked.headers["x-tc-timestamp"]), UTC)
    right = authorization(key_id="the-id", key=SECRET, headers=headers, body=asked.body, at=at)
    return asked.headers["authorization"] == right


def inside(**values: Any) -> Says:
    return Says({"Response": {"RequestId": "a0aabda6", **values}})


def state(code: str, **values: Any) -> Says:
    told = {"SerialNo": SERIAL, "PhoneNumber": NUMBER, "Fee": 1, "Code": code, "Message": f"{NUMBER} says"}
    return inside(SendStatusSet=[{**told, "SessionContext": "", "IsoCode": "CN", **values}])


def error(code: str) -> Says:
    return inside(Error={"Code": code, "Message": f"{NUMBER} no"})


@pytest.fixture
def place() -> Iterator[Provider]:
    with provider() as place:
        yield place


def test_a_message_is_taken(place: Provider) -> None:
    place.will_say(state("Ok"))
    message = unsaved()
    assert gateway(place.url).send(message) == SERIAL
    (asked,) = place.asked
    assert (asked.method, asked.path, asked.query) == ("POST", "/", {})
    assert asked.said == {
        "PhoneNumberSet": [NUMBER],
        "SmsSdkAppId": "1400006666",
        "SignName": "仁心医院",
        "TemplateId": "1110",
        "TemplateParamSet": ["王", "明天 9:30"],
        "SessionContext": reference_of(message),
    }
    names = ("action", "version", "region", "timestamp")
    assert [asked.headers[f"x-tc-{name}"] for name in names] == [
        "SendSms",
        "2021-01-11",
        "ap-guangzhou",
        str(int(NOW.timestamp())),
    ]
    assert is_signed(asked)


@pytest.mark.parametrize("told", [state, error])
@pytest.mark.parametrize(
    ("code", "kind", "permanent"),
    [
        ("InvalidParameterValue.IncorrectPhoneNumber", ChannelError, True),
        ("FailedOperation.TemplateIncorrectOrUnapproved", ChannelError, True),
        ("LimitExceeded.PhoneNumberDailyLimit", ChannelError, False),
        ("LimitExceeded.PhoneNumberThirtySecondLimit", ChannelError, False),
        ("FailedOperation.PhoneNumberInBlacklist", Blocked, True),
        ("FailedOperation.InsufficientBalanceInSmsPackage", ChannelDown, False),
        ("AuthFailure.SignatureFailure", ChannelDown, False),
        ("AuthFailure.SignatureExpire", ChannelDown, False),
        ("RequestLimitExceeded", ChannelDown, False),
        ("UnauthorizedOperation.ServiceSuspendDueToArrears", ChannelDown, False),
        ("Never.HeardOf", ChannelError, True),
    ],
)
def test_what_a_refusal_means(place: Provider, told: Any, code: str, kind: type[ChannelError], permanent: bool) -> None:
    place.will_say(told(code))
    with pytest.raises(ChannelError) as caught:
        gateway(place.url).send(unsaved())
    assert (type(caught.value), caught.value.permanent, str(caught.value)) == (kind, permanent, code)


@pytest.mark.parametrize(
    "answer",
    [
        error("InternalError.Timeout"),
        error("InternalError"),
        state("InternalError.SendAndRecvFail"),
        inside(),
        inside(SendStatusSet=[]),
        inside(SendStatusSet=["Ok"]),
        inside(SendStatusSet=[{"SerialNo": SERIAL}]),
        inside(Error="no"),
        Says({"Response": []}),
    ],
)
def test_what_the_provider_itself_does_not_know_is_a_doubt(place: Provider, answer: Says) -> None:
    place.will_say(answer)
    with pytest.raises(OutcomeUnknown):
        gateway(place.url).send(unsaved())


def test_faults(place: Provider) -> None:
    check_faults(place, gateway)


def row(**values: Any) -> dict[str, Any]:
    return {
        "UserReceiveTime": int(NOW.timestamp()) + 5,
        "CountryCode": "86",
        "SubscriberNumber": NUMBER[3:],
        "PhoneNumber": NUMBER,
        "SerialNo": SERIAL,
        "ReportStatus": "SUCCESS",
        "Description": "DELIVRD",
        "SessionContext": "",
        **values,
    }


def test_asks_what_became_of_it(place: Provider) -> None:
    place.will_say(inside(PullSmsSendStatusSet=[row(SerialNo="another", ReportStatus="FAIL"), row()]))
    sent = unsaved(receipt=SERIAL, address=NUMBER, handed_over_at=NOW - timedelta(hours=1))
    assert gateway(place.url).receipt(sent) == Receipt(
        receipt=SERIAL, address=NUMBER, fate=Fate.DELIVERED, at=NOW + timedelta(seconds=5), code="DELIVRD"
    )
    (asked,) = place.asked
    assert is_signed(asked)
    assert asked.headers["x-tc-action"] == "PullSmsSendStatusByPhoneNumber"
    assert asked.said == {
        "BeginTime": int((NOW - timedelta(hours=1, minutes=1)).timestamp()),
        "EndTime": int(NOW.timestamp()),
        "Offset": 0,
        "Limit": 100,
        "PhoneNumber": NUMBER,
        "SmsSdkAppId": "1400006666",
    }


@pytest.mark.parametrize(
    ("description", "is_blocked"), [("UNDELIV", False), ("MK:0001", False), ("MBBLACK", True), ("DBBLACK", True)]
)
def test_a_failure_says_why(place: Provider, description: str, is_blocked: bool) -> None:
    place.will_say(inside(PullSmsSendStatusSet=[row(ReportStatus="FAIL", Description=description)]))
    found = gateway(place.url).receipt(unsaved(receipt=SERIAL, address=NUMBER, handed_over_at=NOW))
    assert found is not None
    assert (found.fate, found.code, found.is_blocked) == (Fate.NOT_DELIVERED, description, is_blocked)


def test_an_unknown_one_is_found_only_by_our_reference(place: Provider) -> None:
    unknown = unsaved(address=NUMBER, handed_over_at=NOW)
    place.will_say(inside(PullSmsSendStatusSet=[row(), {"PhoneNumber": 1}]))
    assert gateway(place.url).receipt(unknown) is None
    place.will_say(inside(PullSmsSendStatusSet=[row(SessionContext=reference_of(unknown))]))
    assert gateway(place.url).receipt(unknown) is not None
    assert gateway(place.url).receipt(unsaved()) is None


@pytest.mark.parametrize("answer", [error("AuthFailure"), error("InternalError"), Says({}), Says(b"", 502), "hang up"])
def test_a_question_without_answer_is_asked_another_time(place: Provider, answer: Says | str) -> None:
    place.will_say(answer)
    with pytest.raises(ChannelDown):
        gateway(place.url).receipt(unsaved(address=NUMBER, handed_over_at=NOW))


def test_keys_do_not_show() -> None:
    account = gateway("http://127.0.0.1:1").account
    assert account.is_complete
    assert SECRET not in repr(account)
    assert "path-token" not in repr(account)
