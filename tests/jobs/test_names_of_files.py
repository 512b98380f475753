"""Whatever a browser calls a file: it lies under a name of ours, and goes out under its own, which no header breaks."""

import json
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import FileResponse
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from accounts.models import Staff
from jobs.models import StoredFile
from jobs.services.files import store_file
from tests.accounts.test_bad_input import LEFT_OUT

TWO_LINES, QUOTED = "a\r\nSet-Cookie: x=1", 'a"; filename="b.exe'


@pytest.fixture
def names(samples: Path) -> list[str]:
    """Every third of the list, and what it leaves out."""
    strings: list[str] = json.loads((samples / "naughty" / "blns.json").read_text(encoding="utf-8"))
    return [*strings[::3], *LEFT_OUT, TWO_LINES, QUOTED, "..", "../../x", "C:\\a\\b", "CON", "."]


def received(name: str) -> list[Any]:
    """As the product reads it from a form that no browser would send; nothing where the form itself is broken."""
    part = f'--x\r\nContent-Disposition: form-data; name="f"; filename="{name}.csv"\r\n\r\n1,a\r\n--x--\r\n'
    body = part.encode(errors="surrogatepass")
    told = {"CONTENT_TYPE": "multipart/form-data; boundary=x", "CONTENT_LENGTH": str(len(body))}
    with suppress(MultiPartParserError):  # answered with 400, by Django
        _fields, files = MultiPartParser(told, BytesIO(body), [MemoryFileUploadHandler()]).parse()
        return list(files.getlist("f"))
    return []


def test_a_file_of_any_name_is_kept_and_goes_out(names: list[str], alice: Staff, now: datetime) -> None:
    uploads = [upload for name in names for upload in received(name)]
    assert len(uploads) > len(names) / 2
    for upload in uploads:
        name = str(upload.name)
        if PurePath(name).suffix != ".csv":
            continue  # refused as of no kind: it has no name before its ending
        row = store_file(name=name, content=upload, kinds=frozenset({StoredFile.Kind.CSV}), actor=alice.actor, at=now)
        check(StoredFile.objects.get(pk=row.pk))


def test_a_name_of_two_lines_is_one_of_one(alice: Staff, now: datetime) -> None:
    upload = UploadedFile(BytesIO(b"a,b"), f"{TWO_LINES}.csv", size=3)
    row = store_file(
        name=f"{TWO_LINES}.csv", content=upload, kinds=frozenset({StoredFile.Kind.CSV}), actor=alice.actor, at=now
    )
    assert row.name == "aSet-Cookie: x=1.csv"
    check(row)


def check(row: StoredFile) -> None:
    place = Path(row.content.path)
    assert place.is_relative_to(settings.MEDIA_ROOT)
    assert place.name.startswith(row.sha256[:16])
    assert place.suffix == ".csv"
    assert row.name.isprintable()
    assert not {"/", "\\"} & set(row.name)
    with row.content.open("rb") as content:
        told = FileResponse(content, as_attachment=True, filename=row.name)["Content-Disposition"]
    assert told.startswith("attachment; filename")
    assert unquote(told.partition("''")[2]) == row.name or row.name.isascii()
