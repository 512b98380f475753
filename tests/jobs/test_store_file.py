"""Store a file: its kind by ending and by content, its size by the hospital's limit, its place under a name of ours."""

import hashlib
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from accounts.models import AuditEntry, Staff
from institution.models import Setting
from institution.services.settings import change_setting
from jobs.models import StoredFile
from jobs.services.files import FileEmpty, FileKindRefused, FileTooLarge, store_file

ALL = frozenset(StoredFile.Kind)
PDF = b"%PDF-1.7\n"
PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff\xe0"
XLSX = b"PK\x03\x04"


def store(name: str, content: bytes, *, by: Staff, at: datetime, **more: Any) -> StoredFile:
    more = {"kinds": ALL} | more
    return store_file(name=name, content=ContentFile(content), actor=by.actor, at=at, **more)


def stored_content(file: StoredFile) -> bytes:
    with file.content.open("rb") as content:
        return bytes(content.read())


def test_keeps_content_size_checksum_and_who_brought_it(alice: Staff, now: datetime) -> None:
    row = StoredFile.objects.get(pk=store("名单.csv", "姓名\n王芳\n".encode(), by=alice, at=now).pk)
    content = stored_content(row)
    assert content == "姓名\n王芳\n".encode()
    assert (row.name, row.kind, row.size) == ("名单.csv", "csv", len(content))
    assert row.sha256 == hashlib.sha256(content).hexdigest()
    assert (row.stored_by, row.stored_at) == (alice.actor, now)
    assert AuditEntry.objects.about(row).get().verb == "file.stored"


def test_lies_below_the_files_folder_under_a_name_of_ours(alice: Staff, now: datetime) -> None:
    row = store("../../etc/名单.csv", b"a", by=alice, at=now)
    place = Path(row.content.path)
    assert place.is_relative_to(settings.MEDIA_ROOT)
    assert place.name == f"{row.sha256[:16]}.csv"


def test_same_content_twice_is_kept_twice(alice: Staff, now: datetime) -> None:
    first, second = (store("a.csv", b"a,b", by=alice, at=now) for _ in range(2))
    assert first.content.name != second.content.name
    assert stored_content(first) == stored_content(second) == b"a,b"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("/etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\li\\名单.csv", "名单.csv"),
        ("../../up.csv", "up.csv"),
        ("x" * 200 + ".csv", "x" * 116 + ".csv"),
    ],
)
def test_only_the_last_part_of_a_name_is_kept(alice: Staff, now: datetime, name: str, kept: str) -> None:
    assert store(name, b"a", by=alice, at=now).name == kept


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.csv", b"a,b", "csv"),
        ("a.CSV", "姓名".encode("gb18030"), "csv"),
        ("a.pdf", PDF, "pdf"),
        ("a.png", PNG, "png"),
        ("a.jpg", JPEG, "jpeg"),
        ("a.jpeg", JPEG, "jpeg"),
        ("a.xlsx", XLSX, "xlsx"),
    ],
)
def test_kind_is_what_ending_and_content_agree_on(
    alice: Staff, now: datetime, name: str, content: bytes, kind: str
) -> None:
    assert store(name, content, by=alice, at=now).kind == kind


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.pdf", b"<html><script>alert(1)</script>"),
        ("page.html", b"<html>"),
        ("a.svg", b"<svg onload='alert(1)'/>"),
        ("a.pdf.exe", PDF),
        ("a", PDF),
        ("a.", PDF),
        (".pdf", PDF),
        ("", b"a"),
        ("a.png", JPEG),
        ("a.csv", XLSX),
        ("a.csv", PDF),
        ("a.csv", b"text with \0"),
        ("a.pdf", b" " + PDF),
    ],
)
def test_another_kind_or_a_disguise_is_refused_and_nothing_stays(
    alice: Staff, now: datetime, name: str, content: bytes
) -> None:
    with pytest.raises(FileKindRefused):
        store(name, content, by=alice, at=now)
    assert not StoredFile.objects.exists()
    assert list(Path(settings.MEDIA_ROOT).rglob("*")) == []


def test_a_kind_that_is_not_asked_for_is_refused(alice: Staff, now: datetime) -> None:
    with pytest.raises(FileKindRefused):
        store("a.pdf", PDF, by=alice, at=now, kinds=frozenset({StoredFile.Kind.CSV}))


def test_an_empty_file_is_refused(alice: Staff, now: datetime) -> None:
    with pytest.raises(FileEmpty):
        store("a.csv", b"", by=alice, at=now)


def test_the_largest_size_is_the_hospitals_choice(alice: Staff, frank: Staff, now: datetime) -> None:
    setting = Setting.objects.get(key="files.largest_megabytes")
    change_setting(setting=setting, value=Decimal(1), version=1, actor=frank.actor, at=now)
    most = b"a" * 1024 * 1024
    assert store("most.csv", most, by=alice, at=now).size == len(most)
    with pytest.raises(FileTooLarge):
        store("more.csv", most + b"a", by=alice, at=now)
    assert StoredFile.objects.count() == 1


def test_what_the_hospitals_own_jobs_write_has_no_limit(alice: Staff, frank: Staff, now: datetime) -> None:
    setting = Setting.objects.get(key="files.largest_megabytes")
    change_setting(setting=setting, value=Decimal(1), version=1, actor=frank.actor, at=now)
    content = b"a" * (1024 * 1024 + 1)
    assert store("export.csv", content, by=alice, at=now, is_upload=False).size == len(content)
