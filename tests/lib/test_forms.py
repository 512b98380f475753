"""Pages with a form: what a service refuses stands where it belongs; a fault of ours is not taken for somebody's."""

from typing import ClassVar
from uuid import uuid4

import pytest
from django import forms
from django.db import IntegrityError
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import Department, Staff
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.forms import CreateForm, create_page
from tests import make
from tests.accounts.pages import Page, fill, in_english


class NameForm(CreateForm, forms.Form):
    name = forms.CharField()


class NameTaken(DomainError):
    message = "The name is taken."
    field: ClassVar[str] = "name"


class Refused(DomainError):
    message = "Not today."


class OfAnotherForm(DomainError):
    message = "Not here."
    field: ClassVar[str] = "colour"


@pytest.fixture
def form() -> NameForm:
    return NameForm({"name": "typed", "submission": str(uuid4())})


def post(form: NameForm, error: Exception, by: Staff) -> HttpResponse:
    """Send the form to a service that answers with the error."""

    def refuse() -> Model:
        raise error

    request = RequestFactory().post("/")
    request.user = by
    return create_page(
        request, form=form, create=refuse, done_url=str, template="components/form_errors.html", context={}
    )


@pytest.mark.parametrize(
    ("error", "errors"),
    [
        (NameTaken(), {"name": ["The name is taken."]}),
        (Refused(), {"__all__": ["Not today."]}),
        (OfAnotherForm(), {"__all__": ["Not here."]}),
    ],
)
def test_a_refusal_stands_at_its_field_or_above_the_form(
    alice: Staff, form: NameForm, error: DomainError, errors: dict[str, list[str]]
) -> None:
    assert post(form, error, alice).status_code == 200
    assert form.errors == errors
    assert form["name"].value() == "typed"


def test_a_clash_that_no_field_explains_is_a_fault_and_not_hidden(alice: Staff, form: NameForm) -> None:
    with pytest.raises(IntegrityError, match="something else"):
        post(form, IntegrityError("something else"), alice)


def test_every_form_to_create_has_a_submission_of_its_own() -> None:
    keys = {NameForm()["submission"].value() for _ in range(2)}
    assert len(keys) == 2


@pytest.mark.parametrize("submission", ["", "no id", "1"])
def test_without_its_submission_a_form_is_refused(submission: str) -> None:
    assert list(NameForm({"name": "a", "submission": submission}).errors) == ["submission"]


@pytest.mark.parametrize("version", ["", "one", None])
def test_without_the_version_that_was_read_nothing_is_saved(
    frank: Staff, cataract: Department, version: str | None
) -> None:
    office = in_english(make.client_of(frank))
    url = reverse("accounts:department_edit", args=[cataract.pk])
    answer = office.post(url, fill(Page(office.get(url)).values, name_en="Lens", version=version))
    assert answer.status_code == 200
    assert Page(answer).alerts
    assert Department.objects.get(pk=cataract.pk).name_en == "Cataract"


def test_a_field_with_an_error_looks_like_one() -> None:
    form = NameForm({"name": "", "submission": str(uuid4())})
    assert not form.is_valid()
    assert 'class="form-control is-invalid"' in str(form["name"])
    assert "is-invalid" not in str(NameForm({"name": "a", "submission": str(uuid4())})["name"])


def test_what_was_typed_is_kept_by_the_browser_for_this_person_and_page_only(
    alice: Staff, bob: Staff, client: Client
) -> None:
    for person in (alice, bob):
        assert f'data-keep="{person.pk}:/account/"' in make.client_of(person).get("/account/").content.decode()
