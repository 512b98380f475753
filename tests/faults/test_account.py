"""The account sees every message that is lost, sent twice or told otherwise than it was. Missions B4, D5."""

from dataclasses import replace

import pytest

from tests.faults.account import Row, take_account

MAIL = Row("a:1:7:email", "email", "sent", "", "<x>", in_doubt=False, attempts=1)
NOTE = replace(MAIL, key="a:1:7:in_app", channel="in_app")
ONCE = {MAIL.number: 1}


def test_all_is_well_where_each_was_sent_once() -> None:
    account = take_account(["a:1"], [MAIL, NOTE], ONCE)
    assert account.is_right
    assert account.states == {"email sent": 1, "in_app sent": 1}
    assert account.arrived == {1: 1}


def test_a_double_that_the_outbox_knows_of_is_counted_and_no_fault() -> None:
    account = take_account(["a:1"], [replace(MAIL, in_doubt=True, attempts=2), NOTE], {MAIL.number: 2})
    assert (account.is_right, account.known_doubles) == (True, 1)


def test_nor_is_one_that_a_person_has_sent_again_but_no_more_often_than_it_was_tried() -> None:
    row = replace(MAIL, in_doubt=True)
    assert not take_account(["a:1"], [row, NOTE], {MAIL.number: 3}).is_right
    assert take_account(["a:1"], [row, NOTE], {MAIL.number: 3}, {row.key: 2}).is_right
    assert take_account(["a:1"], [row, NOTE], {MAIL.number: 4}, {row.key: 2}).doubled
    assert not take_account(["a:1"], [row, NOTE], {MAIL.number: 3}, {"a:2:7:email": 2}).is_right


def test_an_idle_run_proves_nothing() -> None:
    assert take_account([], [], {}).idle == ["nothing was acknowledged"]
    assert take_account(["a:1"], [MAIL, NOTE], ONCE, least={"a": 1}).is_right
    account = take_account(["a:1"], [MAIL, NOTE], ONCE, least={"a": 2, "b": 1})
    assert account.idle == ["a: 1 acknowledged of 2", "b: 0 acknowledged of 1"]
    assert not account.is_right
    assert "  ✗ a: 1 acknowledged of 2" in account.lines()


def test_what_the_other_side_refused_for_good_and_a_person_sees_is_not_lost() -> None:
    assert take_account(["a:1"], [replace(MAIL, state="failed", reason="refused"), NOTE], {}).is_right


@pytest.mark.parametrize(
    ("row", "came", "where"),
    [
        (MAIL, 0, "lost"),
        (replace(MAIL, state="queued"), 0, "lost"),
        (replace(MAIL, state="claimed"), 0, "lost"),
        (replace(MAIL, state="handed_over"), 1, "lost"),
        (replace(MAIL, state="unknown", in_doubt=True), 1, "lost"),
        (replace(MAIL, state="withheld", reason="expired"), 0, "lost"),
        (replace(MAIL, state="failed", reason="spent"), 0, "lost"),
        (MAIL, 2, "doubled"),
        (replace(MAIL, in_doubt=True, attempts=2), 3, "doubled"),
        (replace(MAIL, state="failed", reason="refused"), 1, "wrong"),
    ],
)
def test_a_fault_is_named(row: Row, came: int, where: str) -> None:
    account = take_account(["a:1"], [row, NOTE], {row.number: came} if came else {})
    assert not account.is_right
    assert [name for name in ("lost", "doubled", "wrong") if getattr(account, name)] == [where]
    assert any(line.startswith("  ✗ a:1:7:email: ") for line in account.lines())


def test_so_is_what_was_acknowledged_and_has_no_row_and_what_came_without_one() -> None:
    assert take_account(["a:1", "a:2"], [MAIL, NOTE], ONCE).lost == [
        "a:2: acknowledged, and 0 rows for email",
        "a:2: acknowledged, and 0 rows for in_app",
    ]
    assert take_account(["a:1"], [MAIL, NOTE], {**ONCE, "<y>": 1}).wrong == ["<y>: came, and no row knows it"]
    assert take_account(["a:1"], [MAIL, replace(NOTE, state="queued")], ONCE).lost


def test_two_rows_for_one_message_are_a_fault_too() -> None:
    again = replace(MAIL, key="a:1:8:email")
    assert not take_account(["a:1"], [MAIL, again, NOTE], ONCE | {again.number: 1}).is_right
