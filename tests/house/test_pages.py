"""Every page of every role: nothing from elsewhere, nothing inline, readable with a screen reader, kept by nobody."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import Staff
from tests import make
from tests.house import markup
from tests.house.markup import Page
from tests.house.visits import NOBODY, Visit

ROOT = Path(__file__).resolve().parents[2]
ADDRESSES = ("src", "href", "action", "formaction", "poster", "data", "srcset", "xlink:href", "background")
OURS = re.compile(r"(/(?!/)|#|\?|tel:|data:image/|data:,$)")  # this host and page, a number to dial, the picture itself
URL = re.compile(r"url\(\s*['\"]?([^'\")]+)")
REFERENCES = {"for", "aria-labelledby", "aria-describedby", "aria-controls"}
CODE_ATTRIBUTE = re.compile(r"on|hx-on|style$|srcdoc$")
TYPED = ("input", "select", "textarea")
NOT_TYPED = ("hidden", "submit", "button", "reset", "image")
POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
Check = Callable[[Page], Iterator[str]]


def faults(visits: list[Visit], check: Check) -> dict[str, list[str]]:
    """What the check finds, by the page where it is."""
    found = {str(visit): list(check(visit.page)) for visit in visits if visit.is_html}
    return {where: what for where, what in found.items() if what}


def foreign_addresses(page: Page) -> Iterator[str]:
    for tag in page.tags:
        for name, value in tag.attributes.items():
            if ((name in ADDRESSES or name.startswith("hx-")) and "//" in value and not OURS.match(value)) or (
                name in ADDRESSES and value and not OURS.match(value)
            ):
                yield f"{tag.name} {name}={value}"


def inline_code(page: Page) -> Iterator[str]:
    for tag in page.tags:
        if tag.name == "style" or (tag.name == "script" and not tag["src"]):
            yield tag.name
        yield from (f"{tag.name} {name}" for name in tag.attributes if CODE_ATTRIBUTE.match(name))


def nameless_fields(page: Page) -> Iterator[str]:
    labels = {tag["for"] for tag in page.all("label") if tag.text}
    for tag in page.all(*TYPED):
        if tag["type"] in NOT_TYPED or tag["aria-label"] or tag["aria-labelledby"]:
            continue
        around = [each for each in tag.around if each.name == "label" and each.text]
        if not around and tag["id"] not in labels:
            yield f"{tag.name} {tag['name']}"


def nameless_controls(page: Page) -> Iterator[str]:
    for tag in page.all("a", "button", "summary"):
        if not (tag.text or tag["aria-label"] or tag["aria-labelledby"]):
            yield f"{tag.name} {tag.attributes}"


def doubled_ids(page: Page) -> Iterator[str]:
    yield from (name for name, times in Counter(tag["id"] for tag in page.tags if tag["id"]).items() if times > 1)


def dangling_references(page: Page) -> Iterator[str]:
    ids = {tag["id"] for tag in page.tags}
    for tag in page.tags:
        for attribute in REFERENCES & tag.attributes.keys():
            yield from (f"{tag.name} {attribute}={name}" for name in tag[attribute].split() if name not in ids)


def headings(page: Page) -> Iterator[str]:
    """One h1 a page; the page for a fault of ours says it in both languages, so it has one in each."""
    languages = Counter(tag.language for tag in page.all("h1"))
    if set(languages.values()) != {1} or page.all("html")[0].language not in languages:
        yield f"{sum(languages.values())} h1"


def test_all_kinds_of_pages_were_seen(visits: list[Visit]) -> None:
    assert {200, 403, 404, 409, 429} <= {visit.status for visit in visits if visit.is_page}
    assert len({visit.route for visit in visits if visit.is_page and visit.status == 200}) > 35


def test_no_answer_is_a_fault_of_ours(visits: list[Visit], english_visits: list[Visit]) -> None:
    assert [str(visit) for visit in visits + english_visits if visit.status == 500] == []


@pytest.mark.parametrize(
    "check",
    [foreign_addresses, inline_code, nameless_fields, nameless_controls, doubled_ids, dangling_references],
    ids=lambda check: check.__name__,
)
def test_no_page_has(check: Check, visits: list[Visit], english_visits: list[Visit]) -> None:
    assert faults(visits + english_visits, check) == {}


def test_every_page_has_one_main_heading(visits: list[Visit]) -> None:
    assert faults([visit for visit in visits if visit.is_page], headings) == {}


@pytest.mark.parametrize("template", ["400.html", "500.html"])
def test_pages_that_stand_alone_keep_the_same_rules(template: str) -> None:
    page = markup.read(render_to_string(f"errors/{template}", {"request_id": "7f3a"}))
    for check in (foreign_addresses, inline_code, nameless_controls, doubled_ids, headings):
        assert list(check(page)) == []


def test_every_page_names_its_language(visits: list[Visit], english_visits: list[Visit]) -> None:
    for spoken, answers in (("zh-Hans", visits), ("en", english_visits)):
        said = {str(visit): visit.page.all("html")[0]["lang"] for visit in answers if visit.is_page}
        assert {page: language for page, language in said.items() if language != spoken} == {}


def test_every_page_has_a_title_of_its_own(visits: list[Visit]) -> None:
    for visit in visits:
        if visit.is_page:
            assert visit.page.all("title")[0].text.split(" · ")[0], visit


def test_every_answer_forbids_everything_that_is_not_ours(visits: list[Visit]) -> None:
    for visit in visits:
        said = dict(part.strip().split(" ", 1) for part in visit.headers["Content-Security-Policy"].split(";"))
        assert said == POLICY, visit


def test_every_answer_has_the_headers_that_protect_the_browser(visits: list[Visit]) -> None:
    for visit in visits:
        assert visit.headers["X-Content-Type-Options"] == "nosniff", visit
        assert visit.headers["X-Frame-Options"] == "DENY", visit
        assert visit.headers["Referrer-Policy"] == "same-origin", visit
        assert visit.headers["Cross-Origin-Opener-Policy"] == "same-origin", visit
        closed = {part.strip() for part in visit.headers["Permissions-Policy"].split(",")}
        assert {"camera=()", "microphone=()", "geolocation=()", "payment=()", "usb=()"} <= closed, visit


def test_no_answer_to_somebody_may_be_kept_for_somebody_else(visits: list[Visit]) -> None:
    """A shared cache on the way must not keep it, and the Back button after signing out must not show it."""
    kept = {
        str(visit)
        for visit in visits
        if visit.person != NOBODY
        and visit.status == 200
        and not {"private", "no-store"} & set(re.split(r"[ ,]+", visit.headers.get("Cache-Control", "")))
    }
    assert kept == set()


def test_downloads_are_saved_and_never_shown(visits: list[Visit]) -> None:
    files = [visit for visit in visits if visit.route == "dashboards:audit_export_file" and visit.status == 200]
    assert files
    assert all(visit.headers["Content-Disposition"].startswith("attachment") for visit in files)


@pytest.mark.parametrize("name", ["crm.css", "theme.js", "ui.js", "favicon.svg"])
def test_our_own_files_fetch_nothing_from_elsewhere(name: str) -> None:
    source = (ROOT / "static" / name).read_text(encoding="utf-8")
    named = source.replace("http://www.w3.org/2000/svg", "")  # the name of a language, not an address
    assert "//" not in re.sub(r"(^|\s)//.*", "", named)
    assert all(OURS.match(address) for address in URL.findall(source))


def test_sign_in_is_a_row_in_the_database_and_a_cookie_that_scripts_cannot_read(alice: Staff, client: Client) -> None:
    answer = client.post(reverse("account_login"), {"login": "alice", "password": make.PASSWORD})
    cookie = answer.cookies["sessionid"]
    assert Session.objects.get(session_key=cookie.value).get_decoded()["_auth_user_id"] == str(alice.pk)
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["expires"]  # a shared computer: gone with the browser


def test_every_cookie_stays_on_this_site_and_over_https_never_goes_in_clear(alice: Staff) -> None:
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE")
    with override_settings(**dict.fromkeys(names, True)):
        browser = Client()
        page = browser.get(reverse("account_login"), secure=True)
        door = browser.post(reverse("account_login"), {"login": "alice", "password": make.PASSWORD}, secure=True)
        language = browser.post(reverse("accounts:switch_language"), {"language": "en"}, secure=True)
    given = {name: cookie for answer in (page, door, language) for name, cookie in answer.cookies.items()}
    assert set(given) == {"csrftoken", "sessionid", "django_language"}
    assert {(cookie["samesite"], cookie["secure"]) for cookie in given.values()} == {("Lax", True)}


def test_no_page_sets_another_cookie(visits: list[Visit]) -> None:
    assert {name for visit in visits for name in visit.cookies} <= {"csrftoken", "sessionid"}
