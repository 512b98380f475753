"""What the operator reads when a command of ours fails."""

from pathlib import Path

import pytest

from tools import steps

REFUSED = """Traceback (most recent call last):
  File "manage.py", line 20, in <module>
    main()
django.db.utils.OperationalError: connection to server at "127.0.0.1", port 1 failed: Connection refused
\tIs the server running on that host and accepting TCP/IP connections?
"""
CHECKS = """SystemCheckError: System check identified some issues:

ERRORS:
?: (crm.E001) The database has LC_CTYPE=C: make it anew with a UTF-8 locale.
\tHINT: createdb --locale=C.UTF-8

System check identified 1 issue (0 silenced).
"""


@pytest.mark.parametrize(
    ("output", "line"),
    [
        ("Hospital CRM: SECRET_KEY is missing.\n", "Hospital CRM: SECRET_KEY is missing."),
        (CHECKS, "The database has LC_CTYPE=C: make it anew with a UTF-8 locale. (crm.E001)"),
        (
            REFUSED,
            'The database cannot be used: connection to server at "127.0.0.1", port 1 failed: Connection refused '
            "Is the server running on that host and accepting TCP/IP connections?",
        ),
    ],
)
def test_what_the_operator_can_mend_is_one_line(output: str, line: str) -> None:
    assert steps.reason(output) == line


def test_a_fault_of_ours_keeps_its_traceback() -> None:
    assert "line 3" in steps.reason("Traceback (most recent call last):\n  line 3\nKeyError: 'x'\n")


def test_fingerprint_changes_with_content_and_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    file = tmp_path / "folder" / "a.txt"
    file.parent.mkdir()
    marks = [steps.fingerprint(file.parent)]
    for text in ("one", "two"):
        file.write_text(text, encoding="utf-8")
        marks.append(steps.fingerprint(file.parent))
    file.rename(file.with_name("b.txt"))
    marks.append(steps.fingerprint(file.parent))
    assert len(set(marks)) == 4
