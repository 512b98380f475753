"""Real workers, killed with -9 or cut off from mail and broker: nothing is lost, or sent twice unknowingly (J3)."""

import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import services
from tests.messaging.mail_server import HANG, HANG_UP, MailServer, at, mail_server
from tests.system.test_real_worker import Hospital, end_group, working
from tools.children import tied

pytestmark = pytest.mark.system
SEED = 20260312
MAILS, KILLS = 30, 5
PATIENCE = 60  # seconds; a busy machine is slow, not wrong
# A hospital in a hurry, and one colleague who is to be told something, in the app and by mail; nobody else.
PREPARE = f"""
import django; django.setup()
from datetime import timedelta
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from accounts.services.actors import system_actor
from accounts.services.staff import create_staff
from institution.models import Setting
from messaging.services.outbox import tell_staff

call_command("migrate", verbosity=0)
Setting.objects.filter(area="messaging").update(lowest=0)
for key, value in dict(batch_rows=4, retries=10, first_retry_seconds=0.2, pause_seconds=1, claim_seconds=1,
                       unknown_seconds=1).items():
    Setting.objects.filter(key=f"messaging.{{key}}").update(value=value)
now, actor = timezone.now(), system_actor("tests")
staff = create_staff(username="line", display_name="陈敏", roles=["consultant"], password="correct-horse-9",
                     email="line@example.com", actor=actor, at=now)
for number in range({MAILS}):
    tell_staff(staff=staff, kind="messaging.trial", params={{}}, dedupe_key=str(number), source="test", send_at=now,
               expires_at=now + timedelta(hours=1), actor=actor, at=now)
connections.close_all()
"""
ROWS = "SELECT state, receipt, in_doubt, attempts FROM messaging_message WHERE channel = 'email'"


@dataclass(frozen=True)
class Writing(Hospital):
    """A hospital with a mail server."""

    mail: str = ""

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"EMAIL_URL": self.mail, "EMAIL_FROM": "crm@hospital.example"}

    def mails(self) -> list[tuple[str, str, bool, int]]:
        with closing(sqlite3.connect(self.folder / "hospital_crm.sqlite3", timeout=10)) as database:
            return database.execute(ROWS).fetchall()

    def states(self) -> set[str]:
        return {state for state, *_ in self.mails()}


class Trap:
    """Lets a number of conversations pass a stage, then holds one there for ever."""

    def __init__(self, stage: str, passes: int) -> None:
        self.stage, self.passes, self.sprung = stage, passes, threading.Event()

    def __call__(self, stage: str) -> str:
        if stage != self.stage:
            return ""
        self.passes -= 1
        if self.passes >= 0:
            return ""
        self.sprung.set()
        return HANG


def wait_for(what: Callable[[], object], hospital: Hospital) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, hospital.words()
        time.sleep(0.05)


def require_nothing_lost_or_doubled(hospital: Writing, server: MailServer) -> Counter[int]:
    """Every mail arrived; twice only where the outbox says so. Returns how many arrived how often."""
    copies, rows = server.copies(), hospital.mails()
    assert len(rows) == MAILS
    for state, receipt, in_doubt, attempts in rows:
        assert state == "sent"
        assert 1 <= copies[receipt] <= (attempts if in_doubt else 1), (receipt, copies[receipt], in_doubt, attempts)
    assert hospital.ask("SELECT state FROM messaging_message WHERE channel = 'in_app'") == {"sent"}
    return Counter(copies.values())


def test_killed_five_times_in_every_state_it_loses_nothing(tmp_path: Path) -> None:
    """Held at a stage the one message is handed over, the rest of its batch claimed, the others queued or sent."""
    chance = random.Random(SEED)
    stages = ["greeting", "rcpt", "data", "text", "text"]
    chance.shuffle(stages)
    with mail_server() as server:
        hospital = Writing(tmp_path, mail=server.url)
        hospital.run(PREPARE)
        seen: set[str] = set()
        for stage in stages:
            server.rule = trap = Trap(stage, passes=0 if stage == "greeting" else chance.randrange(4))
            with working(hospital) as worker:
                assert trap.sprung.wait(PATIENCE), hospital.words()
                seen |= hospital.states()
                worker.kill()
        server.rule = lambda stage: ""
        assert seen == {"queued", "claimed", "handed_over", "sent"}
        with working(hospital):
            wait_for(lambda: hospital.states() == {"sent"}, hospital)
        arrived = require_nothing_lost_or_doubled(hospital, server)
        assert sum(in_doubt for _, _, in_doubt, _ in hospital.mails()) == KILLS  # one a kill, never a batch
        assert arrived == {1: MAILS - 2, 2: 2}  # those two that had been taken when the worker died


@contextmanager
def broker(port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [str(services.redis_program()), "--port", str(port), "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(tied(command, signal.SIGTERM), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def second_beat(hospital: Hospital) -> Iterator[None]:
    """Another clock on the same work: by mistake, or while the first is being replaced."""
    beat = ["celery", "--quiet", "-A", "hospital_crm", "worker", "-B", "--pool=solo", "-Q", "reminders,jobs"]
    options = ["-n", "second@%h", "-l", "WARNING", "-s", str(hospital.folder / "second-schedule")]
    process = subprocess.Popen(
        tied([sys.executable, "-m", *beat, *options]),
        env=hospital.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        end_group(process)


def test_two_clocks_and_a_mail_server_and_a_broker_that_come_and_go(tmp_path: Path) -> None:
    port = services.free_port()
    with mail_server(at("greeting", HANG_UP)) as server, ExitStack() as stack:
        hospital = Writing(tmp_path, redis=f"redis://127.0.0.1:{port}/0", mail=server.url)
        hospital.run(PREPARE)
        with broker(port):
            stack.enter_context(working(hospital))
            stack.enter_context(second_beat(hospital))
            notes = "SELECT DISTINCT state FROM messaging_message WHERE channel = 'in_app'"
            wait_for(lambda: hospital.ask(notes) == {"sent"}, hospital)  # they do not wait for the mail server
            for fault in (at("mail", "421 too busy"), at("rcpt", "450 later"), at("rcpt", HANG)):
                server.rule, before = fault, server.reached["greeting"]
                wait_for(lambda before=before: server.reached["greeting"] > before, hospital)  # type: ignore[misc]
            assert server.taken == []
        server.rule = lambda stage: ""
        time.sleep(2)  # no broker: nobody dies of it, whatever is asked of the mail server or not
        with broker(port):
            wait_for(lambda: hospital.states() == {"sent"}, hospital)
        assert require_nothing_lost_or_doubled(hospital, server) == {1: MAILS}
