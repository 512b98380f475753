"""Uploads over the wire: far too large they are refused in words, cut off in the middle they leave nothing behind."""

import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest

from tests.accounts.pages import Page
from tests.system.test_make_run import outside
from tests.system.test_web_workers import Web, web
from tools.steps import ROOT

pytestmark = pytest.mark.system
NEW, LIMIT_SECONDS, MEGABYTE = "/patients/imports/new/", 60, 1 << 20
ROWS = (b"number,name\n" * MEGABYTE)[: MEGABYTE // 12 * 12]  # a table wherever it is cut
BETWEEN = "----------x"
ANSWERED = r'^django_http_responses_total_by_status_view_method_total\{{(?=.*"POST")(?=.*{view}).*\}} (\S+)$'
TABLES = ("patients_patient", "patients_import", "jobs_storedfile")
Left = tuple[int, ...]
MANAGER = """
import django; django.setup()
from tests import make
print(make.client_of(make.staff("dana", "manager", department=make.department("白内障科"))).cookies["sessionid"].value)
"""


@dataclass
class Browser:
    """Of a manager who brings a file."""

    server: Web
    session: str
    temporary: Path

    def _cookies(self, csrf: str = "") -> dict[str, str]:
        return {"Cookie": f"sessionid={self.session}; django_language=en; csrftoken={csrf}"}

    def _connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.server.port, timeout=LIMIT_SECONDS)

    def opened(self, path: str) -> tuple[dict[str, list[str]], dict[str, str]]:
        """What the form there would send, and with which cookies."""
        opening = self._connect()
        opening.request("GET", path, headers=self._cookies())
        answer = opening.getresponse()
        csrf = str(answer.headers.get_all("Set-Cookie")).partition("csrftoken=")[2].partition(";")[0]
        return Page(SimpleNamespace(content=answer.read())).values, self._cookies(csrf)

    def announce(self, path: str, length: int, kind: str, cookies: dict[str, str], begins: bytes) -> HTTPConnection:
        sending = self._connect()
        sending.putrequest("POST", path)
        for name, value in {"Content-Type": kind, "Content-Length": str(length), **cookies}.items():
            sending.putheader(name, value)
        sending.endheaders(begins)
        return sending

    def begin(self, megabytes: int) -> HTTPConnection:
        """Open the form and announce it with a file of that size, of which nothing has been sent yet."""
        values, cookies = self.opened(NEW)
        told = {name: value[0] for name, value in values.items() if name != "file"} | {"kind": "patients"}
        fields = [f'; name="{name}"\r\n\r\n{text}' for name, text in told.items()]
        file = '; name="file"; filename="people.csv"\r\nContent-Type: text/csv\r\n\r\n'
        parts = [f"--{BETWEEN}\r\nContent-Disposition: form-data{part}" for part in (*fields, file)]
        head = "\r\n".join(parts).encode()
        length = len(head) + megabytes * len(ROWS) + len(self.tail)
        return self.announce(NEW, length, f"multipart/form-data; boundary={BETWEEN}", cookies, head)

    @property
    def tail(self) -> bytes:
        return f"\r\n--{BETWEEN}--\r\n".encode()

    def bring(self, megabytes: int) -> HTTPResponse:
        sending = self.begin(megabytes)
        for _ in range(megabytes):
            sending.send(ROWS)
        sending.send(self.tail)
        return sending.getresponse()

    def answered(self, view: str) -> float:
        counted = re.findall(ANSWERED.format(view=view), self.server.get("/metrics"), re.MULTILINE)
        return sum(map(float, counted))

    def breaks(self, sending: HTTPConnection, view: str) -> bool:
        """The line breaks; whether the server has done with it."""
        answered = self.answered(view)
        sending.close()
        return eventually(lambda: self.answered(view) == answered + 1)

    def left(self) -> Left:
        """Patients, imports, rows about files; files that are kept, and such as are being received."""
        with closing(sqlite3.connect(self.server.folder / "hospital_crm.sqlite3")) as rows:
            counts = [rows.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES]
        files = [path for path in (self.server.folder / "files").rglob("*") if path.is_file()]
        return (*counts, len(files), len(list(self.temporary.iterdir())))

    def comes_to(self, expected: Left) -> bool:
        """Once the server has cleared up behind its answer."""
        return eventually(lambda: self.left() == expected)


def eventually(is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + LIMIT_SECONDS
    while not (now := is_so()) and time.monotonic() < end:
        time.sleep(0.1)
    return now


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    folder, temporary = tmp_path_factory.mktemp("var"), tmp_path_factory.mktemp("receiving")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(temporary))
        with web(folder, workers=1) as server:
            server.wait()
            given = {"DEMO": "1", "VAR_DIR": str(folder), "PYTHONPATH": str(ROOT)}
            environment = outside() | given | {"DJANGO_SETTINGS_MODULE": "hospital_crm.settings"}
            command = [sys.executable, "-c", MANAGER]
            done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            yield Browser(server, done.stdout.split()[-1], temporary)


def test_200_megabytes_are_refused_at_the_field_of_the_file(browser: Browser) -> None:
    began, before = time.monotonic(), browser.left()
    answer = browser.bring(200)
    page = Page(SimpleNamespace(content=answer.read()))
    assert answer.status == 200
    assert page.errors == {"file": "The file is too large: it may have 20 MB."}
    assert page.values["kind"] == ["patients"]
    assert browser.comes_to(before)
    assert time.monotonic() - began < LIMIT_SECONDS


def test_an_upload_that_is_cut_off_leaves_nothing_and_a_whole_one_does(browser: Browser) -> None:
    """Half of this file would be a table too."""
    before = browser.left()
    sending = browser.begin(4)
    for _ in range(2):
        sending.send(ROWS)
    assert browser.breaks(sending, "import_create")
    assert browser.comes_to(before)
    assert browser.bring(4).status == 302
    patients, *rest, receiving = before
    assert browser.comes_to((patients, *(number + 1 for number in rest), receiving))


def test_of_a_form_that_is_cut_off_nothing_is_saved(browser: Browser) -> None:
    """Half of it would be a patient too, whose number ends too early."""
    before = browser.left()
    values, cookies = browser.opened("/patients/new/")
    told = {name: value[0] for name, value in values.items()} | {"name": "Half", "card": "12"}
    body = urlencode({name: text for name, text in told.items() if text}).encode()
    kind = "application/x-www-form-urlencoded"
    sending = browser.announce("/patients/new/", len(body) + 4, kind, cookies, body)
    assert browser.breaks(sending, "patient_create")
    assert browser.comes_to(before)
