"""What WeChat pushes to an official account (developers.weixin.qq.com, message push and template messages).

The signature covers a token, a time and a random word, not the body: the address has to be https, and what was
overheard is of use for as long as FRESH. Plain messages are read here (明文模式, or the plain part of 兼容模式);
those of 安全模式 are opened by `hidden`.
"""

import hashlib
import hmac
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from messaging.services.gateways.receipts import CallBack, Fate, Forged, Malformed, Receipt, Reply

FINISHED, LEFT, TEXT = "TEMPLATESENDJOBFINISH", "unsubscribe", "text"
FRESH = timedelta(minutes=10)  # our own limit; a push is repeated three times, 5 s apart
# The events are flat, and no parser of XML is let near what strangers send.
ELEMENT = re.compile(r"<(\w+)>\s*(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))\s*</\1>", re.DOTALL)
BLOCKED = "failed:user block"


def signature(token: str, timestamp: str, nonce: str) -> str:
    joined = "".join(sorted((token, timestamp, nonce)))
    return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()  # WeChat's choice


def check_signature(call_back: CallBack, token: str, at: datetime) -> None:
    """Raises Forged; without a token nobody may call."""
    said, nonce, given = (call_back.query.get(name, "") for name in ("timestamp", "nonce", "signature"))
    right = signature(token, said, nonce)
    if not token or not hmac.compare_digest(right.encode(), given.encode()):
        raise Forged
    if not said.isdecimal() or len(said) > 10 or abs(at - datetime.fromtimestamp(int(said), UTC)) > FRESH:
        raise Forged


def echo(call_back: CallBack, token: str, at: datetime) -> str:
    """What to answer when the address is entered at WeChat's. Raises Forged."""
    check_signature(call_back, token, at)
    return call_back.query.get("echostr", "")


@dataclass(frozen=True)
class Pushed:
    """What one push says: the end of a template message, a text of somebody, or that somebody has left the account."""

    receipts: list[Receipt] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    left: list[str] = field(default_factory=list)  # open ids


def pushed(event: Mapping[str, str]) -> Pushed:
    """Of all other events nothing. Raises Malformed, for hidden ones without a key too."""
    if "MsgType" not in event:
        raise Malformed
    try:
        if event["MsgType"] == TEXT:
            return Pushed(replies=[_reply(event)])
        if event.get("Event") == FINISHED:
            return Pushed(receipts=[_receipt(event)])
        return Pushed(left=[event["FromUserName"]] if event.get("Event") == LEFT else [])
    except (KeyError, ValueError, OverflowError) as error:
        raise Malformed from error


def fields(body: bytes) -> Mapping[str, str]:
    """XML or JSON, as the account is set to. Raises Malformed."""
    try:
        text = body.decode()
        found = json.loads(text) if text.lstrip().startswith("{") else _elements(text)
    except ValueError as error:
        raise Malformed from error
    if not found:
        raise Malformed
    return {str(name): str(value) for name, value in found.items()}


def _elements(text: str) -> dict[str, str]:
    inside = text.strip().removeprefix("<xml>").removesuffix("</xml>")
    return {name: cdata or html.unescape(plain).strip() for name, cdata, plain in ELEMENT.findall(inside)}


def _receipt(event: Mapping[str, str]) -> Receipt:
    """Status: success, failed:user block, failed: system failed."""
    status = re.sub(r":\s+", ":", event["Status"].strip())
    return Receipt(
        receipt=event.get("MsgID") or event["MsgId"],
        address=event["FromUserName"],
        fate=Fate.DELIVERED if status == "success" else Fate.NOT_DELIVERED,
        at=datetime.fromtimestamp(int(event["CreateTime"]), UTC),
        code=status,
        is_blocked=status == BLOCKED,
    )


def _reply(event: Mapping[str, str]) -> Reply:
    at = datetime.fromtimestamp(int(event["CreateTime"]), UTC)
    return Reply(event["FromUserName"], event["Content"], at, f"wechat:{event['MsgId']}")
