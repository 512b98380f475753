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
from typing import TextIO

from honcho import manager as honcho

from tools import children
from tools.steps import PYTHON, ROOT, fail, say
from tools.web import Plan, folder_of_server, read_plan

STARTING_SECONDS = 60
STOPPING_SECONDS = 10  # an idle worker takes up to 4 s to leave its waiting; honcho would kill it after 5
OF_CHILDREN = {
    "PYTHONUNBUFFERED": "1",
    # Trying things out as root is allowed; docs/operations.md has a user of its own for the real thing.
    "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
}


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
    folder = folder_of_server()
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


def commands() -> dict[str, list[str]]:
    python = str(PYTHON)
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
        "web": [python, "-m", "tools.web"],
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
    for name, command in commands().items():
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
