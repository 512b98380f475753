"""Where somebody lives is read for a purpose, and never stands in a form. Mission A7."""

import pytest

from accounts.models import Staff
from patients.models import Patient
from tests import make
from tests.accounts.pages import Page, fill, in_english

ADDRESS = "湖滨路 1 号 301"


@pytest.fixture
def zhang(db: None) -> Patient:
    return make.patient("张桂兰", address=ADDRESS)


def edit(patient: Patient, by: Staff, **typed: str) -> str:
    desk, url = in_english(make.client_of(by)), f"/patients/{patient.pk}/edit/"
    page = Page(desk.get(url))
    desk.post(url, fill(page.values, **typed))
    patient.refresh_from_db()
    return str(page.text)


def test_the_form_says_only_that_there_is_one_and_leaves_it(zhang: Patient, dana: Staff) -> None:
    text = edit(zhang, dana, name="张贵兰")
    assert ADDRESS not in text
    assert "One is on file" in text
    assert (zhang.name, zhang.address) == ("张贵兰", ADDRESS)


def test_what_is_typed_replaces_it(zhang: Patient, dana: Staff) -> None:
    edit(zhang, dana, address="解放路 9 号")
    assert zhang.address == "解放路 9 号"


def test_it_is_taken_off_the_file_when_somebody_says_so(zhang: Patient, dana: Staff) -> None:
    edit(zhang, dana, forgets_address="on")
    assert zhang.address == ""
    assert "any more" not in edit(zhang, dana)
