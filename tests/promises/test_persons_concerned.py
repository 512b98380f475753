"""Whoever a promise is about never owes it, is asked for it, told of it, or counts for a team. Mission B4."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import pytest
import time_machine

from accounts.models import AuditEntry, Department, Staff, Team
from consult.reports.callers import Callers
from consult.reports.owed import owed_to
from consult.services.promised import Promised
from dashboards.reports.shift import shift_of
from dashboards.reports.team import around
from dashboards.services.audit import audit_entries
from followups.models import Attempt
from followups.services.attempts import record_attempt
from hospital_crm.lib.errors import DomainError
from messaging.models import Message
from patients.models import Patient
from patients.services.phones import owes
from promises.models import Promise
from promises.services import handing_over, reassigning
from promises.services import ownership as services
from promises.services.closing import keep_promise
from promises.services.escalation import escalate_late
from promises.services.keepers import CannotOwn, CannotTakeOver, NobodyOnTeam
from promises.services.reminders import tell
from tests import make
from tests.accounts.pages import in_english

HOUR = timedelta(hours=1)


@pytest.fixture
def line(alice: Staff, bob: Staff) -> Team:
    return make.team("热线组", alice, bob)


@pytest.fixture
def about_bob(line: Team, bob: Staff, now: datetime) -> Promise:
    """Nobody's yet, with Bob's own team."""
    return make.promise(make.patient("张桂兰", "13800001234"), team=line, at=now, excluded=[bob], note="投诉回电")


# ── Who may keep it ──────────────────────────────────────────────────────────


def refusal(error: pytest.ExceptionInfo[DomainError]) -> str:
    return error.value.field


def test_no_promise_is_made_that_its_owner_may_not_know(bob: Staff, now: datetime) -> None:
    with pytest.raises(CannotOwn) as refused:
        make.promise(owner=bob, at=now, excluded=[bob])
    assert refusal(refused) == "owner"
    assert not Promise.objects.exists()


def test_a_team_that_has_nobody_else_cannot_take_it(line: Team, alice: Staff, bob: Staff, now: datetime) -> None:
    assert make.promise(team=line, at=now, excluded=[bob]).team == line
    make.left(alice)
    with pytest.raises(NobodyOnTeam):
        make.promise(team=line, at=now, excluded=[bob])


def test_no_way_leads_to_the_person_concerned(
    about_bob: Promise, line: Team, alice: Staff, bob: Staff, dana: Staff, now: datetime
) -> None:
    with pytest.raises(CannotTakeOver):
        services.take_promise(promise=about_bob, staff=bob, at=now)
    with pytest.raises(CannotTakeOver):
        handing_over.hand_over_promise(promise=about_bob, to=bob, actor=alice.actor, at=now)
    with pytest.raises(CannotOwn):
        reassigning.reassign_promise(promise=about_bob, owner=bob, team=None, actor=dana.actor, at=now)
    only_bob = make.team("只有当事人", bob)
    with pytest.raises(NobodyOnTeam):
        reassigning.reassign_promise(promise=about_bob, owner=None, team=only_bob, actor=dana.actor, at=now)
    about_bob.refresh_from_db()
    assert (about_bob.owner, about_bob.pending_owner, about_bob.team) == (None, None, line)


def test_left_to_the_person_concerned_alone_it_goes_to_the_head(
    about_bob: Promise, alice: Staff, bob: Staff, dana: Staff, now: datetime
) -> None:
    about_the_other = make.promise(team=about_bob.team, at=now)
    make.head(bob.department, dana)
    Promise.objects.update(department=bob.department)
    make.left(alice)
    assert reassigning.release_promises(actor=dana.actor, at=now) == 1
    about_bob.refresh_from_db()
    about_the_other.refresh_from_db()
    assert (about_bob.owner, about_the_other.owner) == (dana, None)


# ── Who may know of it ───────────────────────────────────────────────────────


def story(reader: Staff, promise: Promise) -> list[str]:
    """What the reader sees of it in the patient's story."""
    assert promise.patient is not None
    entries = promise.patient.timelineentrys.visible_to(reader).exclude(kind="patients.registered")
    return list(entries.order_by("pk").values_list("kind", flat=True))


def test_the_patients_story_keeps_silent_about_each_step(
    about_bob: Promise, alice: Staff, bob: Staff, now: datetime
) -> None:
    services.take_promise(promise=about_bob, staff=alice, at=now)
    record_attempt(promise=about_bob, outcome=Attempt.Outcome.NO_ANSWER, actor=alice.actor, at=now)
    about_bob.refresh_from_db()
    keep_promise(promise=about_bob, actor=alice.actor, at=now)
    assert story(alice, about_bob) == ["promises.made", "followups.attempt", "promises.kept"]
    assert story(bob, about_bob) == []
    page = make.client_of(bob).get(f"/patients/{about_bob.patient_id}/").content.decode()
    assert "张桂兰" in page
    assert "Alice" not in page


