"""A backup while somebody writes: restored into an empty database, all rows are of one moment and none hangs loose."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from tests import services
from tests.faults.hospital import Ward, wait_for
from tests.system.test_real_worker import end_group
from tools.children import tied
from tools.steps import ROOT

pytestmark = pytest.mark.system
BEFORE = 20  # patients who are there when the backup begins
# Rows that belong together, in tables from the first to the last that is copied: each transaction writes all of them.
WRITE = """
import django; django.setup()
from datetime import timedelta
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from accounts.models import Staff
from accounts.services.actors import system_actor
from accounts.services.staff import create_staff
from hospital_crm.lib.phones import read_phone
from patients.services.patients import NewPhone, register_patient
from promises.models import Promise
from promises.services.promises import make_promise

call_command("migrate", verbosity=0)
actor, at = system_actor("tests"), timezone.now()
line = create_staff(username="line", display_name="陈敏", roles=["consultant"], password="correct-horse-9", actor=actor,
                    at=at)
for number in range(1, 10_000):
    with transaction.atomic():
        Staff.objects.filter(pk=line.pk).update(display_name_en=str(number))
        phones = [NewPhone(read_phone(f"1380000{number:04}"))]
        patient = register_patient(values={"name": f"患者{number}"}, phones=phones, actor=actor, at=at)
        make_promise(target=patient, kind=Promise.Kind.RING_BACK, due_at=at + timedelta(hours=2), owner=line,
                     actor=actor, at=at)
    print(number, flush=True)
"""
# Between any two tables the other process commits once more, or the backup stands in its way.
BACK_UP = """
import django; django.setup()
import sys, time
from pathlib import Path
from django.core.management import call_command
from hospital_crm import backup

told, copy = Path(r"{told}"), Path(r"{copy}")
add_rows = backup.add_rows

def add_rows_later(archive, model):
    before, end = told.stat().st_size, time.monotonic() + 30
    while told.stat().st_size == before:
        assert time.monotonic() < end, "nobody could write"
        time.sleep(0.005)
    return add_rows(archive, model)

backup.add_rows = add_rows_later
call_command("backup", copy)
"""
RESTORE = """
import django; django.setup()
import json
from pathlib import Path
from django.apps import apps
from django.core.management import call_command
from django.db import connection

call_command("migrate", verbosity=0)
call_command("restore", r"{copy}")
connection.check_constraints()
names = {{"patients.Patient": "name", "patients.Phone": "patient__name", "promises.Promise": "patient__name",
         "promises.PromiseEvent": "promise__patient__name", "patients.AccessGrant": "patient__name",
         "patients.TimelineEntry": "patient__name", "messaging.Message": "about_patient__name"}}
found = {{label: sorted(set(apps.get_model(label).objects.values_list(name, flat=True)))
          for label, name in names.items()}}
found["last"] = apps.get_model("accounts.Staff").objects.get(username="line").display_name_en
Path(r"{found}").write_text(json.dumps(found))
"""


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def wards(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Ward, Ward]]:
    """One where people work, and an empty one."""
    folders = [tmp_path / name for name in ("here", "there")]
    for folder in folders:
        folder.mkdir()
    if request.param == "SQLite":
        yield Ward(folders[0]), Ward(folders[1])
        return
    with databases("backup_here", "backup_there") as (here, there):
        yield Ward(folders[0], database=here), Ward(folders[1], database=there)


@contextmanager
def databases(*names: str) -> Iterator[list[str]]:
    """Their addresses, on the server of the tests."""
    server = services.postgres()
    with closing(psycopg2.connect(server)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for name in names:
            cursor.execute(f'CREATE DATABASE "{name}"')
        try:
            yield [urlsplit(server)._replace(path=f"/{name}").geturl() for name in names]
        finally:
            for name in names:
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def somebody_writes(ward: Ward, told: Path) -> Iterator[None]:
    with told.open("wb") as words:
        process = subprocess.Popen(
            tied([sys.executable, "-c", WRITE]), cwd=ROOT, env=ward.environment, stdout=words, start_new_session=True
        )
    try:
        yield
    finally:
        end_group(process)


def test_all_rows_are_of_one_moment(wards: tuple[Ward, Ward], tmp_path: Path) -> None:
    here, there = wards
    told, copy, result = tmp_path / "told", tmp_path / "copy.tar.gz", tmp_path / "found"
    with somebody_writes(here, told):
        wait_for(lambda: len(told.read_text().split()) >= BEFORE, here)
        here.run(BACK_UP.format(told=told, copy=copy))
        after = int(told.read_text().split()[-1])
    there.run(RESTORE.format(copy=copy, found=result))
    found = json.loads(result.read_text(encoding="utf-8"))
    last = int(found.pop("last"))
    assert BEFORE <= last < after - 20  # people went on all the while
    everybody = sorted(f"患者{number}" for number in range(1, last + 1))
    assert {label for label, names in found.items() if names != everybody} == set()
