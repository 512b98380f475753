"""People on file, at the desk: without script, and with the keyboard alone."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from patients.models import Patient, Relation
from tests import make

from .conftest import Open, sign_in


def test_registration_with_duplicate_warning_saves_another_person_all_the_same_without_script(browse: Open) -> None:
    """Mission A2, A4. What is like the new person is shown before it is saved."""
    make.staff("desk", "guide")
    known = make.patient("张桂兰", "13900005678")
    page = browse(java_script_enabled=False)
    sign_in(page, "desk")
    page.goto("/patients/new/")
    page.locator("[name=name]").fill("张桂兰")
    page.locator("[name=phone]").fill("１３８ 0000 1234")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("#alike")).to_contain_text(known.number)
    expect(page.locator("[name=phone]")).to_have_value("１３８ 0000 1234")
    page.locator("[name=is_another]").click()
    expect(page.locator("h1")).to_have_text("张桂兰")
    expect(page.locator("main")).to_contain_text("138****1234")
    page.locator("main aside details summary").click()
    page.locator("main aside details button").first.click()
    expect(page.locator("main")).to_contain_text("138 0000 1234")


def test_registration_with_duplicate_warning_leads_to_whoever_is_on_file(browse: Open) -> None:
    """Mission A4. While one types, and once more where one saves all the same."""
    make.staff("desk", "guide")
    known = make.patient("张桂兰", "13800001234")
    page = browse(locale="en-US")
    sign_in(page, "desk")
    page.goto("/patients/new/")
    page.locator("[name=name]").fill("张桂兰")
    expect(page.locator("#alike")).to_contain_text("same name")
    page.locator("[name=phone]").fill("138 0000 1234")
    expect(page.locator("#alike")).to_contain_text("Probably the same person")
    expect(page.locator("#alike a.c-name")).to_have_attribute("href", f"/patients/{known.pk}/")
    page.keyboard.press("Control+Enter")
    warning = page.get_by_role("alert")
    expect(warning).to_contain_text("Somebody like this is on file.")
    assert Patient.objects.count() == 1
    warning.get_by_role("link", name=known.number).click()
    page.wait_for_url(f"/patients/{known.pk}/")
    expect(page.locator("main")).to_contain_text("138****1234")
    assert Patient.objects.get() == known


@pytest.mark.parametrize("url", ["/patients/", "/outbox/"])
@pytest.mark.parametrize("width", [390, 500, 683, 768, 900, 1366])
def test_all_conditions_of_a_list_are_within_reach(browse: Open, url: str, width: int) -> None:
    """683 is 200 % of the desk's screen, 768 a tablet on the ward."""
    make.staff("boss", "manager")
    page = browse(viewport={"width": width, "height": 768})
    sign_in(page, "boss")
    page.goto(url)
    page.locator("details:has(.c-conditions) summary").click()
    fields = page.locator(".c-conditions").locator("input:visible, select:visible")
    boxes = [box for box in (field.bounding_box() for field in fields.all()) if box]
    assert len(boxes) > 5
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)


def test_with_the_keyboard_somebody_is_found_and_another_registered(browse: Open) -> None:
    make.staff("line", "consultant")
    make.patient("曾小贤", "13900005678")
    page = browse(locale="en-US")
    sign_in(page, "line")
    page.keyboard.press("/")
    page.keyboard.type("zengxx")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Nobody found")
    page.keyboard.press("/")
    page.keyboard.press("Control+a")
    page.keyboard.type("zxx")
    page.keyboard.press("Enter")
    expect(page.locator("main a.c-name")).to_have_text("曾小贤")
    page.keyboard.press("j")
    expect(page.locator("main a.c-name")).to_be_focused()
    page.keyboard.press("n")
    page.wait_for_url("/patients/new/")
    page.locator("[name=name]").fill("曾小贤")
    expect(page.locator("#alike")).to_contain_text("139****5678")
    page.locator("[name=name]").fill("Anna Li")
    expect(page.locator("#alike")).to_contain_text("Nobody of this name or number.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/patients/\d+/$"))
    expect(page.locator("main")).to_contain_text("On file as P-000002")


