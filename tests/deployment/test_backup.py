"""A copy of everything: of one moment, complete or not at all, and the same again after it was restored."""

import gzip
import json
import os
import resource
import tarfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
import time_machine
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from accounts.models import Staff
from hospital_crm import backup
from hospital_crm.backup.files import BESIDE, Files
from hospital_crm.backup.rows import kept_models
from hospital_crm.lib import archives
from jobs.models import StoredFile
from jobs.services.files import store_file
from messaging.models import Message
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
    return {model._meta.label: sorted(model._base_manager.values_list(), key=str) for model in kept_models()}


def emptied() -> None:
    with transaction.atomic():  # the keys are checked at its end
        for model in kept_models():
            model._base_manager.all()._raw_delete(connection.alias)


def test_restored_it_is_the_same_row_by_row_and_file_by_file(
    hospital: Staff, settings: Any, tmp_path: Path, now: datetime
) -> None:
    before, copy = everything(), tmp_path / "copy.tar.gz"
    written = backup.write_backup(copy)
    assert copy.stat().st_mode & 0o777 == 0o600  # it holds every number in clear
    emptied()
    settings.MEDIA_ROOT = str(tmp_path / "elsewhere")
    restored = backup.restore_backup(copy, at=now)
    assert everything() == before
    assert restored == written
    assert written.rows["patients.Patient"] == 1
    assert StoredFile.objects.get().content.read() == b"a,b\n"
    assert make.patient("王建军").pk > Patient.objects.earliest("pk").pk  # the next row gets a free key


def test_mail_that_was_due_may_have_been_sent_since_and_is_asked_about(
    hospital: Staff, settings: Any, tmp_path: Path, now: datetime
) -> None:
    """The note of the same words is given."""
    copy, due = tmp_path / "copy.tar.gz", now + timedelta(hours=2)
    Staff.objects.filter(pk=hospital.pk).update(email="alice@example.com")
    make.promise(make.patient("王建军", at=now), owner=Staff.objects.get(pk=hospital.pk), at=now, due_at=due)
    backup.write_backup(copy)
    emptied()
    settings.MEDIA_ROOT = str(tmp_path / "elsewhere")
    with time_machine.travel(due, tick=False):
        call_command("restore", copy)
    mails = {mail.kind: (mail.state, mail.reason) for mail in Message.objects.filter(channel="email")}
    # The other has expired in this very moment, and is withheld for that.
    assert mails == {"promises.due": ("unknown", "restored"), "promises.ahead": ("queued", "")}
    assert set(Message.objects.open().filter(channel="in_app").values_list("kind", flat=True)) == set(mails)


def test_whoever_works_here_already_is_not_overwritten(hospital: Staff, tmp_path: Path) -> None:
    copy = tmp_path / "copy.tar.gz"
    backup.write_backup(copy)
    before = everything()
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", copy)
    assert everything() == before


Parts = dict[str, bytes]
Change = Callable[[Parts], object]
ROWS, FILE = "rows/patients.Patient.jsonl", "files/"
FLIPS = 100


@pytest.fixture
def elsewhere(hospital: Staff, settings: Any, tmp_path: Path) -> Iterator[Path]:
    """A backup, the empty hospital into which it is to go, and nothing in it afterwards."""
    copy = tmp_path / "copy.tar.gz"
    backup.write_backup(copy)
    emptied()
    settings.MEDIA_ROOT = str(tmp_path / "new" / "files")
    yield copy
    assert not Staff.objects.exists()
    assert [path for path in (tmp_path / "new").rglob("*") if path.is_file()] == []


def refused(path: Path) -> str:
    with pytest.raises(CommandError) as error:
        call_command("restore", path)
    assert "\n" not in str(error.value)
    return str(error.value)


def parts_of(path: Path) -> Parts:
    return {name: content.read() for name, content in archives.members(path)}


def written_anew(copy: Path, change: Change) -> Path:
    """With something changed, and digests that know nothing of it."""
    parts, path = parts_of(copy), copy.with_name("anew.tar.gz")
    change(parts)
    with tarfile.open(path, "w:gz") as archive:
        for name, content in parts.items():
            entry = tarfile.TarInfo(name.removesuffix("+"))
            entry.size = len(content)
            archive.addfile(entry, BytesIO(content))
    return path


def sealed_anew(copy: Path, change: Change, **said: Any) -> Path:
    """As somebody would have written it who meant it so."""
    parts, path = parts_of(copy), copy.with_name("anew.tar.gz")
    manifest = json.loads(parts.pop(archives.MANIFEST)) | said
    del parts[archives.SEAL], manifest["digests"]
    change(parts)
    with archives.writing(path) as archive:
        for name, content in parts.items():
            archive.add(name, BytesIO(content), len(content))
        archive.seal(manifest)
    return path


