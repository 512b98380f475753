"""A PostgreSQL and a Redis that go away and come back, at the same address and with what was written."""

import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests import services

# What was committed outlives the end of the server, however it ends; the machine itself does not fail here.
SETTINGS = ("fsync=off", "max_connections=50", f"listen_addresses={services.HOST}")


@dataclass
class Restartable:
    """`ends`: by which signals it is ended, in turn: in order, and as if it had crashed."""

    command: list[str]
    folder: Path
    user: services.User
    ends: tuple[signal.Signals, ...]
    times: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        (self.folder / "log").unlink(missing_ok=True)
        self.process = services.serve(self.command, self.folder, self.user, self.ends[0])

    def stop(self) -> None:
        assert self.process is not None
        self.process.send_signal(self.ends[self.times % len(self.ends)])
        self.process.wait(30)
        self.times += 1


def postgres() -> tuple[Restartable, str]:
    """The server, not started yet, and the address of its database."""
    folder = services.temporary_folder("faults")
    user = services.unprivileged(folder)
    programs = services.runnable(services.postgres_programs(), folder, user)
    settings = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    if services.start([f"{programs}/initdb", "-D", "data", *settings], folder, user).wait() != 0:
        raise RuntimeError(f"initdb failed: {services.words(folder)}")
    port = services.free_port()
    options = [part for setting in SETTINGS for part in ("-c", setting)]
    command = [f"{programs}/postgres", "-D", "data", "-k", str(folder), "-p", str(port), *options]
    server = Restartable(command, folder, user, (signal.SIGINT, signal.SIGQUIT))
    return server, f"postgres://postgres@{services.HOST}:{port}/postgres"


def redis() -> tuple[Restartable, str]:
    """It keeps nothing: whatever was queued in it is gone when it ends."""
    port = services.free_port()
    command = [str(services.redis_program()), "--port", str(port), "--bind", services.HOST]
    command += ["--save", "", "--appendonly", "no"]
    ends = (signal.SIGTERM, signal.SIGKILL)
    server = Restartable(command, services.temporary_folder("faults"), services.MYSELF, ends)
    return server, f"redis://{services.HOST}:{port}/0"
