"""Export the audit: asked for on the page, written by a worker, fetched by whoever asked, and by nobody else."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts import audit
from accounts.access import Role
from accounts.models import Actor, AuditEntry, Staff
from accounts.services.staff import update_staff
from dashboards.services.audit import AUDIT
from institution.models import Setting
from jobs.models import Job, StoredFile
from jobs.services.exports import run_next_export
from jobs.services.jobs import cancel_job
from tests import make
from tests.accounts.pages import Page, in_english
from tests.conftest import SignedIn

URL = "/audit/export/"
HOUR = timedelta(hours=1)


def form() -> dict[str, str]:
    return {"submission": str(uuid4()), "format": "csv", "purpose": "check"}


def ask(browser: Client, **filters: Any) -> Job:
    """Press the button under the filtered list; returns the job."""
    answer = browser.post(URL, {**form(), **filters})
    assert answer["Location"] == "/jobs/"
    job = Job.objects.order_by("-pk").first()
    assert job is not None
    return job


def fetch(browser: Client, job: Job) -> Any:
    return browser.get(reverse("dashboards:audit_export_file", args=[job.pk]))


def content_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def rows_of(answer: Any) -> list[list[str]]:
    """The rows below the heading."""
    return list(csv.reader(io.StringIO(content_of(answer).decode("utf-8-sig"), newline="")))[1:]


def export(browser: Client, at: datetime, **filters: Any) -> list[list[str]]:
    """From the button to the rows of the file."""
    job = ask(browser, **filters)
    run_next_export(AUDIT, now=lambda: at)
    return rows_of(fetch(browser, job))


def note(actor: Actor, at: datetime, verb: str = "staff.updated", **more: Any) -> AuditEntry:
    return audit.record(actor=actor, verb=verb, subject=actor.staff, at=at, **more)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> int:
    """Three rows a batch."""
    monkeypatch.setattr("jobs.services.export_rights.BATCH_ROWS", 3)
    return 3


def files_on_disk() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_file_has_a_mark_for_spreadsheets_a_heading_and_the_page_in_rows(
    office: Client, alice: Staff, now: datetime
) -> None:
    note(alice.actor, now, fields=["extension", "department"], address="192.0.2.7")
    job = ask(office, who=alice.pk)
    run_next_export(AUDIT, now=lambda: now)
    content = content_of(fetch(office, job))
    assert content.startswith(b"\xef\xbb\xbf")
    heading, row = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert heading == ["When", "Who", "What", "Record", "Fields", "IP address"]
    assert row == [
        "2026-03-12 10:24:00",
        "Alice",
        "Person changed",
        "Person Alice",
        "Department; Extension",
        "192.0.2.7",
    ]


def test_rows_stand_newest_first_and_none_is_lost_between_two_batches(
    office: Client, alice: Staff, now: datetime, small_batches: int
) -> None:
    moments = [now + timedelta(seconds=second) for second in range(2 * small_batches + 1)]
    AuditEntry.objects.bulk_create(AuditEntry(at=at, actor=alice.actor, verb="x") for at in moments)
    rows = export(office, now, verb="x")
    assert [row[0] for row in rows] == [f"{at:%Y-%m-%d %H:%M:%S}" for at in reversed(moments)]


def test_progress_is_seen_while_it_is_written(office: Client, alice: Staff, now: datetime, small_batches: int) -> None:
    AuditEntry.objects.bulk_create(AuditEntry(at=now, actor=alice.actor, verb="x") for _ in range(7))
    job, seen = ask(office, verb="x"), []

    def clock() -> datetime:
        job.refresh_from_db()
        seen.append((job.state, job.done, job.total))
        return now

    run_next_export(AUDIT, now=clock)
    assert seen[0] == ("queued", 0, None)
    assert seen[2:] == [("running", 0, 7), ("running", 3, 7), ("running", 6, 7), ("running", 7, 7)]
    job.refresh_from_db()
    assert (job.state, job.percent, job.finished_at) == ("done", 100, now)


def test_without_anything_that_matches_holds_the_heading_alone(office: Client, now: datetime) -> None:
    assert export(office, now, verb="nothing.like_it") == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(
    office: Client, frank: Staff, now: datetime, start: str
) -> None:
    mallory = make.staff("mallory", display_name=f"{start}HYPERLINK(0)")
    note(mallory.actor, now, fields=[f"{start}field"])
    (row,) = export(office, now, who=mallory.pk)
    assert row[1] == f"'{start}HYPERLINK(0)"
    assert row[4] == f"'{start}field"


def test_commas_quotes_and_line_breaks_stay_in_their_cell(office: Client, now: datetime) -> None:
    name = '王,"芳"\n<b>'
    quoted = make.staff("quoted", display_name=name)
    note(quoted.actor, now)
    (row,) = export(office, now, who=quoted.pk)
    assert (row[1], len(row)) == (name, 6)


def test_is_written_in_the_language_in_which_the_page_was_read(
    frank: Staff, signed_in: SignedIn, now: datetime
) -> None:
    zhou = make.staff("zhou", display_name="周娥", display_name_en="Zoe Zhou")
    note(zhou.actor, now)
    browser = signed_in(frank)
    (chinese,) = export(browser, now, who=zhou.pk)
    (english,) = export(in_english(browser), now, who=zhou.pk)
    assert (chinese[1], english[1]) == ("周娥", "Zoe Zhou")
    assert re.search("[一-鿿]", chinese[2])
    assert english[2] == "Person changed"


def test_filter_of_the_page_counts(office: Client, alice: Staff, bob: Staff, now: datetime) -> None:
    note(alice.actor, now, "staff.updated")
    note(alice.actor, now, "team.updated")
    note(bob.actor, now, "team.updated")
    rows = export(office, now, who=alice.pk, verb="team.updated")
    assert [(row[1], row[2]) for row in rows] == [("Alice", "Team changed")]


def test_days_of_the_filter_are_the_hospitals_and_both_included(office: Client, alice: Staff, now: datetime) -> None:
    midnight = now.replace(hour=0, minute=0)
    for at in (midnight - HOUR, midnight, midnight + 47 * HOUR, midnight + 48 * HOUR):
        note(alice.actor, at)
    rows = export(office, now, who=alice.pk, since="2026-03-12", until="2026-03-13")
    assert [row[0] for row in rows] == ["2026-03-13 23:00:00", "2026-03-12 00:00:00"]


def test_a_manager_gets_what_people_of_the_own_department_did(
    dana: Staff, alice: Staff, charlie: Staff, frank: Staff, system: Actor, now: datetime
) -> None:
    for actor in (alice.actor, charlie.actor, frank.actor, system):
        note(actor, now, "x")
    browser = in_english(make.client_of(dana))
    assert [row[1] for row in export(browser, now, verb="x")] == ["Alice"]
    assert export(browser, now, who=charlie.pk) == []


def test_the_administrator_gets_all(office: Client, alice: Staff, charlie: Staff, system: Actor, now: datetime) -> None:
    for actor in (alice.actor, charlie.actor, system):
        note(actor, now, "x")
    assert {row[1] for row in export(office, now, verb="x")} == {"Alice", "Charlie", "The system itself"}


def test_what_somebody_may_see_is_decided_when_it_is_written(
    dana: Staff, alice: Staff, frank: Staff, signed_in: SignedIn, now: datetime
) -> None:
    note(alice.actor, now, "x")
    job = ask(signed_in(dana), verb="x")
    update_staff(staff=dana, version=dana.version, values={}, roles=[], actor=frank.actor, at=now)
    run_next_export(AUDIT, now=lambda: now)
    job.refresh_from_db()
    assert job.result is not None
    assert b"Alice" not in job.result.content.read()
    assert fetch(signed_in(dana), job).status_code == 403


@pytest.mark.parametrize("change", ["roles", "department", "teams"])
def test_whoever_may_see_something_else_by_now_does_not_get_the_file(
    dana: Staff, alice: Staff, frank: Staff, signed_in: SignedIn, now: datetime, change: str
) -> None:
    job = ask(signed_in(dana), verb="x")
    run_next_export(AUDIT, now=lambda: now)
    assert fetch(signed_in(dana), job).status_code == 200
    if change == "teams":
        make.team("热线组", dana)
    else:
        roles = [Role.MANAGER, Role.CONSULTANT] if change == "roles" else dana.roles
        values = {"department": make.department()} if change == "department" else {}
        update_staff(staff=dana, version=dana.version, values=values, roles=roles, actor=frank.actor, at=now)
    answer = in_english(signed_in(dana)).get(reverse("dashboards:audit_export_file", args=[job.pk]), follow=True)
    assert "has changed since it was written" in answer.content.decode()


def refused(browser: Client, job: Job) -> bool:
    return (
        "has changed since it was written" in in_english(browser).get(fetch(browser, job)["Location"]).content.decode()
    )


def test_what_is_about_oneself_by_now_is_not_carried_away(office: Client, frank: Staff, now: datetime) -> None:
    promise = make.promise(owner=make.staff("", "consultant"), at=now)
    job = ask(office)
    run_next_export(AUDIT, now=lambda: now)
    assert fetch(office, job).status_code == 200
    promise.excluded.add(frank)
    assert refused(office, job)


def test_what_a_colleague_did_who_has_left_the_department_is_not_carried_away(
    dana: Staff, alice: Staff, signed_in: SignedIn, frank: Staff, now: datetime
) -> None:
    note(alice.actor, now, "x")
    job = ask(signed_in(dana), verb="x")
    run_next_export(AUDIT, now=lambda: now)
    values = {"department": make.department()}
    update_staff(staff=alice, version=alice.version, values=values, roles=alice.roles, actor=frank.actor, at=now)
    assert refused(signed_in(dana), job)


def test_what_came_later_does_not_spoil_a_file(office: Client, alice: Staff, now: datetime) -> None:
    note(alice.actor, now, "x")
    job = ask(office, verb="x")
    run_next_export(AUDIT, now=lambda: now)
    note(alice.actor, now, "x")
    assert len(rows_of(fetch(office, job))) == 1


def test_rights_lost_while_the_rows_were_read_are_lost(dana: Staff, signed_in: SignedIn, now: datetime) -> None:
    def keys(staff: Staff, parameters: dict[str, Any]) -> Iterator[int]:
        make.team("热线组", dana)
        yield from AUDIT.keys(staff, parameters)

    job = ask(signed_in(dana), verb="x")
    run_next_export(replace(AUDIT, keys=keys), now=lambda: now)
    assert refused(signed_in(dana), job)


def test_is_a_download_never_a_page(office: Client, now: datetime) -> None:
    job = ask(office)
    run_next_export(AUDIT, now=lambda: now)
    answer = fetch(office, job)
    assert answer["Content-Disposition"] == 'attachment; filename="audit-20260312-1024.csv"'
    assert answer["Content-Type"] == "text/csv"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_download_is_in_the_audit(office: Client, frank: Staff, now: datetime) -> None:
    job = ask(office)
    run_next_export(AUDIT, now=lambda: now)
    assert not AuditEntry.objects.filter(verb="file.downloaded").exists()
    fetch(office, job)
    entry = AuditEntry.objects.get(verb="file.downloaded")
    assert (entry.actor, entry.subject_id) == (frank.actor, StoredFile.objects.get().pk)


def test_what_it_is_for_is_in_the_audit(office: Client, frank: Staff, now: datetime) -> None:
    job = ask(office, purpose="report")
    entry = AuditEntry.objects.get(verb="audit.exported")
    assert (entry.actor, entry.fields, entry.subject_id) == (frank.actor, ["export_report"], job.pk)
    assert "Purpose: A report" in in_english(office).get("/audit/").content.decode()


def test_as_a_workbook_too(office: Client, now: datetime) -> None:
    job = ask(office, format="xlsx")
    run_next_export(AUDIT, now=lambda: now)
    assert content_of(fetch(office, job)).startswith(b"PK")


def test_nobody_else_gets_the_file(office: Client, dana: Staff, alice: Staff, client: Client, now: datetime) -> None:
    job = ask(office)
    run_next_export(AUDIT, now=lambda: now)
    others = {dana: 404, make.staff("grace", "administrator", second_factor=True): 404, alice: 403}
    for person, status in others.items():
        assert fetch(make.client_of(person), job).status_code == status
    assert fetch(client, job)["Location"].startswith("/sign-in/")
    assert not AuditEntry.objects.filter(verb="file.downloaded").exists()


def test_there_is_no_file_before_the_end_nor_for_another_kind_of_job(office: Client, now: datetime) -> None:
    job = ask(office)
    assert fetch(office, job).status_code == 404
    run_next_export(AUDIT, now=lambda: now)
    assert fetch(office, job).status_code == 200
    Job.objects.update(kind="import")
    assert fetch(office, job).status_code == 404


def test_sent_twice_it_is_written_once(office: Client) -> None:
    told = form()
    for _ in range(2):
        assert office.post(URL, told)["Location"] == "/jobs/"
    assert Job.objects.count() == 1
    assert "This was saved already" in Page(office.get("/jobs/")).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": "yesterday"}, {"who": "nobody"}, {"who": "9" * 30}, {"submission": "x"}, {"purpose": "curious"},
        {"format": "pdf"},
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_read_is_said_and_nothing_is_written(office: Client, wrong: dict[str, str]) -> None:
    answer = office.post(URL, form() | wrong, follow=True)
    assert "The filter cannot be read" in answer.content.decode()
    assert not Job.objects.exists()


def test_only_who_may_see_the_audit_may_export_it(alice: Staff, signed_in: SignedIn, client: Client) -> None:
    assert signed_in(alice).post(URL, form()).status_code == 403
    assert client.post(URL, form())["Location"].startswith("/sign-in/")
    assert not Job.objects.exists()


def test_exports_are_written_in_the_order_in_which_they_were_asked_for(office: Client, now: datetime) -> None:
    first, second = ask(office), ask(office)
    assert [run_next_export(AUDIT, now=lambda: now) for _ in range(3)] == [first, second, None]


def cancelling(job: Job, at: datetime, *, word: int) -> Callable[[], datetime]:
    """A clock that sees the job cancelled just before the worker's n-th word about it."""
    words = iter(range(1, 100))

    def clock() -> datetime:
        if next(words) == word:
            cancel_job(job=job, actor=job.requested_by, at=at)
        return at

    return clock


