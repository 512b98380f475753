"""The administrator lets a colleague in; two administrators edit at once and nothing is lost."""

import re
import time

from playwright.sync_api import Route, expect

from accounts.models import Staff
from tests import make

from .conftest import Open, sign_in


def test_a_new_colleague_signs_in_with_the_one_time_password(browse: Open, administrator: Staff) -> None:
    page = browse(locale="en-US")
    sign_in(page, "frank")
    page.goto("/staff/")
    page.keyboard.press("n")
    page.wait_for_url("/staff/new/")
    page.locator("[name=display_name]").fill("王小明")
    page.locator("[name=display_name_en]").fill("Wang Xiaoming")
    page.locator("[name=username]").fill("wang")
    page.get_by_label("Consult line").check()
    page.keyboard.press("Control+Enter")
    password = page.locator("#one-time-password").inner_text()
    colleague = browse()
    colleague.goto("/sign-in/")
    colleague.locator("[name=login]").fill("wang")
    colleague.locator("[name=password]").fill(password)
    colleague.keyboard.press("Enter")
    colleague.wait_for_url(re.compile("/account/password/"))
    colleague.locator("[name=password1]").fill("of-my-own-choice-7")
    colleague.locator("[name=password2]").fill("of-my-own-choice-7")
    colleague.keyboard.press("Control+Enter")
    colleague.wait_for_url("/")
    expect(colleague.locator("h1")).to_have_text("工作台")
    expect(colleague.locator("summary").last).to_contain_text("王小明")


def test_a_new_password_on_its_way_is_not_overtaken_by_what_the_page_asks_itself(
    browse: Open, administrator: Staff
) -> None:
    asked: list[Route] = []
    page = browse(locale="en-US")
    sign_in(page, "frank")
    page.route("**/notes/bell/**", lambda route: asked.append(route))  # it must be one of its own
    with page.expect_request("**/notes/bell/**"):
        page.goto("/account/password/")
    page.locator("[name=oldpassword]").fill(make.PASSWORD)
    for field in ("password1", "password2"):
        page.locator(f"[name={field}]").fill("of-my-own-choice-7")

    def on_a_slow_line(route: Route) -> None:
        for bell in asked:
            bell.fulfill(status=401, headers={"HX-Redirect": "/sign-in/?next=/account/password/"})
        time.sleep(0.3)
        route.continue_()

    page.route("**/account/password/", on_a_slow_line)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Password changed")
    assert "/sign-in/" not in page.url


def test_a_stale_form_shows_both_versions_and_saves_what_is_picked(browse: Open, administrator: Staff) -> None:
    colleague = make.staff("wang", "consultant", display_name="王小明", extension="8101")
    first, second = browse(locale="en-US"), browse(locale="en-US")
    for page in (first, second):
        sign_in(page, "frank")
        page.goto(f"/staff/{colleague.pk}/edit/")
    first.locator("[name=extension]").fill("8200")
    first.keyboard.press("Control+Enter")
    first.wait_for_url(f"/staff/{colleague.pk}/")
    second.locator("[name=extension]").fill("8300")
    second.locator("[name=employee_number]").fill("D77")
    second.keyboard.press("Control+Enter")
    expect(second.locator("table")).to_contain_text("8101")
    expect(second.locator("table")).to_contain_text("8200")
    expect(second.locator("table")).to_contain_text("8300")
    expect(second.locator("[name=pick-employee_number][value=mine]")).to_be_checked()
    second.locator("[name=pick-extension][value=mine]").check()
    second.get_by_role("button", name="Save as chosen").click()
    second.wait_for_url(f"/staff/{colleague.pk}/")
    colleague.refresh_from_db()
    assert (colleague.extension, colleague.employee_number) == ("8300", "D77")


def test_the_list_is_filtered_in_place_and_the_address_stays_true(browse: Open, administrator: Staff) -> None:
    for name in ("wang", "zhang"):
        make.staff(name, "consultant")
    page = browse(locale="en-US")
    sign_in(page, "frank")
    page.goto("/staff/")
    page.locator("[name=q]").press_sequentially("wan")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("q=wan"))
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody a").first.click()
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_double_click_adds_one_person(browse: Open, administrator: Staff) -> None:
    page = browse(locale="en-US")
    sign_in(page, "frank")
    page.goto("/staff/new/")
    page.locator("[name=display_name]").fill("Twice")
    page.locator("[name=username]").fill("twice")
    page.get_by_role("button", name="Save").dblclick()
    expect(page.locator("#one-time-password")).to_be_visible()
    assert Staff.objects.filter(username="twice").count() == 1