def test_a_relative_on_file_is_shown_while_one_types_and_taken_with_the_keyboard(browse: Open) -> None:
    make.staff("desk", "guide")
    mother, child = make.patient("张桂兰", "13800001234"), make.patient("张小雨", birth_year=2018)
    page = browse(locale="en-US")
    sign_in(page, "desk")
    page.goto(f"/patients/{child.pk}/relatives/new/")
    typed, shown = page.locator("[name=name]"), page.locator("#alike")
    typed.press_sequentially("张桂兰")
    expect(shown).to_contain_text("张桂兰 · P-000001 · 138****1234 · same name")
    page.keyboard.type("花")
    expect(shown).not_to_contain_text("P-000001")
    page.keyboard.press("Backspace")
    expect(shown).to_contain_text("P-000001")
    expect(typed).to_have_value("张桂兰")
    expect(typed).to_be_focused()
    page.locator("[name=phone]").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(shown.get_by_label("张桂兰")).to_be_checked()
    page.keyboard.press("Control+Enter")
    expect(page.locator("main")).to_contain_text("Family")
    assert Relation.objects.get().relative == mother


def test_a_number_is_shown_in_place_after_a_purpose_was_chosen(browse: Open) -> None:
    make.staff("line", "consultant")
    patient = make.patient("张桂兰", "13800001234")
    page = browse(locale="en-US")
    sign_in(page, "line")
    page.goto(f"/patients/{patient.pk}/")
    expect(page.locator("main")).not_to_contain_text("138 0000 1234")
    page.locator("main aside details summary").click()
    page.locator("main aside").get_by_role("button", name="To call").click()
    expect(page.locator("main aside")).to_contain_text("138 0000 1234")
    page.wait_for_url(f"/patients/{patient.pk}/")


def test_a_shown_number_is_masked_again_after_half_a_minute(browse: Open) -> None:
    make.staff("alice", "consultant")
    patient = make.patient("张桂兰", "13800001234")
    page = browse(locale="en-US")
    page.clock.install()
    sign_in(page, "alice")
    page.goto(f"/patients/{patient.pk}/")
    page.get_by_text("Ring", exact=True).click()
    page.get_by_role("button", name="To call").first.click()
    number = page.get_by_role("link", name="138 0000 1234")
    expect(number).to_be_focused()
    page.clock.fast_forward(29_000)
    expect(number).to_be_visible()
    page.clock.fast_forward(2_000)
    expect(number).to_have_count(0)
    expect(page.locator("[data-masked]")).to_have_text("138****1234")


def test_what_comes_stands_above_the_now_line(browse: Open) -> None:
    alice = make.staff("alice", "consultant")
    patient = make.patient("张桂兰", "13800001234")
    make.promise(patient, owner=alice, at=timezone.now(), note="回电告知结果")
    page = browse(locale="en-US")
    sign_in(page, "alice")
    page.goto(f"/patients/{patient.pk}/")
    expect(page.locator("#coming")).to_contain_text("回电告知结果")
    page.get_by_role("navigation", name="Parts of the timeline").get_by_role("link", name="The record").click()
    expect(page).to_have_url(re.compile(r"\?kind=patients$"))
    expect(page.locator("#coming")).to_be_hidden()
    expect(page.locator("#story")).to_contain_text("On file as")


def test_going_back_and_saving_the_same_once_more_makes_one_visit(browse: Open) -> None:
    """Other words are another visit."""
    patient = make.patient("张桂兰")
    page = browse()
    sign_in(page, make.staff("desk", "guide").username)
    page.goto(f"/patients/{patient.pk}/visits/new/")
    page.locator("[name=starts_at]").fill("2026-03-12T09:00")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/patients/*/visits/")
    page.go_back()
    page.locator("[name=starts_at]").wait_for()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/patients/*/visits/")
    assert patient.visits.count() == 1
    page.go_back()
    page.locator("[name=kind]").first.select_option("emergency")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/patients/*/visits/")
    assert patient.visits.count() == 2
