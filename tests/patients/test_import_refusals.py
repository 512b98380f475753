"""A row that does not go together with others, or with what is on file, is left out with words; the others come in."""

from datetime import datetime
from typing import Any

import pytest

from accounts.models import Actor
from jobs.models import Job
from patients.models import Patient, Visit
from patients.services.imports import people, runs
from patients.services.imports.known import KnownPeople
from patients.services.patients import update_patient
from tests import make
from tests.patients.brought import complaints, counts, imported

CARD = "11010519491231002X"
STAY = "id,患者id,就诊时间,出院时间,总金额,医保支付\nV1,1,2026-03-01 10:00,2026-03-02 10:00,100,80\n"


@pytest.mark.parametrize("is_trial", [True, False])
@pytest.mark.parametrize("second", ["2,李四,H1", ",李四,H1"])
def test_a_hospital_number_that_stands_twice(system: Actor, now: datetime, second: str, is_trial: bool) -> None:
    text = f"id,姓名,病案号\n1,张桂兰,H1\n{second}\n3,王五,\n"
    run = imported(text, actor=system, at=now, is_trial=is_trial)
    assert (counts(run), complaints(run)) == ((2, 0, 0, 1), [(3, "", "twice")])
    assert Patient.objects.count() == (0 if is_trial else 2)


@pytest.mark.parametrize("is_trial", [True, False])
def test_what_the_database_refuses_is_one_row(
    system: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch, is_trial: bool
) -> None:
    """Somebody registers the number between the look and the writing; a trial is told so as well."""
    make.patient("何建平", hospital_number="H2")
    monkeypatch.setattr(KnownPeople, "holders", lambda _known, _row: {})
    text = "id,姓名,病案号\n" + "".join(f"{n},患者{n},H{n}\n" for n in range(1, 8))
    run = imported(text, actor=system, at=now, is_trial=is_trial)
    assert (counts(run), complaints(run)) == ((6, 0, 0, 1), [(3, "", "refused")])
    assert Patient.objects.count() == (1 if is_trial else 7)


def test_where_one_row_is_refused_what_stands_twice_is_still_said(
    system: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.patient("何建平", hospital_number="H2")
    monkeypatch.setattr(KnownPeople, "holders", lambda _known, _row: {})
    text = "姓名,病案号,电话\n王五,,13800001234\n李四,H2,\n赵六,,\n王五,,13800001234\n"
    assert complaints(imported(text, actor=system, at=now)) == [(3, "", "refused"), (5, "", "twice")]


def test_somebody_else_saves_one_of_them_that_second(
    system: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported("id,姓名\n1,张桂兰\n2,何建平\n", actor=system, at=now)

    def saved_meanwhile(**details: Any) -> Patient:
        if details["patient"].name == "张桂兰":
            Patient.objects.filter(pk=details["patient"].pk).update(version=99)
        return update_patient(**details)

    monkeypatch.setattr(people, "update_patient", saved_meanwhile)
    run = imported("id,姓名\n1,张桂蓝\n2,何建萍\n", actor=system, at=now)
    assert (counts(run), complaints(run)) == ((0, 1, 0, 1), [(2, "", "changed_meanwhile")])


@pytest.mark.parametrize(
    ("second", "complaint"),
    [
        ("id,患者id,就诊时间,总金额\nV1,1,2026-03-01 10:00,50\n", (2, "insured", "more_than_all")),
        ("id,患者id,就诊时间\nV1,1,2026-03-05 10:00\n", (2, "ends_at", "ends_before")),
    ],
)
def test_what_a_file_tells_has_to_fit_what_it_does_not_tell(
    system: Actor, now: datetime, second: str, complaint: tuple[int, str, str]
) -> None:
    imported("id,姓名\n1,张桂兰\n", actor=system, at=now)
    imported(STAY, kind="visits", actor=system, at=now)
    run = imported(second, kind="visits", actor=system, at=now)
    assert (complaints(run), Visit.objects.get().version) == ([complaint], 1)


@pytest.mark.parametrize("is_trial", [True, False])
def test_one_visit_told_by_two_numbers_of_the_person(
    system: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch, is_trial: bool
) -> None:
    monkeypatch.setattr(runs, "BATCH_ROWS", 1)
    imported("id,姓名,病案号\n1,张桂兰,H1\n", actor=system, at=now)
    text = "患者id,病案号,就诊时间\n1,,2026-03-01 10:00\n,H1,2026-03-01 10:00\n"
    run = imported(text, kind="visits", actor=system, at=now, is_trial=is_trial)
    assert (counts(run), complaints(run)) == ((1, 0, 0, 1), [(3, "", "twice")])


def test_a_card_of_several_people_makes_no_further_one(system: Actor, now: datetime) -> None:
    imported(f"id,姓名,身份证号\n1,张桂兰,{CARD}\n2,张桂兰,{CARD}\n", actor=system, at=now)
    run = imported(f"姓名,身份证号\n张桂兰,{CARD}\n", actor=system, at=now)
    assert complaints(run) == [(2, "resident_id", "of_several")]
    assert Patient.objects.count() == 2


@pytest.mark.parametrize("amount", ["1_000", "1,00", "12,34", "10000000000", "1e3", "-1", "１０元"])
def test_no_amount(system: Actor, now: datetime, amount: str) -> None:
    imported("id,姓名\n1,张桂兰\n", actor=system, at=now)
    text = f'id,患者id,就诊时间,总金额\nV1,1,2026-03-01 10:00,"{amount}"\n'
    assert complaints(imported(text, kind="visits", actor=system, at=now)) == [(2, "total", "no_amount")]


@pytest.mark.parametrize(
    ("amount", "read"),
    [("1,234.5", "1234.50"), ("￥1,234,567.891", "1234567.89"), ("9999999999.99", "9999999999.99"), ("12.", "12.00")],
)
def test_an_amount(system: Actor, now: datetime, amount: str, read: str) -> None:
    imported("id,姓名\n1,张桂兰\n", actor=system, at=now)
    imported(f'id,患者id,就诊时间,总金额\nV1,1,2026-03-01 10:00,"{amount}"\n', kind="visits", actor=system, at=now)
    assert str(Visit.objects.get().total) == read


def test_no_row_ends_the_job(system: Actor, now: datetime) -> None:
    imported("id,姓名,病案号\n1,张桂兰,H1\n", actor=system, at=now)
    imported("id,姓名,病案号\n2,何建平,H1\n1,张桂兰,H2\n", actor=system, at=now)
    assert set(Job.objects.values_list("state", flat=True)) == {Job.State.DONE}
