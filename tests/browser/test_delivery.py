"""The figures of the outbox as people use them: choose days, open the rows behind a number, try again. Mission D5."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Staff
from messaging.models import Channel, Message, MessageClass
from tests import make
from tests.messaging.make import message

from .conftest import PHONE, Open, sign_in
from .test_accessible import WIDER, violations


@pytest.fixture
def alice(transactional_db: None) -> Staff:
    """Two text messages of hers went out a week ago, one arrived; one failed today and can be tried again."""
    alice, now = make.staff("alice", "consultant", department=make.department("白内障科", "Cataract")), timezone.now()
    patient = make.patient("张桂兰", "13800001234")
    for days, values in (
        (7, {"state": "sent", "fate": "delivered", "settled_at": now}),
        (7, {"state": "sent", "settled_at": now}),
        (0, {"state": "failed", "reason": "refused", "settled_at": now}),
    ):
        row = message(
            patient, now - timedelta(days=days), channel=Channel.SMS, message_class=MessageClass.CARE, actor=alice.actor
        )
        Message.objects.filter(pk=row.pk).update(expires_at=now + timedelta(days=3), parts=1, cost="0.0450", **values)
    return alice


def opened(browse: Open, **options: object) -> Page:
    page = browse(**{"locale": "en-US", **options})
    sign_in(page, "alice")
    page.goto("/outbox/")
    page.get_by_role("link", name="Delivery in figures").click()
    expect(page.get_by_role("heading", name="Delivery in figures")).to_be_visible()
    return page


@pytest.mark.usefixtures("alice")
def test_days_are_chosen_and_a_number_opens_its_rows(browse: Open) -> None:
    page = opened(browse)
    page.get_by_role("link", name="30 days").click()
    page.wait_for_url("/outbox/delivery/?period=30")
    line = page.get_by_role("row").filter(has_text="Text message").first
    expect(line).to_contain_text("1 / 2 · 50 %")
    expect(line).to_contain_text("¥0.1")
    page.get_by_role("link", name=re.compile("^Delivered")).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("/outbox/?measure=delivered&**")
    expect(page.get_by_text("1 on this page, 1 in all")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Figure of the delivery page: Delivered")).click()
    expect(page.get_by_text("3 on this page, 3 in all")).to_be_visible()


@pytest.mark.usefixtures("alice")
def test_what_failed_is_tried_again_and_the_page_says_what_is_asked(browse: Open) -> None:
    page = opened(browse)
    page.get_by_role("link", name=re.compile("^Failed")).click()
    page.get_by_role("button", name="Try again", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("consent, opt-outs, holds and hours are asked again")
    expect(page.get_by_role("row").filter(has_text="张桂兰")).to_contain_text("Waiting")


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize(("scheme", "locale"), [("light", "zh-CN"), ("dark", "en-US")])
def test_it_has_no_serious_violation_and_fits_a_phone(browse: Open, scheme: str, locale: str) -> None:
    page = browse(color_scheme=scheme, locale=locale)
    sign_in(page, "alice")
    found = []
    for url in ("/outbox/delivery/?period=30", "/outbox/delivery/?period=own", "/outbox/?measure=sent&reason=quiet"):
        page.goto(url)
        found += violations(page)
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        found += [f"{url} is too wide"] if page.evaluate(WIDER) else []
    assert found == []


@pytest.mark.usefixtures("alice")
def test_on_paper_stands_the_report_alone(browse: Open) -> None:
    page = opened(browse)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="By channel")).to_be_visible()
    expect(page.get_by_role("link", name="30 days")).to_be_hidden()