def test_the_teams_right_to_the_number_is_not_for_the_person_concerned(
    about_bob: Promise, line: Team, alice: Staff, now: datetime
) -> None:
    assert about_bob.patient is not None
    adviser, concerned = (make.staff(name, "health_adviser") for name in ("adviser", "concerned"))
    line.members.add(adviser, concerned)
    assert owes(staff=concerned, patient=about_bob.patient, on=now.date())  # so far it is about Bob alone
    make.promise(other := make.patient("李建国", "13900005678"), team=line, at=now, excluded=[concerned])
    assert [owes(staff=person, patient=other, on=now.date()) for person in (adviser, concerned)] == [True, False]


def test_a_doctor_does_not_find_the_patient_through_it(line: Team, now: datetime) -> None:
    doctor, concerned = (make.staff(name, "doctor") for name in ("hugo", "iris"))
    line.members.add(doctor, concerned)
    patient = make.patient("李建国")
    make.promise(patient, team=line, at=now, excluded=[concerned])
    assert [patient in Patient.objects.visible_to(person) for person in (doctor, concerned)] == [True, False]


def test_no_message_about_it_reaches_or_is_shown_to_the_person_concerned(
    line: Team, alice: Staff, dana: Staff, frank: Staff, now: datetime
) -> None:
    """The manager sees the department's outbox, the administrator the hospital's."""
    make.head(alice.department, dana)
    known = make.promise(make.patient("李建国"), owner=alice, at=now)
    about_her = make.promise(make.patient("张桂兰"), owner=alice, at=now, excluded=[dana])
    escalate_late(actor=alice.actor, at=now + 10 * HOUR)
    told = Message.objects.filter(staff=dana, kind__startswith="promises.").values_list("source", flat=True)
    assert set(told) == {known.key}
    about = {message.pk for message in Message.objects.filter(source__startswith=about_her.key)}
    assert len(about) >= 2
    page, all_of_it = (make.client_of(person).get("/outbox/").content.decode() for person in (dana, frank))
    assert "李建国" in page
    assert "张桂兰" not in page
    assert [pk for pk in about if f'id="message-{pk}"' in page] == []
    assert [pk for pk in about if f'id="message-{pk}"' not in all_of_it] == []
    for pk in about:
        assert make.client_of(dana).post(f"/outbox/{pk}/cancel/").status_code == 404


def test_nobody_is_told_even_where_a_caller_forgets_to_ask(about_bob: Promise, bob: Staff, now: datetime) -> None:
    assert tell(about_bob, bob, "due", actor=bob.actor, at=now) == []
    assert not Message.objects.filter(staff=bob).exists()


def test_the_load_of_a_colleague_does_not_count_it(line: Team, alice: Staff, bob: Staff, now: datetime) -> None:
    make.promise(owner=alice, at=now, due_at=now + HOUR)
    make.promise(owner=alice, at=now, due_at=now + HOUR, excluded=[bob])
    later = now + 2 * HOUR
    seen = {
        reader.username: [(load.staff.username, load.open, load.late) for load in around(reader, at=later).loads]
        for reader in (alice, bob)
    }
    assert seen == {"alice": [("alice", 2, 2), ("bob", 0, 0)], "bob": [("alice", 1, 1), ("bob", 0, 0)]}


def test_who_calls_is_not_said_to_be_owed_it(about_bob: Promise, alice: Staff, bob: Staff, now: datetime) -> None:
    found = {}
    for reader in (alice, bob):
        callers = Callers(staff=reader, today=now.date(), number="13800001234", name="", who="")
        found[reader.username] = [candidate.owed for candidate in callers.candidates]
    assert found == {"alice": [1], "bob": [0]}


# ── Where it is looked for ───────────────────────────────────────────────────

Seen = Callable[[Staff, Patient, datetime], Iterable[Promise]]
LISTS: dict[str, Seen] = {
    "may take": lambda bob, patient, now: Promise.objects.taken_by(bob, now.date()),
    "may dial": lambda bob, patient, now: Promise.objects.dialled_by(bob, now.date()),
    "desk": lambda bob, patient, now: Promise.objects.on_desk_of(bob, now.date()),
    "may settle in a call": lambda bob, patient, now: Promise.objects.settleable_by(bob, now.date()),
    "open for who calls": lambda bob, patient, now: [
        row.promise for row in owed_to(staff=bob, person=patient, today=now.date())
    ],
    "shift: owed": lambda bob, patient, now: shift_of(bob, at=now).owed,
    "shift: passed on to one": lambda bob, patient, now: shift_of(bob, at=now).asked,
    "shift: tried": lambda bob, patient, now: [attempt.promise for attempt in shift_of(bob, at=now).told],
}


