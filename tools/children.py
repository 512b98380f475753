"""Processes that must not outlive the one that started them, even when it is killed."""

import ctypes
import os
import shutil
import signal
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def tied(command: Sequence[str], farewell: signal.Signals = signal.SIGTERM) -> list[str]:
    """The command, told by the kernel with that signal when its parent dies (where setpriv exists: any Linux)."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", farewell.name.removeprefix("SIG"), "--", *command] if setpriv else list(command)


def tie_forks() -> None:
    """From now on every process that Python itself forks is killed when this one dies."""
    if os.uname().sysname == "Linux":
        prctl = ctypes.CDLL(None).prctl
        os.register_at_fork(after_in_child=lambda: prctl(PR_SET_PDEATHSIG, signal.SIGKILL))
