"""Filters as chips renew the work around them in place, with a true address bar; a new tab stays a new tab."""

import re

from playwright.sync_api import expect

from tests import make

from .conftest import Open, sign_in


def test_a_chip_renews_the_work_and_keeps_the_focus(browse: Open) -> None:
    make.staff("line", "consultant")
    page = browse(locale="en-US")
    sign_in(page, "line")
    page.goto("/figures/promises/")
    page.evaluate("window.stays = true")
    page.get_by_role("link", name="30 days").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("/figures/promises/?period=30")
    chosen = page.get_by_role("link", name="30 days")
    expect(chosen).to_have_attribute("aria-current", "true")
    expect(chosen).to_be_focused()
    expect(page.locator("main main")).to_have_count(0)
    assert page.evaluate("window.stays") is True
    page.go_back()
    page.wait_for_url("/figures/promises/")
    expect(page.get_by_role("link", name="Today")).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="30 days").click()
    page.get_by_role("link", name="Own dates").click()
    page.wait_for_url(re.compile(r"period=own&since=\d{4}-\d\d-\d\d&until="))


def test_a_chip_opens_in_a_new_tab_for_whoever_wants_one(browse: Open) -> None:
    make.staff("line", "consultant")
    page = browse(locale="en-US")
    sign_in(page, "line")
    page.goto("/calls/")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Today", exact=True).click(modifiers=["Control"])
    opened.value.wait_for_url("**/calls/?since=*")
    assert page.url.endswith("/calls/")
