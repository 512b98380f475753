"""Who looked at a patient: every look of whomever one may know of, the last one first. Mission A7."""

from datetime import datetime, timedelta

import pytest
import time_machine

from accounts.models import AuditEntry, Department, Staff
from patients.models import Patient
from patients.services.merges import merge_patients
from tests import make
from tests.accounts.pages import in_english


@pytest.fixture
def zhang(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234")


@pytest.fixture
def looked(zhang: Patient, alice: Staff, now: datetime) -> Patient:
    """Alice opens the page, asks for the number, and a quarter of an hour later opens the promise."""
    promise, browser = make.promise(zhang, owner=alice, at=now), make.client_of(alice)
    with time_machine.travel(now, tick=False) as clock:
        browser.get(f"/patients/{zhang.pk}/")
        browser.post(f"/patients/phones/{zhang.phones.get().pk}/reveal/", {"purpose": "call"})
        clock.shift(timedelta(minutes=15))
        browser.get(f"/promises/{promise.pk}/")
    return zhang


def test_a_manager_reads_every_look_and_is_on_record_too(looked: Patient, dana: Staff) -> None:
    page = in_english(make.client_of(dana)).get(f"/patients/{looked.pk}/looks/").content.decode()
    for words in ("Alice", "Patient&#x27;s page opened", "Purpose: To call", "Promise opened"):
        assert words in page
    assert page.index("Promise opened") < page.index("Purpose: To call")
    assert AuditEntry.objects.about(looked).filter(verb="patient.looks_read", actor=dana.actor).count() == 1


def test_of_other_departments_a_manager_reads_nothing(looked: Patient, glaucoma: object) -> None:
    other = make.staff("olga", "manager", department=glaucoma)
    page = make.client_of(other).get(f"/patients/{looked.pk}/looks/").content.decode()
    assert "Alice" not in page


def test_the_administrator_reads_it_without_the_name(looked: Patient, frank: Staff) -> None:
    page = make.client_of(frank).get(f"/patients/{looked.pk}/looks/").content.decode()
    assert "Alice" in page
    assert looked.number in page
    assert "张桂兰" not in page


def test_it_says_how_many_looks_are_not_shown(looked: Patient, glaucoma: object) -> None:
    other = make.staff("olga", "manager", department=glaucoma)
    page = in_english(make.client_of(other)).get(f"/patients/{looked.pk}/looks/").content.decode()
    assert "4 looks are not shown to you: you see those of your own department." in page
    assert (
        f"An administrator sees the looks of all departments, through any entry of {looked.number} in the audit."
        in page
    )


def test_an_entry_of_the_audit_leads_the_administrator_there(looked: Patient, frank: Staff, dana: Staff) -> None:
    url = f"/patients/{looked.pk}/looks/"
    assert f'href="{url}"' in make.client_of(frank).get("/audit/").content.decode()
    assert f'href="{url}"' not in make.client_of(dana).get("/audit/").content.decode()


def test_looks_at_the_visits_count(looked: Patient, alice: Staff, dana: Staff) -> None:
    make.client_of(alice).get(f"/patients/{looked.pk}/visits/")
    page = in_english(make.client_of(dana)).get(f"/patients/{looked.pk}/looks/").content.decode()
    assert "Patient&#x27;s visits opened" in page


def test_a_merge_hides_no_look(looked: Patient, dana: Staff, now: datetime) -> None:
    survivor = make.patient("张桂兰")
    merge_patients(survivor=survivor, merged=looked, actor=dana.actor, at=now)
    for key in (survivor.pk, looked.pk):
        page = in_english(make.client_of(dana)).get(f"/patients/{key}/looks/", follow=True).content.decode()
        assert "Purpose: To call" in page


def test_programs_that_read_rows_of_a_person_have_looked(looked: Patient, bob: Staff) -> None:
    program, phone = make.client_of(bob), looked.phones.get()
    for path in (f"phones/{phone.pk}/", f"patients/{looked.pk}/identifiers/", f"relations/?patient={looked.pk}"):
        AuditEntry.objects.about(looked).filter(actor=bob.actor)._raw_delete("default")
        program.get(f"/api/v1/{path}")
        assert AuditEntry.objects.about(looked).filter(verb="patient.opened", actor=bob.actor).exists(), path


def test_nobody_else_reads_it(looked: Patient, alice: Staff) -> None:
    assert make.client_of(alice).get(f"/patients/{looked.pk}/looks/").status_code == 403
    assert "looks/" not in make.client_of(alice).get(f"/patients/{looked.pk}/").content.decode()


def test_programs_read_it_too(looked: Patient, dana: Staff) -> None:
    office = make.client_of(dana)
    rows = office.get(f"/api/v1/patients/{looked.pk}/looks/").json()["results"]
    assert {row["verb"] for row in rows} == {"patient.opened", "patient.phone_revealed", "promise.opened"}
    assert office.get("/api/v1/patients/999999/looks/").status_code == 404


def test_programs_learn_how_many_are_not_shown_and_old_keys_lead_on(
    looked: Patient, dana: Staff, glaucoma: Department, now: datetime
) -> None:
    merge_patients(survivor=make.patient("张桂兰"), merged=looked, actor=dana.actor, at=now)
    other = make.staff("olga", "manager", department=glaucoma)
    answer = make.client_of(other).get(f"/api/v1/patients/{looked.pk}/looks/").json()
    assert (answer["results"], answer["not_shown"]) == ([], 4)
