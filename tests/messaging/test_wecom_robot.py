"""A robot that tells a group of colleagues, twenty times a minute at most."""

from collections.abc import Iterator
from typing import Literal

import pytest

from messaging.services.gateways import ChannelDown, ChannelError, OnUnknown
from messaging.services.gateways.receipts import CallBack, Forged
from messaging.services.gateways.wecom import GroupRobot, WeComRobot
from messaging.services.gateways.wecom.pace import Pace
from messaging.services.gateways.wecom.robot import LONGEST, harmless, shortened
from messaging.services.gateways.wire import TIME_OUT
from tests.messaging.faults_of import check_faults
from tests.messaging.provider import Provider, Says, provider, unsaved

pytestmark = pytest.mark.system  # a server of its own, which also lets one wait
KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
TAKEN = Says({"errcode": 0, "errmsg": "ok"})


@pytest.fixture
def place() -> Iterator[Provider]:
    with provider(lambda asked: TAKEN) as place:
        yield place


def gateway(
    url: str,
    time_out: float = TIME_OUT,
    *,
    style: Literal["markdown", "text"] = "markdown",
    pace: Pace | None = None,
    words: str = "**随访** 到期",
) -> WeComRobot:
    robot = GroupRobot("随访组", KEY, style, url)
    return WeComRobot(robot, lambda message: words, pace=pace or Pace(1000, 60), time_out=time_out)


@pytest.mark.parametrize("style", ["markdown", "text"])
def test_the_group_is_told(place: Provider, style: Literal["markdown", "text"]) -> None:
    assert gateway(place.url, style=style).send(unsaved(staff_id=1)) == ""
    (asked,) = place.asked
    assert (asked.method, asked.path, asked.query) == ("POST", "/cgi-bin/webhook/send", {"key": KEY})
    assert asked.said == {"msgtype": style, style: {"content": "**随访** 到期"}}
    assert asked.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize(
    ("code", "error", "permanent"),
    [
        (45009, ChannelDown, False),
        (93000, ChannelDown, False),
        (-1, ChannelError, False),
        (40008, ChannelError, True),
        (40058, ChannelError, True),
        (99999, ChannelError, True),
    ],
)
def test_what_a_refusal_means(place: Provider, code: int, error: type[ChannelError], permanent: bool) -> None:
    place.will_say(Says({"errcode": code, "errmsg": "no, hint: [1], from ip: 1.2.3.4"}))
    with pytest.raises(ChannelError) as caught:
        gateway(place.url).send(unsaved(staff_id=1))
    assert (type(caught.value), caught.value.permanent, str(caught.value)) == (error, permanent, str(code))


def test_the_twenty_first_of_a_minute_waits(place: Provider) -> None:
    seconds = 0.0
    pace = Pace(20, 60.0, clock=lambda: seconds)
    robot = gateway(place.url, pace=pace)
    for _ in range(20):
        robot.send(unsaved(staff_id=1))
    with pytest.raises(ChannelDown) as caught:
        robot.send(unsaved(staff_id=1))
    assert not caught.value.permanent
    assert len(place.asked) == 20
    seconds = 60.0
    robot.send(unsaved(staff_id=1))
    assert len(place.asked) == 21


def test_all_runs_share_the_pace_of_a_robot() -> None:
    robot = GroupRobot("A", "key-of-this-test")
    first, second = (WeComRobot(robot, lambda message: "") for _ in range(2))
    other = WeComRobot(GroupRobot("B", "another-key"), lambda message: "")
    assert first.pace is second.pace
    assert other.pace is not first.pace


def test_faults(place: Provider) -> None:
    check_faults(place, gateway)


@pytest.mark.parametrize(
    ("words", "most", "kept"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "…"),
        ("abcdef", 5, "ab…"),
        ("随访到期", 12, "随访到期"),
        ("随访到期了", 13, "随访到…"),
    ],
)
def test_what_is_too_long_ends_between_two_characters(words: str, most: int, kept: str) -> None:
    assert shortened(words, most) == kept
    assert len(kept.encode()) <= most


def test_long_words_fit_and_names_call_nobody(place: Provider) -> None:
    gateway(place.url, words="<@all>" + "长" * 5000).send(unsaved(staff_id=1))
    content = place.asked[0].said["markdown"]["content"]
    assert len(content.encode()) <= LONGEST["markdown"]
    assert content.startswith("＜@all>")
    assert harmless("a<font") == "a＜font"


def test_is_for_colleagues_and_keeps_its_key() -> None:
    robot = gateway("http://127.0.0.1:1")
    assert (robot.address_of(unsaved(staff_id=1)), robot.address_of(unsaved(patient_id=1))) == ("随访组", "")
    assert robot.on_unknown(unsaved(staff_id=1)) is OnUnknown.RESEND
    assert robot.is_set_up
    assert KEY not in repr(robot.robot)
    assert robot.receipt(unsaved()) is None
    with pytest.raises(Forged):  # nobody calls back for it
        robot.receipts_in(CallBack(b"[]"))
