"""A worker that ends by itself is started again; a signal ends it for good."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.children import tied
from tools.steps import ROOT

pytestmark = pytest.mark.system


def wait_for(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while time.monotonic() < end and not condition():
        time.sleep(0.05)
    return condition()


def test_starts_again_what_ended_and_ends_at_a_signal(tmp_path: Path) -> None:
    log = tmp_path / "log"
    note = f"open({str(log)!r}, 'a').write('started\\n')"
    work = f"import os, time; {note}; time.sleep(60 if os.path.getsize({str(log)!r}) > 9 else 0)"
    command = [sys.executable, "-m", "tools.keep", sys.executable, "-c", work]
    keeper = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL)
    try:
        assert wait_for(lambda: log.exists() and log.read_text().count("started") == 2)
        os.killpg(keeper.pid, signal.SIGTERM)
        assert keeper.wait(10) == 0
    finally:
        keeper.kill()
    assert log.read_text().count("started") == 2


def test_a_killed_parent_takes_the_work_along(tmp_path: Path) -> None:
    """`kill -9` on the server's process must not leave its workers behind."""
    note = tmp_path / "pid"
    work = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    keep = tied([sys.executable, "-m", "tools.keep", sys.executable, "-c", work])
    parent = f"import subprocess; subprocess.Popen({keep!r}, start_new_session=True).wait()"
    process = subprocess.Popen([sys.executable, "-c", parent], cwd=ROOT)
    try:
        assert wait_for(lambda: note.exists() and bool(note.read_text()))
    finally:
        process.kill()
        process.wait()
    worker = Path("/proc") / note.read_text()
    assert wait_for(lambda: not worker.exists())


def test_a_killed_worker_leaves_no_clock_behind(tmp_path: Path) -> None:
    """The clock is a fork of the worker: `kill -9` reaches the worker alone, and the keeper starts both anew."""
    log = tmp_path / "log"
    clock = "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True).pid"
    work = (
        f"import subprocess, sys, os, time; print(os.getpid(), {clock}, file=open({str(log)!r}, 'a')); time.sleep(60)"
    )
    command = [sys.executable, "-m", "tools.keep", sys.executable, "-c", work]
    keeper = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL)
    try:
        assert wait_for(lambda: log.exists() and len(log.read_text().split()) == 2)
        worker, orphan = log.read_text().split()
        os.kill(int(worker), signal.SIGKILL)
        assert wait_for(lambda: not (Path("/proc") / orphan).exists())
        assert wait_for(lambda: len(log.read_text().split()) == 4)
    finally:
        os.killpg(keeper.pid, signal.SIGTERM)
        keeper.wait(10)
