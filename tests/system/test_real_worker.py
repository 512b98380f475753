"""A real Celery worker with its clock, on the file broker and on Redis: beats arrive, an export is written."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import services
from tools.children import tied
from tools.steps import ROOT

pytestmark = pytest.mark.system
EXPORT = "audit_export"
DONE_SECONDS = 60  # takes 3; more when browsers run beside it
# A hospital with more entries in its audit than one batch of an export takes, and an export that waits.
PREPARE = """
import django; django.setup()
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from accounts.models import AuditEntry, Staff
from hospital_crm.lib.exports import ExportPurpose
from dashboards.services.audit import AUDIT
from jobs.services.exports import request_export

call_command("migrate", verbosity=0)
call_command("seed_demo")
admin, now = Staff.objects.get(username="admin"), timezone.now()
AuditEntry.objects.bulk_create(AuditEntry(at=now, actor=admin.actor, verb="x") for _ in range(1200))
request_export(export=AUDIT, wanted={"verb": "x"}, kind="csv", purpose=ExportPurpose.CHECK, staff=admin, at=now)
connections.close_all()
"""
# The worker's own work, while another process writes between any two of its words.
EXPORT_WHILE_OTHERS_WRITE = """
import django; django.setup()
import sqlite3
from contextlib import closing
from django.conf import settings
from django.utils import timezone
from dashboards.services.audit import AUDIT
from jobs.services.exports import run_next_export

def clock():
    with closing(sqlite3.connect(settings.DATABASES["default"]["NAME"])) as other, other:
        other.execute("INSERT INTO jobs_workerbeat (queue, beaten_at) VALUES (hex(randomblob(8)), '2026-03-12')")
    return timezone.now()

run_next_export(AUDIT, now=clock)
"""


@dataclass(frozen=True)
class Hospital:
    """A folder with a database file in it, and perhaps the address of a Redis server."""

    folder: Path
    redis: str = ""

    @property
    def environment(self) -> dict[str, str]:
        settings = {"DJANGO_SETTINGS_MODULE": "hospital_crm.settings", "DEMO": "1", "VAR_DIR": str(self.folder)}
        return {"PATH": os.environ["PATH"]} | settings | ({"REDIS_URL": self.redis} if self.redis else {})

    def run(self, script: str) -> None:
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    def ask(self, query: str) -> set[str]:
        """The first column of the answer."""
        with closing(sqlite3.connect(self.folder / "hospital_crm.sqlite3", timeout=10)) as database:
            return {row[0] for row in database.execute(query)}

    def states(self) -> set[str]:
        return self.ask("SELECT state FROM jobs_job")

    def exported_lines(self) -> int:
        """Of the one file of the export; what was brought in lies beside it."""
        found = "SELECT content FROM jobs_storedfile f JOIN jobs_job j ON j.result_id = f.id"
        (name,) = self.ask(f"{found} WHERE j.kind = '{EXPORT}'")
        stored = {str(file.relative_to(self.folder / "files")) for file in (self.folder / "files").rglob("*.csv")}
        assert stored == self.ask("SELECT content FROM jobs_storedfile")
        return len((self.folder / "files" / name).read_text(encoding="utf-8-sig").splitlines())

    def worked(self) -> bool:
        """Both queues were served: each beat came through its own, and the export is over."""
        beats = self.ask("SELECT queue FROM jobs_workerbeat")
        return beats == {"reminders", "jobs"} and self.states() == {"done"}

    def left_over(self) -> list[str]:
        """Processes that still carry this folder in their environment."""
        return [entry.name for entry in Path("/proc").glob("[0-9]*") if _is_about(entry, self.folder)]

    def words(self) -> str:
        return (self.folder / "words").read_text(encoding="utf-8")


def _is_about(process: Path, folder: Path) -> bool:
    try:
        return f"VAR_DIR={folder}\0".encode() in (process / "environ").read_bytes()
    except OSError:  # another user's, or just gone
        return False


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hospital")
    Hospital(folder).run(PREPARE)
    return folder


def copy_of(prepared: Path, folder: Path, redis: str = "") -> Hospital:
    return Hospital(Path(shutil.copytree(prepared, folder)), redis)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """The worker, and the clock that it forked and that outlives it when it is killed."""
    with suppress(ProcessLookupError):  # it stopped when it was told
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def working(hospital: Hospital, program: str = "celery", name: str = "only") -> Iterator[subprocess.Popen[bytes]]:
    """One worker for both queues, with the clock."""
    worker = [program, "--quiet", "-A", "hospital_crm", "worker", "-B", "--pool=solo", "-Q", "reminders,jobs"]
    worker += ["-n", f"{name}-{hospital.folder.name}@%h", "-s", str(hospital.folder / f"{name}-schedule")]
    command = tied([sys.executable, "-m", *worker, "-l", "WARNING"])
    with (hospital.folder / "words").open("ab") as words:
        process = subprocess.Popen(
            command, cwd=ROOT, env=hospital.environment, stdout=words, stderr=words, start_new_session=True
        )
    try:
        yield process
    finally:
        end_group(process)


def wait_until_worked(*hospitals: Hospital) -> None:
    end = time.monotonic() + DONE_SECONDS
    while not all(hospital.worked() for hospital in hospitals):
        assert time.monotonic() < end, [(hospital.states(), hospital.words()) for hospital in hospitals]
        time.sleep(0.05)


def test_on_files_and_on_redis_it_beats_writes_an_export_and_stops_when_told(prepared: Path, tmp_path: Path) -> None:
    embedded = copy_of(prepared, tmp_path / "embedded")
    scaled = copy_of(prepared, tmp_path / "scaled", services.redis().rpartition("/")[0] + "/8")
    with working(embedded) as first, working(scaled) as second:
        wait_until_worked(embedded, scaled)
        for process in (first, second):
            process.send_signal(signal.SIGTERM)
        for process, hospital in ((first, embedded), (second, scaled)):
            assert process.wait(10) == 0, hospital.words()
            assert hospital.left_over() == []
    for hospital in (embedded, scaled):
        assert hospital.exported_lines() == 1201
        assert "Traceback" not in hospital.words()


def test_an_export_goes_on_while_others_write(prepared: Path, tmp_path: Path) -> None:
    hospital = copy_of(prepared, tmp_path / "busy")
    hospital.run(EXPORT_WHILE_OTHERS_WRITE)
    assert hospital.states() == {"done"}
    assert hospital.exported_lines() == 1201
