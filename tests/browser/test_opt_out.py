"""Somebody stops messages from the own phone, and colleagues see why one was not sent. Missions A7, H4."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Staff
from institution.models import HospitalProfile
from messaging.models import Channel, MessageClass, OptOut
from messaging.services.delivery import deliver_due
from messaging.services.gateways import GATEWAYS
from messaging.services.links import stop_link
from patients.models import Patient
from tests import make
from tests.browser.conftest import PHONE, Open, sign_in
from tests.messaging.make import message
from tests.messaging.people import Line


@pytest.fixture
def zhang(alice: Staff) -> Patient:
    HospitalProfile.objects.update(consult_phone="0571 5550 0100")
    return make.patient("张桂兰", "13800001234", language="zh-hans")


def link_to(patient: Patient) -> str:
    now = timezone.now()
    mail = message(patient, now, channel=Channel.EMAIL, message_class=MessageClass.SURVEY, send_at=now + timedelta(1))
    return stop_link(mail).removeprefix(settings.BASE_URL)


@pytest.mark.parametrize("scripts", [True, False])
def test_opt_out_from_the_phone_page(browse: Open, zhang: Patient, *, scripts: bool) -> None:
    page = browse(viewport=PHONE, java_script_enabled=scripts)
    weights: list[int] = []
    page.on("response", lambda answer: weights.append(len(answer.body())))
    page.goto(link_to(zhang))
    expect(page.get_by_role("heading", name="您想停收哪些消息？")).to_be_visible()
    button = page.get_by_role("button", name="停发满意度调查和优惠信息")
    box = button.bounding_box()
    assert box is not None
    assert (box["height"] >= 52, box["x"] + box["width"] <= PHONE["width"]) == (True, True)
    assert 0 < sum(weights) < 50_000
    button.click()
    expect(page.get_by_role("heading", name="已停发")).to_be_visible()
    expect(page.get_by_role("link", name="致电我们：0571 5550 0100")).to_be_visible()
    assert OptOut.objects.get().scope == "offers"
    page.get_by_role("button", name="诊疗关怀、调查和优惠都停发").click()
    expect(page.get_by_text("今后只就您预约、咨询和投诉的事项给您发消息")).to_be_visible()
    assert OptOut.objects.filter(patient=zhang).count() == 2
    assert page.context.cookies() == []


def test_the_page_is_read_in_the_other_language(browse: Open, zhang: Patient) -> None:
    page = browse(viewport=PHONE)
    page.goto(link_to(zhang))
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Which messages do you want to stop?")).to_be_visible()
    page.get_by_role("button", name="Stop surveys and offers").click()
    expect(page.get_by_role("heading", name="Stopped")).to_be_visible()


def test_withheld_with_its_reason_in_the_outbox(
    browse: Open, alice: Staff, zhang: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(GATEWAYS, Channel.EMAIL, Line)
    now = timezone.now()
    values = {"channel": Channel.EMAIL, "actor": alice.actor, "expires_at": now + timedelta(days=3)}
    message(zhang, now, message_class=MessageClass.MARKETING, **values)
    deliver_due(now=timezone.now)
    page = browse()
    sign_in(page, "alice")
    page.goto("/outbox/")
    row = page.get_by_role("row").filter(has_text="张桂兰")
    expect(row).to_contain_text("未发")
    expect(row).to_contain_text("没有同意接收这类消息。")


def test_a_colleague_stops_messages_where_the_consents_stand(browse: Open, alice: Staff, zhang: Patient) -> None:
    page = browse()
    sign_in(page, "alice")
    page.goto(f"/patients/{zhang.pk}/")
    page.get_by_role("link", name="停发消息").click()
    page.get_by_role("link", name="停发消息").first.click()
    page.get_by_label("138****1234（不论谁在用）").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("告诉了同事")).to_be_visible()
    page.goto(f"/patients/{zhang.pk}/")
    expect(page.locator("#stopped")).to_contain_text("138****1234")
    expect(page.locator("#consent-survey")).to_contain_text("138****1234")
    page.goto(f"/patients/{zhang.pk}/consents/")
    expect(page.locator("#consent-but-survey")).to_contain_text("138****1234")
