"""A copy of everything: of one moment, complete or not at all, and the same again after it was restored."""

import json
import tarfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.models import Staff
from hospital_crm import backup
from jobs.models import StoredFile
from jobs.services.files import store_file
from patients.models import Patient
from tests import make

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def hospital(settings: Any, tmp_path: Path, now: datetime) -> Staff:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    place = make.department("白内障科", "Cataract")
    alice = make.staff("alice", "consultant", department=place, second_factor=True)
    make.team("夜班", alice)
    patient = make.patient("张桂兰", "13800001234", at=now)
    promise = make.promise(patient, owner=alice, at=now)
    promise.excluded.add(make.staff("bob", "doctor"))
    make.call(alice, patient, at=now)
    kinds = frozenset({StoredFile.Kind.CSV})
    store_file(name="a.csv", content=ContentFile(b"a,b\n", "a.csv"), kinds=kinds, actor=alice.actor, at=now)
    return alice


def everything() -> dict[str, list[Any]]:
    return {model._meta.label: sorted(model._base_manager.values_list(), key=str) for model in backup._models()}


def emptied() -> None:
    with transaction.atomic():  # the keys are checked at its end
        for model in backup._models():
            model._base_manager.all()._raw_delete(connection.alias)


def test_restored_it_is_the_same_row_by_row_and_file_by_file(hospital: Staff, settings: Any, tmp_path: Path) -> None:
    before, copy = everything(), tmp_path / "copy.tar.gz"
    written = backup.write_backup(copy)
    emptied()
    settings.MEDIA_ROOT = str(tmp_path / "elsewhere")
    restored = backup.restore_backup(copy)
    assert everything() == before
    assert restored == written
    assert written.rows["patients.Patient"] == 1
    assert StoredFile.objects.get().content.read() == b"a,b\n"
    assert make.patient("王建军").pk > Patient.objects.earliest("pk").pk  # the next row gets a free key


def test_whoever_works_here_already_is_not_overwritten(hospital: Staff, tmp_path: Path) -> None:
    copy = tmp_path / "copy.tar.gz"
    backup.write_backup(copy)
    before = everything()
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", copy)
    assert everything() == before


def test_one_that_is_cut_off_or_of_another_version_changes_nothing(hospital: Staff, tmp_path: Path) -> None:
    copy = tmp_path / "copy.tar.gz"
    backup.write_backup(copy)
    emptied()
    cut, other, no_backup = tmp_path / "cut.tar.gz", tmp_path / "other.tar.gz", tmp_path / "none"
    cut.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
    no_backup.write_text("hello")
    with tarfile.open(other, "w:gz") as archive:
        backup._add_text(archive, backup.MANIFEST, json.dumps({"format": 1, "migrations": ["x.0001"], "rows": {}}))
    for wrong in (cut, other, no_backup):
        with pytest.raises(CommandError):
            call_command("restore", wrong)
    assert not Staff.objects.exists()


def test_no_file_leads_out_of_the_folder_of_files(hospital: Staff, settings: Any, tmp_path: Path) -> None:
    copy, forged = tmp_path / "copy.tar.gz", tmp_path / "forged.tar.gz"
    backup.write_backup(copy)
    with tarfile.open(copy) as source, tarfile.open(forged, "w:gz") as archive:
        for member in source.getmembers():
            archive.addfile(member, source.extractfile(member))
        backup._add_text(archive, "files/../../beside.txt", "out")
    emptied()
    settings.MEDIA_ROOT = str(tmp_path / "new" / "files")
    with pytest.raises(CommandError, match="no complete backup"):
        call_command("restore", forged)
    assert not list(tmp_path.rglob("beside.txt"))
    assert not Staff.objects.exists()


def test_a_failure_leaves_no_file_behind(hospital: Staff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "_add_files", broken)
    with pytest.raises(CommandError, match="No space left"):
        call_command("backup", tmp_path / "copy.tar.gz")
    assert [path.name for path in tmp_path.glob("copy*")] == []


def test_no_open_session_is_in_it(hospital: Staff, tmp_path: Path) -> None:
    make.client_of(hospital)
    copy = tmp_path / "copy.tar.gz"
    backup.write_backup(copy)
    with tarfile.open(copy) as archive:
        assert not [name for name in archive.getnames() if "Session" in name]
