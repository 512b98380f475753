"""Where the number of a patient is rung, it is told what speaks against it. Missions A7, D7."""

import re

import pytest

from accounts.models import AuditEntry, Staff
from patients.models import Patient
from tests import make

LINK = '<noscript><a class="t2{}" href="{}"'


@pytest.fixture
def zhang(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234")


def before_calls(patient: Patient) -> str:
    return f"/patients/{patient.pk}/before-calls/"


def test_whoever_reveals_the_number_to_ring_is_told_too(zhang: Patient, alice: Staff) -> None:
    page = make.client_of(alice).get(f"/patients/{zhang.pk}/").content.decode()
    (triggers,) = re.findall(rf'<div id="doubts" hx-get="{before_calls(zhang)}"\s+hx-trigger="([^"]+)"', page)
    assert "load" not in triggers  # only whoever reaches for a number asks
    for place in re.findall(r"from:#(\w+)", triggers):
        assert f'id="{place}"' in page
    assert page.count('id="ring"') == 1
    assert LINK.format(" c-pad", before_calls(zhang)) in page


def test_whoever_can_ring_nobody_there_is_told_nothing(zhang: Patient) -> None:
    adviser = make.client_of(make.staff("adviser", "health_adviser"))
    assert 'id="doubts"' not in adviser.get(f"/patients/{zhang.pk}/").content.decode()


def test_the_number_on_a_page_of_its_own_tells_it_and_a_death(zhang: Patient, alice: Staff) -> None:
    browser, url = make.client_of(alice), f"/patients/phones/{zhang.phones.get().pk}/reveal/"
    page = browser.post(url, {"purpose": "call"}).content.decode()
    assert f'<div id="doubts" hx-get="{before_calls(zhang)}" hx-trigger="load">' in page
    assert LINK.format(" c-pad", before_calls(zhang)) in page
    Patient.objects.update(died_on=make.THEN.date())
    assert "去世" in browser.post(url, {"purpose": "call"}).content.decode()


def test_the_look_is_on_record(zhang: Patient, alice: Staff) -> None:
    looks = AuditEntry.objects.about(zhang).filter(verb="patient.opened", actor=alice.actor)
    assert make.client_of(alice).get(before_calls(zhang)).status_code == 200
    assert looks.count() == 1


def test_a_death_is_told_where_no_page_around_it_says_so(zhang: Patient, alice: Staff) -> None:
    Patient.objects.update(died_on=make.THEN.date())
    browser, url = make.client_of(alice), before_calls(zhang)
    page = browser.get(url).content.decode()
    part = browser.get(url, headers={"HX-Request": "true", "HX-Target": "doubts"}).content.decode()
    assert ("去世" in page, "没有需要留意的情况" in page, "去世" in part) == (True, False, False)
