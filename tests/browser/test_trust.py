"""What a person may rely on: a consent that is taken back holds at once, and every look is on record. Mission A7."""

from django.utils import timezone
from playwright.sync_api import expect

from patients.models import Purpose
from patients.services.consents import standing_of
from tests import make

from .conftest import PHONE, Open, sign_in


def test_a_consent_is_given_and_taken_back(browse: Open) -> None:
    make.staff("line", "consultant")
    patient = make.patient("张桂兰", "13800001234")
    page = browse(locale="en-US")
    sign_in(page, "line")
    page.goto(f"/patients/{patient.pk}/")
    offers = page.locator("main aside li", has_text="Marketing")
    expect(offers).to_contain_text("Not allowed")
    for decision, stands in (("yes", "Allowed"), ("no", "Not allowed")):
        page.get_by_role("link", name="Record a decision").click()
        page.locator("[name=purpose]").select_option("marketing")
        page.locator(f"[name=is_given][value={decision}]").check()
        page.keyboard.press("Control+Enter")
        page.wait_for_url(f"/patients/{patient.pk}/consents/")
        expect(page.locator("main")).to_contain_text("Agreed" if decision == "yes" else "Not agreed")
        page.get_by_role("link", name="Back to the patient").click()
        expect(offers).to_contain_text(stands)
    assert not standing_of(patient, timezone.localdate())[Purpose.MARKETING].is_allowed
    expect(page.locator("#story")).to_contain_text("Marketing")


def test_what_was_said_again_after_something_else_counts(browse: Open) -> None:
    """Yes, no, and back to the first page: yes once more is a third decision."""
    make.staff("line", "consultant")
    patient = make.patient("张桂兰")
    page = browse(locale="en-US")
    sign_in(page, "line")

    def decide(decision: str) -> None:
        page.locator("[name=purpose]").select_option("marketing")
        page.locator(f"[name=is_given][value={decision}]").check()
        page.keyboard.press("Control+Enter")
        page.wait_for_url(f"/patients/{patient.pk}/consents/")

    for decision in ("yes", "no"):
        page.goto(f"/patients/{patient.pk}/consents/new/")
        decide(decision)
    for _ in range(3):
        page.go_back()
    page.wait_for_url("**/consents/new/")
    decide("yes")
    assert standing_of(patient, timezone.localdate())[Purpose.MARKETING].is_allowed
    assert patient.consents.count() == 3


def test_whoever_has_a_number_shown_is_named_to_the_manager(browse: Open) -> None:
    place = make.department()
    make.staff("line", "consultant", department=place)
    make.staff("boss", "manager", department=place)
    patient = make.patient("张桂兰", "13800001234")
    page = browse(locale="en-US")
    sign_in(page, "line")
    page.goto(f"/patients/{patient.pk}/")
    page.locator("main aside details summary").first.click()
    page.locator("main aside").get_by_role("button", name="To check who is calling").first.click()
    expect(page.locator("main aside")).to_contain_text("138 0000 1234")
    office = browse(locale="en-US", viewport=PHONE)
    sign_in(office, "boss")
    office.goto(f"/patients/{patient.pk}/")
    office.get_by_role("link", name="Who looked").click()
    expect(office.locator("main")).to_contain_text("Purpose: To check who is calling")
    expect(office.locator("main")).to_contain_text("Line")
    assert office.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
