"""The year of a working calendar: read as tables, turned over with keys, a marked day leads to its form and back."""

import re

from playwright.sync_api import expect

from accounts.models import Staff

from .conftest import Open, sign_in


def test_a_year_is_turned_over_and_a_day_is_changed(browse: Open, administrator: Staff) -> None:
    page = browse(locale="en-US")
    sign_in(page, administrator.username)
    page.goto("/calendars/")
    page.get_by_role("main").get_by_role("link", name="Hospital", exact=True).click()
    page.wait_for_url(re.compile(r"/calendars/\d+/"))
    page.goto(f"{page.url}?year=2026")
    october = page.get_by_role("table", name="October")
    expect(october.get_by_role("columnheader", name="Monday")).to_have_count(1)
    expect(october.get_by_role("link", name=re.compile("Day off National Day"))).to_have_count(7)
    october.get_by_role("link", name=re.compile("^10 Make-up working day")).click()
    page.locator("[name=stands_for]").select_option(label="Wednesday")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(r"year=2026#day-2026-10-10$"))
    expect(page.locator("#day-2026-10-10")).to_have_class(re.compile("own"))
    page.keyboard.press("]")
    page.wait_for_url(re.compile(r"year=2027$"))
    expect(page.get_by_text("Nobody has confirmed 2027.")).to_be_visible()
    page.locator("[name=amount]").fill("3")
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_role("table", name="How it is counted").get_by_role("row")).not_to_have_count(0)
