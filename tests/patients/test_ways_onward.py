"""From the list of patients everybody finds the way to what they answer for, and to nothing else."""

import re

import pytest

from tests import make


@pytest.mark.parametrize(
    ("role", "ways"),
    [
        ("guide", {"requests", "registration"}),
        ("consultant", {"requests"}),
        ("customer_service", {"requests", "duplicates"}),
        ("doctor", set()),
        ("manager", {"requests", "looks", "imports", "duplicates", "registration"}),
    ],
)
def test_the_list_leads_on(db: None, role: str, ways: set[str]) -> None:
    page = make.client_of(make.staff("sun", role)).get("/patients/").content.decode()
    assert set(re.findall(r'href="/patients/(requests|looks|imports|duplicates|registration)/"', page)) == ways
