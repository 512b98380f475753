"""Messages that nothing speaks against and that stay in the house for want of a set-up: nobody overlooks them.

Missions D5, J1.
"""

from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Staff
from hospital_crm.lib.paging import COUNT_CAP
from messaging.models import PURPOSES, Channel, GatewaySetup, Message, MessageClass, MessagePurpose, TemplateVersion
from messaging.services import readiness
from messaging.services.delivery import deliver_due
from messaging.services.readiness import if_complete, unknown_words, want_of
from messaging.services.setups import stop_setup
from messaging.services.templates.certificates import renew_certificate
from messaging.services.templates.publishing import register_version
from tests import make
from tests.conftest import SignedIn
from tests.house.world import counted
from tests.messaging.channels import published, setup_of, to_patient
from tests.messaging.make import message
from tests.messaging.templates import certificate, draft_of, offer, publish, template

DAY = timedelta(days=1)
WITHHELD = "条发给患者的消息没有发出"
NO_ACCOUNT, NO_NUMBER = "短信还没有开通", "还没有这些文字的编号"


@pytest.fixture(autouse=True)
def _here(db: None, now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


def shown(answer: Any) -> str:
    return unescape(answer.content.decode())


def withheld(at: datetime) -> Message:
    """To a patient, as a text message that nobody takes."""
    row = to_patient(make.patient("张桂兰", "13800001234"), published(), at, Channel.SMS)
    deliver_due(now=lambda: at)
    row.refresh_from_db()
    assert row.state == "withheld"
    return row


# ── Who is told ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("place", ["/", "/outbox/", "/settings/channels/"])
def test_whoever_sets_up_is_told_and_led_to_the_rows(
    frank: Staff, signed_in: SignedIn, now: datetime, place: str
) -> None:
    browser = signed_in(frank)
    assert WITHHELD not in shown(browser.get(place))
    withheld(now)
    page = shown(browser.get(place))
    assert f"1 {WITHHELD}" in page
    assert 'href="/outbox/?state=not_ready&since=2026-03-06"' in page


@pytest.mark.parametrize("place", ["/", "/settings/channels/"])
def test_whoever_sets_up_is_told_of_answers_to_complaints_too_but_not_which(
    frank: Staff, signed_in: SignedIn, now: datetime, place: str
) -> None:
    row, browser = withheld(now), signed_in(frank)
    Message.objects.filter(pk=row.pk).update(kind="complaint_received")
    page = shown(browser.get(place))
    assert (f"1 {WITHHELD}" in page, "/outbox/?state=not_ready" in page) == (True, False)
    assert WITHHELD not in shown(browser.get("/outbox/"))


@pytest.mark.parametrize("place", ["/", "/outbox/", "/settings/channels/"])
def test_what_nobody_counts_further_is_no_figure(
    frank: Staff, signed_in: SignedIn, now: datetime, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    withheld(now)
    for counted_up_to, told in ((COUNT_CAP, f"10000 {WITHHELD}"), (COUNT_CAP + 1, f"超过 10,000 {WITHHELD}")):
        monkeypatch.setattr(readiness, "capped_count", lambda rows, number=counted_up_to: number)
        page = shown(signed_in(frank).get(place))
        assert told in page
        assert "10001" not in page.replace(",", "")


def test_whoever_settles_is_told_in_the_outbox_and_of_the_own_alone(
    alice: Staff, bob: Staff, signed_in: SignedIn, now: datetime
) -> None:
    row = withheld(now)
    Message.objects.filter(pk=row.pk).update(queued_by=alice.actor)
    assert f"1 {WITHHELD}" in shown(signed_in(alice).get("/outbox/"))
    assert WITHHELD not in shown(signed_in(bob).get("/outbox/"))


def test_words_that_the_provider_does_not_know_are_told_alike(frank: Staff, signed_in: SignedIn, now: datetime) -> None:
    setup_of("aliyun")
    assert withheld(now).reason == "no_template"
    assert f"1 {WITHHELD}" in shown(signed_in(frank).get("/outbox/"))


def test_the_list_shows_just_these(frank: Staff, now: datetime) -> None:
    row = withheld(now)
    mail = message(frank, now, channel=Channel.EMAIL)  # who has it behind the bell misses nothing
    held = message(make.patient("李建国"), now, channel=Channel.SMS, message_class=MessageClass.CARE)
    Message.objects.filter(pk=mail.pk).update(state="withheld", reason="not_set_up", settled_at=now)
    Message.objects.filter(pk=held.pk).update(state="withheld", reason="opted_out", settled_at=now)
    assert list(Message.objects.not_ready()) == [row]
    answer = make.client_of(frank).get("/api/v1/messages/", {"state": "not_ready"})
    assert [each["id"] for each in answer.json()["results"]] == [row.pk]


def test_after_a_week_it_is_history(frank: Staff, signed_in: SignedIn, now: datetime) -> None:
    row = withheld(now)
    Message.objects.filter(pk=row.pk).update(send_at=now - 7 * DAY)
    assert WITHHELD not in shown(signed_in(frank).get("/outbox/"))


# ── Before it happens ────────────────────────────────────────────────────────


def test_words_lack_an_account_then_a_number_then_nothing(now: datetime) -> None:
    words = published()
    assert NO_ACCOUNT in str(want_of(words, None))
    account = setup_of("aliyun")
    assert str(want_of(words, account)) == f"阿里云短信{NO_NUMBER}：填上编号之前，短信不会发出。"
    register_version(words=words, provider="tencent", number="7", keywords={}, actor=make.by(), at=now)
    assert NO_NUMBER in str(want_of(words, account))
    register_version(words=words, provider="aliyun", number="SMS_7", keywords={}, actor=make.by(), at=now)
    assert want_of(words, account) == ""


def test_an_account_whose_keys_are_gone_is_none() -> None:
    account = setup_of("aliyun")
    GatewaySetup.objects.filter(pk=account.pk).update(sealed={})
    account.refresh_from_db()
    assert if_complete(account) is None
    assert NO_ACCOUNT in str(want_of(published("您好", "aliyun"), if_complete(account)))


def test_what_never_goes_as_a_text_message_lacks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = MessagePurpose("ring_back_missed", "Lab", (MessageClass.CARE,), may_be_clinical=True)
    monkeypatch.setitem(PURPOSES, lab.code, lab)
    clinical = published()
    assert want_of(clinical, None) == ""
    assert clinical not in unknown_words(setup_of("aliyun"))


def test_whoever_publishes_reads_it_first_and_afterwards(dana: Staff, signed_in: SignedIn, now: datetime) -> None:
    row, office = template(now), signed_in(dana)
    draft = draft_of(row)
    publish = reverse("messaging:template_version_publish", args=[draft.pk])
    detail = reverse("messaging:template_detail", args=[row.pk])
    assert NO_ACCOUNT in shown(office.get(publish))
    assert NO_ACCOUNT not in shown(office.get(detail))  # nobody gets a draft
    setup_of("aliyun")
    assert NO_NUMBER in shown(office.get(publish))
    office.post(publish, {"version": draft.version})
    assert NO_NUMBER in shown(office.get(detail))
    api = f"/api/v1/template-versions/{draft.pk}/"
    assert office.get(api).json()["goes_as_sms"] is False
    register_version(words=draft, provider="aliyun", number="SMS_7", keywords={}, actor=dana.actor, at=now)
    assert NO_NUMBER not in shown(office.get(detail))
    assert office.get(api).json()["goes_as_sms"] is True


def test_an_advertisement_goes_by_nothing_without_its_certificate(
    dana: Staff, signed_in: SignedIn, now: datetime
) -> None:
    words, office = publish(draft_of(offer(now)), now, **certificate(now.date())), signed_in(dana)
    for provider, number in (("aliyun", "SMS_7"), ("wechat", "7")):
        setup_of(provider)
        register_version(words=words, provider=provider, number=number, keywords={}, actor=dana.actor, at=now)

    def goes() -> tuple[bool, bool]:
        row = office.get(f"/api/v1/template-versions/{words.pk}/").json()
        return row["goes_as_sms"], row["goes_by_wechat"]

    assert goes() == (True, True)
    renew_certificate(
        words=words, version=words.version, certificate_number="", certificate_until=None, actor=dana.actor, at=now
    )
    assert goes() == (False, False)


def test_whoever_publishes_reads_that_the_official_account_does_not_know_the_words(
    dana: Staff, signed_in: SignedIn, now: datetime
) -> None:
    row, office = template(now), signed_in(dana)
    draft, warning = draft_of(row), "微信公众号还没有这些文字的编号"
    publish = reverse("messaging:template_version_publish", args=[draft.pk])
    assert warning not in shown(office.get(publish))  # nobody is written to by WeChat
    setup_of("wechat")
    assert warning in shown(office.get(publish))
    office.post(publish, {"version": draft.version})
    detail, api = reverse("messaging:template_detail", args=[row.pk]), f"/api/v1/template-versions/{draft.pk}/"
    assert (warning in shown(office.get(detail)), office.get(api).json()["goes_by_wechat"]) == (True, False)
    register_version(words=draft, provider="wechat", number="7", keywords={}, actor=dana.actor, at=now)
    assert (warning in shown(office.get(detail)), office.get(api).json()["goes_by_wechat"]) == (False, True)


def test_many_words_ask_no_more_of_the_account_than_one(dana: Staff, signed_in: SignedIn) -> None:
    """Where it names no signature, the hospital is asked for its own."""
    setup_of("aliyun", sign_name="")
    TemplateVersion.objects.all().update(state="retired", retired_at=make.THEN)
    office, asked = signed_in(dana), []
    for _ in range(2):
        published("您好", "aliyun")
        with counted() as queries:
            office.get("/api/v1/template-versions/", {"state": "published"})
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_channels_say_that_nobody_takes_text_messages(frank: Staff, signed_in: SignedIn, now: datetime) -> None:
    browser, warning = signed_in(frank), "没有在用的短信账号"
    assert warning in shown(browser.get("/settings/channels/"))
    account = setup_of("aliyun")
    assert warning not in shown(browser.get("/settings/channels/"))
    stop_setup(setup=account, actor=frank.actor, at=now)
    assert warning in shown(browser.get("/settings/channels/"))


def test_an_account_names_the_words_that_it_does_not_know(frank: Staff, signed_in: SignedIn) -> None:
    TemplateVersion.objects.all().update(state="retired", retired_at=make.THEN)
    known, unknown = published("您好", "aliyun"), published()
    retired = published()
    TemplateVersion.objects.filter(pk=retired.pk).update(state="retired", retired_at=make.THEN)
    unused = published()
    type(unused.template).objects.filter(pk=unused.template_id).update(is_active=False)
    account, other, robot = (
        setup_of("aliyun"),
        setup_of("tencent", is_used=False),
        setup_of("wecom", "https://w.example"),
    )
    assert list(unknown_words(account)) == [unknown]
    assert set(unknown_words(other)) == {known, unknown}
    assert not unknown_words(robot).exists()
    assert set(unknown_words(setup_of("wechat"))) == {known, unknown}
    page = shown(signed_in(frank).get(reverse("messaging:channel_edit", args=[account.pk])))
    assert reverse("messaging:template_version_register", args=[unknown.pk]) in page
    assert reverse("messaging:template_version_register", args=[known.pk]) not in page
