"""Files that are broken, cut off, far too large or of other characters: said in words at their field, never a fault."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Actor, Staff
from hospital_crm.lib import csv_lines, sheets, workbooks
from institution.models import Setting
from institution.services.settings import change_setting
from jobs.models import Job
from jobs.services.jobs import MAX_ATTEMPTS, requeue_stuck
from patients.models import Import, Patient
from patients.services.imports import runs
from patients.services.imports.mappings import Mapping, propose_mapping
from patients.services.imports.previews import examples_of, preview_of
from tests import make
from tests.accounts.pages import Page, fill, in_english
from tests.lib.books import with_stray_cell
from tests.patients.brought import brought, complaints, counts

TEXT = "id,姓名,电话,身份证号\n1,张桂兰,138 0000 1234,11010519491231002X\n2,何建平,13900005678,\n"
NEW = "/patients/imports/new/"


@pytest.fixture
def browser(dana: Staff) -> Client:
    client: Client = in_english(make.client_of(dana))
    return client


def sent(browser: Client, content: bytes, name: str = "people.csv") -> Any:
    form = fill(Page(browser.get(NEW)).values, kind="patients")
    return browser.post(NEW, {**form, "file": SimpleUploadedFile(name, content)})


def ready(text: str | bytes, actor: Actor, at: datetime) -> Import:
    run = brought(text, actor=actor, at=at)
    mapping = Mapping(run.kind, propose_mapping(run.kind, run.header).columns, "HIS")
    return runs.map_columns(run=run, mapping=mapping, actor=actor, at=at)


def started(run: Import, actor: Actor, at: datetime) -> Import:
    runs.start_import(run=run, is_trial=False, actor=actor, at=at)
    runs.run_next_import(now=lambda: at)
    run.refresh_from_db()
    return run


def path_of(run: Import) -> Path:
    assert run.file is not None
    return Path(run.file.content.path)


def test_a_workbook_with_a_stray_cell_comes_in_by_pages(browser: Client, tmp_path: Path, now: datetime) -> None:
    content = with_stray_cell(tmp_path / "people.xlsx", "XFD1048576").read_bytes()
    with time_machine.travel(now, tick=False):
        url = sent(browser, content, "people.xlsx")["Location"]
        detail = browser.post(url, fill(Page(browser.get(url)).values, scope="HIS"))["Location"]
        assert "张桂兰" in browser.get(detail).content.decode()
        browser.post(f"{detail}start/", {"submission": str(uuid4())})
        job = runs.run_next_import(now=lambda: now)
    assert job is not None
    assert (job.state, job.done, job.total) == (Job.State.DONE, 2, 2)
    assert sorted(Patient.objects.values_list("name", flat=True)) == ["何建平", "张桂兰"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'id,name\n1,"abc\n2,def\n', "The file is not whole"),
        (TEXT.encode("utf-16"), "it may be Unicode text (UTF-16)"),
        (b"id,name\n1,a\0b\n", "it may be Unicode text (UTF-16)"),
        (b"%PDF-1.7", "A file of this kind is not taken here."),
        (b"", "The file is empty."),
    ],
    ids=["open quote", "utf-16", "nul", "another kind", "empty"],
)
def test_it_is_said_at_the_file(browser: Client, content: bytes, words: str) -> None:
    page = Page(sent(browser, content))
    assert words in page.errors["file"]
    assert not Import.objects.exists()


def test_an_upload_that_was_cut_off_is_said_at_the_file(browser: Client, tmp_path: Path) -> None:
    whole = with_stray_cell(tmp_path / "people.xlsx", "C3").read_bytes()
    assert "The file is not whole" in Page(sent(browser, whole[: len(whole) // 2], "people.xlsx")).errors["file"]
    assert not Import.objects.exists()


def test_how_large_it_may_be_is_said(browser: Client, frank: Staff, now: datetime) -> None:
    setting = Setting.objects.get(key="files.largest_megabytes")
    change_setting(setting=setting, value=Decimal(1), version=1, actor=frank.actor, at=now)
    assert Page(sent(browser, b"a" * (1 << 20 | 1))).errors["file"].endswith("it may have 1 MB.")


def test_another_form_says_it_at_its_own_file(browser: Client) -> None:
    url = f"/patients/{make.patient().pk}/consents/new/"
    form = fill(Page(browser.get(url)).values, purpose="care", is_given="no")
    answer: Any = browser.post(url, {**form, "evidence": SimpleUploadedFile("x.html", b"<script>")})
    assert "A file of this kind" in Page(answer).errors["evidence"]


def test_whoever_looks_at_the_first_rows_waits_for_no_later_one(
    dana: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "FIRST_LINES", 5)
    run = ready(TEXT + "\n" * 5 + "3,李雷,,\n", dana.actor, now)
    assert [row.number for row in preview_of(run).rows] == [2, 3]
    late = ready("id,姓名\n" + "\n" * 5 + "3,李雷\n", dana.actor, now)
    assert examples_of(late) == {}


def test_examples_show_no_address_of_a_mailbox(dana: Staff, now: datetime) -> None:
    run = ready("id,姓名,邮箱\n1,赵云,zhao.yun@example.com\n", dana.actor, now)
    assert examples_of(run)["邮箱"] == "zh****@examp…"


@pytest.mark.parametrize("damage", [lambda path: path.write_bytes(path.read_bytes() + b'3,"abc\n'), Path.unlink])
def test_a_file_that_breaks_later_is_said_wherever_it_is_read(
    browser: Client, dana: Staff, now: datetime, damage: Callable[[Path], Any]
) -> None:
    run = ready(TEXT, dana.actor, now)
    run.faults.create(row=2, field="", code="alike")
    damage(path_of(run))
    url = f"/patients/imports/{run.pk}/"
    assert "The file is not whole" in browser.get(url).content.decode()
    assert browser.get(f"{url}columns/").status_code == 200
    left_out = b"".join(browser.get(f"{url}faults/").streaming_content).decode()  # type: ignore[attr-defined]
    assert "The file is not whole" in left_out
    assert started(run, dana.actor, now).job.state == Job.State.FAILED  # type: ignore[union-attr]
    shown = browser.get(url).content.decode()
    assert "The import stopped early." in shown
    assert "bring it again" in shown
    assert "The file is not whole" in browser.get(f"/api/v1/imports/{run.pk}/").json()["failure"]


def test_a_worker_that_dies_again_and_again_is_said(browser: Client, dana: Staff, now: datetime) -> None:
    run = ready(TEXT, dana.actor, now)
    runs.start_import(run=run, is_trial=False, actor=dana.actor, at=now)
    Job.objects.update(state=Job.State.RUNNING, attempt=MAX_ATTEMPTS, heartbeat_at=make.THEN)
    requeue_stuck(at=now.replace(year=now.year + 1))
    assert "was ended several times" in browser.get(f"/patients/imports/{run.pk}/").content.decode()


def test_what_nobody_foresaw_names_itself(
    browser: Client, dana: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ready(TEXT, dana.actor, now)
    monkeypatch.setattr(runs, "write_batch", lambda *_args, **_details: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        started(run, dana.actor, now)
    assert "(ZeroDivisionError)" in browser.get(f"/patients/imports/{run.pk}/").content.decode()


@pytest.mark.parametrize(("text", "is_told"), [(TEXT, False), (TEXT.replace("\n", "\r\n"), False), (TEXT[:-3], True)])
def test_a_last_line_without_an_end_is_doubtful(
    browser: Client, dana: Staff, now: datetime, text: str, is_told: bool
) -> None:
    run = brought(text.encode("gb18030"), actor=dana.actor, at=now)
    Import.objects.filter(pk=run.pk).update(columns={"name": ["姓名"]})
    shown = browser.get(f"/patients/imports/{run.pk}/").content.decode()
    assert ("it may have been cut off" in shown) == is_told
    assert browser.get(f"/api/v1/imports/{run.pk}/").json()["is_open_ended"] == is_told


def test_each_column_shows_what_stands_in_it_and_no_number_whole(browser: Client, dana: Staff, now: datetime) -> None:
    run = brought(TEXT.replace("张桂兰", "张桂兰" * 9), actor=dana.actor, at=now)
    shown = browser.get(f"/patients/imports/{run.pk}/columns/").content.decode()
    assert f"姓名 · {'张桂兰' * 4}…" in shown
    assert "电话 · 138***34" in shown
    assert "身份证号 · 110***2X" in shown
    assert "1234" not in shown


def test_the_first_rows_show_no_address_and_no_number_whole(browser: Client, dana: Staff, now: datetime) -> None:
    text = "id,姓名,电话,身份证号,地址\n1,张桂兰,13800001234,11010519491231002X,湖滨路9号\n"
    run = ready(text, dana.actor, now)
    shown = browser.get(f"/patients/imports/{run.pk}/").content.decode()
    assert "张桂兰" in shown
    for hidden in ("湖滨路", "13800001234", "194912"):
        assert hidden not in shown


def test_pages_read_no_more_than_the_beginning(
    browser: Client, dana: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ready("id,姓名\n" + "".join(f"{n},患者{n}\n" for n in range(3_000)), dana.actor, now)
    monkeypatch.setattr(csv_lines, "CHUNK", 1_000)
    read: list[int] = []
    lines = csv_lines._lines

    def counted(text: Any) -> Any:
        for line in lines(text):
            read.append(1)
            yield line

    monkeypatch.setattr(csv_lines, "_lines", counted)
    monkeypatch.setattr(sheets, "encoding_of", None)  # known since it was brought
    assert "患者1" in browser.get(f"/patients/imports/{run.pk}/").content.decode()
    assert len(read) < 30


def test_one_brought_before_that_was_written_down_is_read_anew(dana: Staff, now: datetime) -> None:
    run = ready(TEXT.encode("gb18030"), dana.actor, now)
    Import.objects.update(encoding="", delimiter="")
    run.refresh_from_db()
    assert counts(started(run, dana.actor, now)) == (2, 0, 0, 0)
    assert complaints(run) == []


def test_a_bomb_is_refused_at_its_field(browser: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 100)
    content = with_stray_cell(tmp_path / "people.xlsx", "C3").read_bytes()
    assert "Unpacked, this workbook is too large." in Page(sent(browser, content, "people.xlsx")).errors["file"]
