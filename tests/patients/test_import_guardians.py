"""Files that name guardians, and children whom they bring without one. Mission A1, A6."""

from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Actor, Staff
from hospital_crm.lib.phones import read_phone
from patients.kinship import Tie
from patients.models import GuardianQuestion, Import, Patient, Relation
from patients.services.relatives import Named, add_relative, change_relative, end_relative
from promises.models import Promise
from tests import make
from tests.accounts.pages import in_english
from tests.patients.brought import complaints, counts, imported

HEADING = "id,姓名,出生日期,电话,电话归属,监护人,监护人电话,监护人关系"
PHONE = "13800001234"


@pytest.fixture(autouse=True)
def _thursday(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def born(now: datetime) -> date:
    return date(now.year - 9, 1, 1)


def file(*rows: str) -> str:
    return "\n".join([HEADING, *rows, ""])


def family(patient: Patient) -> list[tuple[str, str, str, bool, str]]:
    rows = Relation.objects.open().filter(patient=patient).order_by("pk")
    return [(row.name, row.digits, row.role, row.is_guardian, row.may_be_told) for row in rows]


def test_the_guardian_whom_a_row_names_is_written_down_with_the_child(born: date, system: Actor, now: datetime) -> None:
    run = imported(file(f"7,张小雨,{born},,,王桂花,138 0000 1234,奶奶"), actor=system, at=now)
    assert (counts(run), complaints(run), run.without_guardian) == ((1, 0, 0, 0), [], 0)
    child = Patient.objects.get()
    assert family(child) == [("王桂花", PHONE, "grandparent", True, "everything")]
    assert list(Patient.objects.behind_number(PHONE)) == [child]


def test_a_parents_phone_that_is_the_childs_will_do(born: date, system: Actor, now: datetime) -> None:
    imported(file(f"7,张小雨,{born},138 0000 1234,母亲,张桂兰,,母亲"), actor=system, at=now)
    assert family(Patient.objects.get()) == [("张桂兰", PHONE, "parent", True, "everything")]


@pytest.mark.parametrize("told", [",,张桂兰,,母亲", "13900005678,本人,张桂兰,,母亲", ",,,13800001234,母亲", ",,,,母亲"])
def test_half_a_guardian_holds_nobody_up_and_the_child_is_among_those_without_one(
    born: date, dana: Staff, now: datetime, told: str
) -> None:
    for expected in ((1, 0, 0, 0), (0, 0, 1, 0)):
        run = imported(file(f"7,张小雨,{born},{told}"), actor=dana.actor, at=now)
        assert (counts(run), complaints(run), run.without_guardian) == (expected, [], 1)
    assert not Relation.objects.exists()
    assert listed(make.client_of(dana)) == {"张小雨"}


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        (",,张桂兰,12,母亲", (2, "guardian_phone", "no_number")),
        (",,张桂兰,13800001234,邻居", (2, "guardian_role", "not_a_choice")),
    ],
)
def test_what_cannot_be_read_of_a_guardian_is_told_at_its_column(
    born: date, system: Actor, now: datetime, told: str, complaint: tuple[int, str, str]
) -> None:
    run = imported(file(f"7,张小雨,{born},{told}"), actor=system, at=now)
    assert (counts(run), complaints(run)) == ((0, 0, 0, 1), [complaint])


@pytest.mark.parametrize(("birth", "decides"), [("", True), ("2018", True), ("1970", False), ("1970-05-06", False)])
def test_of_whoever_decides_alone_a_file_makes_nobody_the_guardian(
    system: Actor, now: datetime, birth: str, decides: bool
) -> None:
    """Nor does it where the birth stands on file already; what they are to each other nobody has said."""
    told = "everything" if decides else "nothing"
    imported(file(f"7,王建军,{birth},,,张桂兰,{PHONE},", f"8,王建国,{birth},,,,,"), actor=system, at=now)
    again = file(f"7,王建军,,,,张桂兰,{PHONE},", f"8,王建国,,,,张桂兰,{PHONE},")
    assert counts(imported(again, actor=system, at=now)) == (0, 1, 1, 0)
    for patient in Patient.objects.all():
        assert family(patient) == [("张桂兰", PHONE, "other", decides, told)]


def test_a_second_time_nothing_changes(born: date, system: Actor, now: datetime) -> None:
    rows = file(f"7,张小雨,{born},,,张桂兰,138 0000 1234,母亲", f"8,张小雪,{born},,,,,")
    first, again = imported(rows, actor=system, at=now), imported(rows, actor=system, at=now)
    assert (counts(first), counts(again)) == ((2, 0, 0, 0), (0, 0, 2, 0))
    assert first.without_guardian == again.without_guardian == 1
    assert Relation.objects.count() == 1


def test_whoever_is_on_file_is_told_the_guardian_later(born: date, system: Actor, now: datetime) -> None:
    imported(file(f"7,张小雨,{born},,,,,"), actor=system, at=now)
    run = imported(file(f"7,张小雨,{born},,,张桂兰,138 0000 1234,母亲"), actor=system, at=now)
    assert (counts(run), run.without_guardian) == ((0, 1, 0, 0), 0)
    assert family(Patient.objects.get()) == [("张桂兰", PHONE, "parent", True, "everything")]


