"""`python -m tools.verify check|test`: each step is announced; the first that fails ends the run with its code."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field

from tools import node
from tools.steps import ROOT, fail

PYTHON = sys.executable
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as run; run()"  # it has no `python -m`
SQLITE = {"TEST_DB": "sqlite"}
POSTGRES = {"TEST_DB": "postgres"}


@dataclass(frozen=True)
class Step:
    name: str
    command: list[str]
    variables: dict[str, str] = field(default_factory=dict)


def lint() -> list[Step]:
    settings = {"DJANGO_SETTINGS_MODULE": "hospital_crm.settings_test"}
    return [
        Step("ruff", [PYTHON, "-m", "ruff", "check", "--quiet", "."]),
        Step("ruff format", [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."]),
        Step("import-linter: floors and rooms", [PYTHON, "-c", LINT_IMPORTS]),
        Step("djlint: templates", [PYTHON, "-m", "djlint", "--lint", "--quiet", "templates"]),
        Step("eslint: scripts", ["node", "node_modules/eslint/bin/eslint.js", "--max-warnings=0", "static"]),
        Step("stylelint: styles", ["node", "node_modules/stylelint/bin/stylelint.mjs", "static/**/*.css"]),
        Step("mypy", [PYTHON, "-m", "mypy"]),
        Step("migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"], settings),
    ]


def tests() -> list[Step]:
    pytest = [PYTHON, "-m", "pytest", "-q", "-n", "2"]
    return [
        Step("tests on SQLite", [*pytest, "-m", "not browser and not system"], SQLITE),
        Step("tests on PostgreSQL, in the browser, and of the whole system", pytest, POSTGRES),
    ]


def run(step: Step, environment: dict[str, str]) -> None:
    print(f"== {step.name}", flush=True)
    start = time.monotonic()
    code = subprocess.run(step.command, cwd=ROOT, env=environment | step.variables, check=False).returncode
    if code:
        fail(f"{step.name}: failed ({time.monotonic() - start:.0f} s)")


def main(purpose: str) -> None:
    environment = node.environment(node.TO_LINT)
    for step in lint() + (tests() if purpose == "test" else []):
        run(step, environment)


if __name__ == "__main__":
    os.chdir(ROOT)
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "check")
    except KeyboardInterrupt:
        sys.exit(130)
