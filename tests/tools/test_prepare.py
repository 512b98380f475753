"""The environment is made in this folder, and no other folder's is touched for it."""

from pathlib import Path

import pytest

from tools import prepare


def test_an_environment_elsewhere_that_is_linked_to_stays_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others, ours = tmp_path / "others", tmp_path / "ours" / ".venv"
    (others / "bin").mkdir(parents=True)
    (others / "bin" / "pip").write_text(f"#!{others}/bin/python", encoding="utf-8")
    ours.parent.mkdir()
    ours.symlink_to(others)
    made: list[list[str]] = []
    monkeypatch.setattr(prepare, "VENV", ours)
    monkeypatch.setattr(prepare, "PYTHON", ours / "bin" / "python")
    monkeypatch.setattr(prepare, "run_quietly", lambda _what, command: made.append(command))
    prepare.make_environment()
    assert (others / "bin" / "pip").exists()
    assert not ours.is_symlink()
    assert made[0][-2:] == ["--clear", str(ours)]
