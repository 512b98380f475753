"""A wrong setting is one clear line that says what is wrong and what would be right."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from hospital_crm.lib import deployment
from tools.steps import ROOT

STRONG = "k9" * 20 + "0123456789"


def env_of(**variables: str) -> environ.Env:
    env = environ.Env()
    env.ENVIRON = variables
    return env


def refusal(read: Callable[[], object]) -> str:
    """The one line with which the value is refused."""
    with pytest.raises(ImproperlyConfigured) as refused:
        read()
    line = str(refused.value)
    assert "\n" not in line
    assert line.endswith(".")
    return line


# ── Yes and no, numbers, time zone ───────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", True), ("TRUE", True), (" on ", True), ("0", False), ("no", False), ("off", False), ("", True)],
)
def test_yes_and_no_are_understood(text: str, expected: bool) -> None:
    assert deployment.flag(env_of(DEMO=text), "DEMO", default=True) is expected


def test_what_is_not_set_is_the_default() -> None:
    assert deployment.flag(env_of(), "DEMO", default=False) is False
    assert deployment.number(env_of(), "IDLE_MINUTES", default=15, lowest=1) == 15
    assert deployment.time_zone(env_of()) == "Asia/Shanghai"


@pytest.mark.parametrize("text", ["maybe", "2", "ja"])
def test_neither_yes_nor_no_is_refused(text: str) -> None:
    line = refusal(lambda: deployment.flag(env_of(DEMO=text), "DEMO", default=False))
    assert line == f"DEMO={text} is neither yes nor no: use 1 or 0."


@pytest.mark.parametrize("text", ["abc", "0", "-5", "1.5", "", "１５", "²", "9" * 30, "9" * 5000])
def test_a_number_that_is_none_or_out_of_reach_is_refused(text: str) -> None:
    line = refusal(lambda: deployment.number(env_of(IDLE_MINUTES=text), "IDLE_MINUTES", default=15, lowest=1))
    assert line == f"IDLE_MINUTES={text} must be a whole number from 1 to 1000000."


@pytest.mark.parametrize("text", ["1", "1000000"])
def test_the_bounds_of_a_number_are_allowed(text: str) -> None:
    assert deployment.number(env_of(IDLE_MINUTES=text), "IDLE_MINUTES", default=15, lowest=1) == int(text)


@pytest.mark.parametrize("name", ["Asia/Nowhere", "China", "+08:00", "../etc/passwd", ""])
def test_an_unknown_time_zone_is_refused(name: str) -> None:
    assert "use a name such as Asia/Shanghai" in refusal(lambda: deployment.time_zone(env_of(TIME_ZONE=name)))


# ── Secret and hosts ─────────────────────────────────────────────────────────


def secret(folder: Path, key: str, *, demo: bool = False) -> str:
    return deployment.secret_key(env_of(SECRET_KEY=key), demo=demo, folder=folder)


def test_a_strong_secret_is_taken(tmp_path: Path) -> None:
    assert secret(tmp_path, STRONG) == STRONG


@pytest.mark.parametrize("key", ["short", "x" * 80, STRONG[:-1], "django-insecure-" + STRONG])
def test_a_weak_secret_is_refused_and_never_repeated(tmp_path: Path, key: str) -> None:
    line = refusal(lambda: secret(tmp_path, key))
    assert "SECRET_KEY is weak" in line
    assert key not in line


def test_a_missing_secret_is_refused_outside_demo_mode(tmp_path: Path) -> None:
    assert "SECRET_KEY is missing" in refusal(lambda: secret(tmp_path, ""))


def test_the_demo_makes_its_secret_once_for_its_owner_only(tmp_path: Path) -> None:
    first, again = (secret(tmp_path, "", demo=True) for _ in range(2))
    assert first == again
    assert len(first) >= 50
    (kept,) = tmp_path.iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert secret(tmp_path / "..", "chosen", demo=True) == "chosen"


def test_hosts_are_required_outside_demo_mode() -> None:
    assert deployment.allowed_hosts(env_of(ALLOWED_HOSTS="a.example,b.example"), demo=False) == [
        "a.example",
        "b.example",
    ]
    assert "ALLOWED_HOSTS is missing" in refusal(lambda: deployment.allowed_hosts(env_of(), demo=False))
    assert deployment.allowed_hosts(env_of(), demo=True) == ["127.0.0.1", "localhost", "[::1]"]


# ── Folder, database, broker ─────────────────────────────────────────────────


def test_the_folder_is_made(tmp_path: Path) -> None:
    assert deployment.writable_folder(tmp_path / "a" / "b").is_dir()


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / name
    assert refusal(lambda: deployment.writable_folder(folder)).startswith(f"VAR_DIR={folder} cannot be made: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    assert "is not writable" in refusal(lambda: deployment.writable_folder(tmp_path))


def database(folder: Path, url: str) -> dict[str, Any]:
    return deployment.database(env_of(DATABASE_URL=url), folder)


def test_without_an_address_the_database_is_a_file_that_several_processes_may_write(tmp_path: Path) -> None:
    settings = deployment.database(env_of(), tmp_path)
    assert (settings["ENGINE"], settings["NAME"]) == (
        "django.db.backends.sqlite3",
        str(tmp_path / "hospital_crm.sqlite3"),
    )
    assert settings["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in settings["OPTIONS"]["init_command"]


def test_an_address_names_a_postgresql_database(tmp_path: Path) -> None:
    settings = database(tmp_path, "postgres://crm:p%40ss@db.example:5433/crm")
    named = {name: settings[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")}
    assert named == {"USER": "crm", "PASSWORD": "p@ss", "HOST": "db.example", "PORT": 5433, "NAME": "crm"}
    assert settings["CONN_HEALTH_CHECKS"] is True


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "must look like postgres://"),
        ("crm.sqlite3", "must look like postgres://"),
        ("sqlite", "must look like postgres://"),
        ("mysql://u:p@h/db", "must look like postgres://"),
        ("postgres://u:p@h", "names no database"),
        ("postgres://u:p@h:port/db", "cannot be read"),
        ("postgres://u:pa/ss@h/db", "cannot be read"),
        ("postgres://u:p@[::1/db", "cannot be read"),
        ("sqlite:////nowhere/at/all.sqlite3", "the folder /nowhere/at is missing or not writable"),
    ],
)
def test_a_wrong_database_address_is_refused(tmp_path: Path, url: str, words: str) -> None:
    line = refusal(lambda: database(tmp_path, url))
    assert line.startswith("DATABASE_URL")
    assert words in line


def test_a_refused_database_address_does_not_show_its_password(tmp_path: Path) -> None:
    assert "tiger7" not in refusal(lambda: database(tmp_path, "postgres://scott:tiger7/x@h/db"))


def broker(folder: Path, url: str) -> tuple[str, dict[str, Any]]:
    return deployment.broker(env_of(REDIS_URL=url), folder)


def test_without_an_address_the_broker_is_a_folder(tmp_path: Path) -> None:
    url, options = broker(tmp_path, "")
    assert url.startswith("files:")
    assert options["data_folder_in"] == options["data_folder_out"]
    assert all(Path(folder).is_dir() and Path(folder).is_relative_to(tmp_path) for folder in options.values())


@pytest.mark.parametrize("url", ["redis://h", "redis://h:6379/0", "rediss://:pass@h:6380/12", "redis://[::1]:6379/"])
def test_an_address_names_a_redis_server(tmp_path: Path, url: str) -> None:
    assert broker(tmp_path, url)[0] == url


@pytest.mark.parametrize(
    "url",
    ["redis", "redis://", "http://h:6379/0", "redis:h", "redis://h:port/0", "redis://h:6379/jobs", "redis://:6379/0"],
)
def test_a_wrong_broker_address_is_refused(tmp_path: Path, url: str) -> None:
    assert refusal(lambda: broker(tmp_path, url)) == "REDIS_URL must look like redis://host:6379/0."


def test_a_folder_of_the_broker_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broker").touch()
    assert "cannot be made" in refusal(lambda: broker(tmp_path, ""))


# ── As the operator sees it ──────────────────────────────────────────────────


def check(folder: Path, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`manage.py check` in a process of its own with nothing but these variables."""
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder)} | variables
    command = [sys.executable, "-W", "default", "manage.py", "check", *options]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.system
def test_a_wrong_setting_ends_the_command_with_one_line_and_no_traceback(tmp_path: Path) -> None:
    ended = check(tmp_path, SECRET_KEY=STRONG, ALLOWED_HOSTS="h", IDLE_MINUTES="abc")
    assert ended.returncode == 1
    assert (ended.stdout, ended.stderr) == (
        "",
        "Hospital CRM: IDLE_MINUTES=abc must be a whole number from 1 to 1000000.\n",
    )


@pytest.mark.system
def test_production_settings_pass_every_check_of_a_deployment(tmp_path: Path) -> None:
    ended = check(tmp_path, "--deploy", "--fail-level", "DEBUG", SECRET_KEY=STRONG, ALLOWED_HOSTS="crm.example")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == "System check identified no issues (0 silenced).\n"
