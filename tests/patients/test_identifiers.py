"""Documents: encrypted at rest, found by their number, masked, shown for a purpose. Mission A1, A7."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from accounts.models import AuditEntry, Staff
from hospital_crm.lib.resident_id import CHECKS, WEIGHTS
from patients.models import Identifier, Patient, Reveal, Sex
from patients.services.identifiers import (
    IdentifierAlreadyThere,
    IdentifierOfAnother,
    MayNotReveal,
    NewIdentifier,
    NumberUnreadable,
    add_identifier,
    reveal_identifier,
)
from tests import make
from tests.accounts.pages import Page, fill, in_english
from tests.api.test_patients import sent

CARD, TYPED = "11010519491231002X", "110105 19491231 002x"  # the worked example of the standard
PASSPORT = "E12345678"
Type = Identifier.Type


@pytest.fixture
def zhang(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234")


def added(
    patient: Patient, now: datetime, number: str = CARD, type: Type = Type.RESIDENT_ID, scope: str = ""
) -> Identifier:
    return add_identifier(patient=patient, new=NewIdentifier(type, number, scope), actor=make.by(), at=now)


@pytest.fixture
def line(alice: Staff) -> Client:
    return in_english(make.client_of(alice))


def everything_kept() -> str:
    """All that stands in the tables of people."""
    tables = [
        table for table in connection.introspection.table_names() if table.startswith(("patients_", "accounts_audit"))
    ]
    with connection.cursor() as cursor:
        rows: list[Any] = []
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows += cursor.fetchall()
    return str(rows)


def test_the_number_is_nowhere_in_clear(zhang: Patient, now: datetime) -> None:
    row = added(zhang, now)
    assert "张桂兰" in everything_kept()
    assert CARD not in everything_kept()
    assert CARD[6:14] not in everything_kept()
    assert (row.value, row.shown) == (CARD, "110105********002X")


@pytest.mark.parametrize(
    "typed", [CARD, TYPED, "１１０１０５１９４９１２３１００２Ｘ", "110105-19491231-002X", "110105491231002"]
)
def test_the_search_box_finds_it_however_it_is_typed(zhang: Patient, now: datetime, typed: str) -> None:
    make.patient("王建军")
    added(zhang, now)
    assert list(Patient.objects.found_by(typed)) == [zhang]


def test_a_passport_and_a_row_of_another_system_are_found_too(zhang: Patient, now: datetime) -> None:
    added(zhang, now, PASSPORT, Type.PASSPORT)
    added(zhang, now, "HIS-0042", Type.SYSTEM, "HIS")
    for typed in (PASSPORT, "e1234 5678", "HIS-0042", "his-00"):
        assert list(Patient.objects.found_by(typed)) == [zhang], typed
    assert list(Patient.objects.found_by("E1234567")) == []  # a document by its whole number only


def test_it_stands_there_once(zhang: Patient, now: datetime) -> None:
    added(zhang, now)
    with pytest.raises(IdentifierAlreadyThere):
        added(zhang, now)


def test_two_people_may_have_one_card_and_not_one_row_of_another_system(zhang: Patient, now: datetime) -> None:
    other = make.patient("张桂蓝")
    added(zhang, now)
    added(other, now)  # a certain duplicate, which somebody has to look at
    added(zhang, now, "42", Type.SYSTEM, "HIS")
    added(other, now, "42", Type.SYSTEM, "LIS")
    with pytest.raises(IdentifierOfAnother):
        added(other, now, "42", Type.SYSTEM, "HIS")


def test_it_is_shown_for_a_purpose_and_that_is_on_record(
    zhang: Patient, alice: Staff, now: datetime, line: Client
) -> None:
    row = added(zhang, now)
    page = line.get(f"/patients/{zhang.pk}/").content.decode()
    assert "110105********002X" in page
    assert CARD not in page
    assert CARD in line.post(f"/patients/documents/{row.pk}/reveal/", {"purpose": "verify"}).content.decode()
    assert CARD not in line.post(f"/patients/documents/{row.pk}/reveal/", {"purpose": "curious"}).content.decode()
    (look,) = AuditEntry.objects.about(zhang).filter(verb="patient.identifier_revealed")
    assert (look.actor, look.fields) == (alice.actor, ["purpose_verify", "resident_id"])


def test_whose_role_shows_no_numbers_is_refused(zhang: Patient, now: datetime) -> None:
    adviser = make.staff("adviser", "health_adviser")
    with pytest.raises(MayNotReveal):
        reveal_identifier(identifier=added(zhang, now), purpose=Reveal.Purpose.VERIFY, staff=adviser, at=now)


def test_after_the_key_was_changed_it_says_so(zhang: Patient, alice: Staff, now: datetime, settings: Any) -> None:
    row = added(zhang, now)
    settings.SECRET_KEY = "another-secret-" * 5
    with pytest.raises(NumberUnreadable):
        reveal_identifier(identifier=row, purpose=Reveal.Purpose.VERIFY, staff=alice, at=now)


def test_a_wrong_number_is_said_at_its_field_and_stays(zhang: Patient, line: Client) -> None:
    url = f"/patients/{zhang.pk}/documents/new/"
    form = Page(line.get(url)).values
    for number, words in (
        ("110105194912310021", "The last character does not fit the others"),
        ("11010519490231002X", "The date of birth in this number is none."),
        ("12", "This is no number of such a document."),
    ):
        page = line.post(url, fill(form, type="resident_id", number=number)).content.decode()
        assert words in page
        assert number in page
    assert line.post(url, fill(form, type="resident_id", number=TYPED)).status_code == 302
    assert zhang.identifiers.get().value == CARD


def test_at_registration_the_card_tells_birth_and_sex(line: Client) -> None:
    form = Page(line.get("/patients/new/")).values
    line.post("/patients/new/", fill(form, name="李小梅", resident_id=TYPED))
    patient = Patient.objects.get()
    assert (str(patient.birth_date), patient.sex, patient.identifiers.get().value) == ("1949-12-31", Sex.FEMALE, CARD)


def test_a_sex_that_was_told_otherwise_stays_and_another_birth_is_asked_about(line: Client) -> None:
    form = fill(Page(line.get("/patients/new/")).values, name="李小梅", resident_id=CARD, sex="male")
    refused = Page(line.post("/patients/new/", {**form, "birth": "1950"}))
    assert "The identity card says another day of birth." in refused.errors["birth"]
    assert refused.values["name"] == ["李小梅"]
    line.post("/patients/new/", {**form, "birth": "1949"})
    patient = Patient.objects.get()
    assert (patient.birth_year, patient.birth_date, patient.sex) == (1949, None, Sex.MALE)


def test_programs_are_told_the_same(line: Client) -> None:
    told = {"name": "李小梅", "identifiers": [{"type": "resident_id", "number": CARD}]}
    refused = sent(line, "post", "/api/v1/patients/", **told, birth="1950", submission=str(uuid4()))
    assert (refused.status_code, refused.json()["code"]) == (409, "birth_against_card")
    made = sent(line, "post", "/api/v1/patients/", **told, submission=str(uuid4())).json()
    assert (made["birth_date"], made["sex"]) == ("1949-12-31", "female")


def test_whoever_has_the_card_already_is_shown_first(zhang: Patient, now: datetime, line: Client) -> None:
    added(zhang, now)
    part = line.post("/patients/new/alike/", {"name": "赵云", "resident_id": TYPED}).content.decode()
    assert "张桂兰" in part
    form = Page(line.get("/patients/new/")).values
    asked = line.post("/patients/new/", fill(form, name="赵云", resident_id=TYPED))
    assert "This is certainly the same person" in asked.content.decode()
    assert Patient.objects.count() == 1


def test_programs_add_read_and_reveal_it(zhang: Patient, line: Client) -> None:
    url, told = f"/api/v1/patients/{zhang.pk}/identifiers/", {"type": "resident_id", "number": TYPED}
    key = str(uuid4())
    first, again = sent(line, "post", url, **told, submission=key), sent(line, "post", url, **told, submission=key)
    assert (first.status_code, again.status_code) == (201, 200)
    (row,) = line.get(url).json()
    assert (row["type"], row["shown"]) == ("resident_id", "110105********002X")
    shown = sent(line, "post", f"/api/v1/identifiers/{row['id']}/reveal/", purpose="verify").json()
    assert shown == {"id": row["id"], "number": CARD}
    assert sent(line, "post", url, type="resident_id", number="1").json()["errors"].keys() == {"number"}
    assert sent(line, "post", url, type="system", number="1").json()["errors"].keys() == {"scope"}
    new = sent(line, "post", "/api/v1/patients/", name="李小梅", identifiers=[{"type": "passport", "number": PASSPORT}])
    assert Patient.objects.get(pk=new.json()["id"]).identifiers.get().value == PASSPORT


@pytest.mark.parametrize(("area", "is_known"), [("110105", True), ("990105", False)])
def test_an_area_that_no_list_has_is_saved_with_a_warning(alice: Staff, area: str, is_known: bool) -> None:
    """Only warned about: real cards hold codes that no list has."""
    patient, browser = make.patient("高一一"), in_english(make.client_of(alice))
    body = f"{area}19491231002"
    card = body + CHECKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]
    page = f"/patients/{patient.pk}/documents/new/"
    form = fill(Page(browser.get(page)).values, type="resident_id", number=card)
    answer = browser.post(page, form, follow=True)
    assert patient.identifiers.get().shown.startswith(area)
    assert ("are no district that is known here" in answer.content.decode()) is not is_known
