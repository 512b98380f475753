"""From the queue through WeChat to a patient and through WeCom to colleagues, and what comes back."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department, Staff
from messaging.models import Channel, ContactLog, InboundText, Message, OptOut
from messaging.services.delivery import deliver_due
from messaging.services.gateways.addresses import SCOPE
from messaging.services.gateways.wechat import tokens
from messaging.services.gateways.wechat.events import signature
from messaging.services.setups import add_group, change_setup, use_setup
from patients.models import Identifier, Patient
from patients.services.identifiers import NewIdentifier, add_identifier
from tests import make
from tests.messaging.channels import APP_ID, OPEN_ID, TOKEN, published, setup_of, to_patient
from tests.messaging.make import message
from tests.messaging.provider import Asked, Provider, Says, provider

pytestmark = pytest.mark.system  # a server of its own
URL = reverse("messaging:call_back_wechat")


def answer(asked: Asked) -> Says:
    if asked.path.endswith("stable_token"):
        return Says({"access_token": "the-token", "expires_in": 7200})
    return Says({"errcode": 0, "msgid": 200163836})


@pytest.fixture
def place(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setattr(tokens, "_kept", {})
    with provider(answer) as place:
        yield place


@pytest.fixture
def follower(db: None, now: datetime) -> Patient:
    person = make.patient("欧阳桂兰")
    new = NewIdentifier(Identifier.Type.SYSTEM, OPEN_ID, f"{SCOPE}{APP_ID}")
    add_identifier(patient=person, new=new, actor=make.by(), at=now)
    return person


def push(kind: str, token: str = TOKEN, **fields: object) -> Any:
    """Of this very moment: what is older is not believed."""
    stamp = str(int(timezone.now().timestamp()))
    said = {"FromUserName": OPEN_ID, "CreateTime": stamp, "MsgType": kind, **fields}
    body = "".join(f"<{name}>{value}</{name}>" for name, value in said.items())
    query = f"timestamp={stamp}&nonce=7&signature={signature(token, stamp, '7')}"
    return Client(enforce_csrf_checks=True).post(f"{URL}?{query}", f"<xml>{body}</xml>", content_type="text/xml")


def test_a_template_message_and_its_end(follower: Patient, place: Provider, now: datetime) -> None:
    setup_of("wechat", place.url)
    row = to_patient(follower, published("请回电{recipient}", "wechat", thing1="recipient"), now, Channel.WECHAT)
    deliver_due(now=lambda: now)
    row.refresh_from_db()
    assert (row.state, row.receipt, row.provider) == ("sent", "200163836", "wechat")
    assert row.masked_address == "oia2****"
    said = place.asked[-1].said
    assert (said["touser"], said["template_id"]) == (OPEN_ID, "SMS_7")
    assert list(said["data"]) == ["thing1"]
    assert ContactLog.objects.get().channel == "wechat"
    told: dict[str, Any] = {"Event": "TEMPLATESENDJOBFINISH", "MsgID": 200163836, "Status": "success"}
    reply = push("event", **told)
    assert (reply.status_code, reply.content) == (200, b"success")
    row.refresh_from_db()
    assert (row.state, row.fate) == ("sent", "delivered")


def test_whoever_does_not_follow_the_account_has_no_address(place: Provider, now: datetime) -> None:
    setup_of("wechat", place.url)
    row = to_patient(make.patient(), published("请回电", "wechat"), now, Channel.WECHAT)
    deliver_due(now=lambda: now)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("withheld", "no_address")


def test_a_text_becomes_something_to_answer_once(follower: Patient, place: Provider) -> None:
    setup_of("wechat", place.url)
    for _ in range(2):
        assert push("text", Content="请回电", MsgId=42).content == b"success"
    (text,) = InboundText.objects.all()
    assert (text.channel, text.keyword, text.text) == ("wechat", "", "请回电")


def test_whoever_leaves_the_account_is_written_to_no_more(follower: Patient, place: Provider, now: datetime) -> None:
    setup_of("wechat", place.url)
    assert push("event", Event="unsubscribe").status_code == 200
    assert OptOut.objects.open().count() == 1
    row = to_patient(follower, published("请回电", "wechat"), now, Channel.WECHAT)
    deliver_due(now=lambda: now)
    row.refresh_from_db()
    assert row.state == "withheld"
    push("event", Event="subscribe")
    assert OptOut.objects.open().count() == 1


def test_forged_pushes_find_nothing(follower: Patient, place: Provider) -> None:
    setup_of("wechat", place.url)
    assert push("text", token="a-guess", Content="R", MsgId=1).status_code == 404
    assert Client().get(URL, {"echostr": "1"}).status_code == 404
    assert not InboundText.objects.exists()


def test_the_address_is_proved(place: Provider) -> None:
    setup_of("wechat", place.url)
    stamp = str(int(timezone.now().timestamp()))
    query = {"timestamp": stamp, "nonce": "7", "signature": signature(TOKEN, stamp, "7"), "echostr": "4375"}
    assert Client().get(URL, query).content == b"4375"


def _group(department: Department, place: Provider, key: str, now: datetime) -> None:
    group = add_group(department=department, actor=make.by(), at=now)
    keys = {"web_hook": f"{place.url}/cgi-bin/webhook/send?key={key}"}
    values = {"name": department.name_zh}
    change_setup(setup=group, version=1, values=values, keys=keys, actor=make.by(), at=now)
    use_setup(setup=group, actor=make.by(), at=now)


def test_colleagues_are_told_in_the_group_of_the_nearest_department(
    alice: Staff, cataract: Department, place: Provider, now: datetime
) -> None:
    setup_of("wecom", place.url)
    ward = make.department(parent=cataract)
    rows = [message(alice, now, channel=Channel.WECOM), message(make.staff(), now, channel=Channel.WECOM)]
    rows.append(message(make.staff(department=ward), now, channel=Channel.WECOM))
    _group(cataract, place, "of-cataract", now)
    deliver_due(now=lambda: now)
    assert [asked.query["key"] for asked in place.asked] == ["of-cataract", "robot-key", "of-cataract"]
    for row in rows:
        row.refresh_from_db()
    assert [(row.state, row.address, row.masked_address) for row in rows][1] == ("sent", "门诊群", "门诊群")
    assert not ContactLog.objects.exists()


def test_a_patient_is_never_told_about_in_a_group(follower: Patient, place: Provider, now: datetime) -> None:
    setup_of("wecom", place.url)
    row = message(follower, now, channel=Channel.WECOM)
    deliver_due(now=lambda: now)
    row.refresh_from_db()
    assert (row.state, Message.objects.get(pk=row.pk).address) == ("withheld", "")
    assert place.asked == []
