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
from tests.accounts.pages import Page, fill, in_english
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


def test_an_act_with_the_id_of_something_else_says_so_and_does_nothing(
    window: Client, zhang: Patient, alice: Staff, now: datetime
) -> None:
    promise = make.promise(zhang, owner=alice, at=now)
    for act in ("keep", "attempts/new"):
        url = f"/promises/{promise.pk}/{act}/"
        form = fill(Page(window.get(url)).values, submission=str(KEY), outcome="reached", channel="phone")
        page = Page(window.post(url, form))
        assert page.alerts[0].startswith(SAYS_SO)
    assert Promise.objects.get().is_open


def test_what_has_kept_one_promise_neither_keeps_nor_withdraws_another(
    window: Client, zhang: Patient, alice: Staff, now: datetime
) -> None:
    first, second = (make.promise(zhang, owner=alice, at=now) for _ in range(2))
    key = str(uuid4())
    window.post(f"/promises/{first.pk}/keep/", {"submission": key})
    for act in ("keep", "withdraw"):
        page = Page(window.post(f"/promises/{second.pk}/{act}/", {"submission": key, "reason": "错了"}))
        assert page.alerts[0].startswith(SAYS_SO)
    assert [row.state for row in Promise.objects.order_by("pk")] == ["kept", "open"]


def test_a_program_is_not_answered_with_something_else_of_the_same_number(
    window: Client, zhang: Patient, alice: Staff
) -> None:
    Submission.objects.update(subject_id=make.call(alice, zhang).pk)  # as chance has it
    told = {"disposition": "answered", "topics": [{"topic": "fee"}], "submission": str(KEY)}
    answer = sent(window, "post", "/api/v1/calls/", **told)
    assert (answer.status_code, answer.json()["code"]) == (409, "submission_taken")
    wrong = sent(window, "post", "/api/v1/calls/", **{**told, "disposition": "?"})
    assert wrong.status_code == 400


def test_every_page_that_creates_once_says_so(frank: Staff, zhang: Patient, window: Client) -> None:
    office = in_english(make.client_of(frank))
    typed = {"username": "zoe", "display_name": "Zoe", "name_zh": "新", "name_en": "New", "kind": "clinical"}
    for url in ("/staff/new/", "/teams/new/", "/departments/new/"):
        page = Page(office.post(url, {**typed, "submission": str(KEY)}))
        assert SAYS_SO in page.alerts, (url, page.errors)
    assert not Staff.objects.filter(username="zoe").exists()
    page = Page(window.post("/calls/export/", {"format": "csv", "submission": str(KEY)}, follow=True))
    assert SAYS_SO in page.alerts
    assert not Job.objects.exists()


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
