"""Somebody asks for a copy of everything, or to be erased: who may ask, until when it is answered, how. Mission A7."""

from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEntry, Staff
from hospital_crm.lib.errors import DomainError, DuplicateSubmission, StaleVersion
from institution.models import Setting
from patients.kinship import Tie
from patients.models import DataRequest, Patient
from patients.services import rights
from patients.services.merges import merge_patients
from patients.services.relatives import Named, add_relative
from tests import make
from tests.accounts.pages import Page, in_english, send
from tests.api.test_patients import sent

from .asked import COPY, ERASURE, SEEN, asked

PERSON, GUARDIAN, RELATIVE = DataRequest.Asker
PAPERS = DataRequest.Identity.PAPERS
REQUESTS = "/api/v1/data-requests/"


@pytest.fixture
def zhang(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234")


def relative(patient: Patient, now: datetime, **tie: Any) -> None:
    add_relative(patient=patient, relative=Named("张小雨"), tie=Tie("child", **tie), actor=make.by(), at=now)


def test_it_is_due_so_many_days_after_it_was_asked(zhang: Patient, alice: Staff, now: datetime) -> None:
    Setting.objects.filter(key=rights.DAYS).update(value=15)
    request = asked(zhang, alice, now, asked_at=now - timedelta(days=2))
    assert request.due_on == date(2026, 3, 25)
    entry = AuditEntry.objects.about(zhang).get(verb="data_request.opened")
    assert (entry.actor, entry.fields) == (alice.actor, ["request_copy"])


def test_the_same_is_asked_for_once_until_it_is_answered(zhang: Patient, alice: Staff, now: datetime) -> None:
    first = asked(zhang, alice, now)
    with pytest.raises(rights.RequestAlreadyOpen):
        asked(zhang, alice, now)
    asked(zhang, alice, now, ERASURE)
    rights.answer_request(request=first, version=1, answer="Handed over", actor=make.by(), at=now)
    asked(zhang, alice, now)


def test_a_form_sent_twice_makes_one_request(zhang: Patient, now: datetime) -> None:
    once = {"patient": zhang, "asked": rights.Asked(COPY, SEEN), "actor": make.by(), "at": now, "submission": uuid4()}
    first = rights.open_request(**once)  # type: ignore[arg-type]
    with pytest.raises(DuplicateSubmission) as second:
        rights.open_request(**once)  # type: ignore[arg-type]
    assert second.value.subject_id == first.pk


def test_nobody_has_asked_in_the_future(zhang: Patient, alice: Staff, now: datetime) -> None:
    with pytest.raises(rights.AskedInTheFuture):
        asked(zhang, alice, now, asked_at=now + timedelta(minutes=1))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Only SQLite looks away from its constraints")
def test_a_request_of_before_all_times_is_due_by_the_hospitals_days(
    zhang: Patient, alice: Staff, now: datetime
) -> None:
    Setting.objects.filter(key=rights.DAYS).update(value=15)
    request = asked(zhang, alice, now.replace(hour=1))  # the day before in UTC
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        DataRequest.objects.update(asked_at=now.replace(year=1))
        cursor.execute("PRAGMA ignore_check_constraints = OFF")
    import_module("patients.migrations.0032_moments_that_can_be").mend_rows(apps, None)
    request.refresh_from_db()
    assert (request.asked_at, request.due_on) == (request.recorded_at, date(2026, 3, 27))


@pytest.mark.parametrize("born", [{"birth_date": date(1953, 8, 21)}, {"birth_year": 1953}, {}])
def test_nobody_has_asked_before_the_birth(born: dict[str, Any], alice: Staff, now: datetime) -> None:
    person = make.patient("张桂兰", **born)
    with pytest.raises(rights.AskedBeforeBirth):
        asked(person, alice, now, asked_at=now.replace(year=1952 if born else 1899))


def test_the_first_hours_of_the_calendar_are_refused_at_their_field(zhang: Patient, alice: Staff) -> None:
    """They are in 1900 here, and before it in the time zone of the database."""
    first, line = "1900-01-01T03:00", in_english(make.client_of(alice))
    told = {"kind": "copy", "asker": "person", "identity": "document", "asked_at": first}
    assert Page(send(line, f"/patients/{zhang.pk}/requests/new/", **told)).errors["asked_at"]
    answer = sent(line, "post", REQUESTS, patient=zhang.pk, submission=str(uuid4()), **told)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["asked_at"])


