"""An import with errors: brought, mapped, tried, run while one looks on, what was left out fetched."""

from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Page, expect

from patients.models import Patient
from patients.services.imports.runs import run_next_import
from tests import make

from .conftest import Open, sign_in

PEOPLE = "编号,姓名,电话\n1,张桂兰,13800001234\n2,何建平,abc\n"


def to_first_rows(page: Page, folder: Path) -> None:
    file = folder / "people.csv"
    file.write_bytes(PEOPLE.encode("gb18030"))
    page.goto("/patients/imports/new/")
    page.set_input_files("[name=file]", file)
    page.locator("main form button[type=submit]").click()
    page.locator("[name=scope]").fill("HIS")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("138****1234")


def test_a_manager_imports_while_looking_on_and_fetches_what_was_left_out(browse: Open, tmp_path: Path) -> None:
    make.staff("dana", "manager")
    page = browse(locale="en-US")
    sign_in(page, "dana")
    to_first_rows(page, tmp_path)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator("#progress progress")).to_be_visible()
    run_next_import(now=timezone.now)
    expect(page.locator("main")).to_contain_text("Row 3 · Phone: This is no telephone number")  # by itself
    assert Patient.objects.get().name == "张桂兰"
    with page.expect_download() as download:
        page.get_by_role("link", name="Download them all").click()
    assert "2,何建平,abc" in download.value.path().read_text(encoding="utf-8-sig")


def test_going_back_from_the_trial_it_is_imported_all_the_same(browse: Open, tmp_path: Path) -> None:
    """Two buttons of one form are two acts, though nothing is typed into it."""
    make.staff("dana", "manager")
    page = browse(locale="en-US")
    sign_in(page, "dana")
    to_first_rows(page, tmp_path)
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#progress progress")).to_be_visible()
    run_next_import(now=timezone.now)
    expect(page.locator("main")).to_contain_text("A trial: nothing was written.")
    page.go_back()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator("#progress progress")).to_be_visible()
    run_next_import(now=timezone.now)
    expect(page.locator("main")).to_contain_text("Row 3 · Phone")
    assert Patient.objects.get().name == "张桂兰"


def test_without_script_too(browse: Open, tmp_path: Path) -> None:
    make.staff("dana", "manager")
    page = browse(locale="en-US", java_script_enabled=False)
    sign_in(page, "dana")
    to_first_rows(page, tmp_path)
    page.get_by_role("button", name="Try it").click()
    run_next_import(now=timezone.now)
    page.reload()
    expect(page.locator("main")).to_contain_text("A trial: nothing was written.")
    assert not Patient.objects.exists()
