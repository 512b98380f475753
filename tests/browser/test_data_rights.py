"""A copy is asked for, written and opened to be printed; an erasure needs the number, without script too."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from dashboards.services.copies import write_next_copy
from patients.models import LookToCheck, Patient
from patients.services.colleagues import name_colleague
from patients.services.copies import ask_for_copy
from tests import make
from tests.patients.asked import ERASURE, asked, erase_all

from .conftest import DESK, PHONE, Open, sign_in
from .test_accessible import WIDER, violations


def test_a_copy_appears_by_itself_and_is_opened_for_a_purpose(browse: Open) -> None:
    """Mission A7."""
    make.staff("boss", "manager")
    patient = make.patient("张桂兰", "13800001234", language="en")
    page = browse(locale="en-US")
    sign_in(page, "boss")
    page.goto(f"/patients/{patient.pk}/")
    page.get_by_role("link", name="Asks for the own data").click()
    page.locator("[name=identity]").select_option("document")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/patients/requests/\d+/"))
    page.get_by_role("button", name="Write the copy").click()
    expect(page.locator("#progress")).to_contain_text("being written")
    write_next_copy(now=timezone.now)
    page.get_by_role("button", name="Open to print").click()
    expect(page.locator("h1")).to_have_text("What we hold about you")
    expect(page.locator("main")).to_contain_text("138 0000 1234")


def test_an_erasure_is_approved_with_the_number_without_script(browse: Open) -> None:
    """Mission A7."""
    make.staff("boss", "manager")
    patient = make.patient("张桂兰", "13800001234")
    request = asked(patient, make.staff("line", "consultant"), timezone.now(), ERASURE)
    page = browse(java_script_enabled=False, locale="en-US")
    sign_in(page, "boss")
    page.goto(f"/patients/requests/{request.pk}/")
    page.get_by_role("link", name="Approve the erasure").click()
    page.locator("[name=number]").fill("P-1")
    page.get_by_role("button", name="Erase").click()
    expect(page.locator("main")).to_contain_text("Nothing was erased")
    page.locator("[name=number]").fill(patient.number)
    page.get_by_role("button", name="Erase").click()
    expect(page.locator("main")).to_contain_text("Being erased")
    erase_all(timezone.now())
    page.reload()
    expect(page.locator("h1")).to_have_text(f"To be erased · {patient.number}")
    assert not Patient.objects.on_file().exists()


def everything_asked() -> list[str]:
    """A copy that is written, an erasure, somebody who looked too much; and their pages."""
    now, line = timezone.now(), make.staff("line", "consultant")
    boss, patient = make.staff("boss", "manager"), make.patient("张桂兰", "13800001234")
    copy, erasure = asked(patient, line, now), asked(patient, line, now, ERASURE)
    ask_for_copy(request=copy, actor=boss.actor, at=now)
    write_next_copy(now=timezone.now)
    name_colleague(patient=patient, staff=line, actor=boss.actor, at=now)
    found = {"day": now.date(), "looks": 90, "usual": 4, "found_at": now, "updated_at": now}
    look = LookToCheck.objects.create(kind="many", staff=make.staff("guide", "manager"), **found)
    requests = f"/patients/requests/{copy.pk}/", f"/patients/requests/{erasure.pk}/"
    return [
        "/patients/requests/",
        f"/patients/{patient.pk}/requests/new/",
        *requests,
        f"{requests[0]}answer/",
        f"{requests[1]}approve/",
        "/patients/looks/",
        f"/patients/looks/{look.pk}/",
        f"/patients/looks/{look.pk}/check/",
        "/patients/colleagues/",
        "/patients/colleagues/new/",
    ]


@pytest.mark.parametrize(("scheme", "locale"), [("light", "zh-CN"), ("dark", "en-US")])
def test_their_pages_have_no_serious_violation_and_fit_a_phone(browse: Open, scheme: str, locale: str) -> None:
    urls, page = everything_asked(), browse(color_scheme=scheme, locale=locale)
    sign_in(page, "boss")
    found = []
    for url in urls:
        page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})
        page.goto(url)
        found += violations(page)
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        found += [f"{url} is too wide"] if page.evaluate(WIDER) else []
    assert found == []
