"""A question whose plan the database keeps is answered as any other, on whatever connection it is asked."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from django.db import NotSupportedError, connection, connections, models, transaction

from hospital_crm.lib import planned
from hospital_crm.lib.planned import PlannedQuestion, execute_planned
from hospital_crm.lib.prepared import Gap, Prepared
from patients.models import Patient
from tests import make

on_postgres = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite keeps statements by itself")


@pytest.fixture(autouse=True)
def _nothing_kept_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """All tests share a connection."""
    monkeypatch.setattr(planned, "_kept", WeakKeyDictionary())


@pytest.fixture
def people(db: None) -> list[Patient]:
    return [make.patient(name) for name in ("陈安安", "陈安", "100%")]


def question() -> Any:
    named = Prepared[Patient](is_planned_once=True)
    return lambda name: named.rows(
        "by name", lambda: Patient.objects.filter(name=Gap("name", models.TextField())), {"name": name}
    )


def kept() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'planned%%'")
        return int(cursor.fetchone()[0])


def asked(text: str, values: list[Any], on: Any = connection, kind: str = "bigint") -> object:
    with on.cursor() as cursor:
        execute_planned(on, cursor, PlannedQuestion(text, values, [kind] * len(values), cursor), values)
        return cursor.fetchone()[0]


def planned_for_each(on: Any) -> int:
    """How often the database has made a plan for single values."""
    with on.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(custom_plans), 0) FROM pg_prepared_statements")
        return int(cursor.fetchone()[0])


def test_each_time_with_the_value_that_is_asked_for(people: list[Patient]) -> None:
    ask = question()
    assert [ask(each.name) for each in (*people, *people)] == [[each] for each in (*people, *people)]
    assert ask("'; --") == []


@on_postgres
def test_without_any_value_and_with_a_percent_sign(db: None) -> None:
    for _ in range(2):
        assert asked("SELECT 7 %% 4", []) == 3
        assert asked("SELECT 7 %% 4 + %s", [1]) == 4


def test_after_an_act_that_was_taken_back(people: list[Patient]) -> None:
    ask = question()
    with transaction.atomic():
        assert ask("陈安") == [people[1]]
        transaction.set_rollback(True)
    with transaction.atomic():
        assert ask("陈安") == [people[1]]


@on_postgres
def test_the_plan_is_kept_once_whatever_is_asked_for(people: list[Patient]) -> None:
    ask, before = question(), kept()
    for each in people:
        ask(each.name)
    question()("陈安")  # the same words elsewhere, as of another reader with the same rights
    assert kept() == before + 1


@on_postgres
def test_only_so_many_are_kept(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planned, "MOST_KEPT", 0)
    before = kept()
    assert [asked("SELECT 41 + %s", [1]) for _ in range(2)] == [42, 42]
    assert kept() == before


@on_postgres
def test_behind_a_pooler_none_is_kept(people: list[Patient], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    ask, before = question(), kept()
    assert [ask("陈安") for _ in range(2)] == [[people[1]]] * 2
    assert kept() == before


def test_what_is_no_gap_keeps_its_type(people: list[Patient]) -> None:
    """A constant among what is selected: whoever may not see something must not read a word that counts as yes."""
    told = Prepared[Patient](is_planned_once=True)

    def rows() -> Any:
        never, two = models.Value(False), models.Value(2)
        kind = models.Case(models.When(name__contains="%", then=models.Value("a%b")), default=models.Value("'\\"))
        key = Gap("key", models.BigIntegerField())
        return Patient.objects.filter(pk=key).annotate(never=never, two=two, kind=kind, day=models.F("birth_date"))

    for each, kind in ((people[0], "'\\"), (people[2], "a%b"), (people[0], "'\\")):
        (found,) = told.rows("told", rows, {"key": each.pk})
        assert [vars(found)[name] for name in ("never", "two", "kind", "day")] == [False, 2, kind, None]
        assert vars(found)["never"] is False


@pytest.fixture
def line(db: None) -> Iterator[Any]:
    """A connection without a transaction, as requests have it."""
    other = connections.create_connection("default")
    yield other
    other.close()


@on_postgres
def test_a_statement_that_is_gone_is_made_anew(line: Any) -> None:
    """As behind a pooler of which nobody said anything."""
    assert asked("SELECT 38 + %s", [4], line) == 42
    with line.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert [asked("SELECT 38 + %s", [each], line) for each in (4, 5)] == [42, 43]


@on_postgres
def test_a_question_whose_columns_have_changed_is_answered(line: Any) -> None:
    with line.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE odd AS SELECT 42 AS number, 1 AS key")
        assert asked("SELECT number FROM odd WHERE key = %s", [1], line) == 42
        cursor.execute("ALTER TABLE odd ALTER number TYPE varchar")
    assert [asked("SELECT number FROM odd WHERE key = %s", [1], line) for _ in range(2)] == ["42", "42"]


@on_postgres
def test_each_connection_keeps_its_own(line: Any) -> None:
    assert [asked("SELECT 40 + %s", [2], on) for on in (connection, line, connection, line)] == [42] * 4


@on_postgres
def test_words_and_numbers_in_the_same_question_are_two(db: None) -> None:
    """The plan of one would turn the other away, or give it another type."""
    for value, kind in ((42, "bigint"), ("one", "varchar"), (43, "bigint")):
        assert asked("SELECT %s", [value], kind=kind) == value


@on_postgres
def test_one_plan_is_for_all_values_from_the_first_time_on(line: Any) -> None:
    for key in (1, 2):
        asked("SELECT oid FROM pg_class WHERE oid >= %s", [key], line, "oid")
    assert planned_for_each(line) == 0


@on_postgres
def test_also_after_an_act_that_was_taken_back(line: Any) -> None:
    """Which takes back what it has set, but not the plans."""
    question = "SELECT oid FROM pg_class WHERE oid >= %s"
    line.set_autocommit(False)
    asked(question, [1], line, "oid")
    line.rollback()
    asked(question, [2], line, "oid")
    line.rollback()
    line.set_autocommit(True)
    for key in (3, 4):
        asked(question, [key], line, "oid")
    assert planned_for_each(line) == 0


@on_postgres
def test_what_is_out_of_date_in_an_act_ends_the_act_and_is_answered_in_the_next(db: None) -> None:
    question = "SELECT number FROM odd WHERE key = %s"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE odd ON COMMIT DROP AS SELECT 42 AS number, 1 AS key")
        assert asked(question, [1]) == 42
        cursor.execute("ALTER TABLE odd ALTER number TYPE varchar")
    with pytest.raises(NotSupportedError), transaction.atomic():
        asked(question, [1])
    with transaction.atomic():
        assert [asked(question, [1]) for _ in range(2)] == ["42", "42"]


@on_postgres
def test_a_day_is_no_constant_of_a_plan(people: list[Patient]) -> None:
    """Tomorrow the question would be kept, and answered as of today."""
    born = Prepared[Patient](is_planned_once=True)
    with pytest.raises(TypeError, match="belongs into a gap"):
        born.rows("by day", lambda: Patient.objects.filter(birth_date=date(2026, 11, 28)))
