"""Groups of patients as they are used: tags ticked above the list, several rows chosen, a view saved."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Staff
from institution.models import ReferenceItem
from patients.models import PatientTag, Selection
from patients.services.bulk_acts import run_next_act
from patients.services.bulk_tags import TAGS
from patients.services.tags import tag_patient
from tests import make

from .conftest import Open, sign_in


@pytest.fixture
def sun() -> Staff:
    return make.staff("sun", "manager", department=make.department("客户服务部"))


def test_tags_are_ticked_above_the_list_and_the_view_is_kept(browse: Open, sun: Staff) -> None:
    tag = ReferenceItem.objects.get(list__code="patient_tag", code="wheelchair")
    zhang, _he = make.patient("张桂兰"), make.patient("何建平")
    tag_patient(patient=zhang, tags=[tag], actor=make.by(), at=timezone.now() - timedelta(days=1))
    page = browse()
    sign_in(page, "sun")
    page.goto("/patients/")
    page.locator(".c-filter summary").click()
    page.get_by_label("需要轮椅").check()
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    expect(page.locator(".c-filter .c-pop")).to_be_visible()  # for the next tick
    page.locator("#rows a[href*='/account/views/new/']").click()
    page.locator("[name=name]").fill("轮椅")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(rf"/patients/\?tag={tag.pk}$"))
    expect(page.locator(".c-head .c-chip[aria-current]")).to_have_text("轮椅")


def test_what_was_ticked_is_tagged_and_the_page_says_when_it_is_done(browse: Open, sun: Staff) -> None:
    for name in ("张桂兰", "何建平", "吴海燕"):
        make.patient(name)
    page = browse()
    sign_in(page, "sun")
    page.goto("/patients/")
    boxes = page.locator("[data-tick]")
    boxes.nth(0).check()
    boxes.nth(2).check()
    expect(page.locator("[data-ticked] b")).to_have_text("2")
    page.locator(".c-bulk button").click()
    page.locator("a[href$='/tags/']").click()
    page.locator("[name=on]").first.check()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#progress progress")).to_be_visible()
    run_next_act(TAGS, now=timezone.now)
    expect(page.locator("#progress progress")).to_have_count(0)
    expect(page.locator("#progress dd").first).to_have_text("2")
    assert PatientTag.objects.count() == 2


def test_what_was_ticked_stays_ticked_on_the_next_page(browse: Open, sun: Staff) -> None:
    for number in range(27):
        make.patient(f"张{number}")
    page = browse()
    sign_in(page, "sun")
    page.goto("/patients/")
    page.locator("[data-tick]").first.check()
    page.keyboard.press("]")
    expect(page.locator("#rows tbody tr")).to_have_count(2)
    expect(page.locator("[data-ticked] b")).to_have_text("1")
    page.locator("[data-tick]").first.check()
    page.keyboard.press("[")
    expect(page.locator("[data-tick]").first).to_be_checked()
    expect(page.locator("[data-ticked] b")).to_have_text("2")
    page.locator(".c-bulk button").click()
    page.wait_for_url("**/patients/selections/*/")
    assert [len(selection.keys) for selection in Selection.objects.all()] == [2]


def test_a_chip_takes_one_condition_away(browse: Open, sun: Staff) -> None:
    make.patient("张桂兰", sex="female")
    make.patient("何建平", sex="male")
    page = browse()
    sign_in(page, "sun")
    page.goto("/patients/")
    page.locator(".c-filter summary").click()
    page.locator("[name=sex]").select_option("male")
    chip = page.locator("#rows .c-chip")
    expect(chip).to_contain_text("性别：男")
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    chip.click()
    expect(page.locator("#rows tbody tr")).to_have_count(2)
    expect(chip).to_have_count(0)
