"""A submission id stands for one thing: for anything else it neither does anything nor says that it did. B9, J1."""

from datetime import datetime
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from accounts.models import Staff, Submission
from accounts.services.submissions import SubmissionTaken, create_once, first_result
from hospital_crm.lib.errors import DuplicateSubmission
from jobs.models import Job
from patients.models import Patient
from patients.services.patients import register_patient
from promises.models import Promise
from tests import make
from tests.accounts.pages import Page, in_english
from tests.api.test_patients import sent

KEY = uuid4()
SAYS_SO = "This form was used for something else already. Open it anew."


@pytest.fixture(autouse=True)
def _still(now: datetime) -> object:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def zhang(db: None, now: datetime) -> Patient:
    values = {"name": "张桂兰"}
    return register_patient(values=values, phones=[], actor=make.by(), at=now, submission=KEY)


@pytest.fixture
def window(alice: Staff) -> Client:
    return in_english(make.client_of(alice))


def test_an_act_is_never_taken_for_what_was_sent_to_another_address(
    window: Client, zhang: Patient, alice: Staff, now: datetime
) -> None:
    """Neither for what somebody registered, nor for the same act on another promise."""
    first, second = (make.promise(zhang, owner=alice, at=now) for _ in range(2))
    for address in (f"{first.pk}/keep", f"{second.pk}/attempts/new", f"{second.pk}/withdraw"):
        form = {"submission": str(KEY), "outcome": "no_answer", "channel": "phone", "reason": "错了"}
        assert window.post(f"/promises/{address}/", form).status_code == 302
    assert "saved already" not in " ".join(Page(window.get("/promises/")).alerts)
    assert [row.state for row in Promise.objects.order_by("pk")] == ["kept", "withdrawn"]
    assert second.attempts.count() == 1


def test_a_program_is_not_answered_with_something_else_of_the_same_number(
    window: Client, zhang: Patient, alice: Staff
) -> None:
    Submission.objects.update(subject_id=make.call(alice, zhang).pk)  # as chance has it
    told = {"disposition": "answered", "topics": [{"topic": "fee"}], "submission": str(KEY)}
    answer = sent(window, "post", "/api/v1/calls/", **told)
    assert (answer.status_code, answer.json()["code"]) == (409, "submission_taken")
    wrong = sent(window, "post", "/api/v1/calls/", **{**told, "disposition": "?"})
    assert wrong.status_code == 400


def test_every_page_that_creates_once_says_so(frank: Staff, zhang: Patient) -> None:
    office = in_english(make.client_of(frank))
    typed = {"username": "zoe", "display_name": "Zoe", "name_zh": "新", "name_en": "New", "kind": "clinical"}
    for url in ("/staff/new/", "/teams/new/", "/departments/new/"):
        page = Page(office.post(url, {**typed, "submission": str(KEY)}))
        assert SAYS_SO in page.alerts, (url, page.errors)
    assert not Staff.objects.filter(username="zoe").exists()


def test_an_export_is_another_act_than_what_the_id_was_used_for(window: Client, alice: Staff) -> None:
    sent_once = {"format": "csv", "purpose": "list", "submission": str(KEY)}
    for form in (sent_once, sent_once, {**sent_once, "format": "xlsx"}):
        window.post("/calls/export/", form)
    assert [job.parameters["format"] for job in Job.objects.order_by("pk")] == ["csv", "xlsx"]


def test_of_an_id_from_before_kinds_were_written_down_the_first_result_counts(zhang: Patient, now: datetime) -> None:
    Submission.objects.update(kind="")
    assert first_result(str(KEY), "patients.Patient") == first_result(str(KEY), "consult.Call") == zhang.pk
    with pytest.raises(DuplicateSubmission):
        create_once(submission=KEY, kind="patients.Patient", create=lambda: zhang, actor=make.by(), at=now)


def test_what_is_taken_is_seen_before_anything_is_made(zhang: Patient, now: datetime) -> None:
    def never() -> Patient:
        raise AssertionError

    assert first_result(str(KEY), "consult.Call") is None
    with pytest.raises(SubmissionTaken):
        create_once(submission=KEY, kind="consult.Call", create=never, actor=make.by(), at=now)
