"""The pages of people on file: search first, nothing typed lost, one story, everybody within their scope."""

import html
import re
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Staff
from patients.models import Patient, Purpose
from patients.services.consents import Decision, record_consent
from patients.services.patients import update_patient
from tests import make
from tests.accounts.pages import Page, fill, in_english
from tests.conftest import SignedIn

NEW = "/patients/new/"
ALIKE = "/patients/new/alike/"
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(alice: Staff) -> Client:
    """Alice's browser, in English."""
    return in_english(make.client_of(alice))


def typed(browser: Client, **details: str) -> dict[str, list[str]]:
    return fill(Page(browser.get(NEW)).values, **details)


def test_registers_somebody_in_one_form_without_script(desk: Client) -> None:
    """Mission A2: name, sex, birth, phone, source, insurance and card, at the guide desk."""
    answer = desk.post(NEW, typed(desk, name="张桂兰", sex="female", birth="1953-08-21", phone="138 0000 1234"))
    patient = Patient.objects.get()
    assert answer["Location"] == f"/patients/{patient.pk}/"
    assert (patient.number, patient.sex, str(patient.birth_date)) == ("P-000001", "female", "1953-08-21")
    assert [phone.digits for phone in patient.phones.all()] == ["13800001234"]


@pytest.mark.parametrize(("number", "digits"), [("1380000123", 10), ("１３８abc", 3), ("13800001234", None)])
def test_a_number_that_no_plan_has_is_saved_with_a_warning(desk: Client, number: str, digits: int | None) -> None:
    says = [f"The phone number that was saved, of {digits} digits, fits no numbering plan. Is it as it was told?"]
    answer = desk.post(NEW, typed(desk, name="张桂兰", phone=number), follow=True)
    assert Page(answer).alerts == (says if digits else [])
    add = f"/patients/{make.patient('何建平').pk}/phones/new/"
    assert Page(desk.post(add, fill(Page(desk.get(add)).values, phone=number), follow=True)).alerts == (
        says if digits else []
    )
    saved = make.call(Staff.objects.get(username="alice"))
    again = f"/calls/{saved.pk}/correct/"
    corrected = fill(Page(desk.get(again)).values, number=number, reason="Misheard")
    assert Page(desk.post(again, corrected, follow=True)).alerts == (says if digits else [])
    call = fill(Page(desk.get("/calls/new/")).values, number=number, disposition="silent")
    assert Page(desk.post("/calls/new/", call, follow=True)).alerts == (says if digits else [])


def test_shows_who_is_like_that_before_saving_and_saves_when_told(desk: Client) -> None:
    known = make.patient("张桂兰", "13900005678")
    form = typed(desk, name="张桂兰", phone="13800001234")
    answer = desk.post(NEW, form)
    page = Page(answer)
    assert known.number in page.text
    assert page.values["phone"] == ["13800001234"]
    assert Patient.objects.count() == 1
    assert desk.post(NEW, fill(page.values, is_another="on")).status_code == 302
    assert Patient.objects.count() == 2


@pytest.mark.parametrize("query", [{"name": "张桂兰"}, {"phone": "+86 138 0000 1234"}])
def test_says_while_typing_who_is_like_that(desk: Client, query: dict[str, str]) -> None:
    known = make.patient("张桂兰", "13800001234")
    part = desk.post(ALIKE, query).content.decode()
    assert known.number in part
    assert "138****1234" in part


def test_what_is_typed_about_a_new_patient_stands_in_no_address(desk: Client) -> None:
    text = desk.get(NEW).content.decode()
    assert f'hx-post="{ALIKE}"' in text
    assert desk.get(ALIKE, {"name": "张桂兰", "phone": "13800001234"}).status_code == 405
    page = Client(enforce_csrf_checks=True)
    page.cookies = desk.cookies
    assert page.post(ALIKE, {"name": "张桂兰"}).status_code == 403


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("name", "", "This field is required."),
        ("phone", "withheld", "This is no telephone number: it has 3 to 20 digits."),
        ("birth", "2126-01-01", "Type a year such as 1953, or a date such as 1953-08-21, not in the future."),
        ("birth", "1953-02-30", "Type a year such as 1953, or a date such as 1953-08-21, not in the future."),
        ("birth", "\x00", "Null characters are not allowed."),
        ("phone", "\x00", "Null characters are not allowed."),
    ],
)
def test_says_at_the_field_what_is_wrong(desk: Client, field: str, text: str, message: str) -> None:
    page = Page(desk.post(NEW, typed(desk, **{"name": "张桂兰", field: text})))
    assert page.errors == {field: message}
    assert page.values["name"] == ["" if field == "name" else "张桂兰"]


