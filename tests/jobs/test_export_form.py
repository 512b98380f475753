"""The form below a list asks for the rows shown: what else an address says changes nothing that it sends."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from django.http import QueryDict

from accounts.filters import AuditFilter
from accounts.models import Staff
from consult.filters import CallFilter
from hospital_crm.lib.exports import ExportForm, conditions_in, offer_of
from messaging.filters import MessageFilter
from patients.filters import DataRequestFilter, LookFilter, OrganisationFilter, PairFilter, PatientFilter
from promises.filters import PromiseFilter
from tests import make

FORGED = "submission=1&csrfmiddlewaretoken=1&selection=5&purpose=system&format=csv&whole=on&patient=7&next=1"
FILTERS = [
    AuditFilter,
    CallFilter,
    DataRequestFilter,
    LookFilter,
    MessageFilter,
    OrganisationFilter,
    PairFilter,
    PatientFilter,
    PromiseFilter,
]


@pytest.mark.parametrize("conditions", FILTERS)
def test_only_the_filters_own_names_are_carried_along(conditions: Any) -> None:
    assert (
        conditions_in(
            conditions(QueryDict(f"{FORGED}&cursor=1"), queryset=conditions._meta.model._default_manager.none())
        )
        == []
    )


def test_each_value_of_a_name_is_carried_along() -> None:
    found = PairFilter(QueryDict("state=open&state=merged"))
    assert offer_of(found, day="2026-03-12")["asked"] == [
        ("state", "open"), ("state", "merged"), ("day", "2026-03-12"),
    ]  # fmt: skip
    assert offer_of(PairFilter(QueryDict()))["asked"] == offer_of()["asked"] == []


@pytest.mark.parametrize("conditions", FILTERS)
def test_no_filter_is_named_like_a_field_of_the_form(conditions: Any) -> None:
    assert not conditions.base_filters.keys() & {*ExportForm.base_fields, "csrfmiddlewaretoken", "selection"}


@pytest.mark.parametrize(
    ("path", "carried"), [("/patients/", ["q"]), ("/organisations/", ["q", "state"]), ("/patients/{}/visits/", [])]
)
def test_on_the_page(dana: Staff, path: str, carried: Sequence[str]) -> None:
    patient = make.patient("张桂兰")
    make.visit(patient)
    make.organisation("张庄小学")
    page = make.client_of(dana).get(f"{path.format(patient.pk)}?q=张&{FORGED}").content.decode()
    form = page.partition('export/"')[2].partition("</form>")[0]
    hidden = re.findall(r'type="hidden" name="(\w+)"', form)
    assert sorted(hidden) == sorted(["csrfmiddlewaretoken", "submission", *carried])
    assert 'value="1"' not in form
