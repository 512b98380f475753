"""axe finds no serious violation on any page, in both themes; nothing is wider than a phone."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import Staff
from tests import make
from tools.steps import ROOT

from .conftest import PHONE, Open, sign_in

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# The page, or the sheet that scrolls within it; tables have a frame of their own.
WIDER = """[document.documentElement, document.querySelector("main")].some(
    (part) => part && part.scrollWidth > part.clientWidth + 1)"""
GRAVE = ("serious", "critical")


def pages(colleague: Staff) -> list[str]:
    names = """dashboards:workbench dashboards:keys institution:settings_index institution:profile_edit
        institution:setting_list institution:list_list accounts:staff_list accounts:staff_create
        accounts:department_list accounts:department_create accounts:team_list accounts:team_create
        accounts:audit_list accounts:my_account account_change_password mfa_index jobs:job_list""".split()
    of_colleague = ("accounts:staff_detail", "accounts:staff_edit", "accounts:staff_deactivate")
    return [
        *(reverse(name) for name in names),
        *(reverse(name, args=[colleague.pk]) for name in of_colleague),
        reverse("institution:list_detail", args=["insurance"]),
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_violation(browse: Open, administrator: Staff, scheme: str) -> None:
    colleague = make.staff("wang", "consultant", department=make.department("白内障科", "Cataract"))
    page = browse(color_scheme=scheme)
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
