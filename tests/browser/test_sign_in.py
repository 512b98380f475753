"""Everybody signs in and finds just the places of their role; a wrong password locks, idleness signs out."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings as product
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from accounts.access import Role
from accounts.models import Staff
from tests import make

from .conftest import Open, sign_in

PLACES = {
    "zh-CN": ["工作台", "患者", "单位客户", "咨询热线", "数据看板", "发件箱", "设置", "消息模板", "审计"],
    "en-US": "Workbench,Patients,Organisations,Consult line,Dashboards,Outbox,Settings,Templates,Audit".split(","),
}
SEEN_BY = {  # by the numbers of the places above
    Role.GUIDE: (0, 1, 2, 3, 4),
    Role.CONSULTANT: (0, 1, 2, 3, 4, 5),
    Role.CUSTOMER_SERVICE: (0, 1, 2, 3, 5),
    Role.FOLLOWUP_NURSE: (0, 1, 2, 3, 4, 5),
    Role.DOCTOR: (0, 1, 3, 4),
    Role.HEALTH_ADVISER: (0, 1, 2, 3, 5),
    Role.MANAGER: (0, 1, 2, 3, 4, 5, 7, 8),
    Role.ADMINISTRATOR: (0, 5, 6, 7, 8),
}


@pytest.mark.parametrize(("locale", "scheme"), [("zh-CN", "light"), ("en-US", "light"), ("zh-CN", "dark")])
def test_each_role_sees_just_its_menu(browse: Open, administrator: Staff, locale: str, scheme: str) -> None:
    for role in Role:
        make.staff(f"the-{role.value}".replace("_", "-"), role)
    page = browse(locale=locale, color_scheme=scheme)
    for role in Role:
        sign_in(page, f"the-{role.value}".replace("_", "-"))
        expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
        expected = [PLACES[locale][place] for place in SEEN_BY[role]]
        expect(page.locator(".c-rail a span:not(.n)")).to_have_text(expected)
        page.locator("summary").last.click()
        page.locator("[data-sign-out] button").click()
        page.wait_for_url(re.compile("/sign-in/"))


def test_wrong_passwords_count_down_and_lock(browse: Open, administrator: Staff) -> None:
    page = browse(locale="en-US")
    page.goto("/sign-in/")
    for left in range(product.LOCKOUT_ATTEMPTS - 1, 0, -1):
        page.locator("[name=login]").fill("frank")
        page.locator("[name=password]").fill("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text(f"{left} tr")
        expect(page.locator("[name=login]")).to_have_value("frank")
    page.locator("[name=password]").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.locator("h1, h2").first).to_be_visible()
    expect(page.locator("body")).to_contain_text("15 minutes")
    page.goto("/sign-in/")
    page.locator("[name=login]").fill("frank")
    page.locator("[name=password]").fill(make.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("15 minutes")


def idle(minutes: int) -> None:
    """As if nobody had touched any browser for that long."""
    for session in Session.objects.all():
        store = SessionStore(session.session_key)
        store["seen_at"] -= minutes * 60
        store.save()


def test_an_idle_desk_is_signed_out_and_what_was_typed_comes_back(browse: Open, administrator: Staff) -> None:
    page = browse(locale="en-US")
    sign_in(page, "frank")
    page.goto("/staff/new/")
    page.locator("[name=display_name]").fill("Half a na")
    idle(product.IDLE_MINUTES + 1)
    page.goto("/staff/new/")
    page.wait_for_url(re.compile("/sign-in/"))
    expect(page.locator("body")).to_contain_text("signed out after 15 minutes")
    page.locator("[name=login]").fill("frank")
    page.locator("[name=password]").fill(make.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("/staff/new/")
    expect(page.locator("[name=display_name]")).to_have_value("Half a na")


def test_polling_alone_does_not_keep_anybody_signed_in(browse: Open, administrator: Staff) -> None:
    page = browse()
    sign_in(page, "frank")
    idle(product.IDLE_MINUTES - 1)
    with page.expect_response("**/counts/"):
        page.evaluate("htmx.ajax('GET', '/counts/', {swap: 'none'})")
    idle(2)
    page.evaluate("htmx.ajax('GET', '/counts/', {swap: 'none'})")
    page.wait_for_url(re.compile("/sign-in/"))


def test_the_language_switches_and_stays(browse: Open, administrator: Staff) -> None:
    page = browse()
    sign_in(page, "frank")
    expect(page.locator("h1")).to_have_text("工作台")
    page.get_by_role("button", name="EN").click()
    expect(page.locator("h1")).to_have_text("Workbench")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    elsewhere = browse()
    sign_in(elsewhere, "frank")
    expect(elsewhere.locator("h1")).to_have_text("Workbench")


def test_everything_works_without_javascript(browse: Open, administrator: Staff) -> None:
    page = browse(java_script_enabled=False, locale="en-US")
    sign_in(page, "frank")
    page.goto("/staff/")
    page.locator("[name=q]").fill("nobody of that name")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#rows")).to_contain_text("Nobody matches")
    page.goto("/lists/insurance/new/")
    page.locator("[name=label_zh]").fill("互助")
    page.locator("[name=label_en]").fill("Mutual aid")
    page.locator("[name=code]").fill("mutual")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("tbody")).to_contain_text("Mutual aid")
    page.locator("a[href='/keys/']").first.click()
    expect(page.locator("h1")).to_have_text("Keyboard shortcuts")


def test_an_administrator_sets_up_the_second_factor_while_the_page_asks_for_its_numbers(
    browse: Open, settings: Any
) -> None:
    """The first sign-in of a new hospital: a password of one's own, the code, and then the workbench."""
    settings.SECOND_FACTOR_FOR_ADMINISTRATORS = True
    make.staff("grace", "administrator", password="given-once-7", must_change_password=True)
    page = browse(locale="en-US")
    page.goto("/sign-in/")
    page.locator("[name=login]").fill("grace")
    page.locator("[name=password]").fill("given-once-7")
    page.keyboard.press("Enter")
    page.locator("[name=password1]").fill("blue-otter-31")
    page.locator("[name=password2]").fill("blue-otter-31")
    page.keyboard.press("Enter")
    secret = page.locator("main code").first.inner_text()
    page.wait_for_load_state("networkidle")  # the rail has asked for its numbers by now
    page.locator("[name=code]").fill("000000")
    page.keyboard.press("Enter")
    expect(page.locator("#id_code_error")).to_be_visible()
    page.locator("[name=code]").fill(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("recovery-codes"))
    page.goto("/")
    expect(page.locator("nav.c-rail")).to_be_visible()


def test_words_typed_just_before_the_language_is_switched_are_kept(browse: Open, administrator: Staff) -> None:
    page = browse(locale="en-US")
    sign_in(page, "frank")
    page.goto("/teams/new/")
    page.locator("[name=name_en]").fill("Consult line team")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("h1")).to_have_text("添加小组")
    expect(page.locator("[name=name_en]")).to_have_value("Consult line team")


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize(("scheme", "ground"), [("dark", "rgb(13, 19, 18)"), ("light", "rgb(234, 240, 238)")])
def test_light_and_dark_follow_the_system_without_scripts_too(
    browse: Open, administrator: Staff, script: bool, scheme: str, ground: str
) -> None:
    page = browse(color_scheme=scheme, java_script_enabled=script)
    page.goto("/sign-in/")
    expect(page.locator("body")).to_have_css("background-color", ground)
