"""Calls and the audit as files through the API: asked for, written by a job, fetched by whoever asked. Mission J1."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import AuditEntry, Staff
from consult.filters import CallFilter
from consult.serializers import CallExportSerializer
from consult.services.exports import CALLS
from dashboards.services.audit import AUDIT
from jobs.models import Job
from jobs.services.exports import Export, run_next_export
from tests import make
from tests.api.test_patients import sent

CALLS_URL, AUDIT_URL = "/api/v1/calls/export/", "/api/v1/audit/export/"

pytestmark = pytest.mark.usefixtures("clock")


PURPOSE = {"purpose": "report"}


def lines(answer: Any) -> list[str]:
    return b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()


def run(export: Export, now: datetime) -> None:
    run_next_export(export, now=lambda: now)


def test_the_calls_that_the_lists_filters_show(line: Client, alice: Staff, bob: Staff, now: datetime) -> None:
    make.call(alice, at=now, question="怎么走")
    make.call(alice, at=now, disposition="silent", question="怎么走")
    make.call(bob, at=now)
    asked = sent(line, "post", CALLS_URL, **PURPOSE, format="csv", disposition="answered", since="2026-03-12", q="怎么")
    job = asked.json()
    assert (asked.status_code, job["kind"], job["state"]) == (201, "call_export", "queued")
    assert line.get(f"{CALLS_URL}{job['id']}/").status_code == 404  # not written yet
    run(CALLS, now)
    assert line.get(f"/api/v1/jobs/{job['id']}/").json()["state"] == "done"
    answer = line.get(f"{CALLS_URL}{job['id']}/")
    assert 'attachment; filename="calls-' in answer["Content-Disposition"]
    assert answer["Content-Type"] == "text/csv"
    assert len(lines(answer)) == 2
    assert make.client_of(bob).get(f"{CALLS_URL}{job['id']}/").status_code == 404
    assert AuditEntry.objects.filter(verb="file.downloaded").count() == 1


def test_of_the_audit_what_the_filter_shows(frank: Staff, now: datetime) -> None:
    office = make.client_of(frank)
    job = sent(office, "post", AUDIT_URL, **PURPOSE, format="csv", verb="job.requested", who=frank.pk).json()
    run(AUDIT, now)
    assert len(lines(office.get(f"{AUDIT_URL}{job['id']}/"))) == 2
    assert office.get(f"{AUDIT_URL}{job['id'] + 1}/").status_code == 404


def test_sent_twice_one_job_writes_it(line: Client, frank: Staff) -> None:
    for client, url in ((line, CALLS_URL), (make.client_of(frank), AUDIT_URL)):
        key = str(uuid4())
        first, again = (sent(client, "post", url, **PURPOSE, submission=key) for _ in range(2))
        assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
    assert Job.objects.count() == 2


def test_whoever_may_see_less_meanwhile_does_not_get_the_file(line: Client, alice: Staff, now: datetime) -> None:
    job = sent(line, "post", CALLS_URL, **PURPOSE).json()
    run(CALLS, now)
    assert line.get(f"{CALLS_URL}{job['id']}/")["Content-Type"].endswith("spreadsheetml.sheet")
    make.team("眼底组", alice)
    refused = line.get(f"{CALLS_URL}{job['id']}/")
    assert (refused.status_code, refused.json()["code"]) == (409, "rights_have_changed")


@pytest.mark.parametrize(
    ("told", "field"),
    [({"format": "pdf"}, "format"), ({"since": "soon"}, "since"), ({"handled_by": 10**30}, "handled_by")],
)
def test_a_wrong_shape_is_said_at_its_field(line: Client, told: dict[str, Any], field: str) -> None:
    answer = sent(line, "post", CALLS_URL, **PURPOSE, **told)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Job.objects.exists()


def test_who_may_not_see_figures_or_the_audit_is_refused(line: Client) -> None:
    clerk = make.client_of(make.staff("clerk", "customer_service"))
    assert sent(clerk, "post", CALLS_URL).status_code == 403
    assert sent(line, "post", AUDIT_URL).status_code == 403


def test_without_a_purpose_nothing_is_written(line: Client, frank: Staff) -> None:
    for client, url in ((line, CALLS_URL), (make.client_of(frank), AUDIT_URL)):
        assert sent(client, "post", url).json()["errors"].keys() == {"purpose"}
    assert not Job.objects.exists()


def test_the_purpose_is_on_record(line: Client, frank: Staff) -> None:
    sent(line, "post", CALLS_URL, **PURPOSE)
    sent(make.client_of(frank), "post", AUDIT_URL, **PURPOSE)
    told = AuditEntry.objects.filter(verb__endswith=".exported").order_by("pk").values_list("verb", "fields")
    assert list(told) == [("calls.exported", ["export_report"]), ("audit.exported", ["export_report"])]


def test_the_filters_are_those_of_the_list() -> None:
    assert set(CallExportSerializer().fields) == {*CallFilter.base_filters, "format", "purpose", "submission"}
