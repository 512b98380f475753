"""`python -m tools.web`: the web server as HOST, PORT and WEB_WORKERS say; this process becomes it.

What its workers count for `/metrics` they count together, in a folder that is empty at every start.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from tools.steps import PYTHON, ROOT, fail

THREADS = 4  # a browser on a bad line holds one while it sends; one would hold up everybody
COUNTS = "counts"  # below VAR_DIR


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


def folder_of_server() -> Path:
    return Path(os.environ.get("VAR_DIR") or ROOT / "var")


def empty_counts() -> Path:
    """The folder for what the workers count. Numbers of an earlier start would be added to theirs."""
    folder = folder_of_server() / COUNTS
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(mode=0o700, parents=True)
    except OSError as error:
        fail(f"{error.filename or folder} is not writable ({error.strerror}): give it to this user.")
    return folder


def command(plan: Plan) -> list[str]:
    return [
        str(PYTHON),
        *("-m", "granian", "hospital_crm.wsgi:application", "--interface=wsgi", "--no-ws", "--log-level=warning"),
        f"--host={plan.host}",
        f"--port={plan.port}",
        f"--workers={plan.web_workers}",
        f"--blocking-threads={THREADS}",
    ]


def main() -> None:
    server = command(read_plan())
    os.execve(server[0], server, os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(empty_counts())})


if __name__ == "__main__":
    main()
