"""An address that only takes what a button sends says so, instead of a blank page."""

import pytest
from django.test import Client

from accounts.models import Staff
from tests.accounts.pages import in_english
from tests.conftest import SignedIn

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize("url", ["/account/language/", "/account/still-here/", "/audit/export/"])
def test_opened_by_hand_it_leads_back(alice: Staff, signed_in: SignedIn, url: str) -> None:
    answer = in_english(signed_in(alice)).get(url, headers=BROWSER)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "Go back to the page with the button." in answer.content.decode()


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_a_form_answers_no_other_way_of_asking_as_if_it_had_taken_it(
    alice: Staff, signed_in: SignedIn, method: str
) -> None:
    answer = getattr(signed_in(alice), method)("/patients/new/", headers=BROWSER)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")


def test_who_may_not_open_the_page_learns_no_more_from_another_way_of_asking(alice: Staff, signed_in: SignedIn) -> None:
    assert signed_in(alice).put("/settings/templates/new/").status_code == 403


@pytest.mark.parametrize("url", ["/sign-in/", "/m/nobody/"])
def test_the_open_doors_do_neither(client: Client, db: None, url: str) -> None:
    assert client.put(url).status_code == 405


def test_nobody_signed_in_reads_it_too(client: Client, db: None) -> None:
    assert "Go back to the page" in in_english(client).get("/account/language/", headers=BROWSER).content.decode()


def test_programs_get_no_page(office: Client) -> None:
    answer = office.put("/api/v1/staff/", headers={"Accept": "application/json"})
    assert answer.status_code == 405
    assert answer.json()["code"] == "method_not_allowed"
