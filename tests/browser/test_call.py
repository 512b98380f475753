"""The consult line with the keyboard: a repeat caller in eight interactions, two calls at once, and without script."""

import re
import time
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import override
from playwright.sync_api import Page, Route, expect

from accounts.models import Staff
from consult.models import Call, CallDraft
from hospital_crm.lib.due import due_choices
from hospital_crm.lib.moments import said
from institution.models import ReferenceItem
from patients.models import Patient
from patients.services.tags import tag_patient
from promises.models import Promise
from promises.services.promises import make_promise
from tests import make

from .conftest import PHONE, Open, pass_the_door, sign_in
from .test_accessible import WIDER, violations

NEW = "/calls/new/"
PROMISED = {"zh-CN": "陈敏{due} 前回拨张桂兰。", "en-US": "Chen Min rings 张桂兰 back by {due}."}
KEPT = urlencode({"t0-question": "几点开门"})
OPENS = urlencode({"t1-question": "几点开门"})


class Hands:
    """Counts: a chord or a click is one interaction, a run of typing with the Tab that ends it is one."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, chord: str) -> None:
        self.count += 1
        self.page.keyboard.press(chord)

    def type(self, text: str, then: str = "") -> None:
        self.count += 1
        self.page.keyboard.type(text)
        if then:
            self.page.keyboard.press(then)


@pytest.fixture
def line(transactional_db: None) -> Staff:
    return make.staff("line", "consultant", display_name="陈敏", display_name_en="Chen Min")


@pytest.fixture
def zhang(line: Staff) -> Patient:
    """A patient to whom a call back is late, and another with the same last digits."""
    make.patient("王小雨", "13900001234")
    patient = make.patient("张桂兰", "13800001234", sex="female", birth_year=1953)
    now = timezone.now()
    make_promise(
        target=patient,
        kind=Promise.Kind.RING_BACK,
        owner=line,
        due_at=now - timedelta(minutes=24),
        note="眼药水能不能停",
        actor=line.actor,
        at=now - timedelta(days=1),
    )
    return patient


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_repeat_caller_with_a_call_back_takes_at_most_eight_interactions(
    browse: Open, zhang: Patient, locale: str
) -> None:
    """Mission B3, B4: digits, Enter, topic, question, answer, Alt 3, time, Ctrl Enter."""
    page = browse(locale=locale)
    sign_in(page, "line")
    page.locator("main").click()
    page.keyboard.press("c")
    page.wait_for_url(NEW)
    expect(page.locator("#id_number")).to_be_focused()
    hands = Hands(page)
    hands.type("1234")
    expect(page.locator("#people")).to_contain_text("张桂兰")
    hands.press("Enter")
    expect(page.locator("[name=t0-topic]")).to_be_focused()
    expect(page.locator("#people")).to_contain_text("眼药水能不能停")
    expect(page.locator("#id_age")).to_have_value(str(timezone.localdate().year - 1953))
    hands.type("4" if locale == "zh-CN" else "Fees", then="Tab")  # no input method types into a select
    hands.type("手术多少钱", then="Tab")
    hands.type("明天财务回电")
    hands.press("Alt+3")
    due = due_choices(timezone.localtime())[1]  # the focus is on the first time: one key takes the second
    hands.press("ArrowRight")
    with override("en" if locale == "en-US" else "zh-hans"):
        promised = PROMISED[locale].format(due=said(due.at, timezone.now()))
    expect(page.locator("#promise")).to_contain_text(promised)
    hands.press("Control+Enter")
    page.wait_for_url(f"{NEW}?saved=*")
    expect(page.locator("#id_number")).to_be_focused()
    expect(page.locator("#id_number")).to_have_value("")
    assert hands.count <= 8
    call = Call.objects.get()
    assert (call.target, call.digits, call.disposition) == (zhang, "13800001234", "ring_back")
    topic = call.topics.get()
    assert (topic.topic.code, topic.question, topic.answer) == ("fee", "手术多少钱", "明天财务回电")
    assert [promise.state for promise in Promise.objects.order_by("pk")] == ["kept", "open"]


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_the_name_of_whoever_may_be_calling_is_whole_beside_all_that_is_said_of_them(
    browse: Open, line: Staff, zhang: Patient, locale: str
) -> None:
    """On the screens of the front desk, a VIP to whom something is owed, by the number of another."""
    vip = ReferenceItem.objects.get(list__code="patient_tag", code="vip")
    tag_patient(patient=zhang, tags=[vip], actor=line.actor, at=timezone.now())
    Patient.objects.filter(pk=zhang.pk).update(service_level=3)
    page = browse(locale=locale)
    sign_in(page, "line")
    page.goto(NEW)
    page.keyboard.type("1234")
    name = page.locator("#people .c-cand .cut").filter(has_text="张桂兰")
    expect(name).to_be_visible()
    assert name.evaluate("each => each.scrollWidth <= each.clientWidth")


def test_a_second_call_is_taken_while_the_first_waits(browse: Open, zhang: Patient) -> None:
    page = browse(locale="en-US")
    sign_in(page, "line")
    page.goto(NEW)
    page.keyboard.type("13800001234")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    with page.expect_response(
        lambda answer: "/calls/draft/" in answer.url and KEPT in (answer.request.post_data or "")
    ):
        page.keyboard.type("几点开门")
    expect(page.locator("#kept")).to_contain_text("Draft kept")
    page.goto(NEW)  # the line rings again: whatever was typed is safe without a press
    page.keyboard.type("13900005678")
    page.locator("[name=t0-topic]").select_option(label="Fees")
    page.keyboard.press("Alt+1")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"{NEW}?saved=*")
    page.get_by_role("link", name="张桂兰").click()
    page.wait_for_url(f"{NEW}?draft=*")
    expect(page.locator("[name=t0-question]")).to_have_value("几点开门")
    expect(page.locator("#who-1")).to_be_checked()
    page.locator("[name=t0-topic]").select_option(label="Fees")
    page.keyboard.press("Alt+1")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"{NEW}?saved=*")
    assert [call.target.name for call in Call.objects.order_by("pk")] == ["", "张桂兰"]
    assert not CallDraft.objects.open_of(Staff.objects.get()).exists()


def test_in_another_language_and_signed_in_again_it_is_the_same_call(browse: Open, zhang: Patient) -> None:
    page = browse(locale="en-US")
    sign_in(page, "line")
    page.goto(NEW)
    page.keyboard.type("13800001234")
    page.keyboard.press("Enter")
    with page.expect_response(
        lambda answer: "/calls/draft/" in answer.url and "q1" in (answer.request.post_data or "")
    ):
        page.locator("[name=t0-question]").fill("q1")
    page.wait_for_url(f"{NEW}?draft=*")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator("[name=t0-question]")).to_have_value("q1")
    expect(page.locator("#who-1")).to_be_checked()
    Session.objects.all().delete()
    page.locator("[name=t0-answer]").fill("a1")
    page.keyboard.press("Control+Enter")
    pass_the_door(page, "line")
    page.wait_for_url(f"{NEW}?draft=*")
    expect(page.locator("[name=t0-question]")).to_have_value("q1")
    expect(page.locator("[name=t0-answer]")).to_have_value("a1")


def test_arrows_choose_alt_2_says_why_not_and_an_error_keeps_everything(browse: Open, zhang: Patient) -> None:
    page = browse(locale="en-US")
    sign_in(page, "line")
    page.goto(NEW)
    page.keyboard.type("1234")
    expect(page.locator("#people")).to_contain_text("王小雨")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#people")).to_contain_text("Nothing is open.")
    page.keyboard.press("Enter")
    expect(page.locator("#id_name")).to_have_value("王小雨")
    page.keyboard.press("Alt+2")
    expect(page.locator("#way-note")).to_contain_text("Appointments cannot be booked here yet")
    page.locator("[name=t0-question]").fill("怎么走")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[name=t0-topic]")).to_be_focused()
    expect(page.locator("[name=t0-question]")).to_have_value("怎么走")
    expect(page.locator("#id_disposition_error")).to_be_visible()
    assert not Call.objects.exists()


def test_what_is_not_there_yet_is_said_above_the_buttons_and_a_choice_ends_the_complaint(
    browse: Open, zhang: Patient
) -> None:
    page = browse(locale="en-US")
    sign_in(page, "line")
    page.goto(NEW)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#id_disposition_error")).to_be_visible()
    page.wait_for_load_state()  # its keys come with the scripts
    page.keyboard.press("Alt+2")
    said_at, buttons = page.locator("#way-note").bounding_box(), page.locator("[data-save]").bounding_box()
    assert said_at and buttons  # noqa: PT018
    assert said_at["y"] + said_at["height"] <= buttons["y"]
    expect(page.locator("#way-note")).to_have_text("Appointments cannot be booked here yet")
    expect(page.locator(".c-toast")).to_have_count(0)
    page.keyboard.press("Alt+1")
    expect(page.locator("#id_disposition_error")).to_have_count(0)
    expect(page.locator("#way-note")).to_have_text("")
    expect(page.locator("[name=disposition][aria-invalid]")).to_have_count(0)


def test_a_time_that_has_passed_is_refused_at_its_field_which_has_the_focus(browse: Open, zhang: Patient) -> None:
    page = browse(locale="en-US")
    sign_in(page, "line")
    page.goto(NEW)
    page.keyboard.type("13900005678")
    page.locator("[name=t0-topic]").select_option(label="Fees")
    page.keyboard.press("Alt+3")
    page.locator("[name=due][value=own] + label").click()
    page.locator("#id_due_own").fill("2020-01-01T10:00")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#id_due_own_error")).to_contain_text("This time has passed")
    expect(page.locator("#id_due_own")).to_be_focused()


def test_without_script_it_is_looked_up_promised_and_saved(browse: Open, zhang: Patient) -> None:
    page = browse(java_script_enabled=False, locale="en-US")
    sign_in(page, "line")
    page.goto(NEW)
    page.locator("#id_number").fill("１２３４")
    page.keyboard.press("Enter")
    expect(page.locator("#people")).to_contain_text("张桂兰")
    page.get_by_text("张桂兰").click()
    page.get_by_role("button", name="Look up").click()
    expect(page.locator("#id_name")).to_have_value("张桂兰")
    expect(page.locator("#id_due_0")).to_be_hidden()
    page.locator("[name=t0-topic]").select_option(label="Fees")
    page.locator("label[for=way-ring_back]").click()
    page.get_by_text("tomorrow 10:00").click()
    page.get_by_role("button", name="Save, next call").click()
    expect(page.locator("#people")).to_contain_text("Saved: 张桂兰")
    assert Call.objects.get().promise is not None


def test_its_pages_are_accessible_and_fit_a_phone(browse: Open, line: Staff, zhang: Patient) -> None:
    known, unknown = make.call(line, zhang, number="13800001234"), make.call(line, name="王建军")
    pages = ["/calls/", f"{NEW}?patient={zhang.pk}", f"/calls/{known.pk}/", f"/calls/{known.pk}/correct/"]
    pages += [f"/calls/{known.pk}/void/", f"/calls/{unknown.pk}/caller/", f"/calls/for-patient/{zhang.pk}/"]
    faults = []
    for options in ({"color_scheme": "dark", "locale": "en-US", "viewport": PHONE}, {"locale": "zh-CN"}):
        page = browse(**options)
        sign_in(page, "line")
        for url in pages:
            page.goto(url)
            faults += violations(page) + ([f"{url} is too wide"] if page.evaluate(WIDER) else [])
    assert faults == []


def on_a_slow_line(route: Route) -> None:
    answer = route.fetch(max_redirects=0)
    time.sleep(1)
    route.fulfill(response=answer)


def test_a_topic_that_is_added_while_one_types_is_saved_with_the_call(browse: Open, zhang: Patient) -> None:
    page = browse(locale="en-US")
    sign_in(page, "line")
    page.goto(NEW)
    page.locator("[name=t0-topic]").select_option(label="Fees")
    page.locator("[name=t0-question]").type("手术多少钱")
    page.route(f"**{NEW}", on_a_slow_line)
    page.get_by_role("button", name="Add a topic").click()  # what was typed last is not kept yet
    expect(page.locator("[name=t1-topic]")).to_be_focused()
    page.unroute(f"**{NEW}")
    expect(page.locator("[data-discard]")).to_have_count(0)  # nothing had to be put back
    page.locator("[name=t1-topic]").select_option(label="Address and opening hours")
    with page.expect_response(
        lambda answer: "/calls/draft/" in answer.url and "t1-question" in (answer.request.post_data or "")
    ):
        page.locator("[name=t1-question]").type("几点开门")
    page.reload()
    expect(page.locator("[name=t1-question]")).to_have_value("几点开门")
    page.keyboard.press("Alt+1")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"{NEW}?saved=*")
    call = Call.objects.get()
    assert [topic.question for topic in call.topics.order_by("position")] == ["手术多少钱", "几点开门"]
    page.goto(f"/calls/{call.pk}/correct/")
    page.locator("[name=reason]").fill("One more")
    page.get_by_role("button", name="Add a topic").click()
    page.locator("[name=t2-topic]").select_option(label="Fees")
    page.locator("[name=t2-question]").fill("能不能刷医保")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator("[name=t2-question]")).to_have_value("能不能刷医保")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: "correct" not in url)
    assert Call.objects.standing().get().topics.count() == 3


def test_a_topic_that_was_added_to_a_correction_is_there_again(browse: Open, zhang: Patient) -> None:
    call = make.call(Staff.objects.get(username="line"), zhang)
    page = browse(locale="en-US")
    sign_in(page, "line")
    page.goto(f"/calls/{call.pk}/correct/")
    page.get_by_role("button", name="Add a topic").click()
    expect(page.locator("[name=t1-topic]")).to_be_focused()
    page.locator("[name=t1-question]").fill("能不能刷医保")
    page.goto("/patients/")
    page.goto(f"/calls/{call.pk}/correct/")
    expect(page.locator("[name=t1-question]")).to_have_value("能不能刷医保")
    expect(page.locator("[data-discard]")).to_be_visible()


def test_read_again_a_window_still_says_what_another_has_typed(browse: Open, zhang: Patient) -> None:
    first = browse(locale="en-US")
    sign_in(first, "line")
    first.goto(NEW)
    answer(first, "一楼")
    first.wait_for_url("**draft=*")
    second = first.context.new_page()
    second.goto(first.url)
    answer(second, "二楼")
    first.locator("[name=t0-answer]").fill("三楼")
    expect(first.locator("#apart")).to_contain_text("Another window has typed more about this call: Answer.")
    first.on("dialog", lambda dialog: dialog.accept())
    first.reload()
    expect(first.locator("[name=t0-answer]")).to_have_value("三楼")
    expect(first.locator("#apart")).to_contain_text("Another window has typed more about this call: Answer.")
    assert CallDraft.objects.get().content["t0-answer"] == ["二楼"]


def answer(page: Page, words: str) -> None:
    with page.expect_response("**/calls/draft/") as kept:
        page.locator("[name=t0-answer]").fill(words)
    assert re.search(r"[&;\"]sent\D+\d{13}", kept.value.request.post_data or "")  # of two the server knows the later


def test_a_call_can_be_discarded_as_soon_as_it_is_kept(browse: Open, zhang: Patient) -> None:
    page = browse(locale="en-US")
    sign_in(page, "line")
    page.goto(NEW)
    button = page.get_by_role("button", name="Discard")
    expect(button).to_be_hidden()
    answer(page, "一楼")
    button.click()
    page.get_by_role("button", name="Discard").click()
    page.wait_for_url(NEW)
    assert not CallDraft.objects.exists()
