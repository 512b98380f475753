"""What the browser of a slow network fetches: measured on the wire, with the product's own server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from .test_make_run import Server, serving

pytestmark = [pytest.mark.system, pytest.mark.browser]
FIRST_VISIT_BYTES = 90_000
LATER_BYTES = 15_000


class Wire:
    """Counts the bytes that arrive, headers included."""

    def __init__(self, session: CDPSession) -> None:
        self.bytes = 0
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._add)

    def _add(self, event: dict[str, float]) -> None:
        self.bytes += int(event["encodedDataLength"])

    def taken(self) -> int:
        """The bytes since the last question."""
        count, self.bytes = self.bytes, 0
        return count


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path) as started:
        started.wait_until_ready()
        yield started


def visit(page: Page, url: str) -> None:
    page.goto(url, wait_until="networkidle")


def test_the_shell_is_light_on_the_first_visit_and_feather_light_after(server: Server, browser: Browser) -> None:
    home = f"http://127.0.0.1:{server.port}"
    context = browser.new_context(base_url=home, locale="zh-CN")
    page = context.new_page()
    wire = Wire(context.new_cdp_session(page))
    visit(page, "/sign-in/")
    page.locator("#id_login").fill("admin")
    page.locator("#id_password").fill("demo")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{home}/")
    page.wait_for_load_state("networkidle")
    first = wire.taken()  # the sign-in page too: nobody sees the shell without it
    later = {}
    for path in ("/", "/staff/", "/audit/", "/settings/", "/departments/"):
        visit(page, path)
        later[path] = wire.taken()
    context.close()
    print(f"first visit {first} bytes, later {later}")
    assert 20_000 < first <= FIRST_VISIT_BYTES, first
    assert {path: size for path, size in later.items() if not 500 < size <= LATER_BYTES} == {}
