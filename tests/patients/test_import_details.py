"""What a file tells of births, cards and telephones, each as people mean it."""

from datetime import date, datetime

import pytest

from accounts.models import Actor, Department
from institution.models import ReferenceItem
from patients.models import Patient, Phone
from patients.services.imports import runs
from patients.services.imports.mappings import PATIENTS, Mapping
from patients.services.phones import choose_phone
from tests.patients.brought import brought, complaints, counts, imported

CARD = "11010519491231002X"  # of a woman born on 31 December 1949


@pytest.mark.parametrize(
    "told",
    ["1953-08-21T00:00:00", "1953/8/21 0:00:00", "21/08/1953", "08/21/1953", "21.8.1953", "1953-08-20T16:00:00Z"],
)
def test_a_day_of_birth(system: Actor, now: datetime, told: str) -> None:
    imported(f"id,姓名,出生日期\n1,张桂兰,{told}\n", actor=system, at=now)
    assert Patient.objects.get().birth_date == date(1953, 8, 21)


@pytest.mark.parametrize("told", ["1953.8", "1953年8月", "1953年"])
def test_of_a_month_the_year_is_kept(system: Actor, now: datetime, told: str) -> None:
    imported(f"id,姓名,出生日期\n1,张桂兰,{told}\n", actor=system, at=now)
    assert Patient.objects.get().birth_year == 1953


@pytest.mark.parametrize("told", ["03/04/1953", "1953.13", "32/1/1953", "1953-08-21T25:00:00Z"])
def test_what_may_mean_two_days_or_none_is_asked_for(system: Actor, now: datetime, told: str) -> None:
    run = imported(f"id,姓名,出生日期\n1,张桂兰,{told}\n", actor=system, at=now)
    assert complaints(run) == [(2, "birth", "no_birth")]


def test_a_card_tells_birth_and_sex_of_whoever_is_new(system: Actor, now: datetime) -> None:
    text = f"id,姓名,身份证号,性别\n1,张桂兰,{CARD},未知\n"
    assert counts(imported(text, actor=system, at=now)) == (1, 0, 0, 0)
    patient = Patient.objects.get()
    assert (patient.birth_date, patient.sex) == (date(1949, 12, 31), "female")
    assert counts(imported(text, actor=system, at=now)) == (0, 0, 1, 0)


def test_on_file_it_fills_what_is_blank_and_leaves_what_is_not(system: Actor, now: datetime) -> None:
    imported("id,姓名,性别\n1,张桂兰,男\n", actor=system, at=now)
    assert counts(imported(f"id,姓名,身份证号\n1,张桂兰,{CARD}\n", actor=system, at=now)) == (0, 1, 0, 0)
    patient = Patient.objects.get()
    assert (patient.birth_date, patient.sex) == (date(1949, 12, 31), "male")


@pytest.mark.parametrize(
    ("birth", "fits"), [("1949", True), ("1949-12-31", True), ("1950", False), ("1949-12-30", False)]
)
def test_another_birth_than_the_card_says(system: Actor, now: datetime, birth: str, fits: bool) -> None:
    run = imported(f"id,姓名,身份证号,出生日期\n1,张桂兰,{CARD},{birth}\n", actor=system, at=now)
    assert complaints(run) == ([] if fits else [(2, "birth", "against_card")])


def test_a_changed_number_is_dialled_first_and_the_old_one_stays(system: Actor, now: datetime) -> None:
    for number in ("13800001234", "13900005678", "13900005678"):
        run = imported(f"id,姓名,电话\n1,张桂兰,{number}\n", actor=system, at=now)
    assert counts(run) == (0, 0, 1, 0)
    phones = Phone.objects.order_by("pk").values_list("digits", "is_primary")
    assert list(phones) == [("13800001234", False), ("13900005678", True)]


def test_what_somebody_has_chosen_to_dial_stays(system: Actor, now: datetime) -> None:
    for number in ("13800001234", "13900005678"):
        imported(f"id,姓名,电话\n1,张桂兰,{number}\n", actor=system, at=now)
    old = Phone.objects.get(digits="13800001234")
    choose_phone(phone=old, actor=system, at=now)
    assert counts(imported("id,姓名,电话\n1,张桂兰,13900005678\n", actor=system, at=now)) == (0, 0, 1, 0)
    old.refresh_from_db()
    assert old.is_primary