@pytest.fixture
def twins(line: Team, alice: Staff, bob: Staff, now: datetime) -> tuple[Patient, set[Promise]]:
    """Each situation twice, owed by Bob, nobody's, passed on to Bob; of each the second turned out to be about him."""
    patient, about_him = make.patient("张桂兰", "13800001234"), set()
    for owner in (bob, None, alice):
        for is_about_bob in (False, True):
            promise = make.promise(patient, owner=owner, team=line, at=now)
            if owner == alice:
                handing_over.hand_over_promise(promise=promise, to=bob, actor=alice.actor, at=now)
            if owner == bob:
                record_attempt(promise=promise, outcome=Attempt.Outcome.NO_ANSWER, actor=bob.actor, at=now)
            if is_about_bob:
                promise.excluded.add(bob)
                about_him.add(promise)
    return patient, about_him


def test_no_list_of_ones_own_shows_it(twins: tuple[Patient, set[Promise]], bob: Staff, now: datetime) -> None:
    patient, about_him = twins
    found = {name: set(seen(bob, patient, now)) for name, seen in LISTS.items()}
    assert [name for name, rows in found.items() if not rows] == []
    assert [name for name, rows in found.items() if rows & about_him] == []


def test_no_page_shows_counts_or_moves_it(
    twins: tuple[Patient, set[Promise]], alice: Staff, bob: Staff, now: datetime
) -> None:
    patient, about_him = twins
    with time_machine.travel(now + 10 * HOUR, tick=False):
        browser = in_english(make.client_of(bob))
        ahead = browser.get(f"/patients/{patient.pk}/ahead/").content.decode()
        counts = browser.get("/counts/").content.decode()
        ticked = [promise.pk for promise in about_him]
        browser.post("/shift/", {"promise": ticked, "to": alice.pk})
        browser.post("/shift/accept/")
    assert ahead.count("Alice") == 1
    assert ">2 late<" in counts
    kept_away = Promise.objects.filter(pk__in=ticked).order_by("pk").values_list("owner", "pending_owner")
    assert list(kept_away) == [(bob.pk, None), (None, None), (alice.pk, bob.pk)]


def test_a_call_does_not_name_it_among_what_it_settled(
    twins: tuple[Patient, set[Promise]], alice: Staff, bob: Staff, now: datetime
) -> None:
    patient, _about_him = twins
    call = make.call(alice, patient, at=now + HOUR)
    page = in_english(make.client_of(bob)).get(f"/calls/{call.pk}/").content.decode()
    named = page.partition("<dt>Settled</dt>")[2].partition("</dd>")[0]
    assert (call.settled.count(), named.count("Ring-back")) == (6, 3)


def test_a_call_does_not_show_to_the_person_concerned_what_it_promised(
    alice: Staff, bob: Staff, charlie: Staff, now: datetime
) -> None:
    """Others who see the call see that there is a promise; whoever may open it is led there."""
    later = Promised(Promise.Kind.RING_BACK, now + HOUR, alice)
    call = make.call(alice, make.patient("张桂兰"), disposition="ring_back", promised=later, at=now)
    make.team("热线组", alice, mate := make.staff("mate", "consultant"))
    assert call.promise is not None
    call.promise.excluded.add(bob)

    def shown(reader: Staff) -> list[bool]:
        browser = make.client_of(reader)
        page = in_english(browser).get(f"/calls/{call.pk}/").content.decode()
        row = browser.get(f"/api/v1/calls/{call.pk}/").json()
        return ["<dt>Promise</dt>" in page, f"/promises/{call.promise_id}/" in page, row["promise"] is not None]

    with time_machine.travel(now, tick=False):
        assert shown(mate) == [True, True, True]
        assert shown(make.staff("", "consultant")) == [True, False, True]
        assert shown(bob) == [False, False, False]


@pytest.mark.parametrize("role", ["manager", "administrator"])
def test_the_audit_and_its_file_are_silent_about_it(
    cataract: Department, alice: Staff, now: datetime, role: str
) -> None:
    concerned = make.staff("concerned", role, department=cataract)
    known = make.promise(owner=alice, actor=alice.actor, at=now)
    make.promise(owner=alice, actor=alice.actor, at=now, excluded=[concerned])
    filed = audit_entries(concerned, {"filter": {}})
    for entries in (AuditEntry.objects.visible_to(concerned), filed):
        assert set(entries.filter(subject_type="promises.Promise").values_list("subject_id", flat=True)) == {known.pk}