def test_no_row_holds_a_moment_that_no_list_can_show(zhang: Patient, alice: Staff, now: datetime) -> None:
    asked(zhang, alice, now)
    for moment in (now.replace(year=1), now + timedelta(days=1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            DataRequest.objects.update(asked_at=moment)


def test_whoever_wrote_it_down_reads_who_answers_by_when(
    zhang: Patient, alice: Staff, dana: Staff, now: datetime
) -> None:
    request = asked(zhang, alice, now)
    url = f"/patients/requests/{request.pk}/"
    page = make.tight(in_english(make.client_of(alice)).get(url).content.decode())
    assert f"A manager answers by {request.due_on:%Y-%m-%d}" in page
    rights.refuse_request(request=request, version=1, answer="No", actor=dana.actor, at=now)
    assert "What happens next" not in in_english(make.client_of(alice)).get(url).content.decode()


def test_the_page_to_record_it_is_a_look(zhang: Patient, alice: Staff) -> None:
    for page in ("requests/new/", "edit/"):
        AuditEntry.objects.about(zhang)._raw_delete("default")
        make.client_of(alice).get(f"/patients/{zhang.pk}/{page}")
        assert AuditEntry.objects.about(zhang).filter(verb="patient.opened", actor=alice.actor).exists(), page


@pytest.mark.parametrize(
    ("born", "died", "tie", "told", "refusal"),
    [
        (None, None, {}, {}, None),
        (2017, None, {}, {}, rights.GuardianAsks),
        (2017, None, {"guards": True}, {"asker": GUARDIAN, "identity": PAPERS}, None),
        (2017, None, {"guards": True}, {"asker": GUARDIAN}, rights.PapersNotSeen),
        (2017, None, {}, {"asker": GUARDIAN, "identity": PAPERS}, rights.MayNotAsk),
        (1950, None, {"may_be_told": "everything"}, {"asker": RELATIVE, "identity": PAPERS}, None),
        (1950, None, {"may_be_told": "appointments"}, {"asker": RELATIVE, "identity": PAPERS}, rights.MayNotAsk),
        (1950, date(2026, 1, 1), {}, {"asker": RELATIVE, "identity": PAPERS}, None),
        (1950, date(2026, 1, 1), {}, {}, rights.PersonHasDied),
    ],
)
def test_who_may_ask(
    alice: Staff,
    now: datetime,
    born: int | None,
    died: date | None,
    tie: dict[str, Any],
    told: dict[str, Any],
    refusal: type[DomainError] | None,
) -> None:
    patient = make.patient(birth_year=born, died_on=died)
    relative(patient, now, **tie)
    if refusal is None:
        assert asked(patient, alice, now, **told).is_open
    else:
        with pytest.raises(refusal):
            asked(patient, alice, now, **told)


def test_it_is_refused_for_a_reason_and_only_once(zhang: Patient, alice: Staff, dana: Staff, now: datetime) -> None:
    request = asked(zhang, alice, now)
    close: dict[str, Any] = {"request": request, "version": 1, "actor": dana.actor, "at": now}
    with pytest.raises(rights.AnswerIsMissing):
        rights.refuse_request(**close, answer=" ")
    rights.refuse_request(**close, answer="Nobody could show who asked")
    assert (request.state, request.closed_by) == ("refused", dana.actor)
    for service in (rights.refuse_request, rights.answer_request):
        with pytest.raises(rights.RequestAlreadyClosed):
            service(**close, answer="Once more")


def test_whoever_read_an_older_version_answers_nothing(zhang: Patient, alice: Staff, now: datetime) -> None:
    request = asked(zhang, alice, now)
    with pytest.raises(StaleVersion):
        rights.answer_request(request=request, version=7, answer="Sent", actor=make.by(), at=now)
    assert DataRequest.objects.open().get() == request


def test_an_erasure_is_not_answered_by_hand(zhang: Patient, alice: Staff, now: datetime) -> None:
    request = asked(zhang, alice, now, ERASURE)
    with pytest.raises(rights.NotACopy):
        rights.answer_request(request=request, version=1, answer="Done", actor=make.by(), at=now)


def test_it_goes_to_the_survivor_of_a_merge(zhang: Patient, alice: Staff, now: datetime) -> None:
    request, survivor = asked(zhang, alice, now), make.patient("张贵兰")
    merge_patients(survivor=survivor, merged=zhang, actor=make.by(), at=now)
    request.refresh_from_db()
    assert request.patient == survivor


def test_it_is_recorded_from_the_patients_page(zhang: Patient, alice: Staff) -> None:
    browser = in_english(make.client_of(alice))
    assert f"/patients/{zhang.pk}/requests/new/" in browser.get(f"/patients/{zhang.pk}/").content.decode()
    page = f"/patients/{zhang.pk}/requests/new/"
    refused = send(browser, page, kind="copy", asker="guardian", identity="papers", note="By letter")
    shown = Page(refused)
    assert "Nobody on file as a relative may ask this" in shown.errors["asker"]
    assert shown.values["note"] == ["By letter"]
    answer = send(browser, page, kind="copy", asker="person", identity="document", note="By letter")
    request = DataRequest.objects.get()
    assert answer.headers["Location"] == f"/patients/requests/{request.pk}/"
    assert (request.patient, request.note, request.recorded_by) == (zhang, "By letter", alice.actor)


def test_only_managers_answer(zhang: Patient, alice: Staff, dana: Staff, now: datetime) -> None:
    request = asked(zhang, alice, now)
    page = f"/patients/requests/{request.pk}/answer/"
    assert make.client_of(alice).post(page, {"version": 1, "answer": "Sent"}).status_code == 403
    answer = send(in_english(make.client_of(dana)), page, answer="Handed over at the desk")
    assert answer.status_code == 302
    request.refresh_from_db()
    assert (request.state, request.answer) == ("done", "Handed over at the desk")
    assert make.client_of(dana).get(page).status_code == 302


def test_whoever_may_not_find_the_person_finds_no_request(zhang: Patient, alice: Staff, now: datetime) -> None:
    request = asked(zhang, alice, now)
    assert DataRequest.objects.visible_to(make.staff("hugo", "doctor")).count() == 0
    assert make.client_of(make.staff("ida", "doctor")).get(f"/patients/requests/{request.pk}/").status_code == 403


def test_the_list_shows_what_is_open(zhang: Patient, alice: Staff, now: datetime) -> None:
    closed = asked(make.patient("王建军"), alice, now)
    rights.refuse_request(request=closed, version=1, answer="No", actor=make.by(), at=now)
    asked(zhang, alice, now)
    page = in_english(make.client_of(alice)).get("/patients/requests/").content.decode()
    assert "张桂兰" in page
    assert "王建军" not in page


def test_a_program_records_and_refuses(zhang: Patient, alice: Staff, dana: Staff) -> None:
    told = {"patient": zhang.pk, "kind": "copy", "identity": "called_back", "submission": str(uuid4())}
    line, manager = make.client_of(alice), make.client_of(dana)
    first, again = (sent(line, "post", REQUESTS, **told) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    url = f"{REQUESTS}{first.json()['id']}/refuse/"
    assert sent(line, "post", url, version=1, answer="No").status_code == 403
    refused = sent(manager, "post", url, version=1, answer="Nobody could show who asked")
    assert (refused.status_code, refused.json()["state"]) == (200, "refused")
    again = sent(manager, "post", url, version=2, answer="No")
    assert (again.status_code, again.json()["code"]) == (409, "request_already_closed")
