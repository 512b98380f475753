"""A hospital in a hurry whose every process is a real one: who queues, who sends, who settles what nobody knows."""

import json
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from tests.faults.account import Row
from tests.system.test_real_worker import Hospital, end_group
from tools.children import tied
from tools.steps import ROOT

PATIENCE = 120  # seconds; a busy machine is slow, not wrong
UNDER_WAY = {"queued", "claimed", "handed_over"}
# One colleague who is to be told something, in the app and by mail; nobody else.
PREPARE = """
import django; django.setup()
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from accounts.services.actors import system_actor
from accounts.services.staff import create_staff
from institution.models import Setting

call_command("migrate", verbosity=0)
Setting.objects.filter(area="messaging").update(lowest=0)
for key, value in dict(batch_rows=4, retries=3, first_retry_seconds=0.2, pause_seconds=1, claim_seconds=1,
                       unknown_seconds=1).items():
    Setting.objects.filter(key=f"messaging.{key}").update(value=value)
create_staff(username="line", display_name="陈敏", roles=["consultant"], password="correct-horse-9",
             email="line@example.com", actor=system_actor("tests"), at=timezone.now())
connections.close_all()
"""
COLUMNS = "dedupe_key, channel, state, reason, receipt, in_doubt, attempts"
ROWS = f"SELECT {COLUMNS} FROM messaging_message"


@dataclass(frozen=True)
class Ward(Hospital):
    """A hospital with a mail server, and perhaps the address of a PostgreSQL instead of a database file."""

    mail: str = ""
    database: str = ""

    @property
    def environment(self) -> dict[str, str]:
        more = {"EMAIL_URL": self.mail, "EMAIL_FROM": "crm@hospital.example", "CLOCK_FILE": str(self.clock)}
        return super().environment | more | ({"DATABASE_URL": self.database} if self.database else {})

    @property
    def clock(self) -> Path:
        """Holds by how many seconds this hospital's clock is wrong."""
        return self.folder / "clock"

    def read(self, query: str) -> list[Any]:
        if self.database:
            with closing(psycopg2.connect(self.database)) as server, server.cursor() as cursor:
                cursor.execute(query)
                return list(cursor.fetchall())
        with closing(sqlite3.connect(self.folder / "hospital_crm.sqlite3", timeout=10)) as file:
            return list(file.execute(query))

    def ask(self, query: str) -> set[str]:
        return {row[0] for row in self.read(query)}

    def rows(self) -> list[Row]:
        return [Row(*row) for row in self.read(ROWS)]

    def states(self) -> set[str]:
        """Of the mails."""
        return self.ask("SELECT DISTINCT state FROM messaging_message WHERE channel = 'email'")

    def is_quiet(self) -> bool:
        return not UNDER_WAY & self.ask("SELECT DISTINCT state FROM messaging_message")

    def acknowledged(self) -> list[str]:
        """The keys of what was queued, as far as whoever queued it was told that it is."""
        return (self.folder / "acknowledged").read_text(encoding="utf-8").split()

    def decide(self, arrived: Iterable[str]) -> dict[str, dict[str, int]]:
        """What a person does in the outbox who asks the other side which numbers came: the messages by outcome,
        each with how many tries are not counted any more.
        """
        command = [sys.executable, "-m", "tests.faults.person"]
        asked = json.dumps(sorted(arrived))
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, input=asked, capture_output=True, text=True, check=True
        )
        said: dict[str, dict[str, int]] = json.loads(done.stdout)
        with (self.folder / "decided").open("a", encoding="utf-8") as file:
            file.writelines(f"{key} {tries}\n" for keys in said.values() for key, tries in keys.items())
        return said

    def decided(self) -> Counter[str]:
        """How often each message that a person ever decided about had been tried until then."""
        tried = Counter[str]()
        for line in (self.folder / "decided").read_text(encoding="utf-8").splitlines():
            key, _, tries = line.rpartition(" ")
            tried[key] += int(tries)
        return tried


@contextmanager
def queueing(ward: Ward, name: str, count: int, pause: float = 0.0) -> Iterator[subprocess.Popen[bytes]]:
    """A process queues so many messages, one after the other, whatever becomes of the database meanwhile."""
    command = tied([sys.executable, "-m", "tests.faults.writer", name, str(count), str(pause)])
    with (ward.folder / "acknowledged").open("ab") as told, (ward.folder / "writer").open("ab") as words:
        process = subprocess.Popen(
            command, cwd=ROOT, env=ward.environment, stdout=told, stderr=words, start_new_session=True
        )
    try:
        yield process
    finally:
        end_group(process)


def queue(ward: Ward, name: str, count: int) -> None:
    with queueing(ward, name, count) as process:
        assert process.wait(PATIENCE) == 0, (ward.folder / "writer").read_text(encoding="utf-8")


def wait_for(what: Callable[[], object], ward: Ward, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, (ward.folder, ward.clock.exists() and ward.words())
        time.sleep(0.05)


def prepared(ward: Ward) -> Ward:
    ward.run(PREPARE)
    ward.clock.write_text("0", encoding="utf-8")
    (ward.folder / "acknowledged").touch()
    return ward
