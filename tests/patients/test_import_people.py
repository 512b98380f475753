"""Patients out of files: found again by their numbers, changed where the file says so, left out with a reason."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from accounts.models import Actor, AuditEntry, Department
from patients.models import Identifier, Patient, TimelineEntry
from patients.services.identifiers import NewIdentifier
from patients.services.patients import register_patient
from tests import make
from tests.patients.brought import complaints, counts, imported

HEADING = "id,姓名,性别,出生日期,身份证号,电话,科室"
ZHANG = "7,张桂兰,女,1949-12-31,11010519491231002X,138 0000 1234,白内障科"
CARD = "11010519491231002X"


def file(*rows: str, heading: str = HEADING) -> str:
    return "\n".join([heading, *rows, ""])


def test_a_row_is_somebody_on_file_with_all_that_it_says(cataract: Department, system: Actor, now: datetime) -> None:
    run = imported(file(ZHANG), actor=system, at=now)
    assert (counts(run), complaints(run)) == ((1, 0, 0, 0), [])
    patient = Patient.objects.get()
    assert (patient.name, patient.sex, str(patient.birth_date)) == ("张桂兰", "female", "1949-12-31")
    assert (patient.department, patient.desk_registered_at) == (cataract, None)
    assert [phone.digits for phone in patient.phones.all()] == ["13800001234"]
    assert sorted((each.type, each.scope, each.value) for each in patient.identifiers.all()) == [
        ("resident_id", "", CARD),
        ("system", "HIS", "7"),
    ]
    for asked in ("zgl", "1234", CARD, "张桂"):
        assert list(Patient.objects.found_by(asked)) == [patient], asked
    assert TimelineEntry.objects.get().kind == "patients.registered"
    assert AuditEntry.objects.filter(verb="patients.imported").count() == 1


def test_the_same_as_when_each_had_been_registered_alone(cataract: Department, system: Actor, now: datetime) -> None:
    imported(file(ZHANG), actor=system, at=now)
    told = {"name": "张桂兰", "sex": "female"}
    new = [NewIdentifier(Identifier.Type.SYSTEM, "7", "LIS")]
    alone = register_patient(values=told, phones=[], identifiers=new, actor=system, at=now)
    together = Patient.objects.exclude(pk=alone.pk).get()
    assert "n:7" in {token.token for token in together.search_tokens.all()} & {
        token.token for token in alone.search_tokens.all()
    }


def test_a_second_time_nothing_changes_and_what_differs_is_changed(
    cataract: Department, system: Actor, now: datetime
) -> None:
    imported(file(ZHANG), actor=system, at=now)
    assert counts(imported(file(ZHANG), actor=system, at=now)) == (0, 0, 1, 0)
    moved = ZHANG.replace("138 0000 1234", "13900005678").replace("张桂兰", "张桂蓝").replace("女", "")
    assert counts(imported(file(moved), actor=system, at=now)) == (0, 1, 0, 0)
    patient = Patient.objects.get()
    assert (patient.name, patient.sex, patient.version) == ("张桂蓝", "female", 2)  # a blank cell says nothing
    assert patient.phones.count() == 2
    assert list(Patient.objects.found_by("5678")) == [patient]
    assert counts(imported(file(moved), actor=system, at=now)) == (0, 0, 1, 0)


def test_the_number_of_another_system_is_another_number(cataract: Department, system: Actor, now: datetime) -> None:
    imported(file("7,张桂兰,,,,,"), actor=system, at=now)
    assert counts(imported(file("7,何建平,,,,,"), actor=system, at=now, scope="LIS")) == (1, 0, 0, 0)


def test_found_by_hospital_number_or_card_where_the_system_is_new(system: Actor, now: datetime) -> None:
    heading = "id,姓名,病案号,身份证号"
    by_number, by_card = make.patient("张桂兰", hospital_number="H7"), make.patient("何建平")
    by_card.identifiers.create(
        type="resident_id",
        digest=NewIdentifier(Identifier.Type.RESIDENT_ID, CARD).digest,
        shown="x",
        added_at=now,
    )
    run = imported(file("1,张桂兰,H7,", f"2,何建平,,{CARD}", heading=heading), actor=system, at=now)
    assert counts(run) == (0, 2, 0, 0)
    assert [each.shown for each in by_number.identifiers.all()] == ["1"]
    assert by_card.identifiers.filter(type="system").get().shown == "2"


def test_two_numbers_of_two_people_are_nobodys(system: Actor, now: datetime) -> None:
    make.patient("何建平", hospital_number="H7")
    heading = "id,姓名,病案号"
    imported(file("1,张桂兰,", heading=heading), actor=system, at=now)
    run = imported(file("1,张桂兰,H7", heading=heading), actor=system, at=now)
    assert complaints(run) == [(2, "", "of_another")]


def test_without_a_number_whoever_is_alike_is_left_out(system: Actor, now: datetime) -> None:
    make.patient("张桂兰", "13800001234", birth_year=1953)
    heading, told = "姓名,电话,出生日期", ["13800001234,", ",1953", ",", "13900005678,", ",1960"]
    rows = [f"张桂兰,{each}" for each in told] + ["何建平,13800001234,"]
    run = imported(file(*rows, heading=heading), actor=system, at=now)
    assert complaints(run) == [(row, "", "alike") for row in (2, 3, 4)]
    assert counts(run) == (3, 0, 0, 3)


def test_the_same_number_or_person_twice_in_a_file_counts_once(system: Actor, now: datetime) -> None:
    rows = ["1,张桂兰,", "1,何建平,", ",吴海燕,13800001234", ",吴海燕,+86 138 0000 1234"]
    run = imported(file(*rows, heading="id,姓名,电话"), actor=system, at=now)
    assert complaints(run) == [(3, "", "twice"), (5, "", "twice")]


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("1,,女,,,,", ("name", "missing")),
        ("1,张,x,,,,", ("sex", "not_a_choice")),
        ("1,张,,2126-01-01,,,", ("birth", "no_birth")),
        ("1,张,,,110105194912310021,,", ("resident_id", "card_check")),
        ("1,张,,,110105194913310021,,", ("resident_id", "card_birth")),
        ("1,张,,,1101,,", ("resident_id", "card_shape")),
        ("1,张,,,,abc,", ("phone", "no_number")),
        ("1,张,,,,,月球科", ("department", "no_row")),
        (f"{'1' * 41},张,,,,,", ("external_id", "too_long")),
        (f"1,{'张' * 81},,,,,", ("name", "too_long")),
        ("1,张,女", ("", "cells")),
        ("1,张,女,,,13800001234", ("", "cells")),
    ],
)
def test_what_is_wrong_is_said_of_its_cell(system: Actor, now: datetime, row: str, complaint: tuple[str, str]) -> None:
    run = imported(file(row, "2,李,,,,,"), actor=system, at=now)
    assert (complaints(run), counts(run)) == ([(2, *complaint)], (1, 0, 0, 1))


def test_formulas_and_control_characters_do_no_harm(system: Actor, now: datetime) -> None:
    run = imported(file('1,"=HYPERLINK(""x"")\x07",,,,,'), actor=system, at=now)
    assert counts(run) == (1, 0, 0, 0)
    assert Patient.objects.get().name == '=HYPERLINK("x")'


def test_naughty_strings_are_names_like_others_or_left_out(samples: Path, system: Actor, now: datetime) -> None:
    strings = json.loads((samples / "naughty" / "blns.json").read_text(encoding="utf-8"))
    quoted = [text.replace('"', '""').replace("\0", "") for text in strings]
    rows = [f'{number},"{text}",,,,,' for number, text in enumerate(quoted, start=1)]
    run = imported(file(*rows), actor=system, at=now)
    assert run.created + run.failed == len(strings)
    assert {code for _row, _field, code in complaints(run)} <= {"missing", "too_long"}
    assert counts(imported(file(*rows), actor=system, at=now)) == (0, 0, run.created, run.failed)
