"""The outbox as a file: what one sees there, and no more; no address in clear, and no link that acts for a patient.

Mission J3.
"""

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.http import QueryDict
from django.utils.translation import override

from accounts.models import AuditEntry, Department, Staff
from hospital_crm.lib.exports import ExportPurpose
from jobs.models import Job
from jobs.services.exports import request_export, run_next_export
from messaging.filters import MessageFilter
from messaging.models import Channel, Message, MessageTemplate
from messaging.serializers.exports import MessageExportSerializer
from messaging.services.exports import MESSAGES
from messaging.services.links import stop_link
from messaging.services.outbox import cancel_messages
from messaging.services.patient_messages import queue_to_patient
from messaging.services.settling import Outcome, settle_message
from patients.models import Patient
from tests import make
from tests.api.test_patients import sent
from tests.messaging.make import message
from tests.messaging.templates import draft_of, publish, template

NUMBER = "13800001234"
LIST, FILE, ROOM = "/outbox/", "/outbox/export/", "/api/v1/messages/export/"
SURVEY = "https://crm.example/q/4k7tq2m9"


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def zhang(cataract: Department) -> Patient:
    return make.patient("张桂兰", NUMBER, department=cataract)


def to(patient: Patient, by: Staff, at: datetime, code: str = "come_again", **values: str) -> Message:
    """By text message, as Alice would have it sent."""
    (queued,) = queue_to_patient(
        recipient=patient,
        template=code,
        values=values or {"department": "心内科", "due_on": "3 月 20 日"},
        channels=[Channel.SMS],
        send_at=at,
        expires_at=at + timedelta(hours=4),
        dedupe_key=f"{code}:{patient.pk}",
        source="test:1",
        actor=by.actor,
        at=at,
    )
    Message.objects.filter(pk=queued.pk).update(address=NUMBER)
    return queued


@pytest.fixture
def told(zhang: Patient, alice: Staff, now: datetime) -> Message:
    publish(draft_of(template(now)), now)
    return to(zhang, alice, now)


def exported(staff: Staff, now: datetime, **wanted: object) -> list[list[str]]:
    order: dict[str, Any] = {"kind": "csv", "purpose": ExportPurpose.CHECK, "staff": staff, "at": now}
    with override("zh-hans"):
        request_export(export=MESSAGES, wanted=wanted, **order)
    job = run_next_export(MESSAGES, now=lambda: now)
    assert job is not None
    assert job.result is not None
    return list(csv.reader(io.StringIO(job.result.content.read().decode("utf-8-sig"))))[1:]


def test_a_row_says_to_whom_what_and_what_became_of_it(told: Message, alice: Staff, now: datetime) -> None:
    cancel_messages(source="test:1", actor=alice.actor, at=now)
    (row,) = exported(alice, now)
    assert row[1] == "张桂兰"
    assert "请于3 月 20 日前到心内科复诊" in row[5]
    assert {"已取消", "复诊提醒"} <= set(row)


@pytest.mark.parametrize(
    ("outcome", "said"), [(Outcome.ARRIVED, "同事核实已送到。"), (Outcome.GIVEN_UP, "没有送到；同事已放弃。")]
)
def test_of_what_nobody_knew_it_says_who_found_what(
    told: Message, alice: Staff, dana: Staff, now: datetime, outcome: Outcome, said: str
) -> None:
    Message.objects.filter(pk=told.pk).update(state="unknown", reason="no_answer")
    settle_message(message=told, outcome=outcome, actor=dana.actor, at=now)
    (row,) = exported(alice, now)
    assert {dana.name, said} <= set(row)


@pytest.mark.parametrize("who", ["alice", "dana"])
def test_an_address_is_masked_for_whoever_exports_numbers_too(
    told: Message, alice: Staff, dana: Staff, now: datetime, who: str
) -> None:
    (row,) = exported({"alice": alice, "dana": dana}[who], now)
    assert "138****1234" in row
    assert NUMBER not in "".join(row)


def test_no_link_leaves_the_house(zhang: Patient, alice: Staff, now: datetime) -> None:
    survey = MessageTemplate.objects.get(code="survey_invitation")
    survey.versions.published().filter(language="zh-hans").update(text="请打开{link}，拒收：{stop_link}。")
    queued = to(zhang, alice, now, survey.code, department="心内科", link=SURVEY)
    (row,) = exported(alice, now)
    assert row[5].endswith("请打开…，拒收：…。")
    assert stop_link(queued).rsplit("/", 2)[-2] not in "".join(row)
    assert "://" not in "".join(row)


def test_without_the_right_to_read_neither_text_nor_name(told: Message, zhang: Patient, frank: Staff) -> None:
    with override("en"):
        (row,) = MESSAGES.rows(frank, [told.pk])
    assert (row[1], row[5]) == (zhang.number, "Text not shown to you")
    assert not {"张桂兰", NUMBER} & set(row)


def test_no_further_than_ones_figures_reach(told: Message, zhang: Patient, now: datetime) -> None:
    """Who sees every message, and has figures of the own work, carries away the own ones."""
    office = make.staff("office", "administrator", "guide", department=zhang.department)
    message(office, now)
    assert told in Message.objects.visible_to(office)
    assert {row[1] for row in exported(office, now)} == {office.name}


