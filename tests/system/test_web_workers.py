"""Several web workers: whichever Prometheus meets, it reads what all of them have answered since the start."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import services
from tests.system.test_make_run import outside
from tools.children import tied
from tools.steps import ROOT

pytestmark = pytest.mark.system
TOKEN, STARTING_SECONDS, ANSWERS = "0123456789abcdef" * 2, 60, 60
COUNTED = re.compile(
    r'^django_http_responses_total_by_status_view_method_total\{.*status="200".*view="healthz".*\} (\S+)$', re.MULTILINE
)


class Web:
    def __init__(self, port: int, folder: Path, master: int) -> None:
        self.port, self.folder, self.master = port, folder, master

    def get(self, path: str) -> str:
        """Over a connection of its own: the kernel deals these out among the workers."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers={"Authorization": f"Bearer {TOKEN}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return str(answer.read().decode())

    def counted(self) -> float:
        return sum(map(float, COUNTED.findall(self.get("/metrics"))))

    def wait(self) -> None:
        end = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < end:
            try:
                self.get("/healthz")
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError((self.folder / "words").read_text(encoding="utf-8"))

    def processes(self) -> list[int]:
        """Of the workers, as the kernel knows them."""
        found = subprocess.run(["pgrep", "-P", str(self.master)], capture_output=True, text=True)
        return [int(key) for key in found.stdout.split()]

    def workers(self) -> int:
        """How many processes have counted something."""
        return len({file.name.rpartition("_")[2] for file in (self.folder / "counts").glob("counter_*.db")})


@contextmanager
def web(folder: Path, workers: int) -> Iterator[Web]:
    port = services.free_port()
    given = {"DEMO": "1", "METRICS_TOKEN": TOKEN, "VAR_DIR": str(folder)}
    environment = outside() | given | {"PORT": str(port), "WEB_WORKERS": str(workers)}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    with (folder / "words").open("w") as words:
        command = tied([sys.executable, "-m", "tools.web"])
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=words, stderr=words)
    try:
        yield Web(port, folder, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def test_all_workers_are_counted_together_from_nought_at_each_start(tmp_path: Path) -> None:
    for _ in range(2):
        with web(tmp_path, workers=2) as server:
            server.wait()
            before = server.counted()
            assert before < ANSWERS  # nothing of an earlier start
            for _ in range(ANSWERS):
                server.get("/healthz")
            assert {server.counted() for _ in range(20)} == {before + ANSWERS}
            assert server.workers() >= 2


def test_when_one_dies_the_web_ends_for_whoever_keeps_it_to_start_it_anew(tmp_path: Path) -> None:
    """Half a web server would answer every second browser; systemd begins a whole one within seconds."""
    with web(tmp_path, workers=2) as server:
        server.wait()
        os.kill(server.processes()[0], signal.SIGKILL)
        end = time.monotonic() + STARTING_SECONDS
        while server.processes() and time.monotonic() < end:
            time.sleep(0.1)
        assert server.processes() == []
