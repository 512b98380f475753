"""The accounts at providers: keys go in and never come out, one provider a channel, tests, call-backs."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Department, Staff
from hospital_crm.lib.errors import StaleVersion
from messaging.forms import TrialForm, form_for
from messaging.models import GatewaySetup, Message
from messaging.services.channel_trials import NoTrialTemplate, TriedJustNow, send_channel_trial
from messaging.services.delivery import deliver_due
from messaging.services.gateways.keys import key_of
from messaging.services.gateways.set_up import hospital_sms
from messaging.services.setups import (
    GroupThere,
    SetupIncomplete,
    add_group,
    change_setup,
    renew_call_back_token,
    stop_setup,
    use_setup,
)
from tests import make
from tests.accounts.pages import Page
from tests.conftest import SignedIn
from tests.make import THEN, by
from tests.messaging.channels import SECRET, TOKEN, setup_of
from tests.messaging.provider import NUMBER, Provider, Says, provider

ALIYUN = {"key_id": "LTAI5tAbCdEfGhIjKl", "key_secret": SECRET, "sign_name": "示例医院", "price": "0.045"}


@pytest.fixture
def aliyun(db: None) -> GatewaySetup:
    return GatewaySetup.objects.get(provider="aliyun")


def page(name: str, setup: GatewaySetup) -> str:
    return reverse(f"messaging:{name}", args=[setup.pk])


def save(browser: Client, setup: GatewaySetup, **sent: Any) -> Any:
    setup.refresh_from_db()
    return browser.post(page("channel_edit", setup), {"version": setup.version, **sent})


# Keys


def test_a_key_goes_in_and_is_on_no_page_in_no_audit_and_not_in_the_row(
    frank: Staff, signed_in: SignedIn, aliyun: GatewaySetup
) -> None:
    browser = signed_in(frank)
    assert save(browser, aliyun, **ALIYUN).status_code == 302
    aliyun.refresh_from_db()
    assert key_of(aliyun, "key_secret") == SECRET
    assert SECRET not in str(GatewaySetup.objects.values_list())
    assert SECRET not in str(list(AuditEntry.objects.values_list()))
    assert AuditEntry.objects.get(verb="gateway.changed").fields == ["key_id", "key_secret", "price", "sign_name"]
    for url in (page("channel_edit", aliyun), reverse("messaging:channel_list"), reverse("api-channel-list")):
        answer = browser.get(url)
        assert answer.status_code == 200
        assert SECRET not in answer.content.decode()
        assert aliyun.sealed["key_secret"] not in answer.content.decode()


def test_a_key_stays_as_it_is_unless_it_is_typed(frank: Staff, signed_in: SignedIn, aliyun: GatewaySetup) -> None:
    browser = signed_in(frank)
    save(browser, aliyun, **ALIYUN)
    save(browser, aliyun, **ALIYUN | {"key_secret": "", "sign_name": "另一家医院"})
    aliyun.refresh_from_db()
    assert (aliyun.values["sign_name"], key_of(aliyun, "key_secret")) == ("另一家医院", SECRET)
    save(browser, aliyun, **ALIYUN | {"key_secret": "another0123456789abc"})
    aliyun.refresh_from_db()
    assert key_of(aliyun, "key_secret") == "another0123456789abc"


def test_a_key_under_another_secret_key_is_as_none(aliyun: GatewaySetup, settings: Any) -> None:
    setup_of("aliyun")
    settings.SECRET_KEY = "another" * 10
    aliyun.refresh_from_db()
    assert key_of(aliyun, "key_secret") == ""
    assert not hospital_sms().is_set_up


@pytest.mark.parametrize(
    ("provider_code", "field", "typed"),
    [
        ("aliyun", "key_id", ""),
        ("aliyun", "key_id", "two words of it"),
        ("aliyun", "key_secret", "short"),
        ("aliyun", "sign_name", "【医院】"),
        ("aliyun", "price", "-1"),
        ("aliyun", "price", "free"),
        ("aliyun", "url", "http://elsewhere.example"),
        ("aliyun", "url", "ftp://elsewhere.example"),
        ("tencent", "app_id", "app"),
        ("tencent", "region", "Guangzhou!"),
        ("wechat", "app_id", "gh_123456"),
        ("wechat", "secret", "短"),
        ("wechat", "call_back_token", "with-hyphen"),
        ("wechat", "aes_key", "x" * 42),
        ("wecom", "name", ""),
        ("wecom", "web_hook", "robot-key"),
        ("wecom", "web_hook", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"),
        ("wecom", "web_hook", "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"),
    ],
)
@pytest.mark.django_db
def test_what_cannot_be_right_is_said_beside_its_field(provider_code: str, field: str, typed: str) -> None:
    setup = GatewaySetup.objects.get(provider=provider_code)
    assert form_for(setup)({"version": "1", field: typed}, instance=setup).errors[field]


def test_the_page_keeps_what_was_typed_but_for_keys(frank: Staff, signed_in: SignedIn, aliyun: GatewaySetup) -> None:
    answer = save(signed_in(frank), aliyun, **ALIYUN | {"sign_name": "【医院】"})
    shown = answer.content.decode()
    assert (answer.status_code, "is-invalid" in shown, ALIYUN["key_id"] in shown) == (200, True, True)
    assert SECRET not in shown
    aliyun.refresh_from_db()
    assert (aliyun.values, aliyun.sealed, aliyun.version) == ({}, {}, 1)


def test_a_stale_form_shows_both_sides_and_no_key(frank: Staff, signed_in: SignedIn, aliyun: GatewaySetup) -> None:
    browser = signed_in(frank)
    save(browser, aliyun, **ALIYUN)
    stale = ALIYUN | {"version": 1, "sign_name": "我的医院", "key_secret": "mine0123456789abcdef"}
    answer = browser.post(page("channel_edit", aliyun), stale)
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "我的医院" in shown
    assert "示例医院" in shown
    assert "mine0123456789abcdef" not in shown
    aliyun.refresh_from_db()
    assert key_of(aliyun, "key_secret") == SECRET


def test_whoever_saved_first_wins(aliyun: GatewaySetup) -> None:
    setup_of("aliyun")
    with pytest.raises(StaleVersion):
        change_setup(setup=aliyun, version=1, values={}, keys={}, actor=by(), at=THEN)


# In use


def test_only_a_complete_account_is_used_and_the_other_provider_stops(
    frank: Staff, signed_in: SignedIn, aliyun: GatewaySetup
) -> None:
    browser = signed_in(frank)
    browser.post(page("channel_use", aliyun))
    aliyun.refresh_from_db()
    assert not aliyun.is_active
    save(browser, aliyun, **ALIYUN)
    browser.post(page("channel_use", aliyun))
    tencent = setup_of("tencent", is_used=False)
    browser.post(page("channel_use", tencent))
    assert list(GatewaySetup.objects.in_use()) == [tencent]
    browser.post(page("channel_stop", tencent))
    assert not GatewaySetup.objects.in_use().exists()
    verbs = AuditEntry.objects.filter(verb__startswith="gateway.").order_by("pk").values_list("verb", flat=True)
    assert [verb for verb in verbs if verb != "gateway.changed"] == [
        "gateway.used",
        "gateway.stopped",
        "gateway.used",
        "gateway.stopped",
    ]


def test_what_is_in_use_stays_complete(aliyun: GatewaySetup) -> None:
    setup = setup_of("aliyun")
    with pytest.raises(SetupIncomplete):
        change_setup(setup=setup, version=setup.version, values={}, keys={}, actor=by(), at=THEN)
    aliyun.refresh_from_db()
    assert aliyun.values["key_id"]


def test_twice_changes_nothing(aliyun: GatewaySetup) -> None:
    setup = setup_of("aliyun")
    version = setup.version
    use_setup(setup=setup, actor=by(), at=THEN)
    assert setup.version == version
    stop_setup(setup=setup, actor=by(), at=THEN)
    stop_setup(setup=setup, actor=by(), at=THEN)
    assert setup.version == version + 1


def test_each_department_has_one_group(frank: Staff, signed_in: SignedIn, cataract: Department) -> None:
    answer = signed_in(frank).post(
        reverse("messaging:group_create"),
        {"department": cataract.pk, "submission": "7c1ab0f4-9f3a-4b0e-8a51-0d6d6f0a3b11"},
    )
    group = GatewaySetup.objects.get(department=cataract)
    assert answer["Location"] == page("channel_edit", group)
    with pytest.raises(GroupThere):
        add_group(department=cataract, actor=by(), at=THEN)


def test_only_the_administrator_comes_here(dana: Staff, signed_in: SignedIn, aliyun: GatewaySetup) -> None:
    assert signed_in(dana).get(page("channel_edit", aliyun)).status_code == 403
    assert Client().get(reverse("api-channel-list")).status_code in (401, 403)


# Call-backs


def test_the_addresses_are_shown_once_to_whoever_made_them(
    frank: Staff, signed_in: SignedIn, aliyun: GatewaySetup
) -> None:
    browser = signed_in(frank)
    answer = browser.post(page("channel_address", aliyun), follow=True)
    aliyun.refresh_from_db()
    token = key_of(aliyun, "call_back_token")
    assert token
    assert f"/call-backs/aliyun/{token}/receipts/" in answer.content.decode()
    assert f"/call-backs/aliyun/{token}/replies/" in answer.content.decode()
    assert token not in browser.get(page("channel_edit", aliyun)).content.decode()
    assert token not in str(list(AuditEntry.objects.values_list()))
    other = signed_in(make.staff("", "administrator", second_factor=True))
    assert token not in other.get(page("channel_address_shown", aliyun), follow=True).content.decode()


def test_a_new_address_ends_the_earlier_one(aliyun: GatewaySetup) -> None:
    first = renew_call_back_token(setup=aliyun, actor=by(), at=THEN)
    second = renew_call_back_token(setup=aliyun, actor=by(), at=THEN)
    for token, status in ((first, 404), (second, 200)):
        url = reverse("messaging:call_back_receipts", args=["aliyun", token])
        assert Client().post(url, "[]", content_type="application/json").status_code == status


# Tests


@pytest.fixture
def place(db: None) -> Iterator[Provider]:
    with provider(lambda asked: Says({"Code": "OK", "BizId": "1^0"})) as place:
        yield place


@pytest.mark.system
def test_a_test_goes_through_an_account_that_is_not_in_use_yet(
    frank: Staff, signed_in: SignedIn, place: Provider, now: datetime
) -> None:
    setup = setup_of("aliyun", place.url, is_used=False)
    browser = signed_in(frank)
    assert browser.post(page("channel_trial", setup), {"to": "138 0013 8000"}).status_code == 302
    row = Message.objects.get()
    assert (row.channel, row.staff, row.masked_address) == ("sms", frank, "138****8000")
    deliver_due(now=lambda: row.due_at)
    (asked,) = place.asked
    assert (asked.query["PhoneNumbers"], asked.query["TemplateCode"]) == (NUMBER, "SMS_TEST")
    shown = browser.get(page("channel_trials", setup)).content.decode()
    assert "138****8000" in shown
    assert "13800138000" not in shown
    row.refresh_from_db()
    assert row.state == "sent"
    assert AuditEntry.objects.filter(verb="gateway.tried").count() == 1


@pytest.mark.parametrize("typed", ["", "12", "057155500100", "somebody@example.com"])
def test_a_test_needs_a_mobile_number(aliyun: GatewaySetup, typed: str) -> None:
    assert TrialForm({"to": typed}, setup=aliyun).errors["to"]


def test_a_wrong_number_is_said_on_the_page(frank: Staff, signed_in: SignedIn) -> None:
    answer = signed_in(frank).post(page("channel_trial", setup_of("aliyun")), {"to": "12"})
    assert (answer.status_code, "is-invalid" in answer.content.decode()) == (200, True)
    assert not Message.objects.exists()


def test_the_page_of_an_account_has_one_main_act(frank: Staff, signed_in: SignedIn) -> None:
    shown = signed_in(frank).get(page("channel_edit", setup_of("aliyun"))).content.decode().split("<main")[1]
    assert (shown.count("btn-primary"), shown.count("data-main"), shown.count("Ctrl Enter")) == (1, 1, 1)


def test_a_line_that_failed_is_said_in_words(frank: Staff, signed_in: SignedIn) -> None:
    setup = setup_of("aliyun")
    now = timezone.now()
    row = send_channel_trial(setup=setup, address=NUMBER, staff=frank, at=now)
    Message.objects.filter(pk=row.pk).update(provider_code="ConnectionRefusedError")
    browser = signed_in(frank)
    shown = browser.get(page("channel_trials", setup)).content.decode()
    assert "没有收到服务商的答复。" in shown
    assert "ConnectionRefusedError" not in shown
    assert f"今天 {timezone.localtime(now):%H:%M}" in shown
    Message.objects.filter(pk=row.pk).update(provider_code="isv.BUSINESS_LIMIT_CONTROL")
    told = browser.get(page("channel_trials", setup)).content.decode()
    assert "服务商返回 <code>isv.BUSINESS_LIMIT_CONTROL</code>" in told


def test_a_second_press_sends_nothing(frank: Staff, now: datetime) -> None:
    setup = setup_of("aliyun")
    send_channel_trial(setup=setup, address=NUMBER, staff=frank, at=now)
    with pytest.raises(TriedJustNow):
        send_channel_trial(setup=setup, address=NUMBER, staff=frank, at=now)
    send_channel_trial(setup=setup, address=NUMBER, staff=frank, at=now + timedelta(seconds=1))


def test_without_a_template_for_tests_none_is_sent(frank: Staff, signed_in: SignedIn, now: datetime) -> None:
    setup = setup_of("aliyun", trial_template="")
    with pytest.raises(NoTrialTemplate):
        send_channel_trial(setup=setup, address=NUMBER, staff=frank, at=now)
    answer = signed_in(frank).post(page("channel_trial", setup), {"to": NUMBER})
    assert "请先在上面填写“测试用模板”" in Page(answer).errors["to"]
    assert not Message.objects.exists()


def test_a_test_whose_template_was_taken_out_meanwhile_says_so(frank: Staff, now: datetime) -> None:
    row = send_channel_trial(setup=setup_of("aliyun"), address=NUMBER, staff=frank, at=now)
    setup_of("aliyun", trial_template="")
    deliver_due(now=lambda: now)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("withheld", "no_template")


@pytest.mark.django_db
def test_keys_do_not_go_along_to_another_host(now: datetime) -> None:
    setup = setup_of("wechat", is_used=False)
    values = {**setup.values, "url": "https://elsewhere.example"}
    change_setup(setup=setup, version=setup.version, values=values, keys={}, actor=make.by(), at=now)
    setup.refresh_from_db()
    assert (key_of(setup, "secret"), key_of(setup, "call_back_token")) == ("", TOKEN)
    change_setup(setup=setup, version=setup.version, values=values, keys={"secret": SECRET}, actor=make.by(), at=now)
    assert key_of(setup, "secret") == SECRET


@pytest.mark.django_db
def test_in_use_it_moves_to_another_host_with_its_keys_given_anew_alone(now: datetime) -> None:
    setup = setup_of("wechat")
    values = {**setup.values, "url": "https://elsewhere.example"}
    with pytest.raises(SetupIncomplete):
        change_setup(setup=setup, version=setup.version, values=values, keys={}, actor=make.by(), at=now)
