"""The page behind the link in a message: no sign-in, cookie or script, small; looking changes nothing. Mission A7."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as configured
from django.core.cache import caches
from django.core.mail import EmailMessage
from django.test import Client

from institution.models import HospitalProfile, Setting
from messaging.models import Channel, Message, MessageClass, OptOut
from messaging.services.addresses import digest_of
from messaging.services.gateways.email import EmailGateway
from messaging.services.letters import Letter
from messaging.services.links import stop_link, unsubscribe_headers
from patients.models import Patient
from patients.services.contacts import find_or_create_contact
from tests import make
from tests.messaging.make import message
from tests.messaging.people import to

pytestmark = pytest.mark.django_db
MARKETING, SURVEY, CARE = MessageClass.MARKETING, MessageClass.SURVEY, MessageClass.CARE
PHONE = "0571 5550 0100"


@pytest.fixture(autouse=True)
def _here(now: datetime) -> Any:
    caches["throttle"].clear()
    HospitalProfile.objects.update(name_zh="示范医院", name_en="Model Hospital", consult_phone=PHONE)
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def zhang() -> Patient:
    return make.patient("张桂兰", "13800001234", language="zh-hans")


@pytest.fixture
def link(zhang: Patient, now: datetime) -> str:
    return path_of(to(zhang, now, MARKETING))


def path_of(mail: Message) -> str:
    return stop_link(mail).removeprefix(configured.BASE_URL)


def stopped(patient: Patient) -> list[str]:
    return sorted(OptOut.objects.open().filter(patient=patient).values_list("scope", flat=True))


def words(answer: Any) -> str:
    return re.sub(r"<[^>]+>", " ", answer.content.decode())


def test_is_short_and_names_nobody(zhang: Patient, link: str, now: datetime) -> None:
    assert re.fullmatch(r"/m/[A-Za-z0-9_-]{24}/", link)
    page = Client().get(link)
    for told in (zhang.name, zhang.number, "1234", "13800001234"):
        assert told not in page.content.decode()


def test_is_small_and_needs_neither_script_nor_cookie(link: str) -> None:
    browser = Client()
    page = browser.get(link)
    sheets = re.findall(r'<link rel="stylesheet" href="[^"]*/([\w.-]+\.css)"', page.content.decode())
    assert len(sheets) == 1
    whole = len(page.content) + (Path(configured.BASE_DIR) / "static" / "phone.css").stat().st_size
    assert whole < 50_000
    assert b"<script" not in page.content
    done = browser.post(link, {"stop": "offers"})
    assert (done.status_code, browser.cookies, page.cookies, done.cookies) == (200, {}, {}, {})
    assert page["Referrer-Policy"] == "same-origin"  # the address is told to nobody else
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("ask", ["get", "head"])
def test_looking_changes_nothing(link: str, zhang: Patient, ask: str) -> None:
    assert getattr(Client(), ask)(link).status_code == 200
    assert stopped(zhang) == []


def test_one_button_stops_surveys_and_offers_the_other_all_but_what_is_needed(link: str, zhang: Patient) -> None:
    browser = Client(enforce_csrf_checks=True)
    done = browser.post(link, {"stop": "offers"})
    assert (done.status_code, stopped(zhang)) == (200, ["offers"])
    assert "已停发" in words(done)
    assert PHONE in words(done)
    assert b'value="offers"' not in browser.get(link).content  # what is done is not offered again
    for _ in range(2):  # whoever presses twice reads the same
        done = browser.post(link, {"stop": "all"})
        assert (done.status_code, stopped(zhang)) == (200, ["all", "offers"])
        assert "已停发" in words(done)


def test_stops_the_address_it_went_to_on_whatever_record_and_the_patient_everywhere(
    zhang: Patient, now: datetime
) -> None:
    mail = to(zhang, now, MARKETING)
    Message.objects.filter(pk=mail.pk).update(address="zhang@example.com", state="sent", settled_at=now)
    mail.refresh_from_db()
    assert Client().post(path_of(mail), {"stop": "offers"}).status_code == 200
    row = OptOut.objects.get()
    assert (row.patient, row.channel, row.digest) == (zhang, "", digest_of("email", "zhang@example.com"))


def test_who_did_it_is_on_record(link: str, zhang: Patient) -> None:
    Client().post(link, {"stop": "offers"})
    row = OptOut.objects.get()
    assert (row.way, row.recorded_by.kind, row.source) == ("link", "link", f"message:{Message.objects.get().pk}")


@pytest.mark.parametrize("sent", [{}, {"stop": "everything"}, {"stop": ""}, {"List-Unsubscribe": "Maybe"}])
def test_a_form_that_says_nothing_changes_nothing(link: str, zhang: Patient, sent: dict[str, str]) -> None:
    assert Client().post(link, sent).status_code == 200
    assert stopped(zhang) == []


@pytest.mark.parametrize(
    ("language", "asked", "spoken"),
    [
        ("zh-hans", "", "您想停收哪些消息？"),
        ("en", "", "Which messages do you want to stop?"),
        ("zh-hans", "?lang=en", "Which messages do you want to stop?"),
        ("en", "?lang=zh", "您想停收哪些消息？"),
        ("en", "?lang=xx", "Which messages do you want to stop?"),
    ],
)
def test_speaks_the_patients_language_and_the_other_one(now: datetime, language: str, asked: str, spoken: str) -> None:
    mail = to(make.patient("李", language=language), now, MARKETING)
    page = words(Client(headers={"accept-language": "zh-CN"}).get(path_of(mail) + asked))
    assert spoken in page
    assert ("中文" if spoken[0] == "W" else "English") in page
    assert ("Model Hospital" in page) is (spoken[0] == "W")


# ── Links that lead nowhere ──────────────────────────────────────────────────


def over(link: str) -> tuple[int, str]:
    page = Client(headers={"accept-language": "zh-CN"}).get(link)
    return page.status_code, words(page)


def test_what_leads_nowhere_says_so_alike_with_the_hospitals_phone(link: str, zhang: Patient, now: datetime) -> None:
    made_up = "/m/" + "A" * 24 + "/"
    Client().post(link, {"stop": "all"})
    used, forged = over(link), over(made_up)
    assert (used[0], forged[0]) == (410, 404)
    assert used[1] == forged[1]
    assert PHONE in used[1]
    assert Client().post(made_up, {"stop": "all"}).status_code == 404


def test_lasts_its_days_and_no_longer(link: str, now: datetime) -> None:
    days = timedelta(days=90)
    with time_machine.travel(now + days, tick=False):
        assert over(link)[0] == 200
    with time_machine.travel(now + days + timedelta(days=1), tick=False):
        assert over(link)[0] == 410


def test_is_revoked_with_all_of_its_version(link: str) -> None:
    Setting.objects.filter(key="messaging.links_version").update(value=2)
    assert over(link)[0] == 410


def test_of_a_message_that_is_gone_it_is_over(link: str) -> None:
    Message.objects.all().delete()
    assert over(link)[0] == 410


def test_whoever_guesses_has_to_wait_and_right_links_from_the_same_address_go_on(link: str) -> None:
    guesser = Client(REMOTE_ADDR="10.0.0.9")
    answers = [guesser.get(f"/m/{number:024}/").status_code for number in range(21)]
    assert answers == [404] * 20 + [429]
    assert guesser.get(link).status_code == 200  # many phones share a carrier's address


@pytest.mark.parametrize("token", ["x", "A" * 400, "%00", "é", "A" * 23 + "%0A"])
def test_nonsense_is_no_fault(token: str) -> None:
    assert Client().get(f"/m/{token}/").status_code == 404


def test_of_whoever_was_erased_the_address_is_stopped_and_nothing_written_about_the_person(
    link: str, zhang: Patient, now: datetime
) -> None:
    Patient.objects.filter(pk=zhang.pk).update(erased_at=now)
    assert Client().post(link, {"stop": "all"}).status_code == 410  # nobody knows where it went
    Message.objects.update(address="a@example.com")
    assert Client().post(link, {"stop": "all"}).status_code == 200
    assert (OptOut.objects.get().patient, OptOut.objects.get().masked) == (None, "****@example.com")


# ── E-mail programs ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(("message_class", "offered"), [(MARKETING, True), (SURVEY, True), (CARE, False)])
def test_offers_and_surveys_by_mail_can_be_stopped_by_one_click(
    zhang: Patient, now: datetime, message_class: MessageClass, offered: bool
) -> None:
    mail = to(zhang, now, message_class)
    headers = unsubscribe_headers(mail)
    assert bool(headers) is offered
    if offered:
        assert headers == {
            "List-Unsubscribe": f"<{stop_link(mail)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    assert not unsubscribe_headers(message(zhang, now, channel=Channel.IN_APP, message_class=message_class))


def test_the_mail_carries_it(zhang: Patient, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = to(zhang, now, MARKETING)
    monkeypatch.setattr("messaging.services.gateways.email.letter_of", lambda *_, **__: Letter("a", "b"))
    sent: EmailMessage = EmailGateway()._mail(mail)
    assert sent.message()["List-Unsubscribe"] == f"<{stop_link(mail)}>"


def test_one_click_stops_offers_and_asks_nothing_more(link: str, zhang: Patient) -> None:
    for _ in range(2):  # mail programs may try again
        answer = Client(enforce_csrf_checks=True).post(link, {"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.content) == (204, b"")
    assert stopped(zhang) == ["offers"]


def test_of_a_caller_who_is_nobody_yet_the_address_is_stopped(now: datetime) -> None:
    caller = find_or_create_contact(name="", digits="13900005678", actor=make.by(), at=now)
    mail = to(caller, now, MARKETING)
    Message.objects.filter(pk=mail.pk).update(address="a@example.com")
    assert Client().post(path_of(mail), {"stop": "offers"}).status_code == 200
    row = OptOut.objects.get()
    assert (row.patient, row.masked) == (None, "****@example.com")
