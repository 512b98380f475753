"""A note appears without a reload, is said politely, never moves the focus, and is read by opening the bell."""

from django.utils import timezone
from playwright.sync_api import expect

from messaging.services.delivery import deliver_due
from tests import make
from tests.messaging.make import message

from .conftest import PHONE, Open, sign_in

SOON = 5_000  # ms: a note that was sent is on the page within five seconds


def test_a_note_rings_within_five_seconds_and_leaves_the_focus_alone(browse: Open) -> None:
    alice = make.staff("alice", "consultant")
    page = browse()
    sign_in(page, "alice")
    page.locator("input[type=search]").fill("zhang")
    bell = page.locator("#bell-menu > summary")
    expect(page.locator("#bell[hx-get*='seen']")).to_be_attached()
    message(alice, timezone.now())
    deliver_due(now=timezone.now)
    expect(bell).to_contain_text("1", timeout=SOON)
    expect(page.locator("#bell-news")).to_have_text("新通知： 测试消息")
    assert page.evaluate("document.activeElement.value") == "zhang"
    bell.click()
    expect(page.locator("#notes li.new")).to_have_count(1)
    expect(page.locator("#count-bell")).to_have_text("")
    page.keyboard.press("Escape")
    expect(page.locator("#notes")).to_be_hidden()
    bell.press("Enter")
    expect(page.locator("#notes li")).to_have_count(1)
    expect(page.locator("#notes li.new")).to_have_count(0)
    page.locator("#notes a").press("Enter")
    page.wait_for_url("/outbox/")


def test_on_a_phone_the_menu_stays_on_the_screen(browse: Open) -> None:
    alice = make.staff("alice", "consultant", language="en")
    message(alice, timezone.now())
    deliver_due(now=timezone.now)
    page = browse(locale="en-US", viewport=PHONE)
    sign_in(page, "alice")
    page.locator("#bell-menu > summary").click()
    expect(page.locator("#notes li")).to_have_count(1)
    box = page.locator(".c-pop-wide").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]


def test_without_scripts_the_bell_leads_to_a_page(browse: Open) -> None:
    alice = make.staff("alice", "consultant")
    message(alice, timezone.now())
    deliver_due(now=timezone.now)
    page = browse(java_script_enabled=False)
    sign_in(page, "alice")
    page.locator("#bell-menu > summary").click()
    page.get_by_role("link", name="全部通知").click()
    expect(page.locator(".c-notes li")).to_have_count(1)
