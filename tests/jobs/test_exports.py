"""A list as a file, whichever list it is: what holds for all of them."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import AuditEntry, Staff
from consult.services.exports import CALLS
from dashboards.services.audit import AUDIT
from dashboards.services.look_exports import LOOKS
from hospital_crm.lib.exports import ExportPurpose
from jobs.models import Job
from jobs.services.exports import Export, request_export, run_next_export
from messaging.services.exports import MESSAGES
from messaging.services.opt_out_exports import OPT_OUTS
from patients.models import Employment
from patients.services.employments import add_employee
from patients.services.exports import EMPLOYEES, EXPORTS
from promises.services.exports import PROMISES
from tests import make
from tests.api.test_patients import sent

ALL = (*EXPORTS, CALLS, PROMISES, MESSAGES, OPT_OUTS, AUDIT, LOOKS)


@pytest.mark.parametrize("export", ALL, ids=lambda export: export.kind)
def test_a_row_that_is_gone_is_left_out(export: Export, dana: Staff) -> None:
    assert export.rows(dana, [404_404]) == []
    assert export.rows(dana, [-404_404]) == []


def test_whoever_is_erased_while_the_file_is_written_stops_nothing(dana: Staff, now: datetime) -> None:
    place = make.organisation("示范中学")
    goes, stays = (
        add_employee(organisation=place, patient=make.patient(name), values={}, actor=make.by(), at=now)
        for name in ("张桂兰", "何建平")
    )
    order: dict[str, Any] = {"kind": "csv", "purpose": ExportPurpose.CHECK, "staff": dana, "at": now}
    request_export(export=EMPLOYEES, wanted={}, beside={"organisation": place.pk}, **order)

    def clock() -> datetime:  # asked once more when the rows are known and none is written
        if Job.objects.get().state == "running":
            Employment.objects.filter(pk=goes.pk).delete()
        return now

    job = run_next_export(EMPLOYEES, now=clock)
    assert job is not None
    assert job.result is not None
    text = job.result.content.read().decode()
    assert stays.patient.number in text
    assert goes.patient.number not in text


@pytest.mark.parametrize("place", ["patients", "calls", "outbox"])
def test_a_number_is_asked_for_once_and_only_if_a_file_is(place: str, dana: Staff) -> None:
    questions, desk = AuditEntry.objects.filter(verb="number.asked"), make.client_of(dana)
    told = {"submission": str(uuid4()), "format": "csv", "purpose": "list", "q": "13800001234"}
    desk.post(f"/{place}/export/", {**told, "purpose": "curious"})
    assert not questions.exists()
    for _ in range(2):
        assert desk.post(f"/{place}/export/", told)["Location"] == "/jobs/"
    assert questions.get().actor == dana.actor


def test_whoever_may_not_have_the_list_has_asked_nothing(db: None) -> None:
    told = {"submission": str(uuid4()), "format": "csv", "purpose": "list", "q": "13800001234"}
    assert make.client_of(make.staff("gina", "guide")).post("/outbox/export/", told).status_code == 403
    assert not AuditEntry.objects.filter(verb="number.asked").exists()


@pytest.mark.parametrize("room", ["patients", "calls", "messages"])
def test_the_same_of_programs(room: str, dana: Staff) -> None:
    questions, program = AuditEntry.objects.filter(verb="number.asked"), make.client_of(dana)
    told = {"format": "csv", "purpose": "list", "q": "13800001234"}
    assert sent(program, "post", f"/api/v1/{room}/export/", **{**told, "purpose": "curious"}).status_code == 400
    assert not questions.exists()
    assert sent(program, "post", f"/api/v1/{room}/export/", **told).status_code == 201
    assert questions.get().actor == dana.actor
