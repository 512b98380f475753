"""What a provider approved, and the rules of links, are read once for all messages that are claimed together; whatever
a colleague changes holds for the next ones at the latest.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from institution.models import Setting
from messaging.models import Channel, Message, TemplateRegistration, TemplateVersion
from messaging.services.delivery import deliver_due
from messaging.services.gateways.aliyun import gateway
from messaging.services.gateways.wire import Deadline, Request
from messaging.services.stopping import LinkOver, read_stop_link
from patients.models import Purpose
from tests import make
from tests.messaging.channels import published, setup_of, to_patient
from tests.messaging.people import said

ASKED_ONCE = (("messaging_templateregistration",), ("institution_setting", "messaging.link"))


@dataclass
class Aliyun:
    """Takes all; `meanwhile` happens while it takes the first."""

    said: list[tuple[str, str]] = field(default_factory=list)  # the provider's number of the words, their values
    meanwhile: Callable[[], Any] = lambda: None

    def take(self, request: Request, _deadline: Deadline) -> dict[str, Any]:
        told = {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}
        self.said.append((told["TemplateCode"], told.get("TemplateParam", "")))
        if len(self.said) == 1:
            self.meanwhile()
        return {"Code": "OK", "BizId": f"{len(self.said)}^0"}


@pytest.fixture
def aliyun(db: None, monkeypatch: pytest.MonkeyPatch) -> Aliyun:
    aliyun = Aliyun()
    monkeypatch.setattr(gateway, "hand_over", aliyun.take)
    setup_of("aliyun", "https://nowhere.example")
    return aliyun


def waiting(version: TemplateVersion, number: int, now: datetime) -> list[Message]:
    people = [make.patient("欧阳桂兰", f"1380013800{each}") for each in range(number)]
    for person in people:
        said(person, Purpose.MARKETING, now)
    return [to_patient(person, version, now, Channel.SMS) for person in people]


def offer() -> TemplateVersion:
    """Holds a link of the recipient's own."""
    version = published("{recipient}您好。退订 {stop_link}", "aliyun")
    template = version.template
    type(template).objects.filter(pk=template.pk).update(message_class="marketing", purpose="birthday_greeting")
    return version


def advertisement(now: datetime) -> TemplateVersion:
    version = published("{recipient}您好。{certificate} 退订 {stop_link}", "aliyun")
    template = version.template
    type(template).objects.filter(pk=template.pk).update(message_class="marketing", purpose="announcement")
    TemplateVersion.objects.filter(pk=version.pk).update(
        certificate_number="京医广〔2026〕第03-12-0001号", certificate_until=now.date()
    )
    return version


def claimed_one_by_one() -> None:
    Setting.objects.filter(key="messaging.batch_rows").update(value=1)


def questions(statements: list[dict[str, str]]) -> list[int]:
    """How often each of those was asked that are asked once."""
    return [sum(all(part in each["sql"] for part in asked) for each in statements) for asked in ASKED_ONCE]


def test_of_a_batch_of_any_size_it_is_asked_once(aliyun: Aliyun, now: datetime) -> None:
    waiting(offer(), 4, now)
    with CaptureQueriesContext(connection) as seen:
        deliver_due(now=lambda: now)
    assert len(aliyun.said) == 4
    assert questions(seen.captured_queries) == [1, 1]


def test_of_words_that_are_read_again_it_is_asked_once_for_all_that_is_left(aliyun: Aliyun, now: datetime) -> None:
    """The first of them took a second, so that certificates are read anew."""
    waiting(advertisement(now), 5, now)
    clock = [now]
    aliyun.meanwhile = lambda: clock.append(now + timedelta(seconds=1))
    with CaptureQueriesContext(connection) as seen:
        deliver_due(now=lambda: clock[-1])
    assert len(aliyun.said) == 5
    assert questions(seen.captured_queries)[0] == 2


def test_a_registration_that_is_changed_holds_for_the_next_batch(aliyun: Aliyun, now: datetime) -> None:
    waiting(published("您好。", "aliyun"), 3, now)
    claimed_one_by_one()
    aliyun.meanwhile = lambda: TemplateRegistration.objects.update(number="SMS_8")
    deliver_due(now=lambda: now)
    assert [number for number, _values in aliyun.said] == ["SMS_7", "SMS_8", "SMS_8"]


def test_a_registration_that_is_gone_keeps_the_next_batch_back(aliyun: Aliyun, now: datetime) -> None:
    waiting(published("您好。", "aliyun"), 2, now)
    claimed_one_by_one()
    aliyun.meanwhile = lambda: TemplateRegistration.objects.all().delete()
    deliver_due(now=lambda: now)
    assert list(Message.objects.order_by("pk").values_list("state", "reason")) == [
        ("sent", ""),
        ("withheld", "no_template"),
    ]


def test_another_providers_registration_is_none(aliyun: Aliyun, now: datetime) -> None:
    waiting(published("您好。", "tencent", "wechat"), 1, now)
    deliver_due(now=lambda: now)
    assert (Message.objects.get().reason, aliyun.said) == ("no_template", [])


def test_links_of_the_next_batch_keep_to_rules_that_were_changed(aliyun: Aliyun, now: datetime) -> None:
    """A link from before all were ended opens nothing, so none like it may go out afterwards."""
    _first, second = waiting(offer(), 2, now)
    claimed_one_by_one()
    aliyun.meanwhile = lambda: Setting.objects.filter(key="messaging.links_version").update(value=2)
    deliver_due(now=lambda: now)
    ended, works = [json.loads(values)["stop_link"].rstrip("/").rpartition("/")[2] for _number, values in aliyun.said]
    with pytest.raises(LinkOver):
        read_stop_link(ended, at=now)
    assert read_stop_link(works, at=now).message == second
