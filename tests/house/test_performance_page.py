"""What docs/performance.md says was measured is what the last full run measured."""

import json
from pathlib import Path

from benchmarks.page import PAGE, tables

RESULTS = Path("benchmarks/results.json")
TIMES = {"ours_p50_ms", "ours_p95_ms", "floor_p50_ms", "floor_p95_ms"}
FIELDS = {"name", "rows", "ratio", "queries", "goal", "met", *TIMES}


def test_the_tables_are_the_committed_results() -> None:
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert all(set(row) == FIELDS for row in results)
    most = max(row["rows"] for row in results if row["floor_p50_ms"])
    assert 1_000_000 <= most < 1_010_000  # with those whom earlier runs in the same database registered
    assert tables(results) in PAGE.read_text(encoding="utf-8")
