"""Tencent Cloud SMS: SendSms and PullSmsSendStatusByPhoneNumber, version 2021-01-11."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from messaging.models import Message
from messaging.services.gateways.base import ChannelDown, OutcomeUnknown
from messaging.services.gateways.receipts import CallBack, Receipt, Reply, best, check_path_token, read_each
from messaging.services.gateways.sms import SmsGateway, SmsSource
from messaging.services.gateways.wire import Deadline, Request, hand_over, inquire
from messaging.services.gateways.wording import in_words, reference_of

from . import call_backs
from .codes import CODES
from .signing import authorization

VERSION = "2021-01-11"
TAKEN = "Ok"
PAGE = 100  # the most that one question returns
SKEW = timedelta(minutes=1)  # between their clock and ours
KEPT = timedelta(days=7)  # states older than that are gone


@dataclass(frozen=True)
class TencentAccount:
    key_id: str
    key: str = field(repr=False)
    app_id: str  # SmsSdkAppId
    sign_name: str  # without 【】
    call_back_token: str = field(repr=False)  # the secret part of the address that is told to Tencent only
    region: str = "ap-guangzhou"
    url: str = "https://sms.tencentcloudapi.com/"

    @property
    def is_complete(self) -> bool:
        return all((self.key_id, self.key, self.app_id, self.sign_name))


class TencentSms(SmsGateway):
    def __init__(self, account: TencentAccount, source: SmsSource, **options: Any) -> None:
        super().__init__(source, **options)
        self.account = account

    @property
    def is_set_up(self) -> bool:
        return self.account.is_complete

    def send(self, message: Message) -> str:
        short = in_words(self.source.worded, message)
        values = {
            "PhoneNumberSet": [self.address_of(message)],
            "SmsSdkAppId": self.account.app_id,
            "SignName": self.account.sign_name,
            "TemplateId": short.template,
            "TemplateParamSet": list(short.values.values()),
            "SessionContext": reference_of(message),
        }
        answer = _response(hand_over(self._request("SendSms", values), Deadline(self.time_out)))
        states = answer.get("SendStatusSet")
        if not (isinstance(states, list) and len(states) == 1 and isinstance(states[0], dict)):
            raise OutcomeUnknown("malformed answer")
        CODES.check(states[0].get("Code"), TAKEN)
        return str(states[0].get("SerialNo", ""))

    def receipt(self, message: Message) -> Receipt | None:
        """By number and time. An unknown one is found only where the states hold our reference."""
        if message.handed_over_at is None:
            return None
        begin = max(message.handed_over_at - SKEW, self.now() - KEPT)
        values = {
            "BeginTime": int(begin.timestamp()),
            "EndTime": int(self.now().timestamp()),
            "Offset": 0,
            "Limit": PAGE,
            "PhoneNumber": message.address,
            "SmsSdkAppId": self.account.app_id,
        }
        try:
            request = self._request("PullSmsSendStatusByPhoneNumber", values)
            rows = _response(inquire(request, Deadline(self.time_out))).get("PullSmsSendStatusSet")
        except OutcomeUnknown as error:
            raise ChannelDown(str(error)) from error
        found = read_each(rows if isinstance(rows, list) else [], call_backs.state)
        return best(each for each in found if _is_of(each, message))

    def receipts_in(self, call_back: CallBack) -> list[Receipt]:
        check_path_token(call_back, self.account.call_back_token)
        return call_backs.reports(call_back.body)

    def replies_in(self, call_back: CallBack) -> list[Reply]:
        check_path_token(call_back, self.account.call_back_token)
        return call_backs.replies(call_back.body)

    def _request(self, action: str, values: Mapping[str, Any]) -> Request:
        at, body = self.now(), json.dumps(values).encode()
        signed = {
            "content-type": "application/json; charset=utf-8",
            "host": urlsplit(self.account.url).netloc,
            "x-tc-action": action,
        }
        name = authorization(key_id=self.account.key_id, key=self.account.key, headers=signed, body=body, at=at)
        headers = signed | {
            "authorization": name,
            "x-tc-version": VERSION,
            "x-tc-region": self.account.region,
            "x-tc-timestamp": str(int(at.timestamp())),
        }
        return Request(self.account.url, headers, body)


def _response(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What stands inside; raises what an error there means."""
    inside = answer.get("Response")
    if not isinstance(inside, dict):
        raise OutcomeUnknown("malformed answer")
    error = inside.get("Error")
    if error is not None:
        CODES.check(error.get("Code") if isinstance(error, dict) else None, TAKEN)
    return inside


def _is_of(receipt: Receipt, message: Message) -> bool:
    if message.receipt:
        return receipt.receipt == message.receipt
    return receipt.reference == reference_of(message)