def replaced(name: str, old: bytes, new: bytes) -> Change:
    def change(parts: Parts) -> None:
        found = next(part for part in parts if part.startswith(name))
        assert old in parts[found]
        parts[found] = parts[found].replace(old, new, 1)

    return change


def added(name: str) -> Change:
    return lambda parts: parts.update({name: b"out"})


def without(name: str) -> Change:
    return lambda parts: parts.pop(name)


def test_what_is_cut_off_or_no_backup_is_refused(elsewhere: Path, tmp_path: Path) -> None:
    whole, wrong = elsewhere.read_bytes(), tmp_path / "wrong.tar.gz"
    for content in (whole[: len(whole) // 2], whole[:-1], whole + b"more", b"hello", b"", gzip.compress(b"hello")):
        wrong.write_bytes(content)
        assert "is no complete backup" in refused(wrong)
    refused(tmp_path / "nowhere")


def test_a_bit_that_flipped_is_noticed_or_changes_nothing(elsewhere: Path, tmp_path: Path) -> None:
    """The header of gzip tells a time and a name, and its stream has bits that mean nothing."""
    whole, wrong = elsewhere.read_bytes(), tmp_path / "wrong.tar.gz"
    written, noticed = parts_of(elsewhere), []
    for at in range(0, len(whole), max(1, len(whole) // FLIPS)):
        wrong.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << at % 8)]) + whole[at + 1 :])
        try:
            archives.read_manifest(wrong)
        except archives.Damaged as damaged:
            noticed.append(str(damaged))
        else:
            assert parts_of(wrong) == written, at
    assert len(noticed) > FLIPS * 0.9
    assert "\n" not in "".join(noticed)
    wrong.write_bytes(whole[:-2000] + bytes([whole[-2000] ^ 1]) + whole[-1999:])
    assert "is no complete backup" in refused(wrong)


NOT_AS_WRITTEN: list[tuple[Change, str]] = [
    (replaced(ROWS, "张桂兰".encode(), "张桂花".encode()), ROWS),
    (replaced(FILE, b"a,b", b"a,c"), FILE),
    (replaced(archives.MANIFEST, b'"files": 1', b'"files": 2'), archives.MANIFEST),
    (without(ROWS), ROWS),
    (without(archives.SEAL), "manifest.sha256 is missing"),
    (without(archives.MANIFEST), "manifest.json is missing"),
    (added("files/more"), "files/more"),
    (added(f"{ROWS}+"), "is in it twice"),
]


def test_what_is_not_as_it_was_written_is_refused(elsewhere: Path) -> None:
    for change, about in NOT_AS_WRITTEN:
        said = refused(written_anew(elsewhere, change))
        assert "is no complete backup" in said
        assert about in said


def test_one_of_another_version_is_refused_for_that(elsewhere: Path) -> None:
    for said in ({"format": 1}, {"migrations": ["x.0001"]}, {"migrations": None}):
        path = sealed_anew(elsewhere, dict, **said)
        assert refused(path) == "The backup is of another version: restore it with that one, then migrate."


OF_NOBODY: dict[str, tuple[Change, dict[str, Any]]] = {
    "no rows": (dict, {"rows": None}),
    "unknown table": (dict, {"rows": {"patients.Nobody": 1}}),
    "no number of files": (dict, {"files": "one"}),
    "too few files": (dict, {"files": 2}),
    "no table": (without(ROWS), {}),
    "empty line": (replaced(ROWS, b"\n", b"\n\n"), {}),
    "deep": (replaced(ROWS, b"[", b"[" * 100_000), {}),
    "one column more": (replaced(ROWS, b"[", b"[7, "), {}),
    "no list": (replaced(ROWS, b"[", b"7 #"), {}),
    "no time": (replaced("rows/promises.Promise.jsonl", b'"2026-', b'"then-'), {}),
    "too few rows": (lambda parts: parts.update({ROWS: b""}), {}),
    "out of the folder": (added("files/../../beside.txt"), {"files": 2}),
}


def test_what_no_backup_of_ours_says_is_refused(elsewhere: Path) -> None:
    for name, (change, said) in OF_NOBODY.items():
        assert "is no complete backup" in refused(sealed_anew(elsewhere, change, **said)), name
        assert not Staff.objects.exists(), name


def test_rows_that_hang_loose_are_refused_before_any_file_is_moved(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Files, "take_their_place", lambda files: pytest.fail("moved"))
    rows = json.loads(parts_of(elsewhere)[archives.MANIFEST])["rows"] | {"patients.Patient": 0}
    said = refused(sealed_anew(elsewhere, lambda parts: parts.update({ROWS: b""}), rows=rows))
    assert "cannot be restored" in said


