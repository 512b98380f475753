"""A promise to each of many patients, by whoever leads, through the service that makes every one. Mission A4, B4."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from accounts.models import Department, Staff, Team
from jobs.models import Job
from jobs.services.jobs import requeue_stuck
from patients.models import BulkAct, Patient, Selection
from patients.services import bulk_acts
from patients.services.bulk_acts import run_next_act
from patients.services.selections import choose_patients
from promises.models import Promise
from promises.services import bulk
from promises.services.bulk import PROMISES, NotForPeople, Owed, TooManyPatients, request_promises
from promises.services.deadlines import DueInThePast
from promises.services.keepers import CannotOwn, NobodyOnTeam, NobodyOwns
from tests import make
from tests.accounts.pages import Page, fill, in_english
from tests.api.test_patients import sent

HOUR = timedelta(hours=1)
Run = Callable[[], Job | None]


@pytest.fixture(autouse=True)
def _still(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def people(cataract: Department) -> Sequence[Patient]:
    return [make.patient(name, department=cataract) for name in ("甲一", "乙二", "丙三")]


@pytest.fixture
def selection(people: Sequence[Patient], dana: Staff, now: datetime) -> Selection:
    return choose_patients(staff=dana, keys=[patient.pk for patient in people], at=now)


@pytest.fixture
def run(now: datetime) -> Run:
    return lambda: run_next_act(PROMISES, now=lambda: now)


def asked(
    selection: Selection, dana: Staff, now: datetime, *, owner: Staff | None = None, team: Team | None = None
) -> BulkAct:
    owed = Owed(Promise.Kind.RING_BACK, now + 3 * HOUR, owner, team, "复查提醒")
    return request_promises(selection=selection, owed=owed, staff=dana, at=now)


def figures(act: BulkAct) -> tuple[int, int, int]:
    act.refresh_from_db()
    return act.done, act.unchanged, act.refused


def test_each_of_them_is_promised_it(
    people: Sequence[Patient], selection: Selection, dana: Staff, alice: Staff, run: Run, now: datetime
) -> None:
    act = asked(selection, dana, now, owner=alice)
    assert not Promise.objects.exists()
    run()
    made = Promise.objects.order_by("patient")
    assert [promise.patient for promise in made] == list(people)
    told = {(row.kind, row.note, row.owner, row.due_at, row.made_by) for row in made}
    assert told == {("ring_back", "复查提醒", alice, now + 3 * HOUR, dana.actor)}
    assert figures(act) == (3, 0, 0)


def test_a_team_may_owe_it(selection: Selection, dana: Staff, alice: Staff, run: Run, now: datetime) -> None:
    line = make.team("咨询热线组", alice)
    asked(selection, dana, now, team=line)
    run()
    assert Promise.objects.filter(team=line, owner=None).count() == 3


def test_who_owes_it_is_of_the_departments_that_one_leads(
    selection: Selection, dana: Staff, charlie: Staff, frank: Staff, now: datetime
) -> None:
    others = make.team("青光眼组", charlie)
    for owner, team, refusal in (
        (charlie, None, CannotOwn),  # of another department
        (frank, None, CannotOwn),  # keeps no promises
        (None, others, NobodyOnTeam),
        (None, None, NobodyOwns),
    ):
        with pytest.raises(refusal):
            asked(selection, dana, now, owner=owner, team=team)
    assert not BulkAct.objects.exists()


def test_it_lies_ahead(selection: Selection, dana: Staff, alice: Staff, now: datetime) -> None:
    owed = Owed(Promise.Kind.RING_BACK, now, alice, None)
    with pytest.raises(DueInThePast):
        request_promises(selection=selection, owed=owed, staff=dana, at=now)


def test_nobody_promises_to_more_than_can_be_counted(
    selection: Selection, dana: Staff, alice: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST", 2)
    with pytest.raises(TooManyPatients):
        asked(selection, dana, now, owner=alice)


def test_whoever_has_died_is_left_out_and_listed(
    people: Sequence[Patient], selection: Selection, dana: Staff, alice: Staff, run: Run, now: datetime
) -> None:
    Patient.objects.filter(pk=people[1].pk).update(died_on=date(2026, 3, 1))
    act = asked(selection, dana, now, owner=alice)
    run()
    assert figures(act) == (2, 0, 1)
    page = in_english(make.client_of(dana)).get(f"/patients/bulk/{act.pk}/").content.decode()
    assert "乙二" in page
    assert "The patient has died." in page


def test_what_is_over_when_the_job_begins_is_refused(
    selection: Selection, dana: Staff, alice: Staff, now: datetime
) -> None:
    act = asked(selection, dana, now, owner=alice)
    run_next_act(PROMISES, now=lambda: now + 4 * HOUR)
    assert figures(act) == (0, 0, 3)
    assert {row.code for row in act.refusals.all()} == {"due_in_the_past"}


def test_killed_it_promises_nothing_twice(
    people: Sequence[Patient],
    selection: Selection,
    dana: Staff,
    alice: Staff,
    run: Run,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bulk_acts, "AT_ONCE", 1)
    act, note = asked(selection, dana, now, owner=alice), bulk_acts._note

    def dies(act: BulkAct, tally: object, position: int) -> None:
        if position == people[1].pk:
            raise KeyboardInterrupt  # after the promise, before that is noted
        note(act, tally, position)  # type: ignore[arg-type]

    monkeypatch.setattr(bulk_acts, "_note", dies)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert Promise.objects.count() == 1
    monkeypatch.setattr(bulk_acts, "_note", note)
    requeue_stuck(at=now + HOUR)
    run()
    assert sorted(row.patient_id or 0 for row in Promise.objects.all()) == [patient.pk for patient in people]
    assert figures(act) == (3, 0, 0)


def test_on_the_page_it_is_asked_for_once(
    selection: Selection, dana: Staff, alice: Staff, charlie: Staff, run: Run
) -> None:
    browser, url = in_english(make.client_of(dana)), f"/promises/for-selection/{selection.pk}/"
    page = browser.get(url)
    assert "3 patients" in page.content.decode()
    assert "Charlie" not in page.content.decode()
    form = Page(page).values
    wrong = Page(browser.post(url, fill(form, kind="ring_back", note="复查提醒")))
    assert wrong.errors.keys() == {"due"}
    assert wrong.values["note"] == ["复查提醒"]
    nobody = Page(browser.post(url, fill(form, kind="ring_back", due="today")))
    assert nobody.errors == {"owner": "Say who owes this: a person, or a team."}
    for _ in range(2):
        done = browser.post(url, fill(form, kind="ring_back", due="today", owner=alice.pk))
        assert done["Location"].startswith("/patients/bulk/")
    run()
    assert Promise.objects.filter(owner=alice).count() == 3
    assert "Ring-back · 2026-03-12 17:00 · Alice" in browser.get(done["Location"]).content.decode()


def test_only_who_leads_comes_here_and_to_the_own_selection(selection: Selection, dana: Staff, alice: Staff) -> None:
    url = f"/promises/for-selection/{selection.pk}/"
    assert make.client_of(alice).get(url).status_code == 403
    other = make.staff("", "manager", department=dana.department)
    assert make.client_of(other).get(url).status_code == 404


def test_programs_ask_for_it_once(selection: Selection, dana: Staff, alice: Staff, run: Run, now: datetime) -> None:
    program, url = make.client_of(dana), "/api/v1/promises/many/"
    told = {
        "selection": selection.pk,
        "kind": "send_information",
        "due_at": (now + HOUR).isoformat(),
        "owner": alice.pk,
        "submission": str(uuid4()),
    }
    first, again = (sent(program, "post", url, **told) for _ in range(2))
    assert (first.status_code, again.status_code, first.json()["id"]) == (201, 200, again.json()["id"])
    run()
    assert Promise.objects.filter(kind="send_information", owner=alice).count() == 3
    nobody = sent(program, "post", url, **{**told, "owner": None, "submission": str(uuid4())})
    assert (nobody.status_code, nobody.json()["field"]) == (409, "owner")
    assert sent(program, "post", url, **{**told, "selection": 99_999}).status_code == 404


@pytest.mark.parametrize("kind", [Promise.Kind.DATA_RIGHT, Promise.Kind.CHECK_LOOKS, Promise.Kind.VISIT_THEM])
def test_what_comes_of_a_row_or_is_owed_to_organisations_is_promised_to_no_patient(
    selection: Selection, dana: Staff, alice: Staff, now: datetime, kind: Promise.Kind
) -> None:
    owed = Owed(kind, now + 3 * HOUR, alice, None)
    with pytest.raises(NotForPeople):
        request_promises(selection=selection, owed=owed, staff=dana, at=now)
    told = {"selection": selection.pk, "kind": kind, "due_at": "2026-03-12T18:00", "owner": alice.pk}
    assert sent(make.client_of(dana), "post", "/api/v1/promises/many/", **told).status_code == 400
    page = make.client_of(dana).get(f"/promises/many/{selection.pk}/")
    assert f'value="{kind}"' not in page.content.decode()
