"""What WeChat pushes: the end of a template message, signed by whoever knows the token, while it is fresh."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from messaging.models import Message
from messaging.services.gateways.receipts import CallBack, Fate, Forged, Malformed
from messaging.services.gateways.wechat import OfficialAccount, TemplateMessage, WeChatSource, WeChatTemplates
from messaging.services.gateways.wechat.events import signature

NOW = datetime(2026, 11, 27, 1, 2, 3, tzinfo=UTC)
TOKEN = "a-long-random-word"
EVENT = """<xml>
<ToUserName><![CDATA[gh_7f083739789a]]></ToUserName>
<FromUserName><![CDATA[oia2TjuEGTNoeX76QEjQNrcURxG8]]></FromUserName>
<CreateTime>1395658920</CreateTime>
<MsgType><![CDATA[event]]></MsgType>
<Event><![CDATA[{event}]]></Event>
<MsgID>200163836</MsgID>
<Status><![CDATA[{status}]]></Status>
</xml>"""


def wechat(token: str = TOKEN) -> WeChatTemplates:
    source = WeChatSource(_open_id, lambda message: TemplateMessage("1"))
    return WeChatTemplates(OfficialAccount("wx1", "key", token), source, now=lambda: NOW)


def _open_id(message: Message) -> str:
    return "oia2"


def event(status: str = "success", name: str = "TEMPLATESENDJOBFINISH") -> bytes:
    return EVENT.format(event=name, status=status).encode()


def signed(body: bytes = b"", *, at: datetime = NOW, **changed: str) -> CallBack:
    said = {"timestamp": str(int(at.timestamp())), "nonce": "486452656", "echostr": "4375120948345356249"}
    return CallBack(body, query={**said, "signature": signature(TOKEN, said["timestamp"], said["nonce"]), **changed})


@pytest.mark.parametrize(
    ("status", "fate", "is_blocked"),
    [
        ("success", Fate.DELIVERED, False),
        ("failed:user block", Fate.NOT_DELIVERED, True),
        ("failed: system failed", Fate.NOT_DELIVERED, False),
        ("failed:system failed", Fate.NOT_DELIVERED, False),
    ],
)
def test_the_end_of_a_template_message(status: str, fate: Fate, is_blocked: bool) -> None:
    (receipt,) = wechat().receipts_in(signed(event(status)))
    assert (receipt.receipt, receipt.address) == ("200163836", "oia2TjuEGTNoeX76QEjQNrcURxG8")
    assert receipt.at == datetime.fromtimestamp(1395658920, UTC)
    assert (receipt.fate, receipt.is_blocked) == (fate, is_blocked)


def test_an_account_may_be_set_to_json() -> None:
    told = {
        "ToUserName": "gh_1",
        "FromUserName": "oia2",
        "CreateTime": 1395658920,
        "MsgType": "event",
        "Event": "TEMPLATESENDJOBFINISH",
        "MsgID": 200163836,
        "Status": "success",
    }
    (receipt,) = wechat().receipts_in(signed(json.dumps(told).encode()))
    assert (receipt.receipt, receipt.address, receipt.fate) == ("200163836", "oia2", Fate.DELIVERED)


def test_other_events_are_no_receipts() -> None:
    assert wechat().receipts_in(signed(event(name="subscribe"))) == []


@pytest.mark.parametrize(
    "call_back",
    [
        CallBack(event()),
        signed(event(), signature=""),
        signed(event(), signature=signature("another", str(int(NOW.timestamp())), "486452656")),
        signed(event(), nonce="1"),
        signed(event(), timestamp="1"),
        signed(event(), timestamp="now"),
        signed(event(), timestamp="９９"),
        signed(event(), at=NOW - timedelta(minutes=11)),  # overheard, and said again
        signed(event(), at=NOW + timedelta(minutes=11)),
    ],
)
def test_who_cannot_sign_is_not_believed(call_back: CallBack) -> None:
    for ask in (wechat().receipts_in, wechat().echo):
        with pytest.raises(Forged):
            ask(call_back)


def test_without_a_token_of_ours_wechat_may_not_call() -> None:
    right = signature("", str(int(NOW.timestamp())), "486452656")
    with pytest.raises(Forged):
        wechat("").receipts_in(signed(event(), signature=right))


def test_the_address_is_proved_by_an_echo() -> None:
    assert wechat().echo(signed()) == "4375120948345356249"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"\xff",
        b"{",
        b"{}",
        event().replace(b"Status", b"State"),
        event().replace(b"1395658920", b"soon"),
        event().replace(b"1395658920", b"9" * 30),
        event().replace(b"MsgID", b"Number"),
        b"<xml><Encrypt><![CDATA[...]]></Encrypt></xml>".replace(b"Encrypt", b"Encrypt>"),
    ],
)
def test_an_event_that_cannot_be_read_should_come_again(body: bytes) -> None:
    with pytest.raises(Malformed):
        wechat().receipts_in(signed(body))


def test_a_hidden_message_is_refused_and_not_passed_over() -> None:
    """安全模式: it may be a receipt, and nobody can read it here."""
    with pytest.raises(Malformed):
        wechat().receipts_in(signed(b"<xml><ToUserName><![CDATA[gh]]></ToUserName><Encrypt>abc</Encrypt></xml>"))


def test_no_document_can_grow_inside() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><MsgType>event</MsgType><Event>&a;</Event></xml>'
    assert wechat().receipts_in(signed(bomb)) == []
