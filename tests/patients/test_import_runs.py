"""An import from the file to its result: mapped, tried, run in the background, halted, gone on with, fetched."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Actor, AuditEntry, Staff
from hospital_crm.lib.errors import DomainError
from institution.models import Setting
from jobs.models import Job, StoredFile
from jobs.services.jobs import cancel_job, requeue_stuck
from patients.models import Import, ImportMapping, Patient
from patients.services.imports import runs, writing
from patients.services.imports.faults import ImportFileBroken, ImportSheetEmpty, ImportTextUnreadable
from patients.services.imports.mappings import (
    PATIENTS,
    ColumnsMissing,
    Mapping,
    MappingIncomplete,
    NoSuchMapping,
    ScopeMissing,
    find_mapping,
    identifies,
    propose_mapping,
)
from patients.services.imports.upkeep import forget_old_files
from tests import make
from tests.accounts.pages import Page, fill, in_english
from tests.api.test_patients import sent
from tests.patients.brought import brought, complaints, counts, imported

PEOPLE = "id,姓名,电话\n" + "".join(f"{n},患者{n},1380000{n:04d}\n" for n in range(1, 8))
WRONG = "id,姓名,电话\n1,张桂兰,13800001234\n2,何建平,=abc\n"


@pytest.fixture(autouse=True)
def _few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "BATCH_ROWS", 2)


@pytest.fixture
def clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


def ready(system: Actor, now: datetime, text: str = PEOPLE) -> Import:
    run = brought(text, actor=system, at=now)
    mapping = Mapping(run.kind, propose_mapping(run.kind, run.header).columns, "HIS")
    runs.map_columns(run=run, mapping=mapping, actor=system, at=now)
    return run


def start(run: Import, system: Actor, now: datetime, *, is_trial: bool = False) -> Import:
    return runs.start_import(run=run, is_trial=is_trial, actor=system, at=now)


def test_a_trial_tells_what_would_come_of_it_and_writes_nothing(system: Actor, now: datetime) -> None:
    make.patient("何建平")
    trial = imported(WRONG + "3,何建平,\n", actor=system, at=now, is_trial=True)
    assert (counts(trial), complaints(trial)) == ((2, 0, 0, 1), [(3, "phone", "no_number")])
    assert Patient.objects.count() == 1
    start(trial, system, now)
    runs.run_next_import(now=lambda: now)
    trial.refresh_from_db()
    assert (counts(trial), trial.is_trial) == ((2, 0, 0, 1), False)


def test_it_goes_on_after_the_last_batch_that_was_committed(
    system: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(ready(system, now), system, now)
    write, written = writing.write_batch, []

    def killed(*args: object, **kwargs: object) -> object:
        written.append(args)
        if len(written) == 3:
            raise KeyboardInterrupt
        return write(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(runs, "write_batch", killed)
    with pytest.raises(KeyboardInterrupt):
        runs.run_next_import(now=lambda: now)
    run.refresh_from_db()
    assert (run.position, run.created, Patient.objects.count()) == (4, 4, 4)
    later = now + timedelta(hours=1)
    requeue_stuck(at=later)
    job = runs.run_next_import(now=lambda: later)
    run.refresh_from_db()
    assert job is not None
    assert (job.state, job.done, job.total) == (Job.State.DONE, 7, 7)
    assert (counts(run), Patient.objects.count()) == ((7, 0, 0, 0), 7)


def test_what_stood_above_is_remembered_when_it_goes_on(system: Actor, now: datetime) -> None:
    run = start(ready(system, now, PEOPLE + "1,另一个人,\n"), system, now)
    Import.objects.filter(pk=run.pk).update(position=6)
    runs.run_next_import(now=lambda: now)
    assert complaints(run) == [(9, "", "twice")]


def test_a_cancelled_one_stops_at_the_next_batch(system: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(ready(system, now), system, now)
    write = writing.write_batch

    def cancelled(*args: object, **kwargs: object) -> object:
        if Patient.objects.count() == 2 and run.job is not None:
            cancel_job(job=run.job, actor=system, at=now)
        return write(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(runs, "write_batch", cancelled)
    runs.run_next_import(now=lambda: now)
    run.refresh_from_db()
    assert (run.created, Patient.objects.count()) == (2, 2)


def test_one_run_at_a_time_and_none_after_the_last(system: Actor, now: datetime) -> None:
    run = brought(PEOPLE, actor=system, at=now)
    with pytest.raises(runs.ImportNotReady):
        start(run, system, now)
    run = start(ready(system, now), system, now)
    with pytest.raises(runs.ImportIsRunning):
        start(run, system, now)
    runs.run_next_import(now=lambda: now)
    with pytest.raises(runs.ImportIsDone):
        start(run, system, now)


def test_a_mapping_is_remembered_for_the_same_heading(system: Actor, now: datetime) -> None:
    header = ["A", "B"]
    assert propose_mapping(PATIENTS, header).columns == {}
    run = brought("A,B\n1,张\n", actor=system, at=now)
    mapping = Mapping(PATIENTS, {"name": ["B"], "external_id": ["A"]}, "HIS", historic=True)
    runs.map_columns(run=run, mapping=mapping, remember_as="老系统", actor=system, at=now)
    found = propose_mapping(PATIENTS, ["B", "A"])
    assert (found.columns, found.scope, found.historic, found.name) == (mapping.columns, "HIS", True, "老系统")
    assert propose_mapping("visits", header).columns == {}
    assert find_mapping("老系统", PATIENTS).scope == "HIS"
    with pytest.raises(NoSuchMapping):
        find_mapping("老系统", "visits")


def test_of_two_mappings_for_one_heading_the_last_used_is_proposed(system: Actor, now: datetime) -> None:
    run = brought("A,B\n1,张\n", actor=system, at=now)
    for day, name in ((2, "新"), (1, "旧")):
        mapping = Mapping(PATIENTS, {"name": ["B"]}, name)
        at = now + timedelta(days=day)
        runs.map_columns(run=run, mapping=mapping, remember_as=name, actor=system, at=at)
    assert propose_mapping(PATIENTS, ["A", "B"]).name == "新"


@pytest.mark.parametrize(
    ("kind", "columns", "scope", "refused"),
    [
        ("patients", {"external_id": ["A"]}, "HIS", MappingIncomplete),
        ("patients", {"name": ["C"]}, "", ColumnsMissing),
        ("patients", {"name": ["B"], "external_id": ["A"]}, "", ScopeMissing),
        ("visits", {"patient": ["A"]}, "HIS", MappingIncomplete),
        ("visits", {"starts_at": ["A"]}, "HIS", MappingIncomplete),
        ("visits", {"starts_at": ["A"], "patient": ["B"]}, "", ScopeMissing),
    ],
)
def test_a_mapping_by_which_no_row_can_be_read_is_refused(
    system: Actor, now: datetime, kind: str, columns: dict[str, list[str]], scope: str, refused: type[DomainError]
) -> None:
    run = brought("A,B\n1,2\n", kind=kind, actor=system, at=now)
    with pytest.raises(refused) as why:
        runs.map_columns(run=run, mapping=Mapping(kind, columns, scope), actor=system, at=now)
    assert str(why.value)


@pytest.mark.parametrize(
    ("content", "refused"),
    [(b"\n", ImportSheetEmpty), (b"a,b\xff\xff", ImportTextUnreadable), ("姓名".encode()[:-1], ImportFileBroken)],
)
def test_a_file_that_cannot_be_read_is_not_kept(
    system: Actor, now: datetime, content: bytes, refused: type[DomainError]
) -> None:
    with pytest.raises(refused):
        brought(content, actor=system, at=now)
    assert not Import.objects.exists()


def test_files_go_after_their_time_and_what_they_said_stays(system: Actor, now: datetime) -> None:
    run = imported(WRONG, actor=system, at=now)
    path = Path(StoredFile.objects.get().content.path)
    days = float(Setting.objects.number("files.keep_result_days"))
    assert forget_old_files(at=now + timedelta(days=days - 1)) == 0
    assert forget_old_files(at=now + timedelta(days=days + 1)) == 1
    run.refresh_from_db()
    assert (run.file, run.created, run.faults.count()) == (None, 1, 1)
    assert not StoredFile.objects.exists()
    assert not path.exists()


@pytest.mark.usefixtures("clock")
def test_the_whole_way_by_pages_without_script(dana: Staff, now: datetime) -> None:
    browser: Client = in_english(make.client_of(dana))
    new = "/patients/imports/new/"
    form = fill(Page(browser.get(new)).values, kind="patients")
    refused = browser.post(new, {**form, "file": SimpleUploadedFile("people.txt", b"a")})
    assert "A file of this kind is not taken here." in refused.content.decode()
    answer = browser.post(new, {**form, "file": SimpleUploadedFile("people.csv", WRONG.encode("gb18030"))})
    run = Import.objects.get()
    assert answer["Location"] == f"/patients/imports/{run.pk}/columns/"
    page = Page(browser.get(answer["Location"]))
    assert page.values["column-name"] == ["姓名"]
    assert "Name the system" in browser.post(answer["Location"], page.values).content.decode()
    told = fill(page.values, scope="HIS", remember_as="HIS")
    assert browser.post(answer["Location"], told)["Location"] == f"/patients/imports/{run.pk}/"
    detail = f"/patients/imports/{run.pk}/"
    shown = browser.get(detail).content.decode()
    assert "Phone: This is no telephone number" in shown
    assert "13800001234" not in shown
    browser.post(f"{detail}start/", {"submission": str(uuid4()), "trial": "on"})
    assert "every 2s" in browser.get(detail).content.decode()
    runs.run_next_import(now=lambda: now)
    assert "A trial: nothing was written." in browser.get(detail).content.decode()
    browser.post(f"{detail}start/", {"submission": str(uuid4())})
    runs.run_next_import(now=lambda: now)
    assert Patient.objects.get().name == "张桂兰"
    assert "The import is finished" in browser.get(detail).content.decode()
    assert browser.get(f"{detail}progress/")["HX-Refresh"] == "true"
    left_out = b"".join(browser.get(f"{detail}faults/").streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert left_out[1].startswith("3,Phone: This is no telephone number")
    assert left_out[1].endswith(",2,何建平,'=abc")
    assert AuditEntry.objects.about(run).filter(verb="import.faults_fetched").exists()
    assert "people.csv" in browser.get("/patients/imports/").content.decode()
    assert "people.csv" not in browser.get("/jobs/").content.decode()
    assert detail in browser.get("/jobs/").content.decode()
    assert ImportMapping.objects.get().name == "HIS"


def test_a_file_larger_than_the_hospital_allows_is_refused_clearly(dana: Staff, now: datetime) -> None:
    huge = ContentFile(b"a,b\n", name="a.csv")
    huge.size = 200 << 20
    with pytest.raises(DomainError) as refused:
        runs.bring_file(kind=PATIENTS, content=huge, actor=dana.actor, at=now)
    assert refused.value.code == "file_too_large"


def test_without_a_column_that_tells_people_apart_the_page_warns(dana: Staff, now: datetime) -> None:
    mapped = {"name": ["姓名"], "phone": ["电话"]}
    assert propose_mapping(PATIENTS, ["外部编号", "姓名"]).columns["external_id"] == ["外部编号"]
    assert identifies(PATIENTS, [*mapped, "resident_id"])
    run = brought("姓名,电话\n张桂兰,13800001234\n", actor=dana.actor, at=now)
    runs.map_columns(run=run, mapping=Mapping(PATIENTS, mapped, ""), actor=dana.actor, at=now)
    browser = in_english(make.client_of(dana))
    assert "No column tells people apart" in browser.get(f"/patients/imports/{run.pk}/").content.decode()
    row = make.tight(browser.get("/patients/imports/").content.decode())
    assert row.count('<td class="num">–</td>') == 4  # nothing was counted yet


@pytest.mark.usefixtures("clock")
def test_programs_bring_map_and_run_one(dana: Staff, now: datetime) -> None:
    program = make.client_of(dana)
    key = str(uuid4())

    def bring() -> Import:
        told = {"kind": "patients", "submission": key, "file": SimpleUploadedFile("people.csv", WRONG.encode())}
        return program.post("/api/v1/imports/", told).json()["id"]  # type: ignore[no-any-return]

    pk = bring()
    assert bring() == pk
    url = f"/api/v1/imports/{pk}/"
    assert sent(program, "post", f"{url}start/").json()["code"] == "import_not_ready"
    columns = {"name": ["姓名"], "external_id": ["id"], "phone": ["电话"]}
    assert sent(program, "post", f"{url}columns/", columns=columns, scope="HIS").json()["columns"] == columns
    assert sent(program, "post", f"{url}start/").json()["state"] == "queued"
    runs.run_next_import(now=lambda: now)
    told = program.get(url).json()
    assert (told["state"], told["created"], told["failed"]) == ("done", 1, 1)
    (fault,) = program.get(f"{url}faults/").json()["results"]
    assert (fault["row"], fault["field"], fault["code"]) == (3, "phone", "no_number")


def test_nobody_else_imports(alice: Staff) -> None:
    assert make.client_of(alice).get("/patients/imports/").status_code == 403
    assert make.client_of(alice).post("/api/v1/imports/", {}).status_code == 403
