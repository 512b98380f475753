"""From SQLite into PostgreSQL and back: the same rows, the same files, and the next row gets a free key."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from hospital_crm.lib import archives
from tests.faults.hospital import Ward
from tests.system.test_backup_while_working import databases

pytestmark = pytest.mark.system
# Values that two databases may keep differently, beside the demo hospital: signs, times to the microsecond, lists.
FILL = """
import django; django.setup()
from datetime import UTC, datetime
from uuid import uuid4
from django.core.files.base import ContentFile
from django.core.management import call_command
from accounts.models import Staff
from consult.services.drafts import keep_draft
from institution.models import Setting
from jobs.models import StoredFile
from jobs.services.files import store_file
from patients.services.patients import register_patient

call_command("migrate", verbosity=0)
call_command("seed_demo", patients=20, verbosity=0)
line, at = Staff.objects.get(username="line"), datetime(2026, 3, 12, 2, 24, 0, 1, tzinfo=UTC)
keep_draft(key=uuid4(), content={"z": [], "a": ["", "1.10", '"', "\\u0000", "é𠮷"]}, staff=line, at=at)
for name in ("𠮷野 é", "o'Brien \\\\N \\t%s\\n\\"", "ﬁ İ ß"):
    register_patient(values={"name": name}, phones=[], actor=line.actor, at=at)
store_file(name="表.csv", content=ContentFile("甲,乙\\n".encode(), "a.csv"), kinds=frozenset({StoredFile.Kind.CSV}),
           actor=line.actor, at=at)
Setting.objects.filter(key="messaging.first_retry_seconds").update(value="60.1")
"""
BACK_UP = """
import django; django.setup()
from django.core.management import call_command
call_command("backup", r"{copy}")
"""
RESTORE = """
import django; django.setup()
from django.core.management import CommandError, call_command
try:
    call_command("restore", r"{copy}")
except CommandError as error:
    assert str(error) == "The database has no tables yet: run migrate first.", error
else:
    raise AssertionError("restored into nothing")
call_command("migrate", verbosity=0)
call_command("restore", r"{copy}")
"""
# The keys that PostgreSQL would give next, table by table (SQLite counts from the highest there is), and a real act.
GO_ON = """
import django; django.setup()
from datetime import timedelta
from django.db import connection
from django.db.models import AutoField, Max
from django.utils import timezone
from accounts.models import Staff
from hospital_crm.backup.rows import kept_models
from patients.models import Patient
from patients.services.patients import register_patient
from promises.models import Promise
from promises.services.promises import make_promise

counted = [model for model in kept_models() if isinstance(model._meta.pk, AutoField)]
with connection.cursor() as cursor:
    for model in counted if connection.vendor == "postgresql" else ():
        table, key = model._meta.db_table, model._meta.pk.column
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, %s))", [f'"{table}"', key])
        assert cursor.fetchone()[0] > (model._base_manager.aggregate(last=Max("pk"))["last"] or 0), table
assert len(counted) > 30
line, at = Staff.objects.get(username="line"), timezone.now()
last = [model.objects.latest("pk").pk for model in (Patient, Promise)]
patient = register_patient(values={"name": "王建军"}, phones=[], actor=line.actor, at=at)
promise = make_promise(target=patient, kind=Promise.Kind.RING_BACK, due_at=at + timedelta(hours=2), owner=line,
                       actor=line.actor, at=at)
assert patient.pk > last[0] and promise.pk > last[1], last
"""


@pytest.fixture(params=["from SQLite", "from PostgreSQL"])
def wards(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Ward, Ward]]:
    """One with a demo hospital, and an empty one on the other database."""
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    with databases(f"backup_{request.param.split()[1].lower()}") as (address,):  # both may run at the same time
        addresses = ("", address) if request.param == "from SQLite" else (address, "")
        here, there = (
            Ward(tmp_path / name, database=at) for name, at in zip(("here", "there"), addresses, strict=True)
        )
        yield here, there


Held = dict[str, Counter[str]]


def held_by(copy: Path) -> Held:
    """What is in each part: the rows of a table as they would be read, in no order; a file as it is."""
    held: Held = {}
    for name, content in archives.members(copy):
        if name.startswith("rows/"):
            held[name] = Counter(json.dumps(json.loads(line), sort_keys=True) for line in content)
        elif name.startswith("files/"):
            held[name] = Counter([content.read().hex()])
    return held


def test_what_was_restored_on_the_other_database_is_the_same(wards: tuple[Ward, Ward], tmp_path: Path) -> None:
    here, there = wards
    first, second = tmp_path / "first.tar.gz", tmp_path / "second.tar.gz"
    here.run(FILL)
    here.run(BACK_UP.format(copy=first))
    there.run(RESTORE.format(copy=first))
    there.run(BACK_UP.format(copy=second))
    before, after = held_by(first), held_by(second)
    assert {name for name in before if before[name] != after.get(name)} == set()
    assert before.keys() == after.keys()
    assert sum(map(len, before.values())) > 500
    there.run(GO_ON)