def test_page_tells_the_story_and_masks_the_number(desk: Client, alice: Staff, now: datetime) -> None:
    patient = make.patient("张桂兰", "13800001234", sex="female", birth_year=1953)
    text = desk.get(f"/patients/{patient.pk}/").content.decode()
    assert "On file as P-000001" in text
    assert "138****1234" in text
    assert "13800001234" not in text
    assert "138 0000 1234" not in text
    desk.get(f"/patients/{patient.pk}/")
    looks = AuditEntry.objects.about(patient).filter(verb="patient.opened", actor=alice.actor)
    assert looks.count() == 1


def test_the_story_is_narrowed_by_plain_links(desk: Client, alice: Staff, now: datetime) -> None:
    patient = make.patient("张桂兰", "13800001234")
    make.call(alice, patient, at=now)
    make.promise(patient, owner=alice, at=now)
    make.visit(patient, starts_at=now)
    record_consent(patient=patient, decision=Decision(Purpose.STORY, is_given=True), actor=alice.actor, at=now)
    url = f"/patients/{patient.pk}/"
    text = make.tight(desk.get(url).content.decode())
    assert f'href="{url}" aria-current="true">All<span class="n">5</span>' in text
    assert f'href="{url}?kind=patients">The record<span class="n">1</span>' in text
    for part, label, shown in (
        ("consult", "Calls", "Call in"),
        ("promises", "Promises", "Promised"),
        ("visits", "Visits", "Outpatient"),
        ("consents", "Consents", "Agreed"),
    ):
        link = f'href="{url}?kind={part}"'
        assert f'{link}>{label}<span class="n">1</span>' in text
        narrowed = make.tight(desk.get(f"{url}?kind={part}").content.decode())
        assert f'{link} aria-current="true">' in narrowed
        assert shown in narrowed.partition('id="story"')[2].partition("c-side")[0]
        assert "On file as" not in narrowed
    assert "On file as" in desk.get(f"{url}?kind=curious").content.decode()


@pytest.mark.parametrize("calls", [24, 25])  # with the line of the record: one full page, and a line on a second one
def test_the_parts_count_all_lines_on_whichever_page(desk: Client, alice: Staff, now: datetime, calls: int) -> None:
    patient = make.patient("张桂兰")
    for _ in range(calls):
        make.call(alice, patient, at=now)
    first = desk.get(f"/patients/{patient.pk}/").content.decode()
    following = re.findall(r'href="([^"]+cursor=[^"]+)"[^>]*id="page-next"|id="page-next"[^>]*href="([^"]+)"', first)
    later = [desk.get(html.unescape("".join(link))).content.decode() for link in following]
    assert len(later) == calls - 24
    for text in map(make.tight, (first, *later)):
        assert f'All<span class="n">{calls + 1}</span>' in text
        assert f'Calls<span class="n">{calls}</span>' in text


def test_narrowed_pages_lead_to_narrowed_pages(desk: Client, alice: Staff, now: datetime) -> None:
    patient = make.patient("张桂兰")
    for _ in range(26):
        make.call(alice, patient, at=now)
    text = desk.get(f"/patients/{patient.pk}/?kind=consult").content.decode()
    assert f"/patients/{patient.pk}/?kind=consult&amp;cursor=" in text