def test_what_is_no_file_is_refused(elsewhere: Path, tmp_path: Path) -> None:
    path = tmp_path / "links.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo("files/link")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(entry)
    assert "'files/link' is no file" in refused(path)


def test_files_are_moved_last_and_back_where_that_fails(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take = Files.take_their_place

    def then_fail(files: Any) -> None:
        take(files)
        assert [path.read_bytes() for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == [b"a,b\n"]
        raise DatabaseError("the server closed the connection\nunexpectedly")

    monkeypatch.setattr(Files, "take_their_place", then_fail)
    assert "cannot be restored: the server closed the connection." in refused(elsewhere)


def test_without_tables_or_database_it_says_so(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(backup, "_applied", list)
        assert refused(elsewhere) == "The database has no tables yet: run migrate first."
    away = Mock(side_effect=OperationalError('database "crm" does not exist\nfor sure'))
    with monkeypatch.context() as patched:
        patched.setattr(backup, "_applied", away)
        assert refused(elsewhere) == f'{elsewhere} cannot be restored: database "crm" does not exist.'


def test_files_of_somebody_are_not_overwritten(hospital: Staff, tmp_path: Path) -> None:
    copy = tmp_path / "copy.tar.gz"
    backup.write_backup(copy)
    emptied()
    assert f"{tmp_path / 'files'} is not empty" in refused(copy)
    assert not Staff.objects.exists()


def test_a_file_that_was_removed_meanwhile_is_told_by_its_absence(
    hospital: Staff, tmp_path: Path, now: datetime
) -> None:
    Path(StoredFile.objects.get().content.path).unlink()
    copy = tmp_path / "copy.tar.gz"
    assert backup.write_backup(copy).files == 0
    emptied()
    assert backup.restore_backup(copy, at=now).files == 0
    assert StoredFile.objects.exists()


def test_what_a_killed_one_left_is_no_obstacle(hospital: Staff, settings: Any, tmp_path: Path) -> None:
    copy, place = tmp_path / "copy.tar.gz", tmp_path / "new"
    backup.write_backup(copy)
    emptied()
    settings.MEDIA_ROOT = str(place)
    (place / BESIDE).mkdir(parents=True)
    (place / BESIDE / "half").write_text("x")
    call_command("restore", copy)
    assert [path.read_bytes() for path in place.rglob("*") if path.is_file()] == [b"a,b\n"]


def test_a_failure_leaves_no_file_behind(hospital: Staff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "add_files", broken)
    with pytest.raises(CommandError, match="No space left"):
        call_command("backup", tmp_path / "copy.tar.gz")
    assert [path.name for path in tmp_path.glob("copy*")] == []


def test_where_no_room_is_left_nothing_stays_of_it(hospital: Staff, tmp_path: Path) -> None:
    """The limit of the process stands for the end of the disk: writing fails for real, whatever wrote."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
    try:
        with pytest.raises(CommandError, match=r"cannot be written: .*too large") as error:
            call_command("backup", tmp_path / "copy.tar.gz")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "\n" not in str(error.value)
    assert [path.name for path in tmp_path.glob("copy*")] == []


def test_what_cannot_be_read_or_written_is_said_in_one_line(
    hospital: Staff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "no folder").touch()
    for nowhere in ("nowhere", "no folder"):
        with pytest.raises(CommandError, match="cannot be written"):
            call_command("backup", tmp_path / nowhere / "copy.tar.gz")
    for error in (OperationalError, InterfaceError):
        monkeypatch.setattr(backup, "add_rows", Mock(side_effect=error("the server is away\nfor good")))
        with pytest.raises(CommandError, match=r"^The database cannot be read: the server is away\.$"):
            call_command("backup", tmp_path / "copy.tar.gz")
        assert [path.name for path in tmp_path.glob("copy*")] == []


def test_it_gets_its_name_when_all_of_it_is_on_the_disk(
    hospital: Staff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, plain = tmp_path / "copy.tar.gz", os.fsync
    kept: list[tuple[str, bool, int]] = []

    def fsync(opened: int) -> None:
        place = Path(os.readlink(f"/proc/self/fd/{opened}"))
        kept.append((place.name, copy.exists(), place.stat().st_size))
        plain(opened)

    monkeypatch.setattr(os, "fsync", fsync)
    call_command("backup", copy)
    assert kept[0] == ("copy.tar.gz.unfinished", False, copy.stat().st_size)
    assert kept[1][:2] == (tmp_path.name, True)


def test_no_open_session_is_in_it(hospital: Staff, tmp_path: Path) -> None:
    make.client_of(hospital)
    copy = tmp_path / "copy.tar.gz"
    backup.write_backup(copy)
    with tarfile.open(copy) as archive:
        assert not [name for name in archive.getnames() if "Session" in name]
