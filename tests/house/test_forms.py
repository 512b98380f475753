"""Every form sent with mistakes says at the field what is wrong, and loses nothing that somebody typed."""

from collections.abc import Iterator

import pytest

from tests.house.markup import Tag
from tests.house.visits import FILTERED, MEETS_PATIENTS, MISTAKES, Visit

NOT_KEPT = ("password", "hidden", "checkbox", "radio")


@pytest.fixture(scope="module")
def mistaken(all_visits: tuple[list[Visit], list[Visit]]) -> list[Visit]:
    """The answers to forms that were sent with mistakes, in both languages."""
    everything = (*all_visits[0], *all_visits[1])
    return [visit for visit in everything if (visit.person, visit.route, visit.sent) in MISTAKES]


def test_no_mistake_is_a_fault_of_ours_or_accepted(mistaken: list[Visit]) -> None:
    assert len(mistaken) > len(MISTAKES)
    assert [str(visit) for visit in mistaken if visit.status >= 500] == []
    assert [str(visit) for visit in mistaken if visit.person == MEETS_PATIENTS and visit.status == 302] == []


def lost(visit: Visit) -> Iterator[str]:
    """The fields whose words are no longer there."""
    for tag in visit.page.all("input", "textarea"):
        typed = visit.sent.get(tag["name"])
        if not isinstance(typed, str) or "\0" in typed or tag["type"] in NOT_KEPT:
            continue
        shown = tag.text if tag.name == "textarea" else tag["value"]
        if " ".join(shown.split()) != " ".join(typed.split()):
            yield tag["name"]


def test_nothing_that_was_typed_is_lost(mistaken: list[Visit]) -> None:
    pages = [visit for visit in mistaken if visit.is_page and visit.status == 200]
    assert pages
    assert {str(visit): list(lost(visit)) for visit in pages if list(lost(visit))} == {}


def silent(visit: Visit) -> Iterator[str]:
    """Fields marked as wrong that do not say why, as a screen reader finds it."""
    said = {tag["id"] for tag in visit.page.tags if "c-err" in tag["class"].split() and tag.text}
    for tag in visit.page.tags:
        if tag["aria-invalid"] == "true" and not said & set(described(tag)):
            yield tag["name"]


def described(tag: Tag) -> list[str]:
    """By the field itself, or by the group in which it stands."""
    return [name for each in (tag, *tag.around) for name in each["aria-describedby"].split()]


def test_each_wrong_field_says_why(mistaken: list[Visit]) -> None:
    pages = [visit for visit in mistaken if visit.is_page and visit.status == 200]
    assert {str(visit): list(silent(visit)) for visit in pages if list(silent(visit))} == {}
    loud = [visit for visit in pages if any({"c-err", "c-note"} & set(tag["class"].split()) for tag in visit.page.tags)]
    assert {str(visit) for visit in pages} == {str(visit) for visit in loud}


def test_no_filter_breaks_a_list(all_visits: tuple[list[Visit], list[Visit]]) -> None:
    """What cannot be meant is ignored or named; only a cursor that was never given leads nowhere."""
    asked = [visit for visit in all_visits[0] if visit.route.endswith(" ?")]
    assert len({visit.route for visit in asked}) == len(FILTERED)
    assert [str(visit) for visit in asked if visit.status not in (200, 404)] == []