def test_nothing_about_oneself_and_not_once_it_turns_out_to_be(told: Message, dana: Staff, now: datetime) -> None:
    exported(dana, now)
    desk, url = make.client_of(dana), f"{FILE}{Job.objects.get().pk}/"
    assert desk.get(url).status_code == 200
    told.excluded.add(dana)
    assert desk.get(url)["Location"] == "/jobs/"
    assert exported(dana, now) == []


def test_what_is_sent_meanwhile_takes_nothing_from_the_file(told: Message, dana: Staff, now: datetime) -> None:
    assert len(exported(dana, now, state="queued")) == 1
    Message.objects.filter(pk=told.pk).update(state="sent", settled_at=now)
    assert make.client_of(dana).get(f"{FILE}{Job.objects.get().pk}/").status_code == 200


def test_a_note_to_a_colleague_is_worded_as_its_letter_and_runs_nothing(
    zhang: Patient, alice: Staff, now: datetime
) -> None:
    make.promise(zhang, owner=alice, at=now, due_at=now + timedelta(hours=1))
    rows = exported(alice, now)
    assert rows
    assert all(row[1] == alice.name and row[5] and "张桂兰" not in row[5] for row in rows)
    Message.objects.update(kind="gone.kind")
    with time_machine.travel(now, tick=False):
        assert {row[5] for row in exported(alice, now)} == {"gone.kind"}


def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(zhang: Patient, alice: Staff, now: datetime) -> None:
    Patient.objects.filter(pk=zhang.pk).update(name="=1+1")
    publish(draft_of(template(now)), now)
    to(zhang, alice, now)
    (row,) = exported(alice, now)
    assert row[1] == "'=1+1"


@pytest.mark.parametrize(
    "query",
    [
        "state=queued", "state=for_a_person", "state=not_ready", "state=sent", "channel=sms", "channel=in_app",
        "kind=followup_reminder", "since=2026-03-12", "until=2026-03-11", "template_version=null",
        "template_version={}", "reason=spent", "provider=aliyun", "fate=delivered", "measure=waiting",
        "measure=recipients", "measure=stopped", "q=张桂兰", "q=1234",
    ],
)  # fmt: skip
def test_it_holds_what_the_filter_shows(told: Message, dana: Staff, now: datetime, query: str) -> None:
    failed = message(dana, now, channel=Channel.EMAIL, send_at=now - timedelta(days=1))
    Message.objects.filter(pk=failed.pk).update(state="failed", reason="spent", settled_at=now)
    asked: Any = SimpleNamespace(user=dana)
    query = query.format(told.template_version_id)
    shown = MessageFilter(QueryDict(query), Message.objects.visible_to(dana), request=asked)
    assert shown.form.is_valid()
    order: dict[str, Any] = {"kind": "csv", "purpose": ExportPurpose.LIST, "staff": dana, "at": now}
    job = request_export(export=MESSAGES, wanted=shown.form.cleaned_data, **order)
    assert list(MESSAGES.keys(dana, job.parameters)) == list(shown.qs.newest_first().values_list("pk", flat=True))


def test_asked_for_once_with_its_purpose_and_fetched(told: Message, dana: Staff, now: datetime) -> None:
    desk = make.client_of(dana)
    assert '<input type="hidden" name="channel" value="sms">' in desk.get(LIST, {"channel": "sms"}).content.decode()
    order = {"submission": str(uuid4()), "format": "xlsx", "purpose": "report", "channel": "sms"}
    for _ in range(2):
        assert desk.post(FILE, order)["Location"] == "/jobs/"
    job = run_next_export(MESSAGES, now=lambda: now)
    assert job is not None
    assert AuditEntry.objects.get(verb="messages.exported").fields == ["export_report"]
    assert f"{FILE}{job.pk}/" in desk.get("/jobs/").content.decode()
    assert b"".join(desk.get(f"{FILE}{job.pk}/").streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert desk.post(FILE, {**order, "submission": str(uuid4()), "purpose": "curious"})["Location"] == LIST
    assert Job.objects.count() == 1


def test_neither_without_figures_nor_without_the_outbox(told: Message, frank: Staff) -> None:
    """The administrator settles messages, and has no figures; a guide has figures, and no outbox."""
    assert FILE not in make.client_of(frank).get(LIST).content.decode()
    order = {"format": "csv", "purpose": "list", "submission": str(uuid4())}
    for person in (frank, make.staff("gina", "guide"), make.staff("clerk", "customer_service")):
        browser = make.client_of(person)
        assert browser.post(FILE, order).status_code == 403
        assert sent(browser, "post", ROOM, **order).status_code == 403
    assert not Job.objects.exists()


def test_programs_ask_for_it_and_looking_for_a_number_is_on_record(told: Message, dana: Staff, now: datetime) -> None:
    program = make.client_of(dana)
    asked = sent(program, "post", ROOM, format="csv", purpose="system", state="queued", q="1234")
    assert asked.status_code == 201
    assert AuditEntry.objects.filter(verb="number.asked").count() == 1
    run_next_export(MESSAGES, now=lambda: now)
    file = program.get(f"{ROOM}{asked.json()['id']}/")
    assert "张桂兰" in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    assert set(MessageExportSerializer().fields) == {*MessageFilter.base_filters, "format", "purpose", "submission"}
