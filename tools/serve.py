"""`python -m tools.serve`: checks, database, then web and both workers in one process tree until Ctrl-C.

For trying out, and for a small hospital on one machine; docs/operations.md shows the same processes under systemd.
"""

import errno
import fcntl
import multiprocessing
import os
import shlex
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from honcho import manager as honcho

from tools import children
from tools.steps import PYTHON, ROOT, fail, say

STARTING_SECONDS = 60
WEB_THREADS = 4  # a browser on a bad line holds one while it sends; one would hold up everybody
STOPPING_SECONDS = 10  # an idle worker takes up to 4 s to leave its waiting; honcho would kill it after 5
OF_CHILDREN = {
    "PYTHONUNBUFFERED": "1",
    # Trying things out as root is allowed; docs/operations.md has a user of its own for the real thing.
    "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
}


@dataclass(frozen=True)
class Plan:
    host: str
    port: int
    web_workers: int

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - only named here
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def read_number(name: str, default: str, highest: int) -> int:
    text = os.environ.get(name) or default
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= highest:
        fail(f"{name}={text} must be a number from 1 to {highest}.")
    return int(text)


def read_plan() -> Plan:
    host = os.environ.get("HOST") or "127.0.0.1"
    return Plan(host, read_number("PORT", "8000", 65535), read_number("WEB_WORKERS", "1", 64))


def check_port(plan: Plan) -> None:
    try:
        family, kind, _, _, where = socket.getaddrinfo(plan.host, plan.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except socket.gaierror:
        fail(f"HOST={plan.host} is not an address: use 127.0.0.1, or 0.0.0.0 for every address of this machine.")
    except PermissionError:
        fail(f"Port {plan.port} is closed to this user: PORT=8000 make run")
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            fail(f"HOST={plan.host} cannot be listened on: {error.strerror}.")
        fail(f"Port {plan.port} is taken: stop what uses it, or PORT={plan.port + 1} make run")


def lock_folder() -> TextIO:
    """One server for one folder: two schedulers on the same files would do timed work twice."""
    folder = Path(os.environ.get("VAR_DIR") or ROOT / "var")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "serve.lock").open("a+")
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        fail(f"Hospital CRM already runs from {folder}: stop it first, or choose another folder with VAR_DIR.")
    except OSError as error:
        place = error.filename or folder
        fail(f"{place} is not writable ({error.strerror}): give it to this user, or choose another with VAR_DIR.")
    return file


def commands(plan: Plan) -> dict[str, list[str]]:
    python = str(PYTHON)
    web = [python, "-m", "granian", "hospital_crm.wsgi:application", "--interface=wsgi", "--no-ws"]
    web += [
        f"--host={plan.host}",
        f"--port={plan.port}",
        f"--workers={plan.web_workers}",
        f"--blocking-threads={WEB_THREADS}",
    ]
    worker = [
        python,
        "-m",
        "tools.keep",
        python,
        "-m",
        "celery",
        "--quiet",
        "-A",
        "hospital_crm",
        "worker",
        "--pool=solo",
        "-l",
        "WARNING",
    ]
    return {
        "web": [*web, "--log-level=warning"],
        "reminders": [*worker, "-B", "-Q", "reminders", "-n", "reminders@%h"],
        "jobs": [*worker, "-Q", "jobs", "-n", "jobs@%h"],
    }


def announce(plan: Plan) -> None:
    """Say where it is as soon as it answers, with whatever status."""
    for _ in range(STARTING_SECONDS * 5):
        time.sleep(0.2)  # before the first try too: the processes are forked while this thread sleeps
        try:
            urllib.request.urlopen(f"{plan.url}/healthz", timeout=5).close()  # noqa: S310 - our own http address
        except urllib.error.HTTPError:
            pass
        except OSError:
            continue
        say(f"Hospital CRM: {plan.url}   (Ctrl-C stops it)")
        return
    say(f"The web process has not answered for {STARTING_SECONDS} s; its messages are above.")


def supervise(plan: Plan) -> int:
    """Run everything until a signal comes (0) or one process ends by itself (not 0)."""
    multiprocessing.set_start_method("fork")  # honcho hands its processes over by fork
    children.tie_forks()
    honcho.KILL_WAIT = STOPPING_SECONDS
    manager = honcho.Manager()
    for name, command in commands(plan).items():
        line = f"exec {shlex.join(children.tied(command))}"
        manager.add_process(name, line, env=os.environ | OF_CHILDREN, cwd=str(ROOT))
    threading.Thread(target=announce, args=(plan,), daemon=True).start()
    manager.loop()
    if manager.returncode in {each["rc"] for each in honcho.SIGNALS.values()}:
        say("Stopped.")
        return 0
    say("One process ended by itself (see above), so everything was stopped.")
    return 1


def main() -> int:
    plan = read_plan()
    check_port(plan)
    with lock_folder():
        prepared = subprocess.run([PYTHON, "-m", "tools.database"], cwd=ROOT, check=False)
        return prepared.returncode or supervise(plan)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
