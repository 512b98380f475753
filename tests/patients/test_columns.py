"""Which columns the list of patients shows, and in which order: as the address says, never more than one may read."""

import re

import pytest
from django.test import Client

from accounts.models import Department, Staff
from patients.models import Patient
from patients.reports.columns import COLUMNS, USUAL, chosen_columns
from tests import make
from tests.accounts.pages import in_english


@pytest.fixture
def zhang(cataract: Department) -> Patient:
    return make.patient("张桂兰", "13800001234", department=cataract, address="湖滨路 1 号", card="VIP-7")


@pytest.fixture
def browser(alice: Staff) -> Client:
    return in_english(make.client_of(alice))


def heads(browser: Client, query: str = "") -> list[str]:
    page = browser.get(f"/patients/{query}").content.decode()
    return [" ".join(head.split()) for head in re.findall(r'<th scope="col">(.*?)</th>', page, re.DOTALL)]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", list(USUAL)),
        ("card,phone", ["card", "phone"]),
        ("phone,phone,shoe size,card", ["phone", "card"]),
        ("nothing", list(USUAL)),
        ("address", list(USUAL)),
    ],
)
def test_they_are_as_named_in_that_order(text: str, codes: list[str]) -> None:
    assert [column.code for column in chosen_columns(text, sees_levels=True)] == codes


def test_levels_are_left_out_for_whoever_is_not_told() -> None:
    assert [column.code for column in chosen_columns("level,phone", sees_levels=False)] == ["phone"]
    assert "level" not in [column.code for column in chosen_columns("", sees_levels=False)]


def test_the_list_shows_them_behind_the_name(zhang: Patient, browser: Client) -> None:
    assert heads(browser, "?columns=card,phone") == ["Name", "Card", "Phone"]
    page = browser.get("/patients/?columns=card,phone").content.decode()
    assert "VIP-7" in page
    assert "138****1234" in page


def test_none_shows_a_number_or_an_address_in_clear(zhang: Patient, browser: Client) -> None:
    page = browser.get(f"/patients/?columns={','.join(COLUMNS)}").content.decode()
    assert zhang.number in page
    assert "13800001234" not in page
    assert "湖滨路" not in page


def test_one_press_moves_adds_or_leaves_out(zhang: Patient, browser: Client) -> None:
    """Each is a link; what else the list was asked for goes along."""
    page = browser.get("/patients/columns/?columns=phone,card&sex=female").content.decode()
    links = set(re.findall(r'href="(/patients/columns/\?[^"]*)"', page.replace("&amp;", "&")))
    assert "/patients/columns/?columns=card%2Cphone&sex=female" in links
    assert "/patients/columns/?columns=card&sex=female" in links
    assert "/patients/columns/?columns=phone%2Ccard%2Cnumber&sex=female" in links
    assert 'href="/patients/?columns=phone%2Ccard&amp;sex=female"' in page


def test_the_filter_keeps_them(zhang: Patient, browser: Client) -> None:
    page = browser.get("/patients/?columns=phone,card").content.decode()
    assert '<input type="hidden" name="columns" value="phone,card">' in page
