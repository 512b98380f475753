"""What made-up requests are told is looked at row by row: whatever came back that may not is noticed."""

import json

import pytest

from .fuzz_answers import Said, check_rows, check_words

ROW = json.dumps({"id": 7, "name": "Wilhelmina Roth"})
LIST = json.dumps({"results": [{"id": 6}, {"id": 7}]})


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("/api/v1/patients/7/", ROW, "patients"),
        ("/api/v1/patients/", LIST, "patients"),
        ("/api/v1/patients/3/timeline/", LIST, "timeline"),
        ("/api/v1/promises/", LIST, "promises"),
        ("/api/v1/promises/desk/", LIST, "promises"),
        ("/api/v1/promises/7/", ROW, "promise"),
        ("/api/v1/promises/3/events/", LIST, "events"),
        ("/api/v1/messages/7/", ROW, "messages"),
        ("/api/v1/jobs/7/", ROW, "jobs"),
    ],
)
def test_a_row_that_is_hidden_from_the_account_is_noticed(path: str, text: str, kind: str) -> None:
    said = Said("GET", path, 200, text)
    check_rows([said], {kind: {8}})
    with pytest.raises(AssertionError):
        check_rows([said], {kind: {7}})


def test_so_is_a_name_or_number_wherever_it_stands() -> None:
    said = Said("GET", "/api/v1/search/", 400, "Wilhelmina Roth 13987654321")
    with pytest.raises(AssertionError, match="Roth"):
        check_words([said], {"Wilhelmina Roth"}, set())
    with pytest.raises(AssertionError, match="1398"):
        check_words([said], set(), {"13987654321"})


@pytest.mark.parametrize("path", ["/api/v1/phones/3/reveal/", "/api/v1/promises/3/numbers/"])
def test_a_number_is_told_in_clear_where_its_purpose_is_on_record(path: str) -> None:
    check_words([Said("POST", path, 200, "13987654321")], set(), {"13987654321"})
