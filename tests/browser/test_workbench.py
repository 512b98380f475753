"""Done, postponed, passed on from the row, with the keyboard alone; two consultants in two browsers. Mission B4, B9."""

import re
import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from accounts.models import Staff, Team
from promises.models import Promise
from promises.services.closing import keep_promise
from tests import make

from .conftest import PHONE, Open, pass_the_door, sign_in

HOUR = timedelta(hours=1)
HERE = re.compile(r"/(\?.*)?$")
PRESSED_AT_ONCE = """keys => {
  const press = key =>
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
  document.addEventListener("htmx:afterSwap", ({detail}) => {
    if (detail.target.id === "work") setTimeout(() => keys.splice(0).forEach(press));
  });
}"""


@pytest.fixture
def line(transactional_db: None) -> Team:
    alice, bob = (
        make.staff(name, "consultant", display_name_en=name.title(), department=None) for name in ("alice", "bob")
    )
    return make.team("热线组", alice, bob, lead=alice)


def owed(owner: Staff | None, name: str, due: timedelta, **details: object) -> Promise:
    now = timezone.now()
    patient = make.patient(name, "13800001234")
    return make.promise(patient, owner=owner, at=now - 3 * HOUR, due_at=now + due, **details)


def current(page: Page) -> str:
    return page.locator(".c-rows > li[aria-current] .c-name").inner_text()


def opened(browse: Open, username: str) -> Page:
    page = browse(locale="en-US")
    sign_in(page, username)
    return page


def test_rows_are_done_postponed_and_passed_on_by_keyboard(browse: Open, line: Team) -> None:
    alice = line.members.get(username="alice")
    first, second, third = (
        owed(alice, name, due) for name, due in (("张桂兰", -HOUR), ("何建平", HOUR), ("吴海燕", 2 * HOUR))
    )
    page = opened(browse, "alice")
    assert current(page) == "张桂兰"
    page.keyboard.press("f")
    expect(page.locator(f"#act-{first.pk} textarea")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Promise kept")
    expect(page.locator(f"#row-{first.pk}")).to_have_count(0)
    assert current(page) == "何建平"
    page.keyboard.press("j")
    assert current(page) == "吴海燕"
    page.keyboard.press("p")
    expect(page.locator(f"#act-{third.pk} [name=to]")).to_be_focused()
    page.keyboard.press("b")
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"#row-{third.pk}")).to_contain_text("Me → Bob")
    assert current(page) == "吴海燕"
    page.keyboard.press("k")
    assert current(page) == "何建平"
    page.keyboard.press("d")
    expect(page.locator(f"#act-{second.pk} [name=due]").first).to_be_focused()
    page.locator("[name=due][value=tomorrow]").check()
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"#act-{second.pk}")).to_contain_text("Say why: the next one")
    page.locator(f"#act-{second.pk} [name=reason]").fill("家属明天在")
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"#row-{second.pk}")).to_contain_text("postponed once")
    expect(page).to_have_url(HERE)
    states = Promise.objects.order_by("pk").values_list("state", "pending_owner__username", "times_postponed")
    assert list(states) == [("kept", None, 0), ("open", None, 1), ("open", "bob", 0)]


def test_a_key_pressed_the_very_moment_the_list_has_come_still_acts_in_its_row(browse: Open, line: Team) -> None:
    alice = line.members.get(username="alice")
    first, second, third = (
        owed(alice, name, due) for name, due in (("张桂兰", HOUR), ("何建平", 2 * HOUR), ("吴海燕", 3 * HOUR))
    )
    page = opened(browse, "alice")
    page.keyboard.press("f")
    expect(page.locator(f"#act-{first.pk} textarea")).to_be_focused()
    page.evaluate(PRESSED_AT_ONCE, ["j", "p"])
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"#act-{third.pk} [name=to]")).to_be_focused()
    expect(page.locator(f"#row-{second.pk}")).to_be_visible()  # no page of its own opened
    assert current(page) == "吴海燕"


def test_after_a_row_was_put_off_the_next_one_is_current(browse: Open, line: Team) -> None:
    alice = line.members.get(username="alice")
    rows = [owed(alice, name, due) for name, due in (("张桂兰", HOUR), ("何建平", 2 * HOUR), ("吴海燕", 3 * HOUR))]
    page = opened(browse, "alice")
    postpone(page, rows[0], "家属明天在")
    expect(page.locator(f"#row-{rows[0].pk}")).to_contain_text("postponed once")
    assert current(page) == "何建平"
    expect(page.locator(f"#row-{rows[1].pk} [data-row-main]")).to_be_focused()