def test_a_relative_on_file_becomes_the_guardian_and_what_somebody_ended_stays_ended(
    born: date, system: Actor, now: datetime
) -> None:
    named = file(f"7,张小雨,{born},,,张桂兰,138 0000 1234,母亲")
    imported(file(f"7,张小雨,{born},,,,,"), actor=system, at=now)
    child, mother = Patient.objects.get(), make.patient("张桂兰", PHONE)
    by = {"actor": system, "at": now}
    row = add_relative(patient=mother, relative=child, tie=Tie("child"), **by)  # type: ignore[arg-type]
    assert counts(imported(named, actor=system, at=now)) == (0, 1, 0, 0)
    row.refresh_from_db()
    assert row.tie_from(child) == Tie("parent", True, False, "nothing", "nothing")  # as somebody had it
    assert Relation.objects.count() == 1
    end_relative(relation=row, **by)  # type: ignore[arg-type]
    assert counts(imported(named, actor=system, at=now)) == (0, 0, 1, 0)
    assert not Relation.objects.open().exists()


def test_whoever_shares_the_phone_of_the_family_is_not_taken_for_the_one_who_is_named(
    born: date, system: Actor, now: datetime
) -> None:
    imported(file(f"7,张小雨,{born},,,,,"), actor=system, at=now)
    uncle = Named("李强", read_phone(PHONE))
    add_relative(patient=Patient.objects.get(), relative=uncle, tie=Tie("other"), actor=system, at=now)
    assert counts(imported(file(f"7,张小雨,{born},,,张桂兰,{PHONE},母亲"), actor=system, at=now)) == (0, 1, 0, 0)
    assert family(Patient.objects.get()) == [
        ("李强", PHONE, "other", False, "nothing"),
        ("张桂兰", PHONE, "parent", True, "everything"),
    ]


def test_children_without_one_are_counted_and_nobody_owes_ten_thousand_promises(
    born: date, system: Actor, now: datetime
) -> None:
    rows = (f"1,张小雨,{born},,,,,", f"2,张小雪,{born},,,张桂兰,13800001234,母亲", "3,王建军,1970,,,,,")
    trial = imported(file(*rows), actor=system, at=now, is_trial=True)
    assert (trial.without_guardian, Patient.objects.count()) == (1, 0)
    assert imported(file(*rows), actor=system, at=now).without_guardian == 1
    assert not GuardianQuestion.objects.exists()
    assert not Promise.objects.exists()


def test_the_page_says_how_many_and_leads_to_the_list_of_them(born: date, dana: Staff, now: datetime) -> None:
    page = in_english(make.client_of(dana))
    run = imported(file(f"7,张小雨,{born},,,,,", "8,王建军,1970,,,,,"), actor=dana.actor, at=now)
    shown = make.tight(page.get(f"/patients/imports/{run.pk}/").content.decode())
    assert "<dt>No guardian</dt><dd>1 under 14 ·<a" in shown
    assert "/patients/?guardian=missing" in shown
    listed = page.get("/patients/", {"guardian": "missing"}).content.decode()
    assert ("张小雨" in listed, "王建军" in listed) == (True, False)
    assert page.get(f"/api/v1/imports/{run.pk}/").json()["without_guardian"] == 1


def listed(browser: Client) -> set[str]:
    rows = browser.get("/api/v1/patients/", {"guardian": "missing"}).json()["results"]
    return {row["name"] for row in rows}


def test_the_list_holds_living_children_of_whom_nobody_is_named_from_either_side(
    born: date, alice: Staff, now: datetime
) -> None:
    browser, mother = make.client_of(alice), make.patient("张桂兰")
    children = [make.patient(name, birth_date=born) for name in ("甲", "乙", "丙", "丁")]
    by = {"actor": make.by(), "at": now}
    tied = add_relative(patient=children[0], relative=mother, tie=Tie("parent", guards=True), **by)  # type: ignore[arg-type]
    add_relative(patient=mother, relative=children[1], tie=Tie("child", is_guarded=True), **by)  # type: ignore[arg-type]
    add_relative(patient=children[2], relative=Named("王奶奶", read_phone(PHONE)), tie=Tie("grandparent"), **by)  # type: ignore[arg-type]
    Patient.objects.filter(pk=children[3].pk).update(died_on=now.date())
    assert listed(browser) == {"丙"}
    change_relative(relation=tied, seen_from=children[0], version=1, tie=Tie("parent"), **by)  # type: ignore[arg-type]
    assert listed(browser) == {"甲", "丙"}


def test_a_file_that_names_no_guardian_says_so_before_it_is_imported(dana: Staff, now: datetime) -> None:
    page = in_english(make.client_of(dana))
    words = "No column names a guardian"
    for heading, says in (("id,姓名", True), (HEADING, False)):
        run = imported(
            f"{heading}\n7,张小雨{',' * (heading.count(',') - 1)}\n", actor=dana.actor, at=now, is_trial=True
        )
        shown = page.get(f"/patients/imports/{run.pk}/").content.decode()
        assert (words in shown) is says
        assert ('href="/patients/?guardian=missing"' in shown) is says
    assert Import.objects.count() == 2
