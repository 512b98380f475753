"""Of several numbers one is dialled first, and whoever meets the patient says which. Mission A2."""

from datetime import datetime

import pytest

from accounts.models import AuditEntry, Staff
from patients.models import Patient, Phone
from patients.services.phones import PhoneAlreadyChosen, choose_phone
from tests import make
from tests.accounts.pages import in_english


@pytest.fixture
def patient(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234")


@pytest.fixture
def second(patient: Patient) -> Phone:
    return make.phone(patient, "0571 5550 6620")


def order(patient: Patient) -> list[str]:
    return [phone.digits for phone in patient.phones.primary_first()]


def test_the_first_number_on_file_is_dialled_first_until_another_is_chosen(
    patient: Patient, second: Phone, alice: Staff, now: datetime
) -> None:
    assert order(patient) == ["13800001234", "057155506620"]
    choose_phone(phone=second, actor=alice.actor, at=now)
    assert order(patient) == ["057155506620", "13800001234"]
    assert AuditEntry.objects.about(patient).filter(verb="patient.phone_chosen", actor=alice.actor).count() == 1
    with pytest.raises(PhoneAlreadyChosen):
        choose_phone(phone=second, actor=alice.actor, at=now)


def test_chosen_on_the_patients_page(patient: Patient, second: Phone, alice: Staff) -> None:
    window = in_english(make.client_of(alice))
    page = make.tight(window.get(f"/patients/{patient.pk}/").content.decode())
    assert page.count('<span class="c-tag">Dialled first</span>') == 1
    assert f'action="/patients/phones/{second.pk}/choose/"' in page
    answer = window.post(f"/patients/phones/{second.pk}/choose/", follow=True).content.decode()
    assert "This number is dialled first from now on" in answer
    assert f'action="/patients/phones/{second.pk}/choose/"' not in answer
    assert order(patient)[0] == "057155506620"
    again = window.post(f"/patients/phones/{second.pk}/choose/", follow=True).content.decode()
    assert "This number is dialled first already." in again


def test_of_one_number_there_is_nothing_to_choose(patient: Patient, alice: Staff) -> None:
    page = in_english(make.client_of(alice)).get(f"/patients/{patient.pk}/").content.decode()
    assert "Dial" not in page


def test_who_may_not_find_the_patient_chooses_nothing(patient: Patient, second: Phone, frank: Staff) -> None:
    url = f"/patients/phones/{second.pk}/choose/"
    doctor = make.client_of(make.staff("hugo", "doctor"))
    assert (doctor.post(url).status_code, doctor.get(url).status_code) == (404, 405)
    assert make.client_of(frank).post(url).status_code == 403
    assert order(patient)[0] == "13800001234"
