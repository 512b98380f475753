"""A test of an account from its page: what the provider is asked, signed as it wants; what it says stands on the page.

Mission J1. Aliyun's is in test_set_up_channels.py.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Staff
from messaging.models import ChannelPause, GatewaySetup, Message
from messaging.services.channel_trials import send_channel_trial
from messaging.services.delivery import deliver_due
from messaging.services.gateways.tencent.signing import authorization
from messaging.services.gateways.wechat import tokens
from messaging.services.gateways.wecom import robot
from tests import make
from tests.accounts.pages import Page, in_english
from tests.messaging.channels import APP_ID, OPEN_ID, SECRET, published, setup_of, to_patient
from tests.messaging.provider import NUMBER, Asked, Provider, Says, provider

pytestmark = pytest.mark.system  # a server of its own
TOKEN = Says({"access_token": "the-token", "expires_in": 7200})


def tencent_says(code: str) -> Says:
    return Says({"Response": {"SendStatusSet": [{"SerialNo": "1:2", "PhoneNumber": NUMBER, "Fee": 1, "Code": code}]}})


def wechat_or_wecom_says(code: str) -> Says:
    return Says({"errcode": int(code), "errmsg": f"{OPEN_ID} no", "msgid": 200163836})


def check_tencent(asked: list[Asked]) -> None:
    (sent,) = asked
    at = datetime.fromtimestamp(int(sent.headers["x-tc-timestamp"]), UTC)
    headers = {name: sent.headers[name] for name in ("content-type", "host", "x-tc-action")}
    right = authorization(key_id="AKIDAbCdEfGhIjKl", key=SECRET, headers=headers, body=sent.body, at=at)
    assert sent.headers["authorization"] == right
    told = {name: sent.said[name] for name in ("PhoneNumberSet", "SmsSdkAppId", "SignName", "TemplateId")}
    assert told == {
        "PhoneNumberSet": [NUMBER],
        "SmsSdkAppId": "1400006666",
        "SignName": "示例医院",
        "TemplateId": "SMS_TEST",
    }


def check_wechat(asked: list[Asked]) -> None:
    token, sent = asked
    assert (token.path, token.said["appid"], token.said["secret"]) == ("/cgi-bin/stable_token", APP_ID, SECRET)
    assert (sent.path, sent.query) == ("/cgi-bin/message/template/send", {"access_token": "the-token"})
    told = (sent.said["touser"], sent.said["template_id"], sent.said["data"])
    assert told == (OPEN_ID, "SMS_TEST", {"thing1": {"value": "测试"}})


def check_wecom(asked: list[Asked]) -> None:
    (sent,) = asked
    assert (sent.path, sent.query) == ("/cgi-bin/webhook/send", {"key": "robot-key"})
    assert sent.said == {
        "msgtype": "markdown",
        "markdown": {"content": "**渠道测试**\n看到这条就说明能收到。\n"},
    }


@dataclass(frozen=True)
class Tried:
    """An account, what its page is told, and how its provider speaks."""

    code: str
    typed: dict[str, str]
    shown: str  # of the address
    says: Callable[[str], Says]
    taken: str
    refuses: str  # this message, for good
    is_down: str  # whatever it is asked: the keys are wrong
    check: Callable[[list[Asked]], None]
    first: tuple[Says, ...] = ()
    values: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.code


TENCENT = Tried(
    "tencent", {"to": "138 0013 8000"}, "138****8000", tencent_says, "Ok",
    "FailedOperation.TemplateIncorrectOrUnapproved", "AuthFailure.SignatureFailure", check_tencent,
)  # fmt: skip
WECHAT = Tried(
    "wechat", {"to": OPEN_ID}, "oia2****", wechat_or_wecom_says, "0", "40037", "48001", check_wechat,
    first=(TOKEN,), values={"trial_keyword": "thing1"},
)  # fmt: skip
WECOM = Tried("wecom", {}, "门诊群", wechat_or_wecom_says, "0", "40058", "93000", check_wecom)
ALL = pytest.mark.parametrize("tried", [TENCENT, WECHAT, WECOM], ids=str)


@pytest.fixture
def place(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setattr(tokens, "_kept", {})
    monkeypatch.setattr(robot, "_paces", {})
    with provider() as place:
        yield place


@pytest.fixture
def office(frank: Staff) -> Client:
    return make.client_of(frank)


def account(tried: Tried, place: Provider) -> GatewaySetup:
    """Complete, and not in use yet."""
    return setup_of(tried.code, place.url, is_used=False, **tried.values)


def page(name: str, setup: GatewaySetup) -> str:
    return reverse(f"messaging:{name}", args=[setup.pk])


def send(browser: Client, setup: GatewaySetup, typed: dict[str, str]) -> Message:
    answer = browser.post(page("channel_trial", setup), typed)
    assert (answer.status_code, answer["Location"]) == (302, f"{page('channel_edit', setup)}#trials")
    row = Message.objects.latest("pk")
    deliver_due(now=lambda: row.due_at)
    row.refresh_from_db()
    return row


def shown(browser: Client, setup: GatewaySetup) -> str:
    return make.tight(browser.get(page("channel_edit", setup)).content.decode().partition('id="trials"')[2])


@ALL
def test_it_goes_signed_to_the_provider_and_the_page_says_that_it_went(
    office: Client, place: Provider, tried: Tried
) -> None:
    place.will_say(*tried.first, tried.says(tried.taken))
    setup = account(tried, place)
    row = send(office, setup, tried.typed)
    tried.check(place.asked)
    assert (row.state, row.provider_code) == ("sent", "")
    lines = shown(office, setup)
    assert tried.shown in lines
    assert "<b>已发出</b>" in lines
    assert "<b>Sent</b>" in shown(in_english(office), setup)


@ALL
def test_why_the_provider_refuses_it_stands_on_the_page_in_the_readers_language(
    office: Client, place: Provider, tried: Tried
) -> None:
    place.will_say(*tried.first, tried.says(tried.refuses))
    setup = account(tried, place)
    row = send(office, setup, tried.typed)
    assert (row.state, row.reason) == ("failed", "refused")
    lines = shown(office, setup)
    for words in ("失败", "对方拒收。", f"服务商返回<code>{tried.refuses}</code>"):
        assert words in lines
    lines = shown(in_english(office), setup)
    for words in ("Failed", "The other side refused it for good.", f"The provider says<code>{tried.refuses}</code>"):
        assert words in lines
    assert OPEN_ID not in lines


@ALL
def test_wrong_keys_are_told_with_the_next_try(office: Client, place: Provider, tried: Tried) -> None:
    place.will_say(*tried.first, tried.says(tried.is_down))
    setup = account(tried, place)
    row = send(office, setup, tried.typed)
    assert (row.state, row.provider_code) == ("queued", tried.is_down)
    lines = shown(in_english(office), setup)
    assert "Not taken yet, next try at" in lines
    assert f"The provider says<code>{tried.is_down}</code>" in lines


def test_a_test_through_wrong_keys_holds_up_nobody_elses_messages(frank: Staff, place: Provider, now: datetime) -> None:
    """Tencent is tried while text messages go through Aliyun."""
    setup_of("aliyun", place.url)
    words = published("您好，请回电。", "aliyun")
    send_channel_trial(setup=account(TENCENT, place), address=NUMBER, staff=frank, at=now)
    row = to_patient(make.patient("张桂兰", "13800001234"), words, now + timedelta(seconds=1), "sms")
    place.rule = lambda asked: (
        Says({"Code": "OK", "BizId": "1^0"})
        if "x-acs-action" in asked.headers
        else tencent_says("AuthFailure.SignatureFailure")
    )
    deliver_due(now=lambda: now + timedelta(seconds=1))
    row.refresh_from_db()
    assert row.state == "sent"
    assert not ChannelPause.objects.exists()


def by_provider(asked: Asked) -> Says:
    """Aliyun takes all, and so does Tencent."""
    return Says({"Code": "OK", "BizId": "1^0"}) if "x-acs-action" in asked.headers else tencent_says("Ok")


def test_a_test_does_not_wait_until_the_channel_is_asked_again(frank: Staff, place: Provider, now: datetime) -> None:
    """Aliyun does not answer, so Tencent is tried; the others wait on."""
    setup_of("aliyun", place.url)
    row = to_patient(make.patient("张桂兰", "13800001234"), published("您好，请回电。", "aliyun"), now, "sms")
    ChannelPause.objects.create(channel="sms", until_at=now + timedelta(seconds=30))
    trial = send_channel_trial(setup=account(TENCENT, place), address=NUMBER, staff=frank, at=now)
    place.rule = by_provider
    assert deliver_due(now=lambda: now) == 1
    states = [Message.objects.get(pk=each.pk).state for each in (trial, row)]
    assert (states, ChannelPause.objects.count()) == (["sent", "queued"], 1)


def test_a_test_goes_before_what_has_waited_longer(frank: Staff, place: Provider, now: datetime) -> None:
    """However much that is: whoever tries a channel waits before the page."""
    setup_of("aliyun", place.url)
    words = published("您好，请回电。", "aliyun")
    rows = [to_patient(make.patient(name, f"1380000123{at}"), words, now, "sms") for at, name in enumerate("张何李")]
    later = now + timedelta(minutes=1)
    send_channel_trial(setup=account(TENCENT, place), address=NUMBER, staff=frank, at=later)
    place.rule = by_provider
    deliver_due(now=lambda: later)
    assert ["x-acs-action" in asked.headers for asked in place.asked] == [False] + [True] * len(rows)


@pytest.mark.parametrize(
    ("tried", "typed", "said"),
    [
        (TENCENT, "0571 5550 0100", "请输入内地手机号：以 1 开头的 11 位数字。"),
        (WECHAT, "张桂兰", "OpenID"),
    ],
    ids=str,
)
def test_what_was_typed_wrongly_stays_beside_what_would_be_right(
    office: Client, place: Provider, tried: Tried, typed: str, said: str
) -> None:
    answer = Page(office.post(page("channel_trial", account(tried, place)), {"to": typed}))
    assert said in answer.errors["to"]
    assert f'value="{typed}"' in answer.text
    assert not Message.objects.exists()


@pytest.mark.parametrize("tried", [TENCENT, WECHAT], ids=str)  # to a group there is nothing to type
def test_the_account_is_saved_from_the_page_that_refused_a_test_too(
    office: Client, frank: Staff, place: Provider, tried: Tried
) -> None:
    """Which may be the very page that says to fill in a field of the account, and to save it."""
    setup = account(tried, place)
    url = page("channel_edit", setup)
    for answer in (office.get(url), office.post(page("channel_trial", setup), {"to": "12"})):
        (form,) = re.findall(r"<form[^>]*data-main[^>]*>", answer.content.decode())
        assert f'action="{url}"' in form
        assert f'data-keep="{frank.pk}:{url}"' in form  # what was typed there, and is not saved yet, comes back
