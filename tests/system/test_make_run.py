"""What `make run` starts, for real: web and two workers, embedded and with PostgreSQL and Redis."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import services
from tools.steps import ROOT

pytestmark = pytest.mark.system
READY_SECONDS = 180  # takes 15 s; more when browsers run beside it
STOPPED_SECONDS = 40
OF_THE_TEST_RUN = {
    "DJANGO_SETTINGS_MODULE",
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "HTTPS",
    "HOST",
}


@dataclass
class Server:
    process: subprocess.Popen[str]
    folder: Path
    port: int

    def get(self, path: str) -> tuple[int, str]:
        """Status and body; 0 while nothing answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def wait_until_ready(self) -> dict[str, object]:
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            status, body = self.get("/readyz")
            if status == 200:
                report: dict[str, object] = json.loads(body)
                return report
            time.sleep(0.2)
        raise AssertionError(f"not ready: {self.get('/readyz')}\n{self.output()}")

    def leaves_nothing(self) -> bool:
        end = time.monotonic() + STOPPED_SECONDS
        while time.monotonic() < end and self.left_over():
            time.sleep(0.1)
        return not self.left_over()

    def output(self) -> str:
        return (self.folder / "output").read_text(encoding="utf-8")

    def left_over(self) -> list[str]:
        """Command lines of processes that still carry this server's VAR_DIR in their environment."""
        return [command for environment, command in _processes() if f"VAR_DIR={self.folder}\0" in environment]


def _processes() -> Iterator[tuple[str, str]]:
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            environment, command = (entry / "environ").read_bytes(), (entry / "cmdline").read_bytes()
        except OSError:  # another user's, or just gone
            continue
        yield environment.decode(errors="replace") + "\0", command.replace(b"\0", b" ").decode(errors="replace")


def outside() -> dict[str, str]:
    """The environment of whoever started the tests."""
    return {name: value for name, value in os.environ.items() if name not in OF_THE_TEST_RUN}


@contextmanager
def serving(folder: Path, **variables: str) -> Iterator[Server]:
    port = services.free_port()
    environment = outside() | {"DEMO": "1", "PORT": str(port), "VAR_DIR": str(folder)} | variables
    with (folder / "output").open("w") as output:
        command = [sys.executable, "-m", "tools.serve"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output, text=True)
    server = Server(process, folder, port)
    try:
        yield server
    finally:
        process.kill()  # no more than a formality when the test stopped it
        process.wait()
        assert server.leaves_nothing(), server.left_over()


def check_serving(server: Server) -> None:
    server.wait_until_ready()
    status, page = server.get("/sign-in/")
    assert status == 200, page
    assert "<form" in page
    assert f"Hospital CRM: http://127.0.0.1:{server.port}" in server.output()
    assert len(server.left_over()) >= 4  # itself, web, reminders, jobs


def test_embedded_and_with_servers_it_serves_until_a_signal_and_leaves_nothing(
    tmp_path: Path, servers: dict[str, str]
) -> None:
    folders = [tmp_path / "embedded", tmp_path / "servers"]
    for folder in folders:
        folder.mkdir()
    with serving(folders[0]) as embedded, serving(folders[1], **servers) as scaled:
        for server in (embedded, scaled):
            check_serving(server)
        embedded.process.send_signal(signal.SIGINT)  # Ctrl-C
        scaled.process.send_signal(signal.SIGTERM)
        for server in (embedded, scaled):
            assert server.process.wait(STOPPED_SECONDS) == 0, server.output()
            assert server.left_over() == []


def test_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        with serving(tmp_path, PORT=port) as server:
            assert server.process.wait(STOPPED_SECONDS) == 1
    lines = server.output().strip().splitlines()
    assert len(lines) == 1
    assert f"Port {port} is taken" in lines[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none"),
        ("DATABASE_URL", "mysql://somewhere"),
        ("VAR_DIR", "/dev/null/var"),
        ("PORT", "eighty"),
    ],
)
def test_wrong_setting_is_one_clear_line(tmp_path: Path, name: str, value: str) -> None:
    with serving(tmp_path, **{name: value}) as server:
        assert server.process.wait(STOPPED_SECONDS) == 1
    assert len(server.output().strip().splitlines()) == 1, server.output()
