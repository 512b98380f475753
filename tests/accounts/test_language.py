"""The language: kept with the person on every computer, in a cookie for somebody who is not signed in."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Staff
from tests import make
from tests.conftest import SignedIn

URL = "/account/language/"
ENGLISH, CHINESE = 'lang="en" data-bs-theme', 'lang="zh-Hans" data-bs-theme'


def switch(browser: Client, language: str, then: str = "/") -> Any:
    return browser.post(URL, {"language": language, "next": then})


def test_is_kept_with_the_person_on_every_computer(alice: Staff, signed_in: SignedIn) -> None:
    here, elsewhere = signed_in(alice), signed_in(alice)
    assert CHINESE in here.get("/").content.decode()
    switch(here, "en")
    assert ENGLISH in here.get("/").content.decode()
    assert ENGLISH in elsewhere.get("/").content.decode()
    switch(elsewhere, "zh-hans")
    assert CHINESE in here.get("/").content.decode()


def test_of_the_person_goes_before_the_browser_s(alice: Staff, signed_in: SignedIn) -> None:
    browser = signed_in(alice)
    switch(browser, "en")
    answer = browser.get("/", headers={"accept-language": "zh-CN"})
    assert ENGLISH in answer.content.decode()


def test_of_one_person_is_not_that_of_another(alice: Staff, bob: Staff, signed_in: SignedIn) -> None:
    switch(signed_in(alice), "en")
    assert CHINESE in signed_in(bob).get("/").content.decode()


def test_eve_gets_a_cookie(client: Client, db: None) -> None:
    switch(client, "en", "/sign-in/")
    assert ENGLISH in client.get("/sign-in/").content.decode()
    assert ENGLISH not in Client().get("/sign-in/").content.decode()


def test_leads_back_to_the_page(client: Client, db: None) -> None:
    assert switch(client, "en", "/sign-in/?next=/staff/")["Location"] == "/sign-in/?next=/staff/"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "https:evil", "\x08//evil"],
)
def test_never_leads_elsewhere(client: Client, db: None, elsewhere: str) -> None:
    assert switch(client, "en", elsewhere)["Location"] == "/"


def test_an_unknown_language_changes_nothing(alice: Staff, signed_in: SignedIn) -> None:
    browser = signed_in(alice)
    for language in ("fr", "", "EN", "zh-hans\x00", "../en"):
        answer = switch(browser, language)
        assert answer.status_code == 302
        assert "django_language" not in answer.cookies
    alice.refresh_from_db()
    assert alice.language == ""


def test_looking_at_the_address_changes_nothing(client: Client, db: None) -> None:
    assert client.get(URL).status_code == 405


def test_on_a_page_that_answers_what_was_sent_it_leads_to_the_page_of_the_button(
    alice: Staff, signed_in: SignedIn
) -> None:
    """/patients/phones/1/reveal/ cannot be opened, the patient's page can."""
    patient = make.patient("张桂兰", "13800001234")
    page, browser = f"/patients/{patient.pk}/?kind=consult", signed_in(alice)
    url, sent = f"/patients/phones/{patient.phones.get().pk}/reveal/", {"purpose": "call"}
    shown = browser.post(url, sent, headers={"referer": f"http://testserver{page}"}).content.decode()
    assert "138 0000 1234" in shown
    assert f'name="next" value="{page}"' in shown


@pytest.mark.parametrize(
    ("stood_on", "sent_to", "leads_to"),
    [
        ("/calls/new/?draft=1", "/calls/new/", "/calls/new/?draft=1"),
        ("/calls/new/?draft=1", "/calls/new/?topics=2", "/calls/new/?topics=2"),
    ],
)
def test_on_a_form_that_is_sent_to_its_own_page_it_leads_to_what_that_shows_by_now(
    alice: Staff, signed_in: SignedIn, stood_on: str, sent_to: str, leads_to: str
) -> None:
    shown = signed_in(alice).post(sent_to, headers={"referer": f"http://testserver{stood_on}"}).content.decode()
    assert f'name="next" value="{leads_to}"' in shown


def test_without_the_browser_s_word_where_it_came_from_it_leads_to_a_page_that_opens(
    alice: Staff, signed_in: SignedIn
) -> None:
    phone, browser = make.patient("张桂兰", "13800001234").phones.get(), signed_in(alice)
    only_takes, form = f"/patients/phones/{phone.pk}/reveal/", "/patients/new/"
    for sent_to, leads_to in ((only_takes, "/"), (form, form)):
        shown = browser.post(sent_to, {"purpose": "call"}).content.decode()
        assert f'name="next" value="{leads_to}"' in shown
        assert browser.get(leads_to).status_code == 200
