"""A real Chromium in front of the product; every test also fails on a script error or a breach of the CSP."""

import threading
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Staff
from institution.models import HospitalProfile
from tests import make

expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong
DESK = {"width": 1366, "height": 768}  # the screens of the front desk
PHONE = {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
            item.add_marker(pytest.mark.flaky(reruns=1))  # once more, and named at the end: docs/decisions/0025


@pytest.fixture(autouse=True)
def _first_rows(transactional_db: None) -> None:
    """The rows that migrations bring: a test with a live server ends by emptying every table."""
    if not HospitalProfile.objects.exists():
        import_module("institution.migrations.0002_first_rows").add_rows(apps, None)
        import_module("institution.migrations.0007_days_of_2025_and_2026").add_days(apps, None)
        import_module("patients.migrations.0003_own_numbers").add_sequence(apps, None)
        import_module("patients.migrations.0012_portrait").add_occupations(apps, None)
        import_module("patients.migrations.0015_consents").add_rows(apps, None)
        import_module("patients.migrations.0017_numbers_of_likeness").add_settings(apps, None)
        import_module("patients.migrations.0023_organisation_numbers").add_sequence(apps, None)
        import_module("patients.migrations.0025_numbers_of_data_rights").add_settings(apps, None)
        import_module("patients.migrations.0030_first_tags_and_levels").add_rows(apps, None)
        import_module("patients.migrations.0041_the_tag_vip").add_tag(apps, None)
        import_module("messaging.migrations.0002_first_settings").add_settings(apps, None)
        import_module("institution.migrations.0009_first_signature").sign(apps, None)
        import_module("messaging.migrations.0010_first_templates").add_rows(apps, None)
        import_module("messaging.migrations.0015_numbers_of_the_law").add_settings(apps, None)
        import_module("messaging.migrations.0017_service_messages_wait").let_them_wait(apps, None)
        import_module("messaging.migrations.0012_first_setups").add_rows(apps, None)
        import_module("consult.migrations.0002_first_rows").add_rows(apps, None)
        import_module("promises.migrations.0002_numbers").add_settings(apps, None)
        import_module("followups.migrations.0002_numbers").add_settings(apps, None)
        import_module("dashboards.migrations.0001_numbers").add_settings(apps, None)


def is_expected(message: ConsoleMessage) -> bool:
    """Chromium reports each answer from 400 up as an error; tests ask for those on purpose."""
    return message.type not in ("error", "warning") or message.text.startswith("Failed to load resource")


Open = Callable[..., Page]


@pytest.fixture
def browse(browser: Browser, live_server: LiveServer) -> Iterator[Open]:
    """Opens a browser of its own: `browse(locale="en-US", color_scheme="dark")`."""
    wrong: list[str] = []

    def start(**options: Any) -> Page:
        settings = {"locale": "zh-CN", "viewport": DESK, "timezone_id": "Asia/Shanghai"} | options
        context = browser.new_context(base_url=live_server.url, **settings)
        page = context.new_page()
        page.on("console", lambda message: None if is_expected(message) else wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        return page

    yield start
    for context in browser.contexts:  # a test may have opened one itself
        context.close()
    try:
        assert wrong == []
    finally:
        wait_for_the_last_answer()


def wait_for_the_last_answer() -> None:
    """Pages ask by themselves: what is still being answered would meet the emptying of all tables."""
    end = time.monotonic() + 15
    while any("process_request_thread" in thread.name for thread in threading.enumerate()):
        assert time.monotonic() < end, "the server is still answering a browser that was closed"
        time.sleep(0.01)


def sign_in(page: Page, username: str, password: str = make.PASSWORD) -> None:
    page.goto("/sign-in/")
    pass_the_door(page, username, password)
    page.wait_for_url("/")


def pass_the_door(page: Page, username: str, password: str = make.PASSWORD) -> None:
    """At the sign-in page already: whoever passes comes back to where they were."""
    page.wait_for_url("/sign-in/*")
    page.locator("[name=login]").fill(username)
    page.locator("[name=password]").fill(password)
    page.keyboard.press("Enter")


@pytest.fixture
def administrator(settings: Any) -> Staff:
    """An administrator as in demo mode: the second factor has tests of its own."""
    settings.SECOND_FACTOR_FOR_ADMINISTRATORS = False
    return make.staff("frank", "administrator")
