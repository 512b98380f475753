"""A database in which Chinese cannot be searched is refused; one that cannot be reached is said in one line."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connections
from pytest_django import DjangoDbBlocker

from hospital_crm.lib import deployment
from tests import services
from tests.deployment.test_settings import STRONG, env_of
from tools.steps import ROOT

pytestmark = pytest.mark.system  # it starts PostgreSQL
REFUSED = "(hospital_crm.E002) The database was made with LC_CTYPE={}, in which Chinese cannot be searched."


@pytest.fixture(scope="module")
def without_chinese() -> str:
    return made_with("C")


def made_with(ctype: str) -> str:
    """The address of an empty database on this run's private server, made with this LC_CTYPE."""
    address, name = services.postgres(), f"made_with_{ctype}_{os.getpid()}".lower()
    connection = psycopg2.connect(address)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} LC_COLLATE 'C' LC_CTYPE '{ctype}' TEMPLATE template0")
        # A new server writes C for POSIX; one whose cluster was made under LC_ALL=POSIX does not.
        cursor.execute("UPDATE pg_database SET datctype = %s WHERE datname = %s", [ctype, name])
    connection.close()
    return f"{address.rpartition('/')[0]}/{name}"


@contextmanager
def named_other(address: str, folder: Path) -> Iterator[None]:
    """The database is known to Django as "other"."""
    settings = deployment.database(env_of(DATABASE_URL=address), folder)
    known = connections.configure_settings({"default": {}, "other": settings})
    connections.settings["other"] = known["other"]
    try:
        yield
    finally:
        connections["other"].close()
        del connections["other"], connections.settings["other"]


def check(address: str, folder: Path, blocker: DjangoDbBlocker) -> list[str]:
    """The lines with which the database is refused."""
    with blocker.unblock(), named_other(address, folder):
        try:
            call_command("check", databases=["other"], stdout=io.StringIO())
        except SystemCheckError as error:
            return [line for line in str(error).splitlines() if "hospital_crm." in line or "HINT" in line]
    return []


def test_lc_ctype_c_is_refused_with_what_would_be_right(
    without_chinese: str, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    what, hint = check(without_chinese, tmp_path, django_db_blocker)
    assert what == f"?: {REFUSED.format('C')}"
    assert "HINT: Make it with LC_CTYPE 'C.UTF-8'" in hint


def test_lc_ctype_posix_is_refused_too(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    """The same by another name."""
    what, _hint = check(made_with("POSIX"), tmp_path, django_db_blocker)
    assert what == f"?: {REFUSED.format('POSIX')}"


def test_lc_ctype_with_chinese_passes(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    assert check(services.postgres(), tmp_path, django_db_blocker) == []


def test_sqlite_passes(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    assert check(f"sqlite:///{tmp_path}/a.sqlite3", tmp_path, django_db_blocker) == []


def test_a_server_that_does_not_answer_is_said_in_one_line(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    (line,) = check("postgres://nobody@127.0.0.1:1/none", tmp_path, django_db_blocker)
    assert line.startswith("?: (hospital_crm.E001) The database cannot be reached: ")
    assert "Connection refused" in line


def test_migrate_refuses_it_too_and_makes_no_table(without_chinese: str, tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "DATABASE_URL": without_chinese}
    environment |= {"SECRET_KEY": STRONG, "ALLOWED_HOSTS": "crm.example"}
    command = [sys.executable, "manage.py", "migrate"]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.count(REFUSED.format("C")) == 1
    assert "Traceback" not in ended.stderr
    assert tables_of(without_chinese) == 0


def tables_of(address: str) -> int:
    connection = psycopg2.connect(address)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'")
        (count,) = cursor.fetchone() or (0,)
    connection.close()
    return int(count)