def test_what_was_accepted_is_never_put_back_as_unsaved(browse: Open, line: Team) -> None:
    """Though another part of the page renews itself before the list does."""
    promise = owed(line.members.get(username="alice"), "张桂兰", HOUR)
    page = opened(browse, "alice")
    page.route("**/workbench/**", on_a_slow_line)
    with page.expect_response(lambda answer: answer.status == 204):
        postpone(page, promise, "家属明天在")
    expect(page.locator("[data-busy]")).to_have_count(0)
    page.evaluate("document.dispatchEvent(new CustomEvent('htmx:afterSettle'))")
    expect(page.locator(f"#row-{promise.pk}")).to_contain_text("postponed once")
    page.unroute("**/workbench/**")
    page.reload(wait_until="networkidle")  # what waits to be put back has been by then
    expect(page.locator("[data-discard]")).to_have_count(0)
    expect(page.locator(".c-act")).to_have_count(0)


def postpone(page: Page, promise: Promise, reason: str) -> None:
    page.keyboard.press("d")
    page.locator(f"#act-{promise.pk} [name=due][value=tomorrow]").check()
    page.locator(f"#act-{promise.pk} [name=reason]").fill(reason)
    page.keyboard.press("Control+Enter")


def on_a_slow_line(route: Route) -> None:
    answer = route.fetch()
    time.sleep(1)
    route.fulfill(response=answer)


def test_what_was_typed_into_a_row_is_there_in_another_language_and_after_signing_in_again(
    browse: Open, line: Team
) -> None:
    promise = owed(line.members.get(username="alice"), "张桂兰", HOUR)
    page = opened(browse, "alice")
    page.keyboard.press("d")
    reason = page.locator(f"#act-{promise.pk} [name=reason]")
    reason.fill("家属明天在")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(reason).to_have_value("家属明天在")
    Session.objects.all().delete()
    reason.fill("家属后天在")
    page.locator("[name=due][value=tomorrow]").check()
    page.keyboard.press("Control+Enter")
    pass_the_door(page, "alice")
    page.wait_for_url(HERE)
    expect(reason).to_have_value("家属后天在")
    page.keyboard.press("Control+Enter")
    expect(reason).to_have_count(0)
    promise.refresh_from_db()
    assert promise.times_postponed == 1


def test_an_act_can_be_given_up_and_the_page_stays(browse: Open, line: Team) -> None:
    promise = owed(line.members.get(username="alice"), "张桂兰", HOUR)
    page = opened(browse, "alice")
    page.keyboard.press("d")
    page.locator(f"#act-{promise.pk} [name=reason]").fill("写错了")
    page.get_by_role("link", name="Cancel").click()
    expect(page.locator(f"#act-{promise.pk} form")).to_have_count(0)
    expect(page).to_have_url(HERE)
    page.keyboard.press("Enter")  # the focus is where Enter rings
    expect(page.locator(f"#act-{promise.pk} a[href='tel:+8613800001234']")).to_be_focused()


def test_enter_does_the_highlighted_row_and_escape_closes_what_was_opened_in_it(browse: Open, line: Team) -> None:
    alice = Staff.objects.get(username="alice")
    promise = make.promise(make.patient("张桂兰", "13800001234"), owner=alice, at=timezone.now())
    page = browse(locale="en-US")
    sign_in(page, "alice")
    row = page.locator(f"#row-{promise.pk}")
    expect(row).to_have_attribute("aria-current", "true")
    page.keyboard.press("Enter")  # nobody has moved to the row yet
    expect(row.get_by_role("link", name="138 0000 1234")).to_be_focused()
    page.keyboard.press("Escape")
    expect(row.locator(".c-dial")).to_have_count(0)
    expect(row.get_by_role("link", name="Ring")).to_be_focused()
    page.keyboard.press("d")
    reason = row.locator("[name=reason]")
    reason.fill("Patient asked")
    page.keyboard.press("Escape")
    expect(row.locator("form.c-act")).to_have_count(0)
    page.keyboard.press("d")
    expect(reason).to_have_value("Patient asked")  # closing is not discarding


