"""axe finds no serious violation on any page, in both themes; nothing is wider than a phone."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import Department, Staff
from hospital_crm.lib.phones import read_phone
from institution.models import ReferenceItem, Setting
from patients.services.organisation_people import add_employee, add_organisation_contact
from tests import make
from tools.steps import ROOT

from .conftest import DESK, PHONE, Open, sign_in

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# The page, or the sheet that scrolls within it; tables have a frame of their own.
WIDER = """[document.documentElement, document.querySelector("main")].some(
    (part) => part && part.scrollWidth > part.clientWidth + 1)"""
GRAVE = ("serious", "critical")
HOUR = timedelta(hours=1)


def pages(colleague: Staff) -> list[str]:
    names = """dashboards:workbench dashboards:keys institution:settings_index institution:profile_edit
        institution:setting_list institution:list_list messaging:outbox messaging:notes
        accounts:staff_list accounts:staff_create
        accounts:department_list accounts:department_create accounts:team_list accounts:team_create
        accounts:audit_list accounts:my_account account_change_password mfa_index jobs:job_list""".split()
    rows: dict[str, int | str] = {
        "accounts:staff_detail": colleague.pk,
        "accounts:staff_edit": colleague.pk,
        "accounts:staff_deactivate": colleague.pk,
        "accounts:staff_reset_password": colleague.pk,
        "accounts:absence_create": colleague.pk,
        "accounts:department_edit": Department.objects.earliest("pk").pk,
        "accounts:team_edit": make.team("咨询热线组", colleague, name_en="Consult line team").pk,
        "institution:list_detail": "insurance",
        "institution:item_create": "insurance",
        "institution:item_edit": ReferenceItem.objects.earliest("pk").pk,
        "institution:setting_edit": Setting.objects.earliest("pk").pk,
    }
    return [
        *(reverse(name) for name in names),
        *(reverse(name, args=[row]) for name, row in rows.items()),
        "/there-is-no-such-page/",
    ]


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
        page.goto(url)
        found += violations(page)
    assert found == []


def test_no_page_is_wider_than_a_phone(browse: Open, administrator: Staff) -> None:
    colleague = make.staff("wang", "consultant", department=make.department("白内障科", "Cataract"))
    page = browse(viewport=PHONE, locale="en-US")
    sign_in(page, "frank")
    too_wide = []
    for url in pages(colleague):
        page.goto(url)
        if page.evaluate(WIDER):
            too_wide.append(url)
    assert too_wide == []


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
    for url in ("/", "/?whose=team", "/shift/", "/figures/promises/", "/figures/promises/?period=own", "/promises/"):
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
