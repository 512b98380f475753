"""`python -m benchmarks [patients]`: seed what is not there yet, measure at each size, tell and keep the results."""

import json
import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from tests import services
from tools.steps import ROOT, fail, fingerprint, say

from . import flat, page, servers

FILLING = ROOT / "tests" / "patients" / "filling.py"
SIZES = (10_000, 100_000, 1_000_000)
OUTBOX, ARCHIVE = "bench_outbox", "bench_archive"
RESULTS = ROOT / "benchmarks" / "results.json"
FILLING_MS = 200  # for a thousand people with their history
GROWTH = 1.5  # most that a hot path may take longer with ten times as many people
COLUMNS = ("name", "rows", "ours_p50_ms", "ours_p95_ms", "floor_p50_ms", "floor_p95_ms", "ratio", "queries", "goal")

Row = dict[str, Any]


def run(address: str, *command: str, **more: str) -> None:
    environment = {**os.environ, "DATABASE_URL": address, "DEMO": "1", "VAR_DIR": str(servers.FOLDER / "var"), **more}
    subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True)


def database(server: str, patients: int) -> str:
    """The address of a hospital with so many patients, filled in an earlier run or now."""
    mark = fingerprint(
        *sorted(ROOT.glob("*/migrations/*.py")), ROOT / "hospital_crm" / "demo", Path(flat.__file__), FILLING
    )
    name = f"bench_{patients}_{mark[:8]}"
    if not servers.has_database(server, name):
        unfinished = f"unfinished_{patients}"
        servers.new_database(server, unfinished)
        address = f"{server}/{unfinished}"
        run(address, "manage.py", "migrate", "--verbosity=0")
        began = time.monotonic()
        run(address, "manage.py", "seed_demo", f"--patients={patients}", "--history", "--processes=2")
        filled = time.monotonic() - began
        say(f"{patients:,} patients with their history in {filled:.0f} s: {patients / filled:,.0f} a second")
        servers.note(server, unfinished, f"{filled:.1f}")
        run(address, "-m", "benchmarks.filled")
        with closing(servers.connect(server, unfinished)) as connection:
            flat.make_flat(connection)
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
        servers.rename_database(server, unfinished, name)
    return f"{server}/{name}"


def measured(address: str) -> list[Row]:
    found = servers.FOLDER / "found.json"
    run(address, "-m", "benchmarks.measure", str(found))
    rows: list[Row] = json.loads(found.read_text(encoding="utf-8"))
    return rows


def filling(server: str, address: str, patients: int) -> Row:
    """How long it took to fill the database, in this run or in the earlier one that did."""
    took = round(float(servers.noted(server, address.rpartition("/")[2])) / patients * 1_000_000, 1)
    none = dict.fromkeys(("floor_p50_ms", "floor_p95_ms", "ratio", "queries"))
    times = {"rows": patients, "ours_p50_ms": took, "ours_p95_ms": took}
    goal = {"goal": f"<= {FILLING_MS} ms ({1_000_000 // FILLING_MS:,} a second)", "met": took <= FILLING_MS}
    return {"name": "filling, two processes, ms per 1,000", **times, **none, **goal}


def outbox(server: str, messages: int) -> list[Row]:
    """In a hospital of its own: who waits for a message does not mind how many patients there are."""
    found = servers.FOLDER / "found.json"
    servers.new_database(server, OUTBOX)
    address = f"{server}/{OUTBOX}"
    run(address, "manage.py", "migrate", "--verbosity=0")
    run(address, "manage.py", "seed_demo", "--patients=20000")
    run(address, "-m", "benchmarks.outbox", str(found), str(messages), REDIS_URL=services.redis())
    rows: list[Row] = json.loads(found.read_text(encoding="utf-8"))
    return rows


def archive(server: str, address: str) -> list[Row]:
    """In a copy of the largest hospital, for it writes."""
    found = servers.FOLDER / "found.json"
    servers.copy_database(server, address.rpartition("/")[2], ARCHIVE)
    run(f"{server}/{ARCHIVE}", "-m", "benchmarks.archive", str(found))
    servers.drop_database(server, ARCHIVE)
    rows: list[Row] = json.loads(found.read_text(encoding="utf-8"))
    return rows


def growth(results: list[Row]) -> list[Row]:
    """Each path once more: how much longer it takes at the larger of two neighbouring sizes."""
    grown: list[Row] = []
    for row in results:
        smaller = [one for one in results if one["name"] == row["name"] and one["rows"] < row["rows"]]
        before = max(smaller, key=lambda one: one["rows"], default=None)
        if before is not None and "against" not in row["name"]:
            ratio = round(row["ours_p50_ms"] / before["ours_p50_ms"], 2)
            grown.append(
                {
                    **row,
                    "name": f"growth: {row['name']}",
                    "floor_p50_ms": before["ours_p50_ms"],
                    "floor_p95_ms": before["ours_p95_ms"],
                    "ratio": ratio,
                    "goal": f"<= {GROWTH:g} x with a tenth of the people",
                    "met": ratio <= GROWTH,
                }
            )
    return grown


def table(results: list[Row]) -> str:
    lines = [
        [*("" if row[column] is None else str(row[column]) for column in COLUMNS), "yes" if row["met"] else "NO"]
        for row in results
    ]
    lines.insert(0, [*COLUMNS, "met"])
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def main() -> None:
    text = sys.argv[1] if len(sys.argv) > 1 else str(SIZES[-1])
    if not text.isdigit() or int(text) < SIZES[0]:
        fail(f"N={text} must be a number of patients from {SIZES[0]:,} on.")
    most = int(text)
    server = servers.postgres()
    results: list[Row] = []
    for patients in sorted({size for size in SIZES if size < most} | {most}):
        say(f"Benchmark: {patients:,} patients")
        address = database(server, patients)
        results += measured(address)
    results += [*growth(results), filling(server, address, most)]
    say(f"Benchmark: the archive of {most:,} patients")
    results += archive(server, address)
    say(f"Benchmark: {most:,} messages")
    results += outbox(server, most)
    print(table(results))
    missed = sum(not row["met"] for row in results)
    say(f"{len(results)} measured, {missed} goals missed")
    if most >= SIZES[-1]:  # a smaller run says nothing about the goals
        RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        page.write(results)
        say("Kept in benchmarks/results.json and docs/performance.md")


if __name__ == "__main__":
    main()
