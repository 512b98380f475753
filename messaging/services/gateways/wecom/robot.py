"""A WeCom group robot: tells a group of colleagues. It cannot be asked what became of it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

from messaging.models import Message
from messaging.services.gateways.base import ChannelDown, Gateway, OnUnknown
from messaging.services.gateways.wire import TIME_OUT, Deadline, Request, hand_over
from messaging.services.gateways.wording import in_words

from .codes import CODES
from .pace import Pace

PATH = "/cgi-bin/webhook/send"
TAKEN = 0
LONGEST = {"text": 2048, "markdown": 4096}  # bytes of UTF-8
PER_MINUTE = 20
MINUTE = 60.0  # s
MORE = "…"

_paces: dict[str, Pace] = {}  # by key: gateways are made anew for every run


@dataclass(frozen=True)
class GroupRobot:
    name: str  # of the group; stands in the outbox, where the key must not
    key: str = field(repr=False)
    style: Literal["markdown", "text"] = "markdown"
    url: str = "https://qyapi.weixin.qq.com"

    @property
    def is_complete(self) -> bool:
        return all((self.name, self.key))


class WeComRobot(Gateway):
    reads = ("staff__department",)

    def __init__(
        self,
        robot: GroupRobot,
        worded: Callable[[Message], str],
        *,
        pace: Pace | None = None,
        time_out: float = TIME_OUT,
    ) -> None:
        self.robot, self.worded, self.time_out = robot, worded, time_out
        self.pace = pace or _paces.setdefault(robot.key, Pace(PER_MINUTE, MINUTE))

    @property
    def is_set_up(self) -> bool:
        return self.robot.is_complete

    def address_of(self, message: Message) -> str:
        """For colleagues only: what is for a patient is never said to a group."""
        return self.robot.name if message.staff_id else ""

    def on_unknown(self, message: Message) -> OnUnknown:
        return OnUnknown.RESEND

    def send(self, message: Message) -> str:
        """Raises ChannelDown when the minute is full: this one and the others wait."""
        body = self._body(in_words(self.worded, message))
        if not self.pace.allows():
            raise ChannelDown(f"{PER_MINUTE} a minute")
        url = f"{self.robot.url}{PATH}?{urlencode({'key': self.robot.key})}"
        request = Request(url, {"content-type": "application/json; charset=utf-8"}, body)
        answer = hand_over(request, Deadline(self.time_out))
        CODES.check(answer.get("errcode"), TAKEN)
        return ""

    def _body(self, words: str) -> bytes:
        style = self.robot.style
        said = {"msgtype": style, style: {"content": shortened(harmless(words), LONGEST[style])}}
        return json.dumps(said, ensure_ascii=False).encode()


def harmless(words: str) -> str:
    """<@userid> would call colleagues, and <font> would paint: neither may come from somebody's name."""
    return words.replace("<", "＜")


def shortened(words: str, most: int) -> str:
    """To so many bytes, never through the middle of a character."""
    encoded = words.encode()
    if len(encoded) <= most:
        return words
    return encoded[: most - len(MORE.encode())].decode(errors="ignore") + MORE
