"""`python -m benchmarks.archive FILE`: imports, the duplicate scan, an export and a patient's panels in one filled
database (DATABASE_URL), which is thrown away afterwards; the results as JSON in a file.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_crm.settings")
django.setup()

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Staff
from accounts.services.actors import system_actor
from hospital_crm.lib.exports import ExportPurpose
from jobs.models import Job
from jobs.services.exports import request_export, run_next_export
from patients.models import ImportMapping, Patient
from patients.services.exports import PEOPLE
from patients.services.imports.archive import import_file
from patients.services.imports.mappings import Mapping, remember_mapping
from tools.steps import ROOT, say

from . import servers
from .look_ups import watched
from .measure import session_of
from .samples import Samples
from .timing import Result

IMPORTED = 20_000
SCALE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
EXPORT = "export"  # the argument by which this module exports alone, so that only that is weighed


def told(name: str, rows: int, value: float, goal: str, *, met: bool, queries: int | None = None) -> Result:
    """`value` in the unit that the name tells."""
    shown = round(value, 1)
    result = Result(name, rows, shown, shown, None, None, None, queries, goal, met)
    say(f"  {name}: {shown:,}")
    return result


def importing(kind: ImportMapping.Kind, columns: dict[str, str], lines: Iterator[list[str]]) -> Result:
    path = servers.FOLDER / f"{kind}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(columns.values())
        out.writerows(lines)
    actor, at = system_actor("bench"), timezone.now()
    mapping = Mapping(kind, {field: [heading] for field, heading in columns.items()}, scope="bench", historic=True)
    remember_mapping(name=f"bench_{kind}", mapping=mapping, header=list(columns.values()), actor=actor, at=at)
    began = time.perf_counter()
    counts = import_file(path, name=f"bench_{kind}", kind=kind, actor=actor, at=at, tell=lambda _result: None)
    took = time.perf_counter() - began
    if counts["created"] != IMPORTED:
        raise RuntimeError(f"{kind}: {dict(counts)}")
    name, goal = f"import of {kind}, ms per 1,000", "<= 500 ms (2,000 a second)"
    each = took * 1_000_000 / IMPORTED
    return told(name, IMPORTED, each, goal, met=each <= 500)


def people() -> Iterator[list[str]]:
    for rank in range(IMPORTED):
        year, month = 1940 + rank % 70, 1 + rank % 12
        yield [
            f"B{rank}",
            f"林{chr(0x4E00 + rank % 4000)}",
            "男" if rank % 2 else "女",
            f"{year}-{month:02}-11",
            f"1990{rank:07}",
        ]


def stays() -> Iterator[list[str]]:
    for rank in range(IMPORTED):
        yield [f"V{rank}", f"B{rank}", f"2025-{1 + rank % 12:02}-{1 + rank % 28:02} 09:30"]


def panels(people_on_file: int, staff: Staff, samples: Samples) -> Result:
    """The queries of the fullest patient's page with all that it fetches."""
    browser = Client(headers={"host": settings.ALLOWED_HOSTS[0]} if settings.ALLOWED_HOSTS else None)
    browser.cookies[settings.SESSION_COOKIE_NAME] = session_of(staff)
    key, most = samples.fullest, 0
    urls = [reverse(name, args=[key]) for name in ("patients:patient_detail", "dashboards:ahead_for_patient")]
    began = time.perf_counter()
    for url in urls:
        with watched() as watch:
            answer = browser.get(url, headers={"HX-Request": "true", "HX-Target": "ahead"} if most else None)
        if answer.status_code != 200:
            raise RuntimeError(f"{url}: {answer.status_code}")
        most += watch.queries
    took = 1000 * (time.perf_counter() - began)
    name, goal = "patient's page with all panels filled", "<= 25 queries"
    return told(name, people_on_file, took, goal, met=most <= 25, queries=most)


def weighed(*command: str) -> tuple[float, float]:
    """Seconds, and MiB at its largest, of a process of its own.

    A small one starts it: a process begins with the weight of whoever started it.
    """
    began = time.perf_counter()
    scale = [sys.executable, "-c", SCALE, sys.executable, *command]
    weighed = subprocess.run(scale, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return time.perf_counter() - began, int(weighed.stdout) / 1024


def scanning(people_on_file: int) -> Iterator[Result]:
    Patient.objects.update(compared_at=None)
    seconds, size = weighed("manage.py", "scan_duplicates")
    yield told("scan for duplicates, s", people_on_file, seconds, "<= 900 s (15 min)", met=seconds <= 900)
    yield told("scan for duplicates, MiB", people_on_file, size, "<= 1,024 MiB", met=size <= 1024)


def exporting(department: int) -> Result:
    """Everybody of the largest department: at a million people on file more than 100,000."""
    _seconds, size = weighed("-m", "benchmarks.archive", EXPORT, str(department))
    rows = Job.objects.filter(kind=PEOPLE.kind, result__isnull=False).latest("pk").done
    return told("export of people, MiB", rows, size, "<= 200 MiB for 100,000", met=size <= 200)


def export(department: int) -> None:
    manager, at = Staff.objects.get(username="manager"), timezone.now()
    wanted = {"department": department}
    request_export(export=PEOPLE, wanted=wanted, kind="csv", purpose=ExportPurpose.REPORT, staff=manager, at=at)
    run_next_export(PEOPLE, now=timezone.now)


def results() -> Iterator[Result]:
    rows, samples = Patient.objects.count(), Samples.read()
    yield panels(rows, Staff.objects.get(username="line"), samples)
    yield importing(
        ImportMapping.Kind.PATIENTS,
        {"external_id": "编号", "name": "姓名", "sex": "性别", "birth": "出生日期", "phone": "电话"},
        people(),
    )
    yield importing(
        ImportMapping.Kind.VISITS, {"external_id": "就诊号", "patient": "编号", "starts_at": "时间"}, stays()
    )
    yield from scanning(rows + IMPORTED)
    yield exporting(samples.department)


def main() -> None:
    if sys.argv[1] == EXPORT:
        export(int(sys.argv[2]))
    else:
        Path(sys.argv[1]).write_text(json.dumps([result.as_dict() for result in results()]), encoding="utf-8")


if __name__ == "__main__":
    main()
