"""A message of which nobody knows whether it arrived: the page says so and what to look for, and then what was found.

Mission A7.
"""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.models import Staff
from messaging.models import Channel, Message
from messaging.services.delivery import deliver_due
from tests import make
from tests.messaging.channels import published, setup_of, to_patient
from tests.messaging.provider import HANG_UP, provider

from .conftest import PHONE, Open, sign_in
from .test_accessible import WIDER, violations

TODAY = re.compile(r"today \d\d:\d\d")
HANDED_OVER = "Handed over to Aliyun SMS today 10:00"
UNKNOWN = "/outbox/?state=unknown"


@pytest.fixture
def alice(transactional_db: None) -> Staff:
    return make.staff("alice", "consultant", display_name_en="Alice", department=make.department("热线", "Line"))


@pytest.fixture
def lost(alice: Staff) -> list[Message]:
    """The provider took two text messages of hers, at ten today, and hung up."""
    at = timezone.localtime().replace(hour=10, minute=0)
    with provider(lambda asked: HANG_UP) as place:
        setup_of("aliyun", place.url)
        words = published("您好，请回电。", "aliyun")
        rows = [to_patient(make.patient(name, "13800001234"), words, at, Channel.SMS) for name in ("张桂兰", "何建平")]
        Message.objects.update(queued_by=alice.actor)
        deliver_due(now=lambda: at)
    return rows


def outbox(browse: Open) -> Page:
    page = browse(locale="en-US")
    sign_in(page, "alice")
    page.goto("/outbox/")
    return page


def check_says(row: Locator, *told: str | re.Pattern[str]) -> None:
    for words in told:
        expect(row).to_contain_text(words)


def test_it_is_looked_for_and_settled_either_way(browse: Open, lost: list[Message]) -> None:
    page = outbox(browse)
    expect(page.locator("#rows")).to_contain_text("2 messages need a decision")
    page.get_by_role("link", name="Show them").click()
    arrived, gone = (page.locator(f"#message-{row.pk}") for row in lost)
    for row in (arrived, gone):
        check_says(row, "Unknown", "nobody knows whether it arrived", "138****1234")
        check_says(row, HANDED_OVER, "Ask the recipient, or look for it")
    arrived.get_by_role("button", name="It arrived").click()
    check_says(arrived, "Sent", TODAY, "Alice", "A colleague found that it had arrived.")
    expect(arrived.get_by_role("button")).to_have_count(0)
    gone.get_by_role("button", name="It did not arrive: leave it").press("Enter")
    check_says(gone, "Failed", TODAY, "Alice", "It did not arrive; a colleague gave it up.")
    page.goto("/outbox/")  # whoever comes later reads the same
    expect(arrived).to_contain_text("A colleague found that it had arrived.")
    expect(gone).to_contain_text("a colleague gave it up")
    expect(page.locator("#rows")).to_contain_text("1 message needs a decision")  # to try it again, or to cancel it
    states = Message.objects.order_by("pk").values_list("state", "reason", "settled_by__staff__username")
    assert list(states) == [("sent", "", "alice"), ("failed", "not_arrived", "alice")]


def test_what_did_not_arrive_is_sent_again_and_marked(browse: Open, lost: list[Message]) -> None:
    page = outbox(browse)
    page.goto(UNKNOWN)
    row = page.locator(f"#message-{lost[0].pk}")
    row.get_by_role("button", name="It did not arrive: send it again").click()
    check_says(row, "Waiting", "An earlier try may have arrived too.")
    expect(page.locator("#toasts")).to_contain_text("It waits for its turn.")
    expect(page).to_have_url(re.compile(re.escape(UNKNOWN)))


@pytest.mark.usefixtures("lost")
@pytest.mark.parametrize(("scheme", "locale"), [("light", "zh-CN"), ("dark", "en-US")])
def test_what_to_look_for_is_readable_and_all_that_can_be_said_is_within_reach_on_a_phone(
    browse: Open, scheme: str, locale: str
) -> None:
    page = browse(color_scheme=scheme, locale=locale)
    sign_in(page, "alice")
    page.goto(UNKNOWN)
    found = violations(page)
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    assert found + ["too wide"] * page.evaluate(WIDER) == []
    for button in page.locator("[id^=message-] button").all():
        place = button.bounding_box()
        assert place is not None
        assert place["x"] + place["width"] <= PHONE["width"]