@pytest.mark.parametrize(
    ("told", "owner"),
    [("", "own"), ("本人", "own"), ("配偶", "spouse"), ("母亲", "parent"), ("女儿", "child"), ("朋友", "other")],
)
def test_a_column_says_whose_phone_it_is(system: Actor, now: datetime, told: str, owner: str) -> None:
    imported(f"id,姓名,电话,电话归属\n1,张桂兰,13800001234,{told}\n", actor=system, at=now)
    assert Phone.objects.get().owner == owner


@pytest.mark.parametrize(
    ("birth", "fits"), [("1953", True), ("1980-01-01", True), ("1980-01-02", False), ("1981", False)]
)
def test_nobody_dies_before_the_birth(system: Actor, now: datetime, birth: str, fits: bool) -> None:
    run = imported(f"id,姓名,出生日期,死亡日期\n1,张桂兰,{birth},1980-01-01\n", actor=system, at=now)
    assert complaints(run) == ([] if fits else [(2, "died_on", "before_birth")])


def test_nobody_has_died_in_days_to_come(system: Actor, now: datetime) -> None:
    run = imported("id,姓名,死亡日期\n1,张桂兰,2999-01-01\n", actor=system, at=now)
    assert complaints(run) == [(2, "died_on", "still_to_come")]


def test_another_extension_is_another_number(system: Actor, now: datetime) -> None:
    for extension in ("801", "802", "802"):
        run = imported(f"id,姓名,电话\n1,张桂兰,0571-55506620转{extension}\n", actor=system, at=now)
    assert counts(run) == (0, 0, 1, 0)
    assert sorted(phone.extension for phone in Phone.objects.all()) == ["801", "802"]


@pytest.mark.parametrize(("parts", "name"), [(("张", "桂兰"), "张桂兰"), (("Anna", "Li"), "Anna Li")])
def test_a_name_in_two_columns_is_one(system: Actor, now: datetime, parts: tuple[str, str], name: str) -> None:
    run = brought(f"a,b\n{','.join(parts)}\n", actor=system, at=now)
    runs.map_columns(run=run, mapping=Mapping(PATIENTS, {"name": ["a", "b"]}), actor=system, at=now)
    runs.start_import(run=run, is_trial=False, actor=system, at=now)
    runs.run_next_import(now=lambda: now)
    assert Patient.objects.get().name == name


def test_whoever_is_known_by_number_may_have_the_card_of_another(system: Actor, now: datetime) -> None:
    """The scan asks whether the two are one; the file goes on telling of the one whose number it is."""
    imported(f"id,姓名,身份证号\n1,张桂兰,\n2,张贵兰,{CARD}\n", actor=system, at=now)
    run = imported(f"id,姓名,身份证号,居住地\n1,张桂兰,{CARD},杭州\n", actor=system, at=now)
    assert (counts(run), complaints(run)) == ((0, 1, 0, 0), [])
    assert dict(Patient.objects.values_list("name", "residence")) == {"张桂兰": "杭州", "张贵兰": ""}


def test_a_card_of_two_people_makes_a_new_number_nobodys(system: Actor, now: datetime) -> None:
    imported(f"id,姓名,身份证号\n1,张桂兰,{CARD}\n2,张贵兰,{CARD}\n", actor=system, at=now)
    run = imported(f"id,姓名,身份证号,居住地\n3,张桂蓝,{CARD},杭州\n", actor=system, at=now)
    assert counts(run) == (1, 0, 0, 0)
    assert dict(Patient.objects.values_list("name", "residence")) == {"张桂兰": "", "张贵兰": "", "张桂蓝": "杭州"}


@pytest.mark.parametrize("column", ["科室", "职业"])
def test_what_is_out_of_use_is_told_of_nobody_new(
    cataract: Department, system: Actor, now: datetime, column: str
) -> None:
    job = ReferenceItem.objects.in_use("occupation").first()
    assert job is not None
    told = {"科室": cataract.name_zh, "职业": job.label_zh}[column]
    text = f"id,姓名,{column}\n1,张桂兰,{told}\n"
    assert complaints(imported(text, actor=system, at=now, is_trial=True)) == []
    Department.objects.filter(pk=cataract.pk).update(is_active=False)
    ReferenceItem.objects.filter(pk=job.pk).update(is_active=False)
    field = {"科室": "department", "职业": "occupation"}[column]
    assert complaints(imported(text, actor=system, at=now)) == [(2, field, "no_row")]


def test_whoever_is_new_is_registered_when_the_file_was_imported(system: Actor, now: datetime) -> None:
    imported("id,姓名\n1,张桂兰\n", actor=system, at=now)
    assert Patient.objects.get().registered_at == now
