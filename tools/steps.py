"""What every preparation step needs: messages, stamps, programs that run quietly. Standard library only."""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BUILD = ROOT / "build"
LOG = BUILD / "prepare.log"

# Lines in which pip and npm say what went wrong, without the ones that only frame it.
REASON = re.compile(r"^(?:ERROR:|npm (?:error|ERR!) (?!code|syscall|errno|path|A complete))\s*(.+)$", re.MULTILINE)


def say(message: str) -> None:
    print(f"· {message}", flush=True)


def fail(message: str) -> NoReturn:
    """End with one line that says what is wrong and what would mend it."""
    print(f"✗ {message}", file=sys.stderr, flush=True)
    raise SystemExit(1)


def fingerprint(*sources: Path | str) -> str:
    """A hash over texts, and over the names and contents of files and folders; a missing one counts as empty."""
    total = hashlib.sha256()
    for source in sources:
        for path in _files(source) if isinstance(source, Path) else ():
            total.update(f"{path.relative_to(ROOT)}\0".encode())
            total.update(path.read_bytes())
        total.update(b"\0" if isinstance(source, Path) else f"{source}\0".encode())
    return total.hexdigest()


def _files(source: Path) -> list[Path]:
    return [source] if source.is_file() else sorted(path for path in source.rglob("*") if path.is_file())


def stamped(stamp: Path, mark: str) -> bool:
    """Whether the step that leaves this stamp was done for exactly this input."""
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == mark


def write_stamp(stamp: Path, mark: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(mark, encoding="utf-8")


def run_quietly(what: str, command: Sequence[str], environment: dict[str, str] | None = None) -> None:
    """Run an installer; its output goes to the log, its reason for failing to the reader."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    with LOG.open("w", encoding="utf-8") as log:
        log.write(f"{what}\n{done.stdout}\n")
    if done.returncode:
        found = REASON.search(done.stdout)
        lines = done.stdout.strip().splitlines() or [f"exit code {done.returncode}"]
        fail(f"{what} failed: {found[1] if found else lines[-1]} (all of it: {LOG.relative_to(ROOT)})")


def install_requirements(file: str, what: str) -> None:
    """The pinned packages of one requirements file are in .venv."""
    stamp, mark = VENV / f"{file}.stamp", fingerprint(ROOT / file)
    if stamped(stamp, mark):
        return
    say(f"{what}: installing {file}")
    # The machine's own settings decide where packages come from; only a slow answer is allowed for here.
    environment = {"PIP_DEFAULT_TIMEOUT": "120", "PIP_DISABLE_PIP_VERSION_CHECK": "1"} | os.environ
    run_quietly(
        f"pip install -r {file}", [str(PYTHON), "-m", "pip", "install", "-q", "--no-input", "-r", file], environment
    )
    write_stamp(stamp, mark)


def django(*arguments: str, **variables: str) -> None:
    """Run manage.py; a wrong setting ends in the one line that it says, a fault of ours in its traceback."""
    command, environment = [str(PYTHON), "manage.py", *arguments], os.environ | variables
    done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)
    if done.returncode:
        fail((done.stderr or done.stdout).strip())
