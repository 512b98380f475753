"""A PostgreSQL that keeps its data between runs, and web servers for ours and for the floor."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psycopg2

from tests import services
from tools.children import tied
from tools.steps import BUILD, ROOT, say

FOLDER = BUILD / "bench"
# As docs/operations.md advises for a machine of its own; whatever is written is written for good.
SETTINGS = (
    "shared_buffers=2GB",
    "work_mem=32MB",
    "maintenance_work_mem=512MB",
    "max_wal_size=8GB",
    "random_page_cost=1.1",
    "jit=off",
    "max_connections=50",
    f"listen_addresses={services.HOST}",
)
STARTING_SECONDS = 60


def postgres() -> str:
    """The address of the server, without the name of a database; it ends with this process."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for parent in (FOLDER, *FOLDER.parents):
        if os.geteuid() == 0 and not parent.stat().st_mode & 0o001:
            sys.exit(f"✗ {parent} is closed to other users, and PostgreSQL does not run as root: work elsewhere.")
    user = services.unprivileged(FOLDER)
    programs = services.runnable(services.postgres_programs(), FOLDER, user)
    if not (FOLDER / "data").exists():
        say("Benchmark: making a PostgreSQL")
        settings = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        if services.start([f"{programs}/initdb", "-D", "data", *settings], FOLDER, user).wait() != 0:
            raise RuntimeError(f"initdb failed: {services.words(FOLDER)}")
    (FOLDER / "log").unlink(missing_ok=True)
    port = services.free_port()
    options = [part for setting in SETTINGS for part in ("-c", setting)]
    command = [f"{programs}/postgres", "-D", "data", "-k", str(FOLDER), "-p", str(port), *options]
    services.serve(command, FOLDER, user, signal.SIGINT)
    return f"postgres://postgres@{services.HOST}:{port}"


def connect(address: str, name: str) -> psycopg2.extensions.connection:
    connection = psycopg2.connect(f"{address}/{name}")
    connection.autocommit = True
    return connection


def has_database(address: str, name: str) -> bool:
    with closing(connect(address, "postgres")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def rename_database(address: str, old: str, new: str) -> None:
    with closing(connect(address, "postgres")) as connection, connection.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{old}" RENAME TO "{new}"')


def note(address: str, name: str, words: str) -> None:
    """What is to be known about a database in later runs."""
    with closing(connect(address, "postgres")) as connection, connection.cursor() as cursor:
        cursor.execute(f'COMMENT ON DATABASE "{name}" IS %s', [words])


def noted(address: str, name: str) -> str:
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    with closing(connect(address, "postgres")) as connection, connection.cursor() as cursor:
        cursor.execute(query, [name])
        found = cursor.fetchone()
        return str(found[0]) if found and found[0] else ""


def copy_database(address: str, name: str, copy: str) -> None:
    drop_database(address, copy)
    with closing(connect(address, "postgres")) as connection, connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')


def drop_database(address: str, name: str) -> None:
    with closing(connect(address, "postgres")) as connection, connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def new_database(address: str, name: str) -> None:
    drop_database(address, name)
    with closing(connect(address, "postgres")) as connection, connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')


def web(application: str, environment: dict[str, str]) -> int:
    """The product's web server, one worker of it, with the application; its port."""
    port = services.free_port()
    command = [sys.executable, "-m", "granian", application, "--interface=wsgi", "--no-ws", "--workers=1"]
    command += [f"--host={services.HOST}", f"--port={port}", "--blocking-threads=1", "--log-level=warning"]
    log = (FOLDER / f"{application.partition(':')[0]}.log").open("wb")
    subprocess.Popen(
        tied(command, signal.SIGTERM),
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=log,
        stderr=log,
    )
    end = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex((services.HOST, port)) == 0:
                return port
        time.sleep(0.1)
    raise RuntimeError(f"{application} did not start: {Path(log.name).read_text()[-2000:]}")
