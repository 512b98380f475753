"""What the benchmark tells: the same HTML for the floor, and how each path grows."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Staff
from benchmarks import page
from benchmarks.__main__ import growth, table
from benchmarks.bare import kept
from benchmarks.timing import Times
from tests import make

CSRF = re.compile(r"\b[A-Za-z0-9]{64}\b")  # another in each answer


def row(name: str, rows: int, p50: float) -> dict[str, Any]:
    times = {"ours_p50_ms": p50, "ours_p95_ms": 2 * p50, "floor_p50_ms": None, "floor_p95_ms": None}
    return {"name": name, "rows": rows, **times, "ratio": None, "queries": 2, "goal": "SQL p95 <= 5 ms", "met": True}


def test_the_floor_renders_what_our_page_shows(alice: Staff) -> None:
    patient = make.patient("林青")
    make.visit(patient)
    make.promise(patient, owner=alice)
    address = reverse("patients:patient_detail", args=[patient.pk])
    browser = make.client_of(alice)
    shown = browser.get(address).content.decode()
    bare = kept(address, browser.cookies[settings.SESSION_COOKIE_NAME].value)
    assert "林青" in bare()
    with CaptureQueriesContext(connection) as queries:
        again = bare()
    assert CSRF.sub("", again) == CSRF.sub("", shown)
    assert len(queries) == 0


def test_growth_is_told_beside_the_next_smaller_size() -> None:
    grown = growth([row("find", 10, 2.0), row("find", 100, 2.4), row("find", 1000, 6.0), row("open", 1000, 1.0)])
    assert [(one["name"], one["rows"], one["ratio"], one["met"]) for one in grown] == [
        ("growth: find", 100, 1.2, True),
        ("growth: find", 1000, 2.5, False),
    ]


def test_the_table_says_what_was_missed() -> None:
    lines = table([row("find", 10, 2.0), {**row("open", 10, 2.0), "met": False}]).splitlines()
    assert [line.split()[-1] for line in lines] == ["met", "yes", "NO"]


def test_median_and_95th_percentile() -> None:
    assert Times.of([each / 1000 for each in range(1, 101)]) == Times(50.5, 96.0)


def test_the_page_tells_each_path_at_its_largest_size_and_keeps_its_other_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "PAGE", tmp_path / "performance.md")
    page.PAGE.write_text(f"# Before\n{page.BEGIN}old{page.END}\nAfter\n", encoding="utf-8")
    rows = [row("find", 10, 2.0), row("find", 100, 6.0)]
    page.write([*rows, *growth(rows)])
    told = page.PAGE.read_text(encoding="utf-8")
    assert told.startswith("# Before\n")
    assert told.endswith("\nAfter\n")
    assert "old" not in told
    assert "| find | 100 | 6.00 / 12 |  |  | 2 | SQL p95 <= 5 ms | yes |" in told
    assert "| find | 100: 3.0 (**more than the goal**) |" in told
    assert "| find | 10 |" not in told
