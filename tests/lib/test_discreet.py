"""What a log line never tells, whoever quoted it, and what it still tells."""

import time

import pytest

from hospital_crm.lib.discreet import discreet, without_people, without_rows

SQL = (
    'DataError: invalid input syntax for type bigint: "Wilhelmina Roth"\n'
    "LINE 1: ... name = 'Wilhelmina Roth'\n     ^\n"
)
TASK = (
    'Task messaging.tasks.deliver_due[7f] raised unexpected: IntegrityError(\'new row violates "name_once"\\n'
    "DETAIL:  Failing row contains (1, Wilhelmina Roth, 13800001234).\\n')"
)


@pytest.mark.parametrize("told", [SQL, f"{SQL}\n\nThe above exception was the direct cause\n\n{SQL}", TASK])
@pytest.mark.parametrize("name", ["event", "exception"])
def test_what_a_database_quotes_is_cut(name: str, told: str) -> None:
    line = without_rows(None, "error", {name: told})[name]
    assert not any(word in line for word in ("Roth", "1380"))
    assert ("DataError: invalid input syntax for type bigint" in line) or ('"name_once"' in line and "[7f]" in line)


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ("Not Found: /nowhere/张桂兰/", "Not Found: /nowhere/****/"),
        ("GET /api/v1/patients/13800001234/", "GET /api/v1/patients/****/"),
        ("KeyError: '+8613800001234'", "KeyError: '****'"),
        ("no 51010119900101123X here", "no **** here"),
        ("ring 138 0000 1234 or 010-6512-3456.", "ring **** or ****."),
        ("550 <nobody@example.com> unknown", "550 <****> unknown"),
        ("Not Found: /patients/\\u6b27\\u9633/", "Not Found: /patients/****/"),
        (r"b'\xe6\xac\xa7' is no name", "b'****' is no name"),
        ("/patients/%E6%AC%A7%E9%98%B3/", "/patients/****/"),
        ("/nowhere/tel:13800002001/", "/nowhere/tel:****/"),
        ("/nowhere/Roth.13800002001/", "/nowhere/Roth.****/"),
        ("{'digits': 13800002001}", "{'digits': ****}"),
        ("13800002001: unknown", "****: unknown"),
        ("138.0000.2001 or (0571)5550-0100", "**** or ****"),
        ("tel=%2B8613800002001", "tel=****"),
        ("on 2026-03-12 13800002001", "on 2026-03-12 ****"),
        ("(0755) 88888888 or 0755-88888888", "**** or ****"),
        ("+49 30 1234567", "****"),
        ("110105 19491231 002X", "****"),
        ("/nowhere/%20138%200000%202001/", "/nowhere/%****/"),
        (r"'\n13800002001'", r"'\n****'"),
    ],
)
def test_what_is_a_persons_is_hidden_wherever_it_stands(told: str, left: str) -> None:
    assert discreet(told) == left


@pytest.mark.parametrize(
    "told",
    [
        "GET /patients/12345678/",
        "message 12345678 is stuck",
        "since 2026-03-12 10:24:01.123456",
        "message 1234567a has no words",
        "request 12345678-1234-4abc-8def-123456789012",
        "request 12345678-1234-4ABC-8DEF-123456789012",
        "2026-03-12T10:24:01.123456 from 192.168.100.101",
        "succeeded in 0.012345678901s",
        "File models.py, line 1204, in save",
        "<Staff object at 0x7f1234567890>",
    ],
)
def test_what_leads_to_a_row_a_place_or_a_moment_stays(told: str) -> None:
    assert discreet(told) == told


def test_the_ids_of_a_line_are_its_own() -> None:
    own = {"request_id": "12345678", "task_id": "12345678", "timestamp": "20260312", "level": "info", "code": 500}
    assert without_people(None, "info", {**own, "event": "x", "user_agent": "张 13800001234"}) == {
        **own,
        "event": "x",
        "user_agent": "**** ****",
    }


def test_what_is_no_text_is_looked_at_too() -> None:
    line = without_people(
        None, "info", {"rows": ("欧阳", 13800002001), "number": 13800002001, "pk": 12345678, "ok": True}
    )
    assert line == {"rows": "('****', ****)", "number": "****", "pk": 12345678, "ok": True}


@pytest.mark.parametrize("piece", ["\\", "%", "%5C", "a", "1", "1 ", "1-", "@", "a@", "a.", "é"])
def test_a_long_line_takes_no_longer_by_the_letter(piece: str) -> None:
    """Whoever sends a hundred thousand characters does not hold up the web with them."""
    began = time.process_time()
    discreet(piece * 100_000)
    assert time.process_time() - began < 1  # takes 0.1 s at most
