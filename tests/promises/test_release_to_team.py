"""What somebody owes goes back to a team, which owes it at once. Mission B4."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import Staff, Team
from accounts.services.absences import record_absence
from accounts.services.teams import update_team
from hospital_crm.lib.errors import DomainError
from messaging.models import Message
from patients.models import AccessGrant
from promises.models import Promise, PromiseEvent
from promises.services.changes import PromiseAlreadyOver, PromiseHasChanged
from promises.services.closing import keep_promise
from promises.services.handing_over import hand_over_promise
from promises.services.keepers import NobodyOnTeam
from promises.services.promises import ReasonIsMissing
from promises.services.releasing import NotYoursToRelease, release_to_team
from tests import make
from tests.accounts.pages import Page, in_english

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _still(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def line(alice: Staff, bob: Staff) -> Team:
    return make.team("热线组", alice, bob)


@pytest.fixture
def promise(alice: Staff, now: datetime) -> Promise:
    return make.promise(owner=alice, at=now, due_at=now + 5 * HOUR)


# ── The rule ─────────────────────────────────────────────────────────────────


def test_the_team_owes_it_at_once_and_the_clock_of_the_unowned_runs(
    promise: Promise, line: Team, alice: Staff, bob: Staff, now: datetime
) -> None:
    hand_over_promise(promise=promise, to=bob, actor=alice.actor, at=now)
    later = now + HOUR
    release_to_team(promise=promise, team=line, reason="下班了", staff=alice, at=later)
    assert (promise.owner, promise.team, promise.pending_owner) == (None, line, None)
    assert (promise.unowned_since, promise.late_at) == (later, later + timedelta(minutes=30))
    step = promise.events.filter(verb=PromiseEvent.Verb.HANDED_OVER).latest("pk")
    assert (step.team, step.reason, step.actor) == (line, "下班了", alice.actor)
    assert AccessGrant.objects.open().get().team == line
    assert not Message.objects.filter(source=promise.key, state="queued").exists()
    assert promise in Promise.objects.taken_by(bob, now.date())


def test_it_counts_in_the_teams_department_from_then_on(
    promise: Promise, alice: Staff, bob: Staff, charlie: Staff, now: datetime
) -> None:
    line = make.team("随访组", bob, lead=charlie)
    release_to_team(promise=promise, team=line, reason="x", staff=alice, at=now)
    assert promise.department == charlie.department


def test_who_stands_in_gives_back_too_and_the_owner_is_told(
    promise: Promise, line: Team, alice: Staff, bob: Staff, now: datetime
) -> None:
    with pytest.raises(NotYoursToRelease):
        release_to_team(promise=promise, team=line, reason="x", staff=bob, at=now)
    record_absence(staff=alice, starts_on=now.date(), ends_on=now.date(), deputy=bob, actor=alice.actor, at=now)
    with pytest.raises(NobodyOnTeam):  # the absent one cannot take it, nor can who gives it back
        release_to_team(promise=promise, team=line, reason="x", staff=bob, at=now)
    line.members.add(carol := make.staff("carol", "consultant"))
    release_to_team(promise=promise, team=line, reason="x", staff=bob, at=now)
    assert Message.objects.filter(kind="promises.moved", channel="in_app").get().staff == alice
    assert promise in Promise.objects.taken_by(carol, now.date())


def test_refused_where_nobody_else_could_take_it(promise: Promise, alice: Staff, bob: Staff, now: datetime) -> None:
    gone, office = make.left(make.staff("gone", "consultant")), make.staff("office", "administrator")
    closed = make.team("已停用", bob)
    update_team(
        team=closed,
        version=closed.version,
        values={"name_zh": "已停用", "name_en": "Closed", "lead": None, "is_active": False},
        members=[bob],
        actor=bob.actor,
        at=now,
    )
    about_bob = make.promise(owner=alice, at=now, excluded=[bob])
    refused = [
        (promise, make.team("空组")),
        (promise, make.team("只有自己", alice)),
        (promise, make.team("不能办的", gone, office)),
        (promise, Team.objects.get(pk=closed.pk)),
        (about_bob, make.team("当事人组", bob)),
    ]
    for subject, team in refused:
        with pytest.raises(NobodyOnTeam) as error:
            release_to_team(promise=subject, team=team, reason="x", staff=alice, at=now)
        assert error.value.field == "team"
        subject.refresh_from_db()
        assert subject.owner == alice


def test_refused_without_reason_settled_changed_or_of_somebody_else(
    promise: Promise, line: Team, alice: Staff, dana: Staff, now: datetime
) -> None:
    def refused(error: type[DomainError], subject: Promise, *, staff: Staff = alice, reason: str = "x") -> None:
        with pytest.raises(error):
            release_to_team(promise=subject, team=line, reason=reason, staff=staff, at=now)

    refused(ReasonIsMissing, promise, reason=" ")
    refused(NotYoursToRelease, promise, staff=dana)  # who leads reassigns
    stale = Promise.objects.get(pk=promise.pk)
    hand_over_promise(promise=promise, to=make.staff("carol", "consultant"), actor=alice.actor, at=now)
    refused(PromiseHasChanged, stale)
    keep_promise(promise=promise, actor=alice.actor, at=now)
    refused(PromiseAlreadyOver, promise)


# ── The page ─────────────────────────────────────────────────────────────────


@pytest.fixture
def window(alice: Staff) -> Client:
    return in_english(make.client_of(alice))


def typed(promise: Promise, **values: object) -> dict[str, object]:
    return {"to": "", "team": "", "reason": "", "revision": promise.revision, **values}


def test_given_back_in_the_form_of_passing_on(window: Client, promise: Promise, line: Team, bob: Staff) -> None:
    url = f"/promises/{promise.pk}/hand-over/"
    make.team("空组")
    page = window.get(url).content.decode()
    assert "Or back to a team" in page
    assert "热线组" in page
    assert "空组" not in page
    assert Page(window.post(url, typed(promise, team=line.pk))).errors == {
        "reason": "Say why: the next one who reads it needs to know."
    }
    answer = window.post(url, typed(promise, team=line.pk, reason="下班了", next="/"))
    promise.refresh_from_db()
    assert (answer["Location"], promise.owner, promise.team) == ("/", None, line)
    assert f"/promises/{promise.pk}/take/" in make.client_of(bob).get("/?whose=team").content.decode()


def test_one_of_both_is_chosen(window: Client, promise: Promise, line: Team, bob: Staff) -> None:
    url = f"/promises/{promise.pk}/hand-over/"
    assert Page(window.post(url, typed(promise))).errors == {"to": "Choose a colleague, or a team."}
    both = Page(window.post(url, typed(promise, to=bob.pk, team=line.pk, reason="x")))
    assert both.errors == {"team": "Either a colleague or a team."}
    assert window.post(url, typed(promise, to=bob.pk)).status_code == 302
    promise.refresh_from_db()
    assert promise.pending_owner == bob


def test_whoever_gave_it_to_a_team_of_others_is_led_to_the_list(window: Client, promise: Promise, bob: Staff) -> None:
    others = make.team("别的组", bob)
    page = f"/promises/{promise.pk}/"
    sent = typed(promise, team=others.pk, reason="不归我们管", next=page)
    assert window.post(f"{page}hand-over/", sent)["Location"] == "/promises/"
    assert f"{page}keep/" not in window.get(page).content.decode()  # to be read, and no more


def test_who_does_not_owe_it_is_not_offered_to_give_it_back(
    promise: Promise, line: Team, bob: Staff, charlie: Staff
) -> None:
    url = f"/promises/{promise.pk}/hand-over/"
    mate = in_english(make.client_of(bob))
    assert "Or back to a team" not in mate.get(url).content.decode()
    assert Page(mate.post(url, typed(promise, team=line.pk, reason="x"))).errors == {"to": "Choose to whom."}
    assert make.client_of(charlie).post(url, typed(promise, team=line.pk, reason="x")).status_code == 404
    promise.refresh_from_db()
    assert promise.team is None
