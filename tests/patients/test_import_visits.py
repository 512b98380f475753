"""Visits out of files: of patients who are on file, found again by their number, history where the file is."""

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Actor, Department
from patients.models import Identifier, Patient, TimelineEntry, Visit
from patients.services.identifiers import NewIdentifier, add_identifier
from patients.services.imports.mappings import VISITS, Mapping, propose_mapping
from patients.services.imports.runs import map_columns, run_next_import, start_import
from patients.services.visits import cancel_visit
from tests import make
from tests.patients.brought import brought, complaints, counts, imported

HEADING = "就诊号,患者编号,就诊类别,入院时间,出院时间,科室,诊断编码,诊断,总金额"
STAY = "V1,7,住院,2026-03-01 08:00,2026-03-05 10:30,白内障科,H25.9,老年性白内障,8000.50"


@pytest.fixture
def zhang(system: Actor, now: datetime) -> Patient:
    patient = make.patient("张桂兰", hospital_number="H7")
    add_identifier(patient=patient, new=NewIdentifier(Identifier.Type.SYSTEM, "7", "HIS"), actor=system, at=now)
    return patient


def visits(*rows: str, heading: str = HEADING, **details: Any) -> Any:
    return imported("\n".join([heading, *rows, ""]), kind="visits", **details)


def test_a_row_is_a_visit_with_all_that_it_says(
    zhang: Patient, cataract: Department, system: Actor, now: datetime
) -> None:
    run = visits(STAY, actor=system, at=now)
    assert (counts(run), complaints(run)) == ((1, 0, 0, 0), [])
    visit = Visit.objects.get()
    assert (visit.patient, visit.kind, visit.status, visit.department) == (zhang, "inpatient", "finished", cataract)
    assert (visit.scope, visit.external_id, str(visit.total), visit.currency) == ("HIS", "V1", "8000.50", "CNY")
    assert [str(row) for row in visit.diagnoses.all()] == ["H25.9 老年性白内障"]
    line = TimelineEntry.objects.get(kind="patients.visited")
    assert (line.occurred_at, line.source_id, line.params["department"]["en"]) == (
        visit.starts_at,
        visit.pk,
        "Cataract",
    )


@pytest.mark.usefixtures("zhang", "cataract")
def test_a_second_time_nothing_changes_and_what_differs_is_changed(system: Actor, now: datetime) -> None:
    visits(STAY, actor=system, at=now)
    assert counts(visits(STAY, actor=system, at=now)) == (0, 0, 1, 0)
    later = STAY.replace("03-05", "03-06").replace("老年性白内障", "白内障术后")
    assert counts(visits(later, actor=system, at=now)) == (0, 1, 0, 0)
    visit = Visit.objects.get()
    assert (visit.version, [row.text for row in visit.diagnoses.all()]) == (2, ["白内障术后"])
    assert counts(visits(later, actor=system, at=now)) == (0, 0, 1, 0)


@pytest.mark.usefixtures("zhang", "cataract")
def test_an_operation_comes_with_its_moment_and_stays_where_a_file_tells_none(system: Actor, now: datetime) -> None:
    heading, row = HEADING + ",手术编码,手术,手术时间", STAY + ",13.41,白内障超声乳化,2026-03-02 09:30"
    run = visits(row, heading=heading, actor=system, at=now)
    assert (complaints(run), counts(run)) == ([], (1, 0, 0, 0))
    assert counts(visits(row, heading=heading, actor=system, at=now)) == (0, 0, 1, 0)
    assert counts(visits(STAY, actor=system, at=now)) == (0, 0, 1, 0)
    operation = Visit.objects.get().operations.get()
    assert (str(operation), timezone.localtime(operation.performed_at).hour) == ("13.41 白内障超声乳化", 9)
    assert counts(visits(row.replace("09:30", "10:15"), heading=heading, actor=system, at=now)) == (0, 1, 0, 0)


