"""Stamps: a preparation step is skipped only while its input is the same."""

from pathlib import Path

import pytest

from tools import steps


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


def test_stamp_is_good_for_its_mark_only(tmp_path: Path) -> None:
    stamp = tmp_path / "deep" / "a.stamp"
    assert not steps.stamped(stamp, "one")
    steps.write_stamp(stamp, "one")
    assert steps.stamped(stamp, "one")
    assert not steps.stamped(stamp, "two")


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        (
            "npm error code E404\nnpm error 404 Not Found - GET x\nnpm error A complete log is in y",
            "404 Not Found - GET x",
        ),
        ("WARNING: slow\nERROR: No matching distribution found for x\n", "No matching distribution found for x"),
        ("last words\n", "last words"),
    ],
)
def test_failing_installer_is_quoted_in_one_line(
    output: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    monkeypatch.setattr(steps, "LOG", tmp_path / "prepare.log")
    with pytest.raises(SystemExit):
        steps.run_quietly("npm ci", ["sh", "-c", f"printf '{output}'; exit 3"])
    assert capsys.readouterr().err == f"✗ npm ci failed: {reason} (all of it: prepare.log)\n"
