"""What can be done without a mouse."""

from playwright.sync_api import expect

from accounts.models import Staff
from tests import make

from .conftest import Open, sign_in


def test_question_mark_lists_the_keys_and_escape_gives_the_focus_back(browse: Open, administrator: Staff) -> None:
    page = browse(locale="en-US")
    sign_in(page, "frank")
    page.locator("[data-keys]").focus()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Next or previous row")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("[data-keys]")).to_be_focused()


def test_the_focus_returns_to_wherever_it_was_before_the_question_mark(browse: Open, administrator: Staff) -> None:
    page = browse(locale="en-US")
    sign_in(page, "frank")
    page.goto("/staff/")
    link = page.locator("tbody a").first
    link.focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(link).to_be_focused()
    link.evaluate("element => element.blur()")
    page.keyboard.press("?")
    page.keyboard.press("Escape")
    expect(page.locator("body")).to_be_focused()


def test_g_and_a_letter_goes_places(browse: Open, administrator: Staff) -> None:
    page = browse(locale="en-US")
    sign_in(page, "frank")
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url("/audit/")
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.wait_for_url("/")


def test_letters_typed_into_a_field_stay_letters(browse: Open, administrator: Staff) -> None:
    page = browse(locale="en-US")
    sign_in(page, "frank")
    page.goto("/staff/new/")
    page.locator("[name=display_name]").press_sequentially("nag?")
    expect(page.locator("[name=display_name]")).to_have_value("nag?")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_j_and_k_move_through_rows_and_enter_opens(browse: Open, administrator: Staff) -> None:
    page = browse(locale="en-US")
    sign_in(page, "frank")
    page.goto("/lists/insurance/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    row = page.locator("tbody tr").first
    expect(row.locator("a").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[name=label_zh]")).to_have_value("城镇职工医保")


def test_the_first_wrong_field_has_the_focus(browse: Open, administrator: Staff) -> None:
    page = browse(locale="en-US")
    sign_in(page, "frank")
    page.goto("/staff/new/")
    page.locator("[name=display_name]").fill("Somebody")
    page.locator("[name=username]").fill("Not A User Name")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[name=username]")).to_be_focused()
    expect(page.locator("[name=username]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=display_name]")).to_have_value("Somebody")


def test_an_address_that_names_a_field_which_is_not_shown_keeps_no_other_from_the_focus(
    browse: Open, administrator: Staff
) -> None:
    page = browse(locale="en-US")
    sign_in(page, "frank")
    page.goto("/staff/new/#id_submission")
    page.reload()  # the first time the browser itself takes the focus off the page, for want of such a field
    expect(page.locator("#id_submission")).to_be_hidden()
    expect(page.locator("[name=display_name]")).to_be_focused()


def test_a_key_of_the_page_comes_before_the_same_key_of_the_shell(browse: Open) -> None:
    make.staff("boss", "manager")
    page = browse(locale="en-US")
    sign_in(page, "boss")
    page.goto("/organisations/")
    page.keyboard.press("n")
    page.wait_for_url("/organisations/new/")
