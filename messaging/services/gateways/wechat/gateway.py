"""Template messages of a WeChat official account."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from messaging.models import Message
from messaging.services.gateways.base import Gateway, OnUnknown
from messaging.services.gateways.receipts import CallBack, Forged, Receipt
from messaging.services.gateways.wire import TIME_OUT, Deadline, Request, hand_over
from messaging.services.gateways.wording import in_words, reference_of

from .codes import CODES, STALE
from .events import Pushed, check_signature, echo, fields, pushed
from .hidden import opened
from .tokens import access_token, renewed_token

PATH = "/cgi-bin/message/template/send"
TAKEN = 0


@dataclass(frozen=True)
class OfficialAccount:
    app_id: str
    secret: str = field(repr=False)
    call_back_token: str = field(repr=False)  # "Token" of the account's message push
    url: str = "https://api.weixin.qq.com"
    aes_key: str = field(default="", repr=False)  # "EncodingAESKey", where messages are pushed hidden (安全模式)

    @property
    def is_complete(self) -> bool:
        return all((self.app_id, self.secret))


@dataclass(frozen=True)
class TemplateMessage:
    template: str
    values: Mapping[str, str] = field(default_factory=dict)  # thing1, time2, … as the template names them
    link: str = ""


@dataclass(frozen=True)
class WeChatSource:
    open_id_of: Callable[[Message], str]  # "" for somebody who does not follow the account
    worded: Callable[[Message], TemplateMessage]
    objection: Callable[[Message], str] = lambda message: ""
    columns: Callable[[Message], dict[str, Any]] = lambda message: {}


class WeChatTemplates(Gateway):
    reads = ("patient__identifiers", "contact__became__identifiers")

    def __init__(
        self,
        account: OfficialAccount,
        source: WeChatSource,
        *,
        now: Callable[[], datetime] = timezone.now,
        time_out: float = TIME_OUT,
    ) -> None:
        self.account, self.source, self.now, self.time_out = account, source, now, time_out

    @property
    def is_set_up(self) -> bool:
        return self.account.is_complete

    def address_of(self, message: Message) -> str:
        return self.source.open_id_of(message)

    def refuses(self, message: Message) -> str:
        return self.source.objection(message)

    def columns(self, message: Message) -> dict[str, Any]:
        return self.source.columns(message)

    def on_unknown(self, message: Message) -> OnUnknown:
        """WeChat drops a second one with the same client_msg_id, but for ten minutes only: our retries take longer."""
        return OnUnknown.RESEND if message.staff_id else OnUnknown.ASK

    def send(self, message: Message) -> str:
        body = self._body(message)
        deadline = Deadline(self.time_out)
        token = access_token(self.account, deadline)
        answer = self._hand_over(token, body, deadline)
        if answer.get("errcode") in STALE:  # it was refused before anybody read the message
            answer = self._hand_over(renewed_token(self.account, token, deadline), body, deadline)
        CODES.check(answer.get("errcode"), TAKEN)
        return str(answer.get("msgid", ""))

    def receipts_in(self, call_back: CallBack) -> list[Receipt]:
        return self.pushed_in(call_back).receipts

    def pushed_in(self, call_back: CallBack) -> Pushed:
        """Whatever it is; all of it comes to one address. Raises Forged, Malformed."""
        check_signature(call_back, self.account.call_back_token, self.now())
        return pushed(self._opened(call_back))

    def echo(self, call_back: CallBack) -> str:
        """Proves to WeChat that the address is ours. Raises Forged."""
        return echo(call_back, self.account.call_back_token, self.now())

    def _opened(self, call_back: CallBack) -> Mapping[str, str]:
        """Where hidden messages were agreed on, an open one comes from somebody else."""
        event = fields(call_back.body)
        if not self.account.aes_key:
            return event
        if "Encrypt" not in event:
            raise Forged
        keys = {"token": self.account.call_back_token, "aes_key": self.account.aes_key, "app_id": self.account.app_id}
        return fields(opened(event["Encrypt"], call_back.query, **keys))

    def _body(self, message: Message) -> bytes:
        """Never with \\uxxxx: code 40033 refuses it."""
        said = in_words(self.source.worded, message)
        values = {
            "touser": self.address_of(message),
            "template_id": said.template,
            "client_msg_id": reference_of(message),
            "data": {name: {"value": value} for name, value in said.values.items()},
        }
        if said.link:
            values["url"] = said.link
        return json.dumps(values, ensure_ascii=False).encode()

    def _hand_over(self, token: str, body: bytes, deadline: Deadline) -> dict[str, Any]:
        url = f"{self.account.url}{PATH}?{urlencode({'access_token': token})}"
        return hand_over(Request(url, {"content-type": "application/json; charset=utf-8"}, body), deadline)
