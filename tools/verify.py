"""`python -m tools.verify check|test`: each step is announced; the first that fails ends the run with its code."""

import signal
import subprocess
import sys
from dataclasses import dataclass, field

from tools import node, pace
from tools.steps import BUILD, ROOT, fail

PYTHON = sys.executable
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as run; run()"  # it has no `python -m`
SQLITE = {"TEST_DB": "sqlite"}
POSTGRES = {"TEST_DB": "postgres"}
NO_BROWSER = ["-p", "no:playwright"]  # it looks at every test
REPORT = BUILD / "tests.xml"


@dataclass(frozen=True)
class Step:
    name: str
    command: list[str]
    variables: dict[str, str] = field(default_factory=dict)
    talks: bool = False  # whether its words matter when it succeeds


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
        Step(
            "tests on SQLite",
            # In groups: tests that read the same collected pages share a process. Not with browsers: their tests empty
            # the tables and must come last, which groups do not keep.
            [*pytest, "--dist=loadgroup", "-m", "not browser and not system", f"--junitxml={REPORT}", *NO_BROWSER],
            SQLITE,
            talks=True,
        ),
        Step(
            "tests on PostgreSQL, in the browser, and of the whole system",
            [*pytest, "-m", "not alone"],
            POSTGRES,
            talks=True,
        ),
        Step("tests that measure seconds", [PYTHON, "-m", "pytest", "-q", "-m", "alone"], SQLITE, talks=True),
    ]


def run(step: Step, environment: dict[str, str]) -> None:
    print(f"== {step.name}", flush=True)
    done = subprocess.run(
        step.command,
        cwd=ROOT,
        env=environment | step.variables,
        stdout=None if step.talks else subprocess.PIPE,
        stderr=None if step.talks else subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        print((done.stdout or b"").decode(errors="replace"), end="", flush=True)
        fail(f"{step.name} failed.")


def main(purpose: str) -> None:
    environment = node.environment(node.TO_LINT)
    for step in lint() + (tests() if purpose == "test" else []):
        run(step, environment)
    if purpose == "test":
        print(f"== On SQLite {pace.of_report(REPORT)}.", flush=True)


if __name__ == "__main__":
    # Ctrl-C reaches the running step too: that one ends in order (pytest stops its servers), then this one.
    signal.signal(signal.SIGINT, lambda *_: None)
    main(sys.argv[1] if len(sys.argv) > 1 else "check")
