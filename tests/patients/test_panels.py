"""Each panel of a patient's page that has anything in it is known of, and shown."""

import re
from datetime import datetime

import pytest
import time_machine

from accounts.access import Role
from accounts.models import Staff
from hospital_crm.lib import prepared
from hospital_crm.lib.planned import keeps_plans
from patients.reports.panels import Panel
from tests import make
from tests.house.world import counted

from . import filling
from .filling import Fill, filled_panels

ONCE = re.compile(r'(?i)csrf[^>]*>|value="[0-9a-f-]{36}"|nonce="[^"]*"')  # what each page has of its own


@pytest.mark.parametrize(
    ("fill", "panel", "shown"),
    [
        (filling.owed, Panel.DEBTS, "13800009876"),
        (filling.was_here, Panel.VISITS, "门诊"),
        (filling.decided, Panel.CONSENTS, "不允许"),
        (filling.tagged, Panel.TAGS, "轮椅"),
        (filling.has_papers, Panel.DOCUMENTS, "护照"),
        (filling.works, Panel.EMPLOYERS, "青山小学"),
        (filling.has_a_child, Panel.RELATIVES, "林小雨"),
        (filling.is_a_child, Panel.RELATIVES, "林小雨"),
        (filling.shares_a_number, Panel.SHARERS, "周同号"),
        (filling.looks_like_an_older_one, Panel.ALIKE, "何最早"),
        (filling.looks_like_a_newer_one, Panel.ALIKE, "沈相似"),
    ],
)
def test_what_a_panel_has_is_known_of_and_shown(
    alice: Staff, now: datetime, fill: Fill, panel: Panel, shown: str
) -> None:
    make.patient("何最早")
    patient, browser = make.patient("高一一", "13800009876"), make.client_of(alice)

    def beside_the_story() -> int:
        head, _main, rest = browser.get(f"/patients/{patient.pk}/").content.decode().partition('<ol class="c-tl"')
        return (head + rest.partition("<aside")[2]).count(shown)

    assert filled_panels(patient.pk) == Panel(0)
    before = beside_the_story()
    fill(patient, alice, now)
    assert filled_panels(patient.pk) == panel
    assert beside_the_story() > before


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.DOCTOR, Role.ADMINISTRATOR)])
def test_whoever_opens_the_page_sees_of_diagnoses_what_the_panel_of_visits_shows(
    alice: Staff, now: datetime, role: Role
) -> None:
    """The page reads the last visits by a question of its own, of which the database keeps the plan."""
    patient, browser = filling.filled(alice, now), make.client_of(make.staff(role, role))
    page = browser.get(f"/patients/{patient.pk}/").content.decode()
    assert ("白内障" in page) == ("白内障" in browser.get(f"/patients/{patient.pk}/visits/").content.decode())
    assert "白内障" not in page


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.DOCTOR, Role.ADMINISTRATOR)])
def test_the_page_is_the_same_whether_plans_are_kept_or_not(
    alice: Staff, now: datetime, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient, reader = filling.filled(alice, now), make.staff(role, role)
    pages = []
    for keeps in (keeps_plans, keeps_plans, lambda connection: False):
        monkeypatch.setattr(prepared, "keeps_plans", keeps)
        with time_machine.travel(now, tick=False):
            pages.append(ONCE.sub("", make.client_of(reader).get(f"/patients/{patient.pk}/").content.decode()))
    assert pages == [pages[0]] * 3


def test_a_client_is_one_by_visits_that_took_place(alice: Staff, now: datetime) -> None:
    patient = make.patient("高一一")
    make.visit(patient, starts_at=now)
    assert filled_panels(patient.pk) == Panel.VISITS | Panel.OUTPATIENT


def test_the_page_with_all_its_panels_asks_no_more_than_25_questions(alice: Staff, now: datetime) -> None:
    """The numbers of the customer archive: whatever the history, with all that the page fetches."""
    patient, browser = filling.filled(alice, now), make.client_of(alice)
    page = f"/patients/{patient.pk}/"
    browser.get(page)  # the first page of a session also notes when it was seen
    with counted() as queries:
        browser.get(page)
        browser.get(f"{page}ahead/", headers={"HX-Request": "true", "HX-Target": "ahead"})
    assert len(queries) <= 25
    fetched = re.findall(r'hx-get="([^"]+)" hx-trigger="load"', browser.get(page).content.decode())
    assert fetched == [f"{page}ahead/"]
