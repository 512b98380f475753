"""Two records become one and two again, and a family, as people do it on the pages."""

import re

from django.utils import timezone
from playwright.sync_api import expect

from patients.models import Patient
from patients.services.duplicates import pair_up
from tests import make

from .conftest import Open, sign_in


def test_merged_and_undone_without_script(browse: Open) -> None:
    """Mission A4."""
    make.staff("boss", "manager")
    one, other = make.patient("张桂兰", "13800001234"), make.patient("张贵兰", "13800001234")
    pair_up(one=one, other=other, at=timezone.now())
    page = browse(java_script_enabled=False, locale="en-US")
    sign_in(page, "boss")
    page.goto(f"/patients/{other.pk}/")
    page.locator(".c-note a.btn").click()
    expect(page.locator("main")).to_contain_text("same phone, each one's own")
    page.locator("[name=pick_name][value=newer]").check()
    page.locator("main form[data-main] button.btn-primary").click()
    page.wait_for_url(f"/patients/{one.pk}/")
    expect(page.locator("h1")).to_have_text("张贵兰")
    page.goto(f"/patients/{other.pk}/")
    page.wait_for_url(f"/patients/{one.pk}/")
    expect(page.locator("main")).to_contain_text(f"{other.number} was merged with this record")
    page.get_by_role("link", name=f"Merged with {other.number}").click()
    page.get_by_role("button", name="Undo the merge").click()
    expect(page.locator("main")).to_contain_text("Undone")
    page.goto(f"/patients/{one.pk}/")
    expect(page.locator("h1")).to_have_text("张桂兰")
    assert Patient.objects.on_file().count() == 2


def test_a_family_phone_becomes_a_family(browse: Open) -> None:
    """Mission A6. Two people, not one; and what the mother may be told."""
    make.staff("boss", "manager")
    child, mother = (
        make.patient("张小雨", "13800001234", birth_year=timezone.localdate().year - 9),
        make.patient("张桂兰", "13800001234"),
    )
    pair_up(one=child, other=mother, at=timezone.now())
    page = browse(locale="en-US")
    sign_in(page, "boss")
    page.goto(f"/patients/{child.pk}/")
    expect(page.locator("main")).to_contain_text("Under 14, and no guardian is named yet.")
    page.goto("/patients/duplicates/")
    page.locator("main td a.c-name").first.click()
    page.get_by_role("button", name="Family: two people").click()
    page.wait_for_url("/patients/duplicates/")
    expect(page.locator("main")).to_contain_text("No pairs here")
    page.goto(f"/patients/{child.pk}/")
    page.locator("li", has_text="Shares the number").get_by_role("link", name="Add").click()
    page.locator("[name=guards]").check()
    page.locator("[name=may_be_told]").select_option("appointments")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(rf"/patients/{child.pk}/$"))
    expect(page.locator("main")).to_contain_text("May be told: Appointments only")
    expect(page.locator("main")).not_to_contain_text("no guardian is named")
