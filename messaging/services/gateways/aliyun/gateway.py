"""Aliyun SMS: SendSms and QuerySendDetails, version 2017-05-25, parameters in the query."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from messaging.models import Message
from messaging.services.gateways.base import ChannelDown
from messaging.services.gateways.receipts import (
    CHINA,
    CallBack,
    Fate,
    Receipt,
    Reply,
    best,
    check_path_token,
    moment,
    number_of,
    read_each,
)
from messaging.services.gateways.sms import SmsGateway, SmsSource
from messaging.services.gateways.wire import Deadline, Request, hand_over, inquire
from messaging.services.gateways.wording import in_words, reference_of

from . import call_backs
from .codes import CODES
from .signing import authorization, canonical_query, digest

VERSION = "2017-05-25"
TAKEN = "OK"
FATES = {1: Fate.UNDER_WAY, 2: Fate.NOT_DELIVERED, 3: Fate.DELIVERED}
MAINLAND = "+86"  # sent with it, asked about without
PAGE = 50  # the most that one question returns
SKEW = timedelta(minutes=1)  # by which their midnight may differ from ours


@dataclass(frozen=True)
class AliyunAccount:
    key_id: str
    key_secret: str = field(repr=False)
    sign_name: str  # without 【】
    call_back_token: str = field(repr=False)  # the secret part of the address that is told to Aliyun only
    url: str = "https://dysmsapi.aliyuncs.com/"

    @property
    def is_complete(self) -> bool:
        return all((self.key_id, self.key_secret, self.sign_name))


class AliyunSms(SmsGateway):
    def __init__(self, account: AliyunAccount, source: SmsSource, **options: Any) -> None:
        super().__init__(source, **options)
        self.account = account

    @property
    def is_set_up(self) -> bool:
        return self.account.is_complete

    def send(self, message: Message) -> str:
        short = in_words(self.source.worded, message)
        values = {
            "PhoneNumbers": self.address_of(message),
            "SignName": self.account.sign_name,
            "TemplateCode": short.template,
            "TemplateParam": json.dumps(dict(short.values), ensure_ascii=False),
            "OutId": reference_of(message),
        }
        answer = hand_over(self._request("SendSms", values), Deadline(self.time_out))
        CODES.check(answer.get("Code"), TAKEN)
        return str(answer.get("BizId", ""))

    def receipt(self, message: Message) -> Receipt | None:
        """By number and day, and told apart by our reference: so it answers for unknown ones too."""
        if message.handed_over_at is None:
            return None
        deadline = Deadline(self.time_out)
        days = {(message.handed_over_at + shift).astimezone(CHINA).strftime("%Y%m%d") for shift in (-SKEW, SKEW)}
        found = [each for day in sorted(days) for each in self._details(message, day, deadline)]
        return best(each for each in found if each.reference == reference_of(message))

    def receipts_in(self, call_back: CallBack) -> list[Receipt]:
        check_path_token(call_back, self.account.call_back_token)
        return call_backs.reports(call_back.body)

    def replies_in(self, call_back: CallBack) -> list[Reply]:
        check_path_token(call_back, self.account.call_back_token)
        return call_backs.replies(call_back.body)

    def _details(self, message: Message, day: str, deadline: Deadline) -> list[Receipt]:
        """One page: no number gets more notices than that in a day."""
        number = message.address.removeprefix(MAINLAND)
        values = {"PhoneNumber": number, "SendDate": day, "PageSize": str(PAGE), "CurrentPage": "1"}
        if message.receipt:
            values["BizId"] = message.receipt
        answer = inquire(self._request("QuerySendDetails", values), deadline)
        if answer.get("Code") != TAKEN:
            raise ChannelDown(str(answer.get("Code", "")))
        return read_each(_rows(answer), _detail(message.receipt))

    def _request(self, action: str, values: Mapping[str, str]) -> Request:
        at, query = self.now().astimezone(UTC), canonical_query(values)
        headers = {
            "host": urlsplit(self.account.url).netloc,
            "x-acs-action": action,
            "x-acs-version": VERSION,
            "x-acs-date": _second(at),
            "x-acs-signature-nonce": secrets.token_hex(16),
            "x-acs-content-sha256": digest(b""),
        }
        keys = {"key_id": self.account.key_id, "key_secret": self.account.key_secret}
        signed = authorization(**keys, method="POST", path="/", query=query, headers=headers, body=b"")
        headers |= {"authorization": signed, "accept": "application/json"}
        return Request(f"{self.account.url}?{query}", headers)


def _second(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _rows(answer: Mapping[str, Any]) -> list[Any]:
    found = answer.get("SmsSendDetailDTOs")
    rows = found.get("SmsSendDetailDTO") if isinstance(found, dict) else None
    if not isinstance(rows, list):
        raise ChannelDown("malformed answer")
    return rows


def _detail(receipt: str) -> Callable[[Mapping[str, Any]], Receipt]:
    """A row does not repeat the id by which it was asked for."""

    def read(row: Mapping[str, Any]) -> Receipt:
        fate, code = FATES[int(row["SendStatus"])], str(row.get("ErrCode", ""))
        return Receipt(
            receipt=receipt,
            address=number_of(row["PhoneNum"]),
            fate=fate,
            at=moment(row.get("ReceiveDate")),
            code=code,
            reference=str(row.get("OutId") or ""),
            is_blocked=fate is Fate.NOT_DELIVERED and call_backs.is_blocked(code),
        )

    return read
