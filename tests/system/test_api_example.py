"""The example of docs/api.md runs as it is written, against the product itself. Mission J1."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.steps import ROOT

from .test_make_run import OF_THE_TEST_RUN, serving

pytestmark = pytest.mark.system


def script() -> str:
    (found,) = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "api.md").read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


def test_runs_as_written_and_once_more(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        server.wait_until_ready()
        clean = {name: value for name, value in os.environ.items() if name not in OF_THE_TEST_RUN}
        issue = [sys.executable, "manage.py", "issue_token", "line", "Example"]
        issued = subprocess.run(
            issue, cwd=ROOT, env=clean | {"DEMO": "1", "VAR_DIR": str(tmp_path)}, capture_output=True, text=True
        )
        assert issued.returncode == 0, issued.stderr
        told = {"HOST": f"http://127.0.0.1:{server.port}", "TOKEN": issued.stdout.strip()}
        twice = f"{script()}\n{script()}"
        ran = subprocess.run(["sh", "-eu", "-c", twice], env=clean | told, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    next_try, state, *again = ran.stdout.split()
    assert (state, again[1]) == ("kept", "kept")
    assert next_try.startswith("20")
