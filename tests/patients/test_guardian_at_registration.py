"""A child under 14 is registered with a guardian, or with the word that nobody knows yet; then that is owed. A2, A6."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditEntry, Department, Staff
from hospital_crm.lib.phones import read_phone
from patients.kinship import Tie
from patients.models import GuardianQuestion, Identifier, Patient, Relation
from patients.rules import latest_unguarded_birth, needs_guardian
from patients.services.bulk import NewPatient, register_patients
from patients.services.guardians import GUARDIAN_UNKNOWN, GuardianIsMissing, NewGuardian
from patients.services.identifiers import NewIdentifier
from patients.services.merges import merge_patients
from patients.services.patients import register_patient, update_patient
from patients.services.relatives import Named, add_relative, end_relative
from promises.models import Promise
from promises.services.rows import keep_up_with_rows
from tests import make
from tests.accounts.pages import Page, fill, in_english
from tests.api.test_patients import sent

NEW, URL, PHONE = "/patients/new/", "/api/v1/patients/", "13800001234"
MISSING = "Under 14: name the guardian, or say below that nobody knows yet who it is."
CARD_OF_CHILD = "110105201806010026"


@pytest.fixture
def born(now: datetime) -> date:
    return date(now.year - 9, 1, 1)


@pytest.fixture
def clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def desk(alice: Staff) -> Client:
    return in_english(make.client_of(alice))


def child(born: date, actor: Any, now: datetime, **more: Any) -> Patient:
    return register_patient(values={"name": "张小雨", "birth_date": born}, phones=[], actor=actor, at=now, **more)


def typed(browser: Client, **details: str) -> dict[str, list[str]]:
    return fill(Page(browser.get(NEW)).values, **{"name": "张小雨", "birth": "2018-06-01", **details})


@pytest.mark.parametrize("on", [date(2026, 3, 12), date(2024, 2, 29), date(2026, 2, 28), date(2026, 12, 31)])
def test_lists_and_pages_know_the_same_children(on: date) -> None:
    born, year = latest_unguarded_birth(on)
    for day in (born, born + timedelta(days=1)):
        assert needs_guardian(day, None, on) is (day > born)
    assert [needs_guardian(None, each, on) for each in (year, year + 1)] == [False, True]


def test_nobody_registers_a_child_without_a_word_of_the_guardian(born: date, alice: Staff, now: datetime) -> None:
    with pytest.raises(GuardianIsMissing):
        child(born, alice.actor, now)
    card = NewIdentifier(Identifier.Type.RESIDENT_ID, CARD_OF_CHILD)
    with pytest.raises(GuardianIsMissing):
        register_patient(values={"name": "张小雨"}, phones=[], identifiers=[card], actor=alice.actor, at=now)
    assert not Patient.objects.exists()


def test_the_guardian_is_written_down_with_the_child(born: date, alice: Staff, now: datetime) -> None:
    named = child(born, alice.actor, now, guardian=NewGuardian(Named("张桂兰", read_phone(PHONE))))
    row = Relation.objects.get(patient=named)
    assert (row.name, row.digits, row.role, row.is_guardian) == ("张桂兰", PHONE, "parent", True)
    assert list(Patient.objects.behind_number(PHONE)) == [named]
    mother = make.patient("张桂兰")
    known = child(born, alice.actor, now, guardian=NewGuardian(mother, Relation.Role.OTHER))
    assert Relation.objects.get(patient=known).relative == mother
    assert not GuardianQuestion.objects.exists()


def test_of_whoever_is_older_nobody_asks(alice: Staff, now: datetime) -> None:
    child(date(now.year - 30, 1, 1), alice.actor, now, guardian=GUARDIAN_UNKNOWN)
    register_patient(values={"name": "王建军"}, phones=[], actor=alice.actor, at=now)
    assert not GuardianQuestion.objects.exists()


def test_who_was_on_file_elsewhere_comes_without(born: date, alice: Staff, now: datetime) -> None:
    """An import registers nobody at a desk: the page says what is missing."""
    (key,) = register_patients([NewPatient({"name": "张小雨", "birth_date": born}, now)], actor=alice.actor, at=now)
    page = in_english(make.client_of(alice)).get(f"/patients/{key}/").content.decode()
    assert "Under 14, and no guardian is named yet." in page


def test_not_known_yet_is_owed_by_whoever_registered(born: date, alice: Staff, now: datetime) -> None:
    patient = child(born, alice.actor, now, guardian=GUARDIAN_UNKNOWN)
    assert AuditEntry.objects.about(patient).filter(verb="patient.guardian_unknown").exists()
    assert [keep_up_with_rows(actor=make.by(), at=now) for _ in range(2)] == [1, 0]
    promise = Promise.objects.get()
    assert (promise.kind, promise.owner, promise.patient) == ("look_into", alice, patient)
    assert promise.due_at == now + timedelta(days=3)
    assert promise.note


def kept(now: datetime) -> bool:
    keep_up_with_rows(actor=make.by(), at=now)
    return Promise.objects.get().state == "kept"


def test_it_is_kept_once_a_guardian_is_named(born: date, alice: Staff, now: datetime) -> None:
    patient = child(born, alice.actor, now, guardian=GUARDIAN_UNKNOWN)
    mother = make.patient("张桂兰")
    add_relative(patient=patient, relative=mother, tie=Tie("parent"), actor=make.by(), at=now)
    assert not kept(now)
    end_relative(relation=Relation.objects.get(), actor=make.by(), at=now)
    tie = Tie("child", is_guarded=True)  # said on the mother's page
    add_relative(patient=mother, relative=patient, tie=tie, actor=make.by(), at=now)
    assert kept(now)


def test_it_is_kept_where_the_birth_was_wrong(born: date, alice: Staff, now: datetime) -> None:
    patient = child(born, alice.actor, now, guardian=GUARDIAN_UNKNOWN)
    assert not kept(now)
    values = {"birth_date": date(now.year - 30, 1, 1)}
    update_patient(patient=patient, version=1, values=values, actor=make.by(), at=now)
    assert kept(now)


def test_the_record_that_stays_after_a_merge_names_the_guardian(born: date, alice: Staff, now: datetime) -> None:
    double = child(born, alice.actor, now, guardian=GUARDIAN_UNKNOWN)
    stays = child(born, alice.actor, now, guardian=NewGuardian(Named("张桂兰", read_phone(PHONE))))
    assert not kept(now)
    merge_patients(survivor=stays, merged=double, actor=make.by(), at=now)
    assert kept(now)


def test_whoever_keeps_no_promises_leaves_it_to_the_childs_department(
    born: date, dana: Staff, cataract: Department, now: datetime
) -> None:
    patient = child(born, make.by(), now, guardian=GUARDIAN_UNKNOWN)
    Patient.objects.filter(pk=patient.pk).update(department=cataract)
    keep_up_with_rows(actor=make.by(), at=now)
    assert Promise.objects.get().owner == dana


@pytest.mark.usefixtures("clock")
def test_the_form_asks_at_its_place_and_loses_nothing(desk: Client) -> None:
    assert '<details class="c-field">' in desk.get(NEW).content.decode()
    answer = desk.post(NEW, typed(desk, residence="杭州"))
    page = Page(answer)
    assert page.errors == {"guardian": MISSING}
    assert '<details class="c-field" open>' in answer.content.decode()
    assert page.values["residence"] == ["杭州"]
    done = desk.post(
        NEW, fill(page.values, guardian="张桂兰", guardian_phone="138 0000 1234", guardian_role="grandparent")
    )
    assert done.status_code == 302
    row = Relation.objects.get(patient=Patient.objects.get())
    assert (row.name, row.digits, row.role, row.is_guardian) == ("张桂兰", PHONE, "grandparent", True)


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"guardian": "张桂兰"}, {"guardian_phone": "Type the phone on which the guardian is reached."}),
        ({"guardian_phone": PHONE}, {"guardian": "Type what the guardian is called."}),
        (
            {"guardian": "张桂兰", "guardian_phone": "x"},
            {"guardian_phone": "This is no telephone number: it has 3 to 20 digits."},
        ),
        ({"number": "P-999999"}, {"number": "No record has this number."}),
        ({"birth": "", "resident_id": CARD_OF_CHILD}, {"guardian": MISSING}),
    ],
)
def test_says_what_is_wrong_with_the_guardian(desk: Client, told: dict[str, str], error: dict[str, str]) -> None:
    page = Page(desk.post(NEW, typed(desk, **told)))
    assert page.errors == error
    assert not Patient.objects.exists()
    assert {name: page.values[name] for name in told} == {name: [text] for name, text in told.items()}


@pytest.mark.usefixtures("clock")
def test_three_ways_to_say_it_on_the_page(desk: Client) -> None:
    mother = make.patient("张桂兰")
    assert desk.post(NEW, typed(desk, number=mother.number)).status_code == 302
    assert Relation.objects.get().relative == mother
    assert desk.post(NEW, typed(desk, name="李小满", guardian="李志强", phone=PHONE, owner="parent")).status_code == 302
    assert Relation.objects.latest("pk").digits == PHONE
    assert desk.post(NEW, typed(desk, name="梁一诺", guardian_unknown="on")).status_code == 302
    assert GuardianQuestion.objects.get().patient.name == "梁一诺"


@pytest.mark.usefixtures("clock")
def test_a_program_says_it_too(desk: Client, alice: Staff) -> None:
    told = {"name": "张小雨", "birth": "2018-06-01"}
    missing = sent(desk, "post", URL, **told)
    assert (missing.status_code, missing.json()["errors"]) == (400, {"guardian": [MISSING]})
    half = sent(desk, "post", URL, **told, guardian={"name": "张桂兰"})
    assert (half.status_code, half.json()["errors"]) == (400, {"guardian": {"phone": ["Say on which phone."]}})
    assert not Patient.objects.exists()
    key = str(uuid4())
    guardian = {"name": "张桂兰", "phone": PHONE, "role": "parent"}
    made = [sent(desk, "post", URL, **told, guardian=guardian, submission=key) for _ in range(2)]
    assert [each.status_code for each in made] == [201, 200]
    assert Relation.objects.get().digits == PHONE
    mother = make.patient("张桂兰")
    assert sent(desk, "post", URL, **told, guardian={"patient": mother.pk}).status_code == 201
    assert sent(desk, "post", URL, **told, guardian_unknown=True).status_code == 201
    assert GuardianQuestion.objects.count() == 1


def test_no_call_waits_for_a_guardian(alice: Staff, now: datetime) -> None:
    line = in_english(make.client_of(alice))
    call = make.call(alice, number=PHONE, name="小雨妈妈", details={"age": 7})
    page = f"/calls/{call.pk}/caller/"
    told = "it is promised to find out who that is"
    assert told in line.get(page).content.decode()
    assert line.post(page, {"register": "on", "name": "张小雨", "sex": "female"}).status_code == 302
    assert GuardianQuestion.objects.get().patient.name == "张小雨"
    grown = make.call(alice, number="13900005678", name="王建军", details={"age": 50})
    assert "guardian" not in line.get(f"/calls/{grown.pk}/caller/").content.decode()


def test_a_child_who_grows_up_meanwhile_is_owed_no_guardian(alice: Staff, now: datetime) -> None:
    child(date(now.year - 14, 12, 1), alice.actor, now, guardian=GUARDIAN_UNKNOWN)
    with time_machine.travel(now + timedelta(days=400), tick=False):
        assert not GuardianQuestion.objects.open().exists()
