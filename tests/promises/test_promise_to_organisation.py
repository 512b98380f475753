"""What is promised to an organisation is owed like anything else: reminders, tries, the number. Mission D7."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import AuditEntry, Staff
from consult.models import Call
from dashboards.reports.workbench import MINE, work_of
from followups.models import Attempt
from followups.services.attempts import record_attempt
from hospital_crm.lib.errors import DuplicateSubmission
from hospital_crm.lib.phones import read_phone
from messaging.models import ContactLog, Message
from patients.models import AccessGrant, Organisation, TimelineEntry
from patients.services.organisation_people import add_organisation_contact
from patients.services.organisations import OrganisationAlreadyEnded, end_organisation
from promises.models import Promise
from promises.services.closing import keep_promise
from promises.services.organisations import promise_to_organisation
from tests import make
from tests.accounts.pages import Page, fill, in_english

PHONE, HOUR = "13900005678", timedelta(hours=1)
ROWS: tuple[Any, ...] = (Promise, TimelineEntry, ContactLog, Call)


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def school(db: None, now: datetime) -> Organisation:
    return make.organisation("示范中学", kind="school", at=now)


@pytest.fixture
def line(alice: Staff) -> Client:
    return in_english(make.client_of(alice))


@pytest.fixture
def doctor(db: None) -> Staff:
    """Who may open no organisation."""
    return make.staff("henry", "doctor", display_name="Henry")


def spoken_with(place: Organisation, now: datetime) -> None:
    values = {"name": "钱老师", "position": "年级组长"}
    by = {"actor": make.by(), "at": now}
    add_organisation_contact(organisation=place, values=values, phone=read_phone(PHONE), **by)  # type: ignore[arg-type]


def owed(place: Organisation, owner: Staff, now: datetime, **more: Any) -> Promise:
    given: dict[str, Any] = {"kind": Promise.Kind.RING_BACK, "due_at": now + HOUR, "owner": owner, **more}
    return promise_to_organisation(organisation=place, **given, actor=owner.actor, at=now)


def test_it_is_owed_to_the_organisation_and_stands_in_its_story(
    school: Organisation, alice: Staff, now: datetime
) -> None:
    promise = owed(school, alice, now, kind=Promise.Kind.VISIT_THEM)
    assert (promise.target, promise.patient, promise.contact) == (school, None, None)
    line = TimelineEntry.objects.filter(organisation=school).latest("pk")
    assert (line.kind, line.params["kind"]) == ("promises.made", "visit_them")
    assert not AccessGrant.objects.exists()


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_every_row_is_about_exactly_one(model: Any, school: Organisation, alice: Staff, now: datetime) -> None:
    zhang = make.patient("张桂兰")
    make.call(alice, zhang, at=now)
    record_attempt(
        promise=make.promise(zhang, owner=alice, at=now),
        outcome=Attempt.Outcome.NO_ANSWER,
        actor=alice.actor,
        at=now,
    )
    rows = model.objects.filter(patient=zhang)
    assert rows.exists()
    for wrong in ({"organisation": school}, {"patient": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
    rows.update(patient=None, organisation=school)


def test_the_owner_is_reminded_about_it_by_name(school: Organisation, alice: Staff, now: datetime) -> None:
    owed(school, alice, now)
    notes = Message.objects.with_people().filter(staff=alice, channel="in_app")
    assert {note.about for note in notes} == {school}
    with pytest.raises(IntegrityError), transaction.atomic():
        notes.update(about_patient=make.patient())


def test_a_message_goes_to_one(school: Organisation, alice: Staff, now: datetime) -> None:
    owed(school, alice, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.update(organisation=school)
    Message.objects.update(staff=None, about_organisation=None, organisation=school)
    assert {row.recipient for row in Message.objects.with_people()} == {school}


def test_nothing_is_promised_to_what_has_ended_and_what_was_stays_owed(
    school: Organisation, alice: Staff, now: datetime
) -> None:
    promise = owed(school, alice, now)
    end_organisation(organisation=school, reason="搬走", actor=alice.actor, at=now)
    with pytest.raises(OrganisationAlreadyEnded):
        owed(school, alice, now)
    keep_promise(promise=promise, actor=alice.actor, at=now)


def test_sent_twice_it_is_promised_once(school: Organisation, alice: Staff, now: datetime) -> None:
    key = uuid4()
    promise = owed(school, alice, now, submission=key)
    with pytest.raises(DuplicateSubmission) as again:
        owed(school, alice, now, submission=key)
    assert again.value.subject_id == promise.pk


def test_it_stands_on_the_workbench_with_whom_it_is_for(
    school: Organisation, line: Client, alice: Staff, now: datetime
) -> None:
    spoken_with(school, now)
    owed(school, alice, now, note="送体检方案")
    text = line.get("/").content.decode()
    assert f'<a class="c-name" href="/organisations/{school.pk}/">示范中学</a>' in text
    assert "School · 139****5678" in text
    assert "送体检方案" in text
    (row,) = [row for group in work_of(alice, whose=MINE, kind="", at=now).groups for row in group.rows]
    assert row.is_to_ring


@pytest.mark.parametrize("has_number", [True, False])
def test_it_is_rung_where_there_is_a_number(
    has_number: bool, school: Organisation, line: Client, alice: Staff, now: datetime
) -> None:
    Organisation.objects.update(digits="057155500100" if has_number else "")
    promise = owed(school, alice, now)
    assert promise.is_ringable is has_number
    text = line.get(f"/promises/{promise.pk}/dial/").content.decode()
    assert ("tel:057155500100" in text, "There is no number." in text) == (has_number, not has_number)


def test_the_numbers_are_shown_to_whoever_owes_it_and_the_look_is_recorded(
    school: Organisation, line: Client, alice: Staff, bob: Staff, now: datetime
) -> None:
    spoken_with(school, now)
    Organisation.objects.update(digits="057155500100")
    promise = owed(school, alice, now)
    text = line.get(f"/promises/{promise.pk}/dial/").content.decode()
    assert text.index(f"tel:{PHONE}") < text.index("tel:057155500100")
    assert "钱老师 · 年级组长" in text
    assert "/calls/new/?promise" not in text
    assert AuditEntry.objects.about(promise).filter(verb="promise.dialled", actor=alice.actor).exists()
    numbers = line.get(f"/api/v1/promises/{promise.pk}/numbers/").json()
    assert [row["digits"] for row in numbers] == [PHONE, "057155500100"]
    assert make.client_of(bob).get(f"/promises/{promise.pk}/dial/").status_code == 404


def test_a_try_is_logged_and_the_next_number_is_tried(school: Organisation, alice: Staff, now: datetime) -> None:
    spoken_with(school, now)
    Organisation.objects.update(digits="057155500100")
    promise = owed(school, alice, now)
    wrong: dict[str, Any] = {"outcome": Attempt.Outcome.WRONG_NUMBER, "actor": alice.actor, "at": now}
    assert record_attempt(promise=promise, **wrong).next_at is not None
    assert record_attempt(promise=promise, **wrong).next_at is None
    promise.refresh_from_db()
    assert promise.state == Promise.State.NOT_REACHED
    assert ContactLog.objects.filter(organisation=school).count() == 2


def test_reached_it_is_kept_and_was_the_last_contact(school: Organisation, alice: Staff, now: datetime) -> None:
    promise = owed(school, alice, now)
    record_attempt(promise=promise, outcome=Attempt.Outcome.REACHED, actor=alice.actor, at=now)
    school.refresh_from_db()
    promise.refresh_from_db()
    assert (promise.state, school.last_contact_at) == (Promise.State.KEPT, now)


def test_the_call_page_leads_to_the_try(school: Organisation, line: Client, alice: Staff, now: datetime) -> None:
    promise = owed(school, alice, now)
    assert line.get(f"/calls/new/?promise={promise.pk}")["Location"] == f"/promises/{promise.pk}/attempts/new/"
    body = {"tries": promise.pk, "direction": "out", "number": PHONE, "disposition": "answered"}
    answer = line.post("/api/v1/calls/", body, content_type="application/json")
    assert answer.status_code == 400


def test_every_page_of_it_opens(school: Organisation, line: Client, alice: Staff, now: datetime) -> None:
    promise = owed(school, alice, now)
    acts = ("", "keep/", "withdraw/", "postpone/", "hand-over/", "dial/")
    pages = [f"/promises/{promise.pk}/{act}" for act in acts]
    pages += ["/promises/", "/promises/print/?by=2026-03-13", "/shift/", "/workbench/"]
    pages += [f"/promises/{promise.pk}/attempts/new/", f"/promises/for-organisation/{school.pk}/"]
    for page in pages:
        answer = line.get(page)
        assert answer.status_code == 200, page
        assert "示范中学" in answer.content.decode(), page


def test_who_owes_it_and_may_not_open_organisations_reads_the_name_without_a_link(
    school: Organisation, doctor: Staff, alice: Staff, now: datetime
) -> None:
    promise = make.promise(school, owner=doctor, at=now)
    browser = make.client_of(doctor)
    for page in ("/", "/promises/", f"/promises/{promise.pk}/"):
        text = browser.get(page).content.decode()
        assert "示范中学" in text
        assert f"/organisations/{school.pk}/" not in text


def test_is_promised_from_its_page(school: Organisation, line: Client, alice: Staff, bob: Staff) -> None:
    new = f"/promises/for-organisation/{school.pk}/new/"
    assert new in line.get(f"/organisations/{school.pk}/").content.decode()
    form = Page(line.get(f"{new}?kind=visit_them")).values
    assert (form["kind"], form["owner"]) == (["visit_them"], [str(alice.pk)])
    wrong = Page(line.post(new, fill(form, note="签约", due="own", due_at="2026-03-01T10:00")))
    assert wrong.errors["due_at"].startswith("This time has passed")
    assert wrong.values["note"] == ["签约"]
    line.post(new, fill(form, note="签约", due="own", due_at="2026-03-20T10:00", owner=str(bob.pk)))
    promise = Promise.objects.get()
    assert (promise.kind, promise.owner, promise.note) == ("visit_them", bob, "签约")
    panel = make.tight(line.get(f"/promises/for-organisation/{school.pk}/").content.decode())
    assert "Visit them" in panel
    assert "Bob" in panel


def test_the_panel_shows_the_words_only_to_whom_it_concerns(school: Organisation, line: Client, now: datetime) -> None:
    stranger = make.staff("yann", "consultant", department=make.department())
    owed(school, stranger, now, note="签约")
    panel = line.get(f"/promises/for-organisation/{school.pk}/").content.decode()
    assert "Yann" in panel
    assert "签约" not in panel


def test_by_program(school: Organisation, line: Client, alice: Staff, doctor: Staff, now: datetime) -> None:
    url, due = "/api/v1/promises/to-organisation/", (now + HOUR).isoformat()
    body = {"organisation": school.pk, "kind": "send_offer", "due_at": due, "submission": str(uuid4())}
    first, again = (line.post(url, body, content_type="application/json") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    told = first.json()
    assert (told["organisation"], told["name"], told["owner"]["id"]) == (school.pk, "示范中学", alice.pk)
    (row,) = line.get("/api/v1/promises/", {"organisation": school.pk}).json()["results"]
    assert row["id"] == told["id"]
    past = line.post(url, {**body, "due_at": now.isoformat(), "submission": str(uuid4())}, "application/json")
    assert (past.status_code, past.json()["code"]) == (409, "due_in_the_past")
    assert make.client_of(doctor).post(url, body, content_type="application/json").status_code == 403
