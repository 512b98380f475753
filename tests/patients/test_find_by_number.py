"""Somebody is named by a number; where two systems number alike, nobody is taken for another. Mission A4."""

from datetime import datetime

import pytest

from accounts.models import Actor, Staff
from patients.models import DuplicatePair, Patient
from patients.services.duplicates import NobodyOfNumber, SeveralOfNumber, find_by_number
from tests import make
from tests.accounts.pages import Page, fill, in_english
from tests.patients.brought import imported

ROWS = "id,姓名\n7,{}\n"


@pytest.fixture
def both(system: Actor, now: datetime) -> list[Patient]:
    """Two people, each with the number 7 in a system of its own."""
    for scope, name in (("HIS", "张桂兰"), ("LIS", "何建平")):
        imported(ROWS.format(name), scope=scope, actor=system, at=now)
    return list(Patient.objects.order_by("pk"))


def test_of_several_nobody_is_taken_and_all_are_named(both: list[Patient]) -> None:
    with pytest.raises(SeveralOfNumber) as several:
        find_by_number("7", among=Patient.objects.all())
    assert several.value.people == both
    assert all(patient.number in str(several.value) for patient in both)
    assert find_by_number(both[1].number, among=Patient.objects.all()) == both[1]


def test_whom_the_reader_may_not_find_is_not_among_them(both: list[Patient]) -> None:
    assert find_by_number("7", among=Patient.objects.filter(pk=both[0].pk)) == both[0]
    with pytest.raises(NobodyOfNumber):
        find_by_number("7", among=Patient.objects.none())


def test_the_page_says_it_at_the_number(both: list[Patient], dana: Staff) -> None:
    third = make.patient("李雷")
    window, url = in_english(make.client_of(dana)), f"/patients/{third.pk}/compare/"
    told = Page(window.post(url, fill(Page(window.get(url)).values, number="7"))).errors["number"]
    assert told == (
        f"Several people have this number: 张桂兰 {both[0].number}, 何建平 {both[1].number}. "
        "Type the number that begins with P."
    )
    assert not DuplicatePair.objects.exists()
