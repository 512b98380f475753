"""What SMS providers tell by themselves: receipts and replies, forged ones, and what cannot be read."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from messaging.services.gateways import receipts
from messaging.services.gateways.aliyun import AliyunAccount, AliyunSms
from messaging.services.gateways.receipts import CallBack, Fate, Forged, Malformed, Receipt, Reply
from messaging.services.gateways.sms import ShortMessage, SmsGateway, SmsSource
from messaging.services.gateways.tencent import TencentAccount, TencentSms
from tests.messaging.provider import NUMBER

NOW = datetime(2026, 11, 27, 1, 2, 3, tzinfo=UTC)
TOKEN = "a-long-random-word"
SOURCE = SmsSource(lambda message: NUMBER, lambda message: ShortMessage("1"))


def aliyun(token: str = TOKEN) -> SmsGateway:
    return AliyunSms(AliyunAccount("id", "key", "医院", token), SOURCE)


def tencent(token: str = TOKEN) -> SmsGateway:
    return TencentSms(TencentAccount("id", "key", "1400006666", "医院", token), SOURCE)


def pushed(told: Any, token: str = TOKEN) -> CallBack:
    return CallBack(told if isinstance(told, bytes) else json.dumps(told).encode(), token)


ALIYUN_REPORT = {
    "phone_number": "13800138000",
    "send_time": "2026-11-27 09:02:03",
    "report_time": "2026-11-27 09:02:08",
    "success": True,
    "err_code": "DELIVERED",
    "err_msg": "用户接收成功",
    "sms_size": "1",
    "biz_id": "9006^0",
    "out_id": "67890",
}
TENCENT_REPORT = {
    "user_receive_time": "2026-11-27 09:02:08",
    "nationcode": "86",
    "mobile": "13800138000",
    "report_status": "SUCCESS",
    "errmsg": "DELIVRD",
    "description": "用户短信送达成功",
    "sid": "5000:1045",
}
AT = datetime(2026, 11, 27, 1, 2, 8, tzinfo=UTC)


def test_receipts_of_both() -> None:
    (one,) = aliyun().receipts_in(pushed([ALIYUN_REPORT]))
    assert one == Receipt("9006^0", NUMBER, Fate.DELIVERED, AT, "DELIVERED", "67890")
    (other,) = tencent().receipts_in(pushed([TENCENT_REPORT]))
    assert other == Receipt("5000:1045", NUMBER, Fate.DELIVERED, AT, "DELIVRD")
    (third,) = tencent().receipts_in(pushed([{**TENCENT_REPORT, "ext": "our-reference"}]))
    assert third.reference == "our-reference"


@pytest.mark.parametrize(
    ("sms", "report", "code", "is_blocked"),
    [
        (
            aliyun,
            {**ALIYUN_REPORT, "success": False, "err_code": "MOBILE_NOT_ON_SERVICE"},
            "MOBILE_NOT_ON_SERVICE",
            False,
        ),
        (aliyun, {**ALIYUN_REPORT, "success": False, "err_code": "MOBILE_IN_BLACK"}, "MOBILE_IN_BLACK", True),
        (tencent, {**TENCENT_REPORT, "report_status": "FAIL", "errmsg": "UNDELIV"}, "UNDELIV", False),
        (tencent, {**TENCENT_REPORT, "report_status": "FAIL", "errmsg": "DBBLACK"}, "DBBLACK", True),
    ],
)
def test_a_failure_says_why(sms: Callable[[], SmsGateway], report: dict[str, Any], code: str, is_blocked: bool) -> None:
    (receipt,) = sms().receipts_in(pushed([report]))
    assert (receipt.fate, receipt.code, receipt.is_blocked) == (Fate.NOT_DELIVERED, code, is_blocked)


ALIYUN_REPLY = {
    "phone_number": "13800138000",
    "send_time": "2026-11-27 09:02:08",
    "content": "请回电，谢谢",
    "sign_name": "医院",
    "dest_code": "1234",
    "sequence_id": 1234567890,
}
TENCENT_REPLY = {
    "extend": "",
    "mobile": "13800138000",
    "nationcode": "86",
    "sign": "医院",
    "text": "请回电，谢谢",
    "time": int(AT.timestamp()),
}


def test_replies_of_both() -> None:
    (one,) = aliyun().replies_in(pushed([ALIYUN_REPLY]))
    assert one == Reply(NUMBER, "请回电，谢谢", AT, "aliyun:1234567890")
    (other,) = tencent().replies_in(pushed(TENCENT_REPLY))
    assert (other.number, other.text, other.at) == (NUMBER, "请回电，谢谢", AT)
    assert other.keyword == ""


def test_a_reply_that_is_pushed_again_has_the_same_id_and_another_one_has_not() -> None:
    assert aliyun().replies_in(pushed([ALIYUN_REPLY])) == aliyun().replies_in(pushed([ALIYUN_REPLY]))
    others: tuple[dict[str, object], ...] = ({"time": 1}, {"text": "x"}, {"mobile": "13900139000"})
    said = [{**TENCENT_REPLY, **change} for change in ({}, {}, *others)]
    ids = [tencent().replies_in(pushed(each))[0].provider_id for each in said]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 4


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("R", "R"),
        ("r", "R"),
        ("Ｔ", "T"),
        (" td。", "TD"),
        ("N!", "N"),
        ("退订", "退订"),
        ("【退订】", "退订"),
        ("拒收", "拒收"),
        (" t ", "T"),
        ("t d", "TD"),
        ("TD退订", "TD"),  # several are as good as one
        ("退订，T", "退订"),
        ("退订退订", "退订"),
        ("Ｒ　Ｔ", "R"),
        ("退订 好吗", ""),
        ("不要TD退订", ""),
        ("T1", ""),
        ("TDD", ""),
        ("退订吗？我没有订", ""),
        ("No", ""),
        ("TT", ""),
        ("", ""),
        ("好的", ""),
    ],
)
def test_only_the_word_alone_stops_messages(text: str, keyword: str) -> None:
    assert Reply(NUMBER, text, NOW, "1").keyword == keyword


@pytest.mark.parametrize("sms", [aliyun, tencent])
@pytest.mark.parametrize("token", ["", "a-long-random-wore", "a-long-random-wor", "中文"])
def test_whoever_does_not_know_the_address_is_refused(sms: Callable[[], SmsGateway], token: str) -> None:
    for ask in (sms().receipts_in, sms().replies_in):
        with pytest.raises(Forged):
            ask(pushed([], token))


@pytest.mark.parametrize("sms", [aliyun, tencent])
def test_without_a_token_of_ours_nobody_may_call(sms: Callable[[str], SmsGateway]) -> None:
    with pytest.raises(Forged):
        sms("").receipts_in(pushed([], ""))


@pytest.mark.parametrize("sms", [aliyun, tencent])
@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b'"text"', b"7", b"null", b"[" * 50 + b"x"])
def test_what_is_no_json_of_theirs_is_refused_as_a_whole(sms: Callable[[], SmsGateway], body: bytes) -> None:
    for ask in (sms().receipts_in, sms().replies_in):
        with pytest.raises(Malformed):
            ask(pushed(body))


BROKEN: tuple[Any, ...] = ({}, None, 7, "text", [], {"phone_number": "x", "mobile": "x", "nationcode": "86"})


@pytest.mark.parametrize(
    ("ask", "good"),
    [
        (lambda told: aliyun().receipts_in(told), ALIYUN_REPORT),
        (lambda told: tencent().receipts_in(told), TENCENT_REPORT),
        (lambda told: aliyun().replies_in(told), ALIYUN_REPLY),
        (lambda told: tencent().replies_in(told), TENCENT_REPLY),
    ],
)
def test_one_that_cannot_be_read_does_not_cost_the_others(
    ask: Callable[[CallBack], list[Any]], good: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(receipts.log, "warning", lambda words, *values: said.append(words % values))
    assert len(ask(pushed([*BROKEN, good]))) == 1
    assert len(said) == len(BROKEN)
    assert "138" not in "".join(said)


@pytest.mark.parametrize("told", ["0001-01-01 00:00:00", "9999-12-31 23:59:59", "1970-01-01 08:00:00"])
def test_a_moment_at_the_end_of_time_is_none(told: str) -> None:
    (reply,) = aliyun().replies_in(pushed([{**ALIYUN_REPLY, "send_time": told, "content": "R"}]))
    assert (reply.at, reply.keyword) == (None, "R")


@pytest.mark.parametrize("told", [10**30, 10**17, -62135596800, 0, "soon"])
def test_seconds_that_no_clock_counts_cost_the_moment_only(told: object) -> None:
    (reply,) = tencent().replies_in(pushed({**TENCENT_REPLY, "time": told, "text": "TD"}))
    assert (reply.at, reply.keyword) == (None, "TD")


def test_half_an_emoji_costs_no_reply() -> None:
    for ask, told in ((aliyun().replies_in, ALIYUN_REPLY), (tencent().replies_in, TENCENT_REPLY)):
        (reply,) = ask(pushed({**told, "content": "好\ud83d", "text": "好\ud83d"}))
        assert reply.cleaned().text == "好?"


def test_a_moment_that_cannot_be_read_costs_the_moment_only() -> None:
    (reply,) = aliyun().replies_in(pushed([{**ALIYUN_REPLY, "send_time": "yesterday", "content": "R"}]))
    assert (reply.at, reply.keyword) == (None, "R")
    (receipt,) = tencent().receipts_in(pushed([{**TENCENT_REPORT, "user_receive_time": ""}]))
    assert (receipt.at, receipt.fate) == (None, Fate.DELIVERED)
