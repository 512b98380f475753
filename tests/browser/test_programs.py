"""What programs need: the page that draws the API, and a token that is shown once."""

import re

from playwright.sync_api import Page, expect

from accounts.models import ApiToken, Staff
from tests import make

from .conftest import PHONE, Open, sign_in


def foreign_requests(page: Page) -> list[str]:
    """Fills up with what the page asks of anybody but us."""
    asked: list[str] = []
    ours = re.compile(r"http://(localhost|127\.0\.0\.1):\d+/|data:|blob:")
    page.on("request", lambda request: None if ours.match(request.url) else asked.append(request.url))
    return asked


def contrast(page: Page, selector: str) -> float:
    """Of the text to the nearest ground that is painted behind it, as WCAG 2 counts it."""
    ratio: float = page.locator(selector).first.evaluate("""element => {
      const parts = text => text.match(/[\\d.]+/g).map(Number);
      const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
        .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
      const style = getComputedStyle(element);
      let behind = element, ground = [];
      while (behind && !(ground.length === 3 || ground[3] > 0.5)) {
        ground = parts(getComputedStyle(behind).backgroundColor);
        behind = behind.parentElement;
      }
      const [a, b] = [light(parts(style.color)), light(ground)].sort((x, y) => y - x);
      return (a + 0.05) / (b + 0.05);
    }""")
    return ratio


def rooms_met_while_scrolling(page: Page) -> set[str]:
    """Of a long list the page draws what is in sight alone."""
    met: set[str] = set()
    page.mouse.move(200, 400)
    for _ in range(80):
        met |= {text.split()[0] for text in page.locator(".opblock-tag").all_inner_texts() if text.strip()}
        if "visits" in met:
            break
        page.mouse.wheel(0, 500)
        page.wait_for_timeout(60)
    return met


def test_the_page_of_the_api_draws_its_operations_and_asks_nobody_else(browse: Open, administrator: Staff) -> None:
    """Under the content policy of all pages, in both themes; `browse` fails on any word in the console."""
    for scheme, viewport in (("light", None), ("dark", PHONE)):
        page = browse(locale="en-US", color_scheme=scheme, **({"viewport": viewport} if viewport else {}))
        foreign = foreign_requests(page)
        sign_in(page, "frank")
        answer = page.goto("/api/v1/docs/")
        assert answer is not None
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        expect(page.locator(".opblock").first).to_be_visible()
        assert {"absences", "patients", "promises", "visits"} <= rooms_met_while_scrolling(page)
        page.mouse.wheel(0, -100_000)
        page.get_by_role("button", name="GET /api/v1/absences/", exact=False).first.click()
        expect(page.locator(".opblock.is-open")).to_contain_text("cursor")
        assert contrast(page, ".opblock-summary-path") > 4.5
        assert contrast(page, ".swagger-ui .info .title") > 4.5
        expect(page.locator("body")).not_to_contain_text("serializer_class")
        expect(page.locator(".c-rail [aria-current]")).to_have_text("Settings")
        assert foreign == []


def test_a_token_is_shown_to_whoever_made_it_and_works_until_it_is_revoked(browse: Open, administrator: Staff) -> None:
    program = make.staff("telephony", "consultant")
    make.staff("gina", "administrator")
    page = browse(locale="en-US")
    sign_in(page, "frank")
    page.goto(f"/staff/{program.pk}/")
    page.get_by_role("link", name="New token").click()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[name=name]")).to_be_focused()  # it has to say what for
    page.keyboard.type("Telephone system")
    page.keyboard.press("Control+Enter")
    shown = page.locator("#token")
    expect(shown).to_be_visible()
    token = shown.inner_text()
    address = page.url
    header = {"Authorization": f"Bearer {token}"}
    browser = page.context.browser
    assert browser is not None
    outside = browser.new_context(base_url=page.url.partition("/tokens/")[0]).request
    assert outside.get("/api/v1/promises/", headers=header).status == 200
    page.get_by_role("link", name="Done").click()
    expect(page.locator("main")).to_contain_text("Telephone system")
    expect(page.locator("main")).not_to_contain_text(token)
    other = browse(locale="en-US")  # and nobody else reads it, not even in these minutes
    sign_in(other, "gina")
    other.goto(address)
    expect(other.locator("body")).to_contain_text("The token is no longer shown.")
    expect(other.locator("body")).not_to_contain_text(token)
    page.goto(f"/staff/{program.pk}/")
    page.get_by_role("button", name="Revoke").click()
    assert outside.get("/api/v1/promises/", headers=header).status == 401
    assert ApiToken.objects.get().revoked_at is not None
