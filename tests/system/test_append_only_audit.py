"""Two roles, made by the very SQL of docs/operations.md: the one that the services use cannot change the audit."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
from psycopg2.errors import InsufficientPrivilege

from tests import services
from tests.system.test_backup_while_working import databases
from tools.steps import ROOT

pytestmark = pytest.mark.system
GUIDE = ROOT / "docs" / "operations.md"
APP, OWNER, PASSWORD = "audit_app", "audit_app_owner", "only-of-this-test"  # roles are the whole server's
HERE, THERE = "audit_here", "audit_there"
NAMES = {"hospital_crm": APP, "hospital_crm_owner": OWNER, "…": PASSWORD}
CHANGES = [
    "UPDATE accounts_auditentry SET verb = 'x'",
    "DELETE FROM accounts_auditentry",
    "TRUNCATE accounts_auditentry",
    "DROP TABLE accounts_auditentry",
    "ALTER TABLE accounts_auditentry RENAME TO gone",
    "ALTER TABLE accounts_auditentry OWNER TO audit_app",
    "CREATE RULE gone AS ON INSERT TO accounts_auditentry DO INSTEAD NOTHING",
    "CREATE TRIGGER gone BEFORE INSERT ON accounts_auditentry EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE TABLE accounts_auditentry_new (id int)",
    "DROP SCHEMA public CASCADE",
    "SET ROLE audit_app_owner",
]


@dataclass(frozen=True)
class Place:
    """A database of that name on the server of the tests, and the folder beside it."""

    name: str
    folder: Path

    def address(self, role: str) -> str:
        parts = urlsplit(services.postgres())
        where = f"{role}:{PASSWORD}@{parts.hostname}:{parts.port}"
        return parts._replace(netloc=where, path=f"/{self.name}").geturl()

    @property
    def address_of_postgres(self) -> str:
        return urlsplit(services.postgres())._replace(path=f"/{self.name}").geturl()

    def manage(self, role: str, *command: str | Path) -> str:
        """What the command says, also where it refuses."""
        environment = {"PATH": os.environ["PATH"], "DEMO": "1", "VAR_DIR": str(self.folder)}
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environment | {"DATABASE_URL": self.address(role)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.stderr or done.stdout

    def ask(self, role: str, query: str) -> Any:
        return _asked(self.address(role), query)

    def as_postgres(self, statements: str) -> Any:
        return _asked(self.address_of_postgres, statements)


def _asked(address: str, statements: str) -> Any:
    """The first value of the answer, if there is one."""
    with closing(psycopg2.connect(address)) as server, server, server.cursor() as cursor:
        cursor.execute(statements)
        found = cursor.fetchone() if cursor.description else None
        return found[0] if found else None


def sql_of_the_guide() -> list[str]:
    """The blocks of SQL in their order, with the names of this test."""
    text = GUIDE.read_text(encoding="utf-8")
    (section,) = re.findall(r"^## Keep the audit append-only\n(.*?)^## ", text, re.MULTILINE | re.DOTALL)
    blocks = re.findall(r"```sql\n(.*?)```", section, re.DOTALL)
    return [re.sub(r"hospital_crm(_owner)?\b|…", lambda found: NAMES[found[0]], block) for block in blocks]


@contextmanager
def roles() -> Iterator[None]:
    """The services' own role; whatever is left of both is gone in the end."""
    with closing(psycopg2.connect(services.postgres())) as server, server.cursor() as cursor:
        server.autocommit = True
        cursor.execute(f"CREATE ROLE {APP} LOGIN PASSWORD '{PASSWORD}'")
        try:
            yield
        finally:
            cursor.execute(f"DROP ROLE IF EXISTS {APP}, {OWNER}")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Place]:
    """Installed and migrated with one role; then the guide's two are made."""
    place = placed(tmp_path, HERE)
    with roles(), databases(HERE, THERE):
        place.as_postgres(f"ALTER DATABASE {HERE} OWNER TO {APP}")
        place.manage(APP, "migrate")
        for block in sql_of_the_guide():
            place.as_postgres(block)
        yield place


@pytest.fixture
def there(here: Place, tmp_path: Path) -> Place:
    """A new one, to restore into."""
    place = placed(tmp_path, THERE)
    place.as_postgres(f"ALTER DATABASE {THERE} OWNER TO {OWNER}")
    place.manage(OWNER, "migrate")
    place.as_postgres(sql_of_the_guide()[1])
    return place


def placed(folder: Path, name: str) -> Place:
    (folder / name).mkdir()
    return Place(name, folder / name)


def assert_the_audit_is_only_added_to(place: Place) -> None:
    for change in CHANGES:
        with pytest.raises(InsufficientPrivilege):
            place.ask(APP, change)
    before = place.ask(APP, "SELECT count(*) FROM accounts_auditentry")
    assert "can sign in once" in place.manage(
        APP, "create_administrator", f"wang.{place.name.replace('_', '.')}", "王敏"
    )
    assert place.ask(APP, "SELECT count(*) FROM accounts_auditentry") == before + 1
    assert place.as_postgres(question_of_the_guide()) is False


def question_of_the_guide() -> str:
    (found,) = re.findall(r'"(SELECT has_table_privilege.*?)"', GUIDE.read_text(encoding="utf-8"))
    return str(found).replace("hospital_crm", APP)


def assert_the_owner_changes_tables(here: Place) -> None:
    assert "No migrations to apply" in here.manage(OWNER, "migrate")
    here.ask(OWNER, "CREATE TABLE of_the_next_version (id bigserial)")
    here.ask(APP, "INSERT INTO of_the_next_version DEFAULT VALUES")
    here.ask(APP, "DELETE FROM of_the_next_version")


def assert_the_owner_restores(here: Place, there: Place, copy: Path) -> None:
    here.manage(APP, "create_administrator", "zhao.qian", "赵倩")
    assert "rows" in here.manage(APP, "backup", copy)
    refusal = there.manage(APP, "restore", copy)
    assert refusal.count("\n") == 1
    assert "permission denied for table" in refusal
    assert "the role that owns the tables, the one that migrates" in refusal
    assert there.ask(APP, "SELECT count(*) FROM accounts_staff") == 0
    assert "restored" in there.manage(OWNER, "restore", copy)
    assert there.ask(APP, "SELECT count(*) FROM accounts_staff WHERE username = 'zhao.qian'") == 1


def test_the_services_only_add_to_the_audit_and_the_owner_migrates_and_restores(
    here: Place, there: Place, tmp_path: Path
) -> None:
    """One test, for the roles are the whole server's."""
    assert_the_audit_is_only_added_to(here)
    assert_the_owner_changes_tables(here)
    assert_the_owner_restores(here, there, tmp_path / "copy.tar.gz")
    assert_the_audit_is_only_added_to(there)
