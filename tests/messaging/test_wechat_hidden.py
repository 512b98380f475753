"""What WeChat pushes in secure mode: opened with the account's key, and signed with its body."""

import base64
import os
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from messaging.services.gateways.receipts import CallBack, Forged, Malformed
from messaging.services.gateways.wechat import OfficialAccount, TemplateMessage, WeChatSource, WeChatTemplates
from messaging.services.gateways.wechat.events import signature
from messaging.services.gateways.wechat.hidden import body_signature

NOW = datetime(2026, 11, 27, 1, 2, 3, tzinfo=UTC)
TOKEN, APP_ID, AES_KEY = "a-long-random-word", "wx1234567890abcdef", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OPEN_ID = "oia2TjuEGTNoeX76QEjQNrcURxG8"


def wechat() -> WeChatTemplates:
    source = WeChatSource(lambda message: "", lambda message: TemplateMessage("1"))
    return WeChatTemplates(OfficialAccount(APP_ID, "key", TOKEN, aes_key=AES_KEY), source, now=lambda: NOW)


def hidden(words: str, app_id: str = APP_ID) -> str:
    key, said = base64.b64decode(f"{AES_KEY}="), words.encode()
    plain = os.urandom(16) + len(said).to_bytes(4, "big") + said + app_id.encode()
    padding = 32 - len(plain) % 32
    sealer = Cipher(AES(key), CBC(key[:16])).encryptor()
    return base64.b64encode(sealer.update(plain + bytes([padding]) * padding) + sealer.finalize()).decode()


def pushed(encrypted: str, **changed: str) -> CallBack:
    at = str(int(NOW.timestamp()))
    query = {"timestamp": at, "nonce": "7", "signature": signature(TOKEN, at, "7")}
    query |= {"msg_signature": body_signature(TOKEN, at, "7", encrypted)}
    body = f"<xml><ToUserName><![CDATA[gh]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    return CallBack(body.encode(), query=query | changed)


TEXT = (
    f"<xml><FromUserName><![CDATA[{OPEN_ID}]]></FromUserName><CreateTime>1774000000</CreateTime>"
    "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[请回电]]></Content><MsgId>42</MsgId></xml>"
)


def test_a_text_is_read() -> None:
    (reply,) = wechat().pushed_in(pushed(hidden(TEXT))).replies
    assert (reply.number, reply.text, reply.provider_id) == (OPEN_ID, "请回电", "wechat:42")


def test_the_body_cannot_be_changed() -> None:
    with pytest.raises(Forged):
        wechat().pushed_in(pushed(hidden(TEXT), msg_signature="0" * 40))


def test_what_is_for_another_account_is_not_believed() -> None:
    with pytest.raises(Forged):
        wechat().pushed_in(pushed(hidden(TEXT, "wx-another")))


def test_an_open_one_is_not_believed_where_hidden_ones_were_agreed_on() -> None:
    call_back = pushed("")
    with pytest.raises(Forged):
        wechat().pushed_in(CallBack(TEXT.encode(), query=call_back.query))


@pytest.mark.parametrize("encrypted", ["abc", "中文", "", base64.b64encode(b"x" * 32).decode()])
def test_what_cannot_be_opened_should_come_again(encrypted: str) -> None:
    with pytest.raises((Malformed, Forged)):
        wechat().pushed_in(pushed(encrypted))