@pytest.mark.usefixtures("zhang", "cataract")
def test_what_a_visit_was_for_stays_where_a_file_tells_nothing_of_it(system: Actor, now: datetime) -> None:
    visits(STAY, actor=system, at=now)
    silent = visits("V1,7,2026-03-01 08:00,8000.60", heading="就诊号,患者编号,入院时间,总金额", actor=system, at=now)
    assert (complaints(silent), counts(silent)) == ([], (0, 1, 0, 0))
    assert [str(row) for row in Visit.objects.get().diagnoses.all()] == ["H25.9 老年性白内障"]


def test_without_a_number_it_is_the_one_of_that_person_kind_and_moment(
    zhang: Patient, system: Actor, now: datetime
) -> None:
    heading, row = "病案号,就诊类别,就诊时间,医生", "H7,门诊,2026/3/1 8:00,外院医生"
    assert counts(visits(row, heading=heading, actor=system, at=now)) == (1, 0, 0, 0)
    assert counts(visits(row, heading=heading, actor=system, at=now)) == (0, 0, 1, 0)
    other = row.replace("门诊", "急诊")
    assert counts(visits(other, heading=heading, actor=system, at=now)) == (1, 0, 0, 0)
    assert zhang.visits.count() == 2


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (",7,", ",8,", ("patient", "no_patient")),
        (",7,", ",,", ("patient", "missing")),
        ("2026-03-01 08:00", "", ("starts_at", "missing")),
        ("2026-03-01 08:00", "soon", ("starts_at", "no_moment")),
        ("2026-03-01 08:00", "2026-02-30", ("starts_at", "no_moment")),
        ("2026-03-05 10:30", "2026-02-01", ("ends_at", "ends_before")),
        ("住院", "月球", ("kind", "not_a_choice")),
        ("8000.50", "-1", ("total", "no_amount")),
        ("8000.50", "NaN", ("total", "no_amount")),
        ("白内障科", "月球科", ("department", "no_row")),
    ],
)
@pytest.mark.usefixtures("zhang", "cataract")
def test_what_is_wrong_is_said_of_its_cell(
    system: Actor, now: datetime, old: str, new: str, complaint: tuple[str, str]
) -> None:
    run = visits(STAY.replace(old, new), actor=system, at=now)
    assert (complaints(run), counts(run)) == ([(2, *complaint)], (0, 0, 0, 1))


@pytest.mark.usefixtures("cataract")
def test_a_visit_does_not_move_to_another_patient_nor_come_back(zhang: Patient, system: Actor, now: datetime) -> None:
    visits(STAY, actor=system, at=now)
    other = make.patient("何建平")
    add_identifier(patient=other, new=NewIdentifier(Identifier.Type.SYSTEM, "8", "HIS"), actor=system, at=now)
    assert complaints(visits(STAY.replace(",7,", ",8,"), actor=system, at=now)) == [(2, "patient", "of_another")]
    cancel_visit(visit=zhang.visits.get(), reason="录错了", actor=system, at=now)
    assert complaints(visits(STAY, actor=system, at=now)) == [(2, "", "cancelled")]


@pytest.mark.usefixtures("zhang", "cataract")
def test_history_begins_nothing(system: Actor, now: datetime) -> None:
    run = brought(f"{HEADING}\n{STAY}\n", kind="visits", actor=system, at=now)
    columns = propose_mapping(VISITS, run.header).columns
    map_columns(run=run, mapping=Mapping(VISITS, columns, "HIS", historic=True), actor=system, at=now)
    start_import(run=run, is_trial=False, actor=system, at=now)
    run_next_import(now=lambda: now)
    visit = Visit.objects.get()
    assert visit.historic
    assert visit.ends_at is not None
    assert list(Visit.objects.ended_since(visit.ends_at)) == []
    Visit.objects.update(historic=False)
    assert list(Visit.objects.ended_since(visit.ends_at)) == [visit]