def test_ticked_rows_are_counted_and_all_ticked_at_once(browse: Open, line: Team) -> None:
    owner = make.staff("dana", "manager", department=make.department("热线", "Line"))
    for name in ("张一", "张二", "张三"):
        owed(owner, name, HOUR)
    page = opened(browse, "dana")
    page.goto("/promises/")
    boxes, whole, said = page.locator("[data-tick]"), page.locator("[data-tick-all]"), page.locator("[data-ticked]")
    expect(said).to_have_text("Ticked: 0")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(said).to_have_text("Ticked: 1")
    assert whole.evaluate("box => box.indeterminate")
    whole.check()
    expect(said).to_have_text("Ticked: 3")
    boxes.first.uncheck()
    expect(said).to_have_text("Ticked: 2")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator("[data-tick]:checked")).to_have_count(2)
    page.get_by_role("button", name="EN").click()
    expect(said).to_have_text("Ticked: 2")
    expect(whole).not_to_be_checked()
    page.get_by_role("button", name="Reassign what is ticked").click()
    page.wait_for_url(re.compile(r"/promises/reassign/\?promise=\d+&promise=\d+$"))
    expect(said).to_have_text("Ticked: 2")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("h1")).to_have_text("改派")
    expect(page.locator("[data-tick]:checked")).to_have_count(2)
    page.go_back()
    page.go_back()
    page.wait_for_url("/promises/")  # nothing is asked, nothing sent again


def test_a_shift_that_was_not_handed_over_is_there_in_another_language_and_on_the_way_back(
    browse: Open, line: Team
) -> None:
    for name in ("张一", "张二"):
        owed(line.members.get(username="alice"), name, HOUR)
    page = opened(browse, "alice")
    page.goto("/shift/")
    ticked = page.locator("[data-tick]:checked")
    page.locator("[data-tick]").first.check()
    page.locator("[name=reason]").fill("两位都在等")
    page.get_by_role("button", name="Pass on what is ticked").click()
    expect(page.locator("#id_to_error")).to_be_visible()
    page.get_by_role("button", name="中文").click()
    expect(page.locator("h1")).to_have_text("交班")
    expect(ticked).to_have_count(1)
    expect(page.locator("[name=reason]")).to_have_value("两位都在等")
    page.locator("[name=reason]").fill("都在等")
    page.get_by_role("button", name="转交勾选的").click()
    expect(page.locator("#id_to_error")).to_be_visible()
    page.goto("/")
    page.go_back()
    expect(page.locator("[name=reason]")).to_have_value("都在等")  # asked for anew: nothing is sent again
    expect(ticked).to_have_count(1)
    page.locator("[name=to]").select_option(str(line.members.get(username="bob").pk))
    page.get_by_role("button", name="转交勾选的").click()
    expect(page.locator(".c-toast")).to_contain_text("已把 1 项承诺转交")
    assert Promise.objects.filter(pending_owner__username="bob").count() == 1
    expect(page.locator("[name=reason]")).to_have_value("")  # it went through: nothing waits to be sent once more
    expect(ticked).to_have_count(0)


def test_what_was_reassigned_in_the_list_waits_there_no_more_and_ticks_belong_to_what_the_list_shows(
    browse: Open, line: Team
) -> None:
    owner = make.staff("dana", "manager", department=make.department("热线", "Line"))
    gina = make.staff("gina", "consultant", department=owner.department)
    for name in ("张一", "张二"):
        owed(owner, name, HOUR)
    page = opened(browse, "dana")
    page.goto("/promises/")
    reassign, ticked = page.get_by_role("button", name="Reassign what is ticked"), page.locator("[data-tick]:checked")
    page.locator("[data-tick]").first.check()
    page.locator("[name=kind]").select_option("look_into")
    expect(page.locator("[data-tick]")).to_have_count(0)
    expect(page.locator("[data-discard]")).to_have_count(0)  # nothing waits among those
    page.locator("[name=kind]").select_option("")
    expect(ticked).to_have_count(0)  # the address is another
    page.goto("/promises/")
    expect(ticked).to_have_count(1)
    page.locator("[name=reason]").fill("Ill")
    page.locator("#id_reassign_owner").select_option(str(gina.pk))
    reassign.click()
    expect(page.locator(".c-toast")).to_contain_text("1 promise reassigned")
    expect(ticked).to_have_count(0)
    expect(page.locator("#id_reassign_owner")).to_have_value("")
    expect(page.locator("[name=reason]")).to_have_value("")
    page.locator("[name=reason]").fill("Ill")
    reassign.click()
    expect(page.get_by_text("Tick at least one promise.")).to_be_visible()
    expect(page.locator("[name=reason]")).to_have_value("Ill")


def test_what_was_refused_and_then_reassigned_does_not_wait_in_the_list(browse: Open, line: Team) -> None:
    owner = make.staff("dana", "manager", department=make.department("热线", "Line"))
    gina = make.staff("gina", "consultant", department=owner.department)
    gone, _stays = (owed(owner, name, HOUR) for name in ("张一", "张二"))
    page = opened(browse, "dana")
    page.goto("/promises/")
    for box in page.locator("[data-tick]").all():
        box.check()
    page.locator("#id_reassign_owner").select_option(str(gina.pk))
    keep_promise(promise=gone, actor=owner.actor, at=timezone.now())
    page.get_by_role("button", name="Reassign what is ticked").click()
    expect(page.locator("[data-tick]:checked")).to_have_count(1)
    page.get_by_role("button", name="Reassign", exact=True).click()
    expect(page.locator(".c-toast")).to_contain_text("1 promise reassigned")
    expect(page.locator("[data-discard]")).to_have_count(0)
    expect(page.locator("[data-tick]:checked")).to_have_count(0)


