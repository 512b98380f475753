"""A masked number is shown to whoever may, for a purpose, and every look is on record. Mission A7."""

from datetime import datetime

import pytest
from django.test import Client

from accounts.models import AuditEntry, Staff
from hospital_crm.lib.phones import read_phone
from patients.models import AccessGrant, Patient, Phone, Reveal
from patients.services import phones as services
from patients.services.patients import NewPhone
from tests import make
from tests.accounts.pages import in_english


@pytest.fixture
def patient(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234")


def reveal(browser: Client, patient: Patient, purpose: str = "call", **headers: str) -> str:
    url = f"/patients/phones/{patient.phones.get().pk}/reveal/"
    return browser.post(url, {"purpose": purpose}, headers=headers, follow=True).content.decode()


def test_the_look_is_on_record_with_its_purpose(patient: Patient, alice: Staff, now: datetime) -> None:
    phone = patient.phones.get()
    services.reveal_phone(phone=phone, purpose=Reveal.Purpose.CALL, staff=alice, at=now)
    look = Reveal.objects.get()
    assert (look.phone, look.staff, look.purpose, look.revealed_at) == (phone, alice, "call", now)
    assert AuditEntry.objects.about(patient).filter(verb="patient.phone_revealed", actor=alice.actor).count() == 1


def test_page_shows_it_after_a_purpose_was_given(patient: Patient, alice: Staff) -> None:
    browser = make.client_of(alice)
    assert "138 0000 1234" in reveal(browser, patient)
    part = reveal(browser, patient, **{"HX-Request": "true"})
    assert "138 0000 1234" in part
    assert "<html" not in part
    assert "138 0000 1234" not in reveal(browser, patient, purpose="curious")
    assert Reveal.objects.count() == 2


def test_the_purpose_stands_in_the_audit_in_the_readers_language(
    patient: Patient, alice: Staff, frank: Staff, now: datetime
) -> None:
    phone = patient.phones.get()
    services.reveal_phone(phone=phone, purpose=Reveal.Purpose.VERIFY, staff=alice, at=now)
    AccessGrant.objects.create(patient=patient, staff=alice, source="promise:1", granted_at=now)
    make.client_of(alice).get(f"/patients/{patient.pk}/")
    office = make.client_of(frank)
    entries = office.get("/audit/", {"verb": "patient.phone_revealed"}).content.decode()
    assert "用途：核对来电人" in entries
    assert "用途：有未办的承诺" in entries
    assert "Purpose: To check who is calling" in in_english(office).get("/audit/").content.decode()


def test_it_is_masked_again_after_half_a_minute(patient: Patient, alice: Staff) -> None:
    browser, url = make.client_of(alice), f"/patients/phones/{patient.phones.get().pk}/reveal/"
    page = browser.post(url, {"purpose": "call"})
    assert page["Refresh"] == f"30; url=/patients/{patient.pk}/"
    part = browser.post(url, {"purpose": "call"}, headers={"HX-Request": "true"})
    assert 'data-hides="30" data-masked="138****1234"' in part.content.decode()
    assert "Refresh" not in part


def test_a_health_adviser_needs_something_open(patient: Patient, now: datetime) -> None:
    adviser = make.staff("adviser", "health_adviser")
    browser = in_english(make.client_of(adviser))
    refused = reveal(browser, patient)
    assert "Your role does not show numbers." in refused
    assert "138 0000 1234" not in refused
    assert not Reveal.objects.exists()
    AccessGrant.objects.create(patient=patient, staff=adviser, source="promise:1", granted_at=now)
    assert "138 0000 1234" in browser.get(f"/patients/{patient.pk}/").content.decode()
    assert AuditEntry.objects.about(patient).filter(verb="patient.phone_revealed", actor=adviser.actor).count() == 1


def test_a_second_number_is_found_too_and_the_same_one_is_refused(
    patient: Patient, alice: Staff, now: datetime
) -> None:
    def add(text: str) -> Phone:
        return services.add_phone(patient=patient, phone=NewPhone(read_phone(text)), actor=alice.actor, at=now)

    added = add("0571 5550 6620")
    assert not added.is_primary
    assert list(Patient.objects.found_by("6620")) == [patient]
    with pytest.raises(services.PhoneAlreadyThere):
        add("+86 571 5550 6620")
