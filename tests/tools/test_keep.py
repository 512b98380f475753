"""A worker that ends by itself is started again; a signal ends it for good."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tools.steps import ROOT


def test_starts_again_what_ended_and_ends_at_a_signal(tmp_path: Path) -> None:
    log = tmp_path / "log"
    note = f"open({str(log)!r}, 'a').write('started\\n')"
    work = f"import os, time; {note}; time.sleep(60 if os.path.getsize({str(log)!r}) > 9 else 0)"
    command = [sys.executable, "-m", "tools.keep", sys.executable, "-c", work]
    keeper = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 20
        while time.monotonic() < end and not (log.exists() and log.read_text().count("started") == 2):
            time.sleep(0.05)
        assert log.read_text().count("started") == 2
        os.killpg(keeper.pid, signal.SIGTERM)
        assert keeper.wait(10) == 0
    finally:
        keeper.kill()
    assert log.read_text().count("started") == 2
