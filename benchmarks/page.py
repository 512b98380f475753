"""The results as the tables of docs/performance.md, which are never typed by hand."""

from typing import Any

from tools.steps import ROOT

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- made by `make bench` -->", "<!-- until here -->"
GROWN = "growth: "

Row = dict[str, Any]


def tables(results: list[Row]) -> str:
    """What each path takes at its largest size, and how much longer than with a tenth of the people."""
    largest = {row["name"]: row for row in results if not row["name"].startswith(GROWN)}
    paths = [
        "| path | rows | ours, ms p50 / p95 | floor, ms p50 | ratio | queries | goal | met |",
        "|---|---:|---:|---:|---:|---:|---|---|",
        *(_path(row) for row in largest.values()),
    ]
    growth = ["| path | growth, by number of people |", "|---|---|", *_growth(results)]
    return "\n".join((BEGIN, "", *paths, "", *growth, "", END))


def _path(row: Row) -> str:
    ours = f"{_ms(row['ours_p50_ms'])} / {_ms(row['ours_p95_ms'])}"
    cells = (row["name"], f"{row['rows']:,}", ours, _ms(row["floor_p50_ms"]), row["ratio"], row["queries"], row["goal"])
    return (
        f"| {' | '.join('' if cell is None else str(cell) for cell in cells)} | {'yes' if row['met'] else '**no**'} |"
    )


def _growth(results: list[Row]) -> list[str]:
    steps: dict[str, list[str]] = {}
    for row in results:
        if row["name"].startswith(GROWN):
            more = "" if row["met"] else " (**more than the goal**)"
            steps.setdefault(row["name"].removeprefix(GROWN), []).append(f"{row['rows']:,}: {row['ratio']}{more}")
    return [f"| {name} | {' · '.join(ratios)} |" for name, ratios in steps.items()]


def _ms(value: float | None) -> str:
    return "" if value is None else f"{value:,.2f}" if value < 10 else f"{value:,.0f}"


def write(results: list[Row]) -> None:
    """The page has these tables, and its other words as they are."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(before + tables(results) + rest.partition(END)[2], encoding="utf-8")
