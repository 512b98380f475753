"""Processes that must not outlive the one that started them, even when it is killed."""

import contextlib
import ctypes
import os
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # <linux/prctl.h>


def tied(command: Sequence[str], farewell: signal.Signals = signal.SIGTERM) -> list[str]:
    """The command, told by the kernel with that signal when its parent dies (where setpriv exists: any Linux)."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", farewell.name.removeprefix("SIG"), "--", *command] if setpriv else list(command)


def tie_forks() -> None:
    """From now on every process that Python itself forks is killed when this one dies."""
    if os.uname().sysname == "Linux":
        prctl = ctypes.CDLL(None).prctl
        os.register_at_fork(after_in_child=lambda: prctl(PR_SET_PDEATHSIG, signal.SIGKILL))


def adopt_orphans() -> None:
    """What a killed child of ours leaves behind becomes our child, so that `end_orphans` finds it."""
    if os.uname().sysname == "Linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def end_orphans() -> None:
    """No child is left: a worker that is killed does not take its clock along."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    for pid in children.read_text().split() if children.exists() else ():
        with contextlib.suppress(OSError):
            os.kill(int(pid), signal.SIGKILL)
            os.waitpid(int(pid), 0)
