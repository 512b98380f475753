"""Whom the form for a relative means: shown while one types, chosen from those whom it fits. Mission A6."""

from datetime import date, datetime
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import AuditEntry, Staff
from patients.forms.relatives import RelativeForm
from patients.models import Patient, Relation
from tests import make
from tests.accounts.pages import Page, fill, in_english

PHONE = "13800001234"


@pytest.fixture
def mother(db: None) -> Patient:
    return make.patient("张桂兰", PHONE, sex="female")


@pytest.fixture
def child(db: None, now: datetime) -> Patient:
    return make.patient("张小雨", birth_date=date(now.year - 9, 1, 1))


@pytest.fixture
def line(alice: Staff) -> Client:
    return in_english(make.client_of(alice))


@pytest.mark.parametrize("typed", ["张桂兰", "zgl", "1234"])
def test_whoever_is_named_by_name_pinyin_or_phone_is_chosen(
    mother: Patient, child: Patient, line: Client, typed: str
) -> None:
    """Nobody is taken for another: even of one who fits somebody says that it is she."""
    url = f"/patients/{child.pk}/relatives/new/"
    form = fill(Page(line.get(url)).values, number=typed, role="parent", guards="on")
    asked = line.post(url, form)
    page = Page(asked)
    assert page.errors == {"person": "Whom do you mean? Choose one, or type more."}
    assert "张桂兰 · Female · P-000001 · 138****1234" in asked.content.decode()
    assert (page.values["number"], page.values["guards"]) == ([typed], ["on"])
    assert not Relation.objects.exists()
    assert line.post(url, fill(page.values, person=mother.number)).status_code == 302
    assert Relation.objects.get().relative == mother


def shown(line: Client, child: Patient, **typed: str) -> Page:
    return Page(line.post(f"/patients/{child.pk}/relatives/alike/", typed))


@pytest.mark.parametrize("typed", [{"number": "zgl"}, {"name": "张桂兰"}, {"name": "张姨", "phone": "138 0000 1234"}])
def test_whom_it_may_be_is_shown_while_one_types(
    mother: Patient, child: Patient, line: Client, typed: dict[str, str]
) -> None:
    page = shown(line, child, **typed)
    assert "张桂兰 · Female · P-000001 · 138****1234" in page.text
    assert PHONE not in page.text
    assert page.errors == {}


def test_whoever_is_not_on_file_is_told_apart_from_who_is(mother: Patient, child: Patient, line: Client) -> None:
    url = f"/patients/{child.pk}/relatives/new/"
    form = fill(Page(line.get(url)).values, name="张桂兰", phone=PHONE, role="parent", guards="on")
    told = shown(line, child, name="张桂兰", phone=PHONE).text
    assert "same name · same phone, each one&#x27;s own" in told
    assert "None of these: somebody who is not on file" in told
    assert line.post(url, fill(form, person=mother.number)).status_code == 302
    row = Relation.objects.get()
    assert (row.relative, row.name, row.digits) == (mother, "", "")


@pytest.mark.parametrize(("name", "field"), [("张桂兰", "person"), ("李强", "name")])
def test_whoever_was_chosen_and_is_gone_is_asked_for_again(
    mother: Patient, child: Patient, line: Client, name: str, field: str
) -> None:
    """Merged since, or out of reach: nothing is saved under the name that was typed."""
    url = f"/patients/{child.pk}/relatives/new/"
    form = fill(Page(line.get(url)).values, name=name, role="parent", person="P-999999")
    page = Page(line.post(url, form))
    assert page.errors == {field: "Whoever you chose is not found any more. Look again who it is."}
    assert page.values["name"] == [name]
    assert not Relation.objects.exists()
    assert line.post(url, page.values).status_code == 302


def test_nobody_is_shown_as_the_own_relative_nor_where_nothing_is_typed(
    mother: Patient, child: Patient, line: Client
) -> None:
    make.phone(child, PHONE)
    assert [mother.number in (told := shown(line, child, number="1234").text), child.number in told] == [True, False]
    assert make.tight(shown(line, child).text) == make.tight('<div id="alike"></div>')
    assert "Nobody of this name or number." in shown(line, child, number="nobody").text


def test_that_a_number_was_looked_for_is_on_record_once_a_form(child: Patient, line: Client) -> None:
    key = str(uuid4())
    for typed in ("1380", "13800", "138000"):
        shown(line, child, phone=typed, submission=key)
    assert AuditEntry.objects.filter(verb="number.asked").count() == 1


def test_a_number_in_the_address_was_looked_for_too(mother: Patient, child: Patient, line: Client) -> None:
    shown = line.get(f"/patients/{child.pk}/relatives/new/", {"number": "1234"})
    assert mother.number in shown.content.decode()
    assert AuditEntry.objects.filter(verb="number.asked").count() == 1


def test_of_whom_one_may_not_find_nobody_is_offered(mother: Patient, child: Patient) -> None:
    among = Patient.objects.filter(pk=child.pk)
    form = RelativeForm({"number": "张桂兰", "person": mother.number, "role": "parent"}, among=among)
    assert not form.is_valid()
    assert form.errors["number"] == ["Nobody of this name or number."]
    assert form.person is None
