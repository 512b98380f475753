"""`python3 -m tools.prepare run|test`: makes this folder ready; a step whose input did not change is skipped.

Standard library only, for it runs before anything is installed.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this is what tells the others; the imports below need 3.11
    sys.exit("✗ Python 3.11 or newer is needed, this is " + sys.version.split()[0] + ": apt-get install python3")

import importlib.util
import os
import subprocess

from tools import assets
from tools.steps import (
    BUILD,
    PYTHON,
    ROOT,
    VENV,
    django,
    fail,
    fingerprint,
    install_requirements,
    run_quietly,
    say,
    stamped,
    write_stamp,
)


def check_folder() -> None:
    """Every folder that a step writes to can be written to."""
    for name in (".", ".venv", "build", "node_modules", "staticfiles"):
        folder = ROOT / name
        if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
            fail(f"{folder} is not writable: give it to this user, or work in a copy that is your own.")


def check_python() -> None:
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            fail("python3-venv is missing: apt-get install python3-venv")


def make_environment() -> None:
    """.venv with a Python that starts; made anew when its Python is gone or the folder was moved."""
    if _environment_works():
        return
    if VENV.is_symlink():
        VENV.unlink()  # `--clear` would empty the folder that it leads to, which is another's
    say("Virtual environment: making .venv")
    run_quietly("Making .venv", [sys.executable, "-m", "venv", "--clear", str(VENV)])


def _environment_works() -> bool:
    pip = VENV / "bin" / "pip"
    if not PYTHON.exists() or not pip.exists() or str(VENV) not in pip.read_text(encoding="utf-8"):
        return False
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([PYTHON, "-c", probe], capture_output=True, check=False).returncode == 0


def compile_languages() -> None:
    sources = sorted((ROOT / "locale").rglob("*.po"))
    stamp, mark = BUILD / "languages.stamp", fingerprint(*sources)
    if stamped(stamp, mark) and all(path.with_suffix(".mo").exists() for path in sources):
        return
    say("Languages: compiling the catalogues")
    django("compile_languages", DEMO="1")  # needs no secret and no database
    write_stamp(stamp, mark)


def collect_static_files() -> None:
    """static/ and build/assets/ together in staticfiles/, with a hash in every name and a compressed copy."""
    stamp = BUILD / "static.stamp"
    mark = fingerprint(ROOT / "static", assets.OUT, ROOT / "requirements.txt", ROOT / "hospital_crm" / "settings.py")
    if stamped(stamp, mark) and (ROOT / "staticfiles" / "staticfiles.json").exists():
        return
    say("Static files: collecting")
    django("collectstatic", "--noinput", "--clear", DEMO="1")
    write_stamp(stamp, mark)


def main(purpose: str) -> None:
    check_folder()
    check_python()
    make_environment()
    requirements = "requirements.txt" if purpose == "run" else "requirements-dev.txt"
    install_requirements(requirements, "Python packages (a minute or two the first time)")
    assets.build(with_tools=purpose != "run")
    compile_languages()
    collect_static_files()


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "run")
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:  # a full disk, a folder that belongs to somebody else
        fail(f"{error.filename or 'This folder'} cannot be used: {error.strerror}.")