@pytest.mark.parametrize("word", [2, 3, 4])
def test_cancelled_meanwhile_it_stops_and_leaves_no_file(office: Client, now: datetime, word: int) -> None:
    job = ask(office)
    run_next_export(AUDIT, now=cancelling(job, now, word=word))
    job.refresh_from_db()
    assert (job.state, job.result) == ("cancelled", None)
    assert not StoredFile.objects.exists()
    assert files_on_disk() == []


def test_what_went_wrong_is_kept_for_the_log_and_the_next_export_is_written(
    office: Client, now: datetime, settings: Any, tmp_path: Path
) -> None:
    failing, next_one = ask(office), ask(office)
    folder, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path / "a file"
    settings.MEDIA_ROOT.write_text("no folder can be made here", encoding="utf-8")
    with pytest.raises(OSError, match="a file"):
        run_next_export(AUDIT, now=lambda: now)
    failing.refresh_from_db()
    assert (failing.state, failing.error) == ("failed", "NotADirectoryError")
    settings.MEDIA_ROOT = folder
    assert run_next_export(AUDIT, now=lambda: now) == next_one
    assert fetch(office, next_one).status_code == 200


def test_may_be_larger_than_what_people_may_upload(office: Client, alice: Staff, now: datetime) -> None:
    Setting.objects.filter(key="files.largest_megabytes").update(value=1)
    for _ in range(11):
        note(alice.actor, now, "x", fields=["f" * 100_000])
    assert len(export(office, now, verb="x")) == 11
    assert StoredFile.objects.get().size > 1024 * 1024