def test_on_paper_it_is_dark_on_white_whatever_the_screen_shows(browse: Open, line: Team) -> None:
    page = browse(locale="en-US", color_scheme="dark")
    sign_in(page, "alice")
    page.goto("/promises/print/")
    theme = "document.documentElement.dataset.bsTheme"
    assert page.evaluate(theme) == "dark"
    page.evaluate(f"addEventListener('beforeprint', () => {{ window.printed = {theme} }})")
    page.pdf()
    assert page.evaluate("window.printed") == "light"
    assert page.evaluate(theme) == "dark"


def test_two_consultants_take_hand_over_and_accept_in_two_browsers(browse: Open, line: Team) -> None:
    promise = owed(None, "张桂兰", HOUR, team=line)
    alice, bob = opened(browse, "alice"), opened(browse, "bob")
    take = ".c-side form[action$='/take/'] button"
    alice.locator(take).click()
    expect(alice.locator(f"#row-{promise.pk}")).to_contain_text("Me")
    bob.locator(take).click()  # a moment too late
    expect(bob.locator("#toasts [role=alert]")).to_contain_text("Alice has taken this already.")
    expect(bob.locator(take)).to_have_count(0)
    alice.locator(f"#row-{promise.pk} [data-key=p]").click()
    alice.locator(f"#act-{promise.pk} [name=to]").select_option(label="Bob")
    alice.keyboard.press("Control+Enter")
    expect(alice.locator(f"#row-{promise.pk}")).to_contain_text("Me → Bob")
    bob.goto("/")
    expect(bob.locator(f"#row-{promise.pk}")).to_contain_text("Alice → Me")
    bob.locator(f"#row-{promise.pk}").get_by_role("button", name="Accept").click()
    expect(bob.locator("#toasts")).to_contain_text("It is yours now")
    alice.goto("/")
    expect(alice.locator("main")).to_contain_text("Nobody is waiting for you")
    promise.refresh_from_db()
    assert (promise.owner, promise.pending_owner) == (line.members.get(username="bob"), None)


def test_what_is_new_is_announced_and_moves_neither_row_nor_focus(browse: Open, line: Team) -> None:
    alice = line.members.get(username="alice")
    owed(alice, "何建平", HOUR)
    here = owed(alice, "吴海燕", 2 * HOUR)
    page = browse(locale="en-US")
    page.clock.install()
    sign_in(page, "alice")
    page.keyboard.press("j")
    new = owed(alice, "张桂兰", -HOUR)
    page.clock.fast_forward(20_000)
    expect(page.locator("[data-news]")).to_contain_text("1 new")
    expect(page.locator(f"#row-{new.pk}")).to_have_count(0)
    assert current(page) == "吴海燕"
    page.locator("[data-news]").click()
    expect(page.locator(f"#row-{new.pk}")).to_be_visible()
    assert current(page) == "吴海燕"
    expect(page.locator(f"#row-{here.pk} .c-open")).to_be_visible()
    another = owed(alice, "陈国强", -HOUR / 2)
    page.clock.fast_forward(20_000)
    expect(page.locator("[data-news]")).to_contain_text("1 new")
    page.clock.fast_forward(20_000)  # nobody has touched anything for half a minute
    expect(page.locator(f"#row-{another.pk}")).to_be_visible()
    assert current(page) == "吴海燕"


@pytest.mark.parametrize("script", [True, False])
def test_the_morning_list_shows_all_on_a_phone_and_prints_where_a_script_can(
    browse: Open, line: Team, script: bool
) -> None:
    note = "回电告知：右眼术后眼药水能否停用，" * 5
    owed(line.members.get(username="alice"), "张桂兰", -HOUR, note=note)  # also shortly before midnight
    page = browse(locale="en-US", viewport=PHONE, java_script_enabled=script)
    sign_in(page, "alice")
    page.goto("/promises/print/")
    for words in (note, "138****1234"):
        place = page.get_by_text(words).bounding_box()
        assert place is not None
        assert place["x"] + place["width"] <= PHONE["width"], words
    button = page.get_by_role("button", name="Print")
    assert button.count() == script
    if script:
        page.evaluate("window.print = () => { document.title = 'printed' }")
        button.click()
        expect(page).to_have_title("printed")
