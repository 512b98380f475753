"""Whoever registers somebody sees who is there already, and why it may be the same person. Mission A4."""

from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Staff
from hospital_crm.lib.phones import read_phone
from patients.models import Identifier, Patient, Phone
from patients.services.identifiers import NewIdentifier, add_identifier
from patients.services.patients import NewPhone, SamePersonOnFile, register_patient
from tests import make
from tests.accounts.pages import Page, fill, in_english
from tests.api.test_patients import sent

CARD = "11010519491231002X"  # the worked example of the standard
PATIENTS = reverse("api-patient-list")
NEW = NewIdentifier(Identifier.Type.RESIDENT_ID, CARD)


@pytest.fixture
def line(alice: Staff) -> Client:
    return in_english(make.client_of(alice))


@pytest.fixture
def holder(db: None, now: datetime) -> Patient:
    patient = make.patient("张桂兰", "13800001234")
    add_identifier(patient=patient, new=NEW, actor=make.by(), at=now)
    return patient


def register(now: datetime, *, is_another: bool) -> Patient:
    values = {"name": "王建军"}
    return register_patient(values=values, phones=[], identifiers=[NEW], actor=make.by(), at=now, is_another=is_another)


def test_a_card_on_file_is_the_same_person_unless_somebody_says_otherwise(holder: Patient, now: datetime) -> None:
    with pytest.raises(SamePersonOnFile):
        register(now, is_another=False)
    assert Patient.objects.count() == 1
    assert register(now, is_another=True).identifiers.get().digest == holder.identifiers.get().digest


def alike(line: Client, **typed: str) -> str:
    return make.tight(line.post(reverse("patients:patient_alike"), {"owner": "own", **typed}).content.decode())


def test_the_panel_says_why(line: Client, holder: Patient) -> None:
    seen = alike(line, name="张桂兰", phone="138 0000 1234")
    assert "same name · same phone, each one&#x27;s own" in seen
    assert "Probably the same person" in seen
    assert "Certainly" not in seen


def test_of_the_same_name_are_many(line: Client, holder: Patient) -> None:
    seen = alike(line, name="张桂兰")
    assert "same name" in seen
    assert "Probably" not in seen


@pytest.mark.parametrize("name", ["12", "13800001234", "?"])
def test_what_is_no_name_is_looked_for_with_a_birth_too(line: Client, holder: Patient, name: str) -> None:
    assert alike(line, name=name, birth="1960") is not None


def test_the_card_is_certain(line: Client, holder: Patient) -> None:
    seen = alike(line, name="王建军", resident_id=CARD)
    assert "Certainly the same person" in seen
    assert "same identity document · another name" in seen


def test_the_sound_with_the_birth_counts_and_the_likest_comes_first(line: Client, db: None) -> None:
    make.patient("李学", birth_year=1980)
    make.patient("李学", birth_date=date(1953, 8, 4))
    make.patient("李雪")
    seen = alike(line, name="李雪", birth="1953-08-04")
    assert "same date of birth · same name in pinyin" in seen
    assert seen.count("<li>") == 2
    assert seen.index("same date of birth") < seen.index("same name<")


def test_a_childs_phone_says_less_than_ones_own(line: Client, db: None) -> None:
    phone = NewPhone(read_phone("13800001234"), Phone.Owner.CHILD)
    register_patient(values={"name": "张小雪"}, phones=[phone], actor=make.by(), at=make.THEN)
    assert "same phone, a relative&#x27;s · another name" in alike(line, name="张桂兰", phone="13800001234")


def test_the_page_saves_another_person_of_the_card_only_when_told_so(line: Client, holder: Patient) -> None:
    url = reverse("patients:patient_create")
    typed = fill(Page(line.get(url)).values, name="王建军", resident_id=CARD)
    asked = Page(line.post(url, typed))
    assert "This is certainly the same person" in asked.text
    assert Patient.objects.count() == 1
    line.post(url, {**typed, "is_another": "on"})
    assert Patient.objects.count() == 2


def test_of_several_who_look_alike_one_stands_out(line: Client, db: None) -> None:
    for _ in range(2):
        make.patient("张桂兰", birth_year=1953)
    url = reverse("patients:patient_create")
    asked = Page(line.post(url, fill(Page(line.get(url)).values, name="张桂兰", birth="1953"))).text
    assert "Somebody like this is on file" in asked
    note = asked.partition("data-read-first")[2].partition("</div>")[0]
    assert (note.count("btn btn-sm"), note.count("btn-primary")) == (2, 1)


def test_who_is_out_of_sight_is_not_named(holder: Patient, now: datetime) -> None:
    """A doctor finds the own department's people only."""
    doctor = in_english(make.client_of(make.staff("doctor", "doctor", department=make.department())))
    url = reverse("patients:patient_create")
    typed = fill(Page(doctor.get(url)).values, name="王建军", resident_id=CARD)
    asked = Page(doctor.post(url, typed))
    assert "Somebody whom you may not open has this identity card" in asked.text
    assert "张桂兰" not in asked.text
    doctor.post(url, {**typed, "is_another": "on"})
    assert Patient.objects.filter(name="王建军").exists()


def test_a_program_has_to_say_so_too(alice: Staff, holder: Patient) -> None:
    new = {"name": "王建军", "identifiers": [{"type": "resident_id", "number": CARD}]}
    browser = make.client_of(alice)
    refused = sent(browser, "post", PATIENTS, **new)
    assert (refused.status_code, refused.json()["code"]) == (409, "same_person_on_file")
    assert sent(browser, "post", PATIENTS, **new, is_another=True).status_code == 201
