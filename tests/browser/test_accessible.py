"""axe finds no serious violation on any page, in both themes; nothing is wider than a phone."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import Staff
from hospital_crm.lib.phones import read_phone
from institution.models import ConfirmedYear
from messaging.models import Channel, GatewaySetup, MessageClass, OptOut
from messaging.services.links import stop_link
from messaging.services.opt_outs import opt_out
from patients.services.employments import add_employee
from patients.services.organisation_people import add_organisation_contact
from promises.models import Promise
from tests import make
from tests.messaging.make import message
from tools.steps import ROOT

from .conftest import DESK, PHONE, Open, sign_in
from .pages import NO_SUCH_PAGE, pages

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# The page, or the sheet that scrolls within it; tables have a frame of their own.
WIDER = """[document.documentElement, document.querySelector("main")].some(
    (part) => part && part.scrollWidth > part.clientWidth + 1)"""
GRAVE = ("serious", "critical")
HOUR = timedelta(hours=1)


def opened(page: Page, url: str) -> list[str]:
    """Goes there; what is not the page that was meant has nothing to be looked at."""
    answer, wanted = page.goto(url), 404 if url == NO_SUCH_PAGE else 200
    assert answer is not None
    return [] if answer.status == wanted else [f"{url} answers {answer.status}"]


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    report: dict[str, Any] = page.evaluate("rules => axe.run(document, rules)", RULES)
    return [
        f"{page.url} {found['id']}: {found['nodes'][0]['html'][:120]}"
        for found in report["violations"]
        if found["impact"] in GRAVE
    ]


@pytest.mark.parametrize(("scheme", "locale"), [("light", "zh-CN"), ("dark", "en-US")])
def test_no_page_has_a_serious_violation(browse: Open, administrator: Staff, scheme: str, locale: str) -> None:
    colleague = make.staff("wang", "consultant", department=make.department("白内障科", "Cataract"))
    page = browse(color_scheme=scheme, locale=locale)
    page.goto("/sign-in/")
    found = violations(page)
    sign_in(page, "frank")
    for url in pages(colleague):
        found += [*opened(page, url), *violations(page)]
    page.goto(reverse("messaging:channel_edit", args=[GatewaySetup.objects.in_use().get().pk]))
    page.locator("form[action$='/address/'] button").click()
    page.locator("#receipts").wait_for()
    found += violations(page)
    assert found == []


def test_no_page_is_wider_than_a_phone(browse: Open, administrator: Staff) -> None:
    colleague = make.staff("wang", "consultant", department=make.department("白内障科", "Cataract"))
    page = browse(viewport=PHONE, locale="en-US")
    sign_in(page, "frank")
    found = []
    for url in pages(colleague):
        found += opened(page, url)
        found += [f"{url} is too wide"] if page.evaluate(WIDER) else []
    assert found == []


@pytest.mark.parametrize(("scheme", "locale"), [("light", "zh-CN"), ("dark", "en-US")])
def test_what_whoever_keeps_promises_sees_has_no_serious_violation_and_fits_a_phone(
    browse: Open, scheme: str, locale: str
) -> None:
    alice, now = make.staff("alice", "consultant"), timezone.now()
    line = make.team("咨询热线组", alice, name_en="Consult line team")
    for owner, team, due in ((alice, None, -HOUR), (alice, None, HOUR / 2), (None, line, HOUR)):
        patient = make.patient("张桂兰", "13800001234")
        make.promise(patient, owner=owner, team=team, at=now - 3 * HOUR, due_at=now + due, note="眼药水能否停用")
    page, found = browse(color_scheme=scheme, locale=locale), []
    sign_in(page, "alice")
    ConfirmedYear.objects.all().delete()  # so that deadlines say so
    sheet = reverse("promises:promise_detail", args=[Promise.objects.earliest("pk").pk])
    figures = ("/figures/promises/", "/figures/promises/?period=own")
    for url in ("/", "/?whose=team", "/shift/", *figures, "/promises/", sheet):
        page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})
        page.goto(url)
        if url == "/":
            page.keyboard.press("d")
            page.locator(".c-rows form.c-act").wait_for()
        found += violations(page)
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        found += [f"{url} is too wide"] if page.evaluate(WIDER) else []
    assert found == []


@pytest.mark.parametrize(("scheme", "locale"), [("light", "zh-CN"), ("dark", "en-US")])
def test_the_pages_of_an_organisation_have_no_serious_violation_and_fit_a_phone(
    browse: Open, scheme: str, locale: str
) -> None:
    alice, by = make.staff("alice", "consultant"), {"actor": make.by(), "at": timezone.now()}
    place = make.organisation("示范科技有限公司", owner=alice, district="330106")
    said = {"name": "钱经理", "position": "人事经理", "email": "qian@example.org"}
    add_organisation_contact(organisation=place, values=said, phone=read_phone("13900005678"), **by)  # type: ignore[arg-type]
    add_employee(organisation=place, patient=make.patient("张桂兰"), values={"position": "会计"}, **by)  # type: ignore[arg-type]
    visit = make.organisation_visit(place, alice)
    make.promise(place, owner=alice, kind="send_offer", **by)
    page, found = browse(color_scheme=scheme, locale=locale), []
    sign_in(page, "alice")
    parts = ("", "edit/", "end/", "contacts/new/", "employees/", "employees/new/", "visits/", "visits/new/")
    urls = ["/organisations/", "/organisations/new/", *(f"/organisations/{place.pk}/{part}" for part in parts)]
    urls += [f"/organisations/visits/{visit.pk}/hold/", f"/promises/for-organisation/{place.pk}/new/"]
    for url in urls:
        page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})
        page.goto(url)
        found += violations(page)
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        found += [f"{url} is too wide"] if page.evaluate(WIDER) else []
    assert found == []


@pytest.mark.parametrize(("scheme", "locale"), [("light", "zh-CN"), ("dark", "en-US")])
def test_the_pages_on_which_somebody_stops_messages_have_no_serious_violation_and_fit_a_phone(
    browse: Open, scheme: str, locale: str
) -> None:
    make.staff("alice", "consultant")
    patient, by = make.patient("张桂兰", "13800001234"), {"actor": make.by(), "at": timezone.now()}
    stopped, _ = opt_out(patient=patient, way=OptOut.Way.COLLEAGUE, text="不要短信", **by)  # type: ignore[arg-type]
    mail = message(patient, timezone.now(), channel=Channel.EMAIL, message_class=MessageClass.SURVEY)
    page, found = browse(color_scheme=scheme, locale=locale), []
    sign_in(page, "alice")
    urls = [reverse(f"messaging:{name}", args=[patient.pk]) for name in ("opt_out_list", "opt_out_create")]
    urls += [reverse("messaging:opt_out_lift", args=[patient.pk, stopped.pk])]
    for url in [*urls, stop_link(mail).removeprefix(settings.BASE_URL)]:
        page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})
        found += [*opened(page, url), *violations(page)]
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        found += [f"{url} is too wide"] if page.evaluate(WIDER) else []
    assert found == []
