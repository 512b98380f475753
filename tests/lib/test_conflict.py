"""A stale form: the page with both versions posts an ordinary submission again, with the side that was picked."""

import pytest
from django.http import QueryDict

from hospital_crm.lib.conflict import resolved


@pytest.mark.parametrize(
    ("posted", "submission"),
    [
        ("name=a&version=1", {"name": ["a"], "version": ["1"]}),
        ("pick-name=mine&mine-name=a&theirs-name=b", {"name": ["a"]}),
        ("pick-name=theirs&mine-name=a&theirs-name=b", {"name": ["b"]}),
        ("pick-roles=theirs&mine-roles=a&theirs-roles=b&theirs-roles=c", {"roles": ["b", "c"]}),
        ("pick-name=theirs&mine-name=a", {"name": []}),  # they emptied it, or took the tick away
        ("name=kept&pick-other=mine&mine-other=a", {"name": ["kept"], "other": ["a"]}),
        ("choose=name&pick-name=theirs&mine-name=a&theirs-name=b&version=2", {"name": ["b"], "version": ["2"]}),
    ],
)
def test_the_picked_side_takes_the_fields_place(posted: str, submission: dict[str, list[str]]) -> None:
    result = resolved(QueryDict(posted))
    assert {name: result.getlist(name) for name in submission} == submission


@pytest.mark.parametrize("picked", ["", "&pick-name=nobody", "&pick-other=mine&mine-other=x"])
def test_a_conflict_in_which_nobody_was_picked_stays_stale_and_keeps_what_was_typed(picked: str) -> None:
    result = resolved(QueryDict(f"choose=name&mine-name=a&theirs-name=b&version=2{picked}"))
    assert (result["name"], result["version"]) == ("a", "0")


def test_an_ordinary_submission_comes_back_as_it_is() -> None:
    post = QueryDict("name=a&mine-name=b")
    assert resolved(post) is post


def test_nothing_posted_stays_nothing() -> None:
    assert not resolved(QueryDict(""))