def test_what_comes_stands_above_the_now_line(desk: Client, alice: Staff, bob: Staff, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        patient = make.patient("张桂兰")
        make.promise(patient, owner=alice, at=now - 2 * HOUR, due_at=now - HOUR, note="回电告知结果")
        make.promise(patient, owner=alice, at=now, due_at=now + HOUR, kind="send_information")
        page = desk.get(f"/patients/{patient.pk}/").content.decode()
        assert page.index('id="coming"') < page.index("Now: today 10:24") < page.index('id="story"')
        panel = desk.get(f"/patients/{patient.pk}/ahead/", headers={"HX-Request": "true", "HX-Target": "ahead"})
    coming = panel.content.decode().partition('<ol hx-swap-oob="innerHTML:#coming">')[2]
    assert coming.index("Send information") < coming.index("回电告知结果")  # the nearest lies next to now
    assert '<b class="late">1 hour late</b>' in coming
    assert "Now: " not in desk.get(f"/patients/{patient.pk}/?kind=consult").content.decode()


def test_what_comes_stands_on_the_first_page_however_it_was_reached(desk: Client, alice: Staff, now: datetime) -> None:
    patient = make.patient("张桂兰")
    for minute in range(26):
        make.call(alice, patient, at=now + timedelta(minutes=minute))

    def turned(text: str, rel: str) -> str:
        found = re.search(rf'href="([^"]+)"[^>]* rel="{rel}"', text)
        assert found is not None
        return desk.get(html.unescape(found.group(1))).content.decode()

    first = desk.get(f"/patients/{patient.pk}/").content.decode()
    second = turned(first, "next")
    assert ["Now: " in page for page in (first, second, turned(second, "prev"))] == [True, False, True]


def test_one_button_rings_whom_one_owes_and_asks_the_others_for_a_purpose(
    desk: Client, alice: Staff, signed_in: SignedIn, now: datetime
) -> None:
    patient = make.patient("张桂兰", "13800001234")
    url = f"/patients/{patient.pk}/"
    assert "tel:" not in desk.get(url).content.decode()
    assert '<summary class="btn btn-primary"' in desk.get(url).content.decode()
    adviser = signed_in(make.staff("adviser", "health_adviser"))
    assert "btn-primary" not in adviser.get(url).content.decode().partition('id="main"')[2]
    make.promise(patient, owner=alice, at=now)
    assert '<a class="btn btn-primary" id="ring" href="tel:+8613800001234">' in desk.get(url).content.decode()


def test_an_empty_form_says_nothing_about_who_is_on_file(desk: Client) -> None:
    claim = "Nobody of this name or number."
    assert claim not in desk.get(NEW).content.decode()
    assert claim not in desk.post(ALIKE, {"name": " ", "phone": ""}).content.decode()
    assert claim in desk.post(ALIKE, {"name": "甲乙"}).content.decode()


def test_a_stale_form_shows_both_versions(desk: Client, bob: Staff, now: datetime) -> None:
    patient = make.patient("张桂兰")
    url = reverse("patients:patient_edit", args=[patient.pk])
    opened = Page(desk.get(url)).values
    update_patient(patient=patient, version=1, values={"residence": "杭州"}, actor=bob.actor, at=now)
    answer = desk.post(url, fill(opened, residence="宁波", birth="1953"))
    assert answer.status_code == 409
    assert "杭州" in answer.content.decode()
    assert desk.post(url, fill(Page(answer).values, **{"pick-residence": "mine"})).status_code == 302
    patient.refresh_from_db()
    assert (patient.residence, patient.birth_year) == ("宁波", 1953)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_day_of_death_stands_in_the_form_as_browsers_read_it(desk: Client, language: str) -> None:
    """In another form the field would be empty, and saving would take the day away."""
    patient = make.patient("张桂兰", died_on=date(2026, 2, 28))
    desk.cookies["django_language"] = language
    page = Page(desk.get(reverse("patients:patient_edit", args=[patient.pk])))
    assert page.values["died_on"] == ["2026-02-28"]


def test_the_search_box_finds_people_and_lists_page_by_key(desk: Client) -> None:
    for number in range(30):
        make.patient(f"张{number:02}")
    assert "张07" in desk.get("/search/", {"q": "张07"}).content.decode()
    first = desk.get("/patients/").content.decode()
    assert "张29" in first
    assert "25 on this page, 30 in all" in first
    assert "Nobody found" in desk.get("/search/", {"q": "甲乙\x00"}).content.decode()


def test_out_of_scope_is_not_found_and_without_right_refused(signed_in: SignedIn, frank: Staff, client: Client) -> None:
    patient = make.patient("张桂兰", "13800001234")
    doctor = signed_in(make.staff("doctor", "doctor"))
    for page in ("", "edit/", "phones/new/"):
        url = f"/patients/{patient.pk}/{page}"
        assert doctor.get(url).status_code == 404, url
        assert signed_in(frank).get(url).status_code == 403, url
        assert client.get(url)["Location"].startswith("/sign-in/"), url
    assert patient.number not in doctor.get("/search/", {"q": "张桂兰"}).content.decode()
    assert patient.number not in doctor.post(ALIKE, {"name": "张桂兰"}).content.decode()


def test_registered_twice_with_one_form_leads_both_times_to_the_same_person(desk: Client) -> None:
    form = typed(desk, name="张桂兰", phone="13800001234")
    answers = [desk.post(NEW, form) for _ in range(2)]
    assert [answer.headers.get("Location") for answer in answers] == [f"/patients/{Patient.objects.get().pk}/"] * 2


def test_a_phone_sent_twice_is_added_once_and_answers_as_the_first_time(desk: Client) -> None:
    patient = make.patient("张桂兰")
    url = f"/patients/{patient.pk}/phones/new/"
    form = fill(Page(desk.get(url)).values, phone="13800001234")
    answers = [desk.post(url, form) for _ in range(2)]
    assert [answer.headers.get("Location") for answer in answers] == [f"/patients/{patient.pk}/"] * 2
    assert patient.phones.count() == 1
