"""A moment at the edge of the calendar is refused where it is typed: it would make pages unreadable for everybody."""

from typing import Any

import pytest

from accounts.models import Staff
from patients.models import Consent, DataRequest, Patient, Visit
from tests import make
from tests.accounts.pages import Page, fill, in_english

WORDS = "There is no such time here"


@pytest.fixture
def zhang(db: None) -> Patient:
    return make.patient("张桂兰", birth_date="1953-08-21")


@pytest.mark.parametrize("when", ["0001-01-01T00:00", "1800-05-01T10:00", "9999-12-31T23:59"])
@pytest.mark.parametrize(
    ("url", "field", "more"),
    [
        ("consents/new/", "decided_at", {"is_given": "yes", "purpose": "care"}),
        ("visits/new/", "starts_at", {}),
        ("visits/new/", "ends_at", {"starts_at": "2026-01-01T10:00"}),
        ("edit/", "not_before", {}),
        ("requests/new/", "asked_at", {"kind": "copy", "asker": "person", "identity": "document"}),
    ],
)
def test_is_refused_at_its_field(
    zhang: Patient, dana: Staff, url: str, field: str, more: dict[str, Any], when: str
) -> None:
    desk = in_english(make.client_of(dana))
    address = f"/patients/{zhang.pk}/{url}"
    answer = Page(desk.post(address, fill(Page(desk.get(address)).values, **{**more, field: when})))
    assert WORDS in answer.errors[field]
    assert not Visit.objects.exists()
    assert not Consent.objects.exists()
    assert not DataRequest.objects.exists()


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00Z", "1800-05-01T10:00", "9999-12-31T23:59:59+00:00"])
def test_is_refused_in_the_api(zhang: Patient, dana: Staff, when: str) -> None:
    sent = {"patient": zhang.pk, "kind": "outpatient", "starts_at": when}
    answer = make.client_of(dana).post("/api/v1/visits/", sent, content_type="application/json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["starts_at"])


def test_nobody_dies_before_the_birth(zhang: Patient, dana: Staff) -> None:
    desk = in_english(make.client_of(dana))
    address = f"/patients/{zhang.pk}/edit/"
    answer = Page(desk.post(address, fill(Page(desk.get(address)).values, died_on="1950-01-01")))
    assert "before the birth" in answer.errors["died_on"]
    sent = {"died_on": "1950-01-01", "version": zhang.version}
    told = make.client_of(dana).patch(f"/api/v1/patients/{zhang.pk}/", sent, content_type="application/json")
    assert (told.status_code, list(told.json()["errors"])) == (400, ["died_on"])
