"""What one colleague cannot keep up with is shared out over several: each to whoever has least open. Mission B9."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Department, Staff
from accounts.services.absences import record_absence
from hospital_crm.lib.errors import DomainError
from messaging.models import Message
from promises.models import Promise, PromiseEvent
from promises.services.changes import PromiseAlreadyOver
from promises.services.closing import keep_promise
from promises.services.spreading import CannotShare, NobodyChosen, spread_promises
from tests import make
from tests.accounts.pages import Page, in_english

HOUR = timedelta(hours=1)
URL = "/promises/spread/"


@pytest.fixture(autouse=True)
def _still(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def carol(cataract: Department) -> Staff:
    return make.staff("carol", "consultant", department=cataract)


def owed(owner: Staff, now: datetime, count: int, **details: Any) -> list[Promise]:
    patient = make.patient()
    return [make.promise(patient, owner=owner, at=now, **details) for _ in range(count)]


def owners(promises: list[Promise]) -> list[str]:
    found = dict(Promise.objects.values_list("pk", "owner__username"))
    return [found[promise.pk] for promise in promises]


# ── The rule ─────────────────────────────────────────────────────────────────


def test_each_goes_to_whoever_has_least_open_by_then(
    alice: Staff, bob: Staff, carol: Staff, dana: Staff, now: datetime
) -> None:
    owed(carol, now, 2)
    full = owed(alice, now, 5)
    got = spread_promises(promises=full, among=[carol, bob], actor=dana.actor, at=now)
    assert owners(full) == ["bob", "bob", "carol", "bob", "carol"]
    assert got == {bob: 3, carol: 2}


def test_what_was_kept_is_no_load(alice: Staff, bob: Staff, carol: Staff, dana: Staff, now: datetime) -> None:
    for promise in owed(bob, now, 3):
        keep_promise(promise=promise, actor=bob.actor, at=now)
    owed(carol, now, 1)
    moved = owed(alice, now, 1)
    spread_promises(promises=moved, among=[carol, bob], actor=dana.actor, at=now)
    assert owners(moved) == ["bob"]


def test_whoever_has_just_given_one_away_has_one_less(
    alice: Staff, bob: Staff, carol: Staff, dana: Staff, now: datetime
) -> None:
    of_alice, _rest, of_bob = owed(alice, now, 1), owed(alice, now, 1), owed(bob, now, 1)
    owed(carol, now, 2)
    spread_promises(promises=[*of_alice, *of_bob], among=[carol, bob, alice], actor=dana.actor, at=now)
    assert owners([*of_alice, *of_bob]) == ["bob", "alice"]


def test_it_is_told_and_recorded_as_when_one_is_reassigned(
    alice: Staff, bob: Staff, dana: Staff, now: datetime
) -> None:
    (promise,) = owed(alice, now, 1)
    spread_promises(promises=[promise], among=[bob], reason="病假", actor=dana.actor, at=now)
    step = promise.events.get(verb=PromiseEvent.Verb.REASSIGNED)
    assert (step.staff, step.reason, step.actor) == (bob, "病假", dana.actor)
    told = Message.objects.filter(kind__in=("promises.reassigned", "promises.moved"), channel="in_app")
    assert set(told.values_list("staff__username", "kind")) == {
        ("bob", "promises.reassigned"),
        ("alice", "promises.moved"),
    }


def test_what_is_about_one_of_them_goes_to_another(
    alice: Staff, bob: Staff, carol: Staff, dana: Staff, now: datetime
) -> None:
    owed(carol, now, 3)
    about_bob = owed(alice, now, 1, excluded=[bob])
    spread_promises(promises=about_bob, among=[bob, carol], actor=dana.actor, at=now)
    assert owners(about_bob) == ["carol"]


def test_whoever_owes_it_already_does_not_get_it_again(alice: Staff, bob: Staff, dana: Staff, now: datetime) -> None:
    mine, others = owed(alice, now, 2), owed(bob, now, 1)
    spread_promises(promises=[*mine, *others], among=[alice, bob], actor=dana.actor, at=now)
    assert owners([*mine, *others]) == ["bob", "bob", "alice"]


def test_all_or_none(alice: Staff, bob: Staff, frank: Staff, dana: Staff, now: datetime) -> None:
    known, about_bob, kept = owed(alice, now, 1), owed(alice, now, 1, excluded=[bob]), owed(alice, now, 1)
    gone = make.left(make.staff("gone", "consultant"))
    refused: list[tuple[list[Promise], list[Staff], type[DomainError]]] = [
        (known, [], NobodyChosen),
        ([*known, *about_bob], [bob], CannotShare),
        (known, [bob, frank], CannotShare),  # the administrator keeps no promises
        (known, [bob, gone], CannotShare),
        ([*known, *kept], [bob], PromiseAlreadyOver),
    ]
    keep_promise(promise=Promise.objects.get(pk=kept[0].pk), actor=alice.actor, at=now)
    for promises, among, refusal in refused:
        with pytest.raises(refusal):
            spread_promises(promises=deepcopy(promises), among=among, actor=dana.actor, at=now)
        assert set(owners([*known, *about_bob])) == {"alice"}
    assert not Message.objects.filter(kind="promises.reassigned").exists()


# ── The page ─────────────────────────────────────────────────────────────────


@pytest.fixture
def leader(dana: Staff) -> Client:
    return in_english(make.client_of(dana))


def test_ticked_in_the_list_of_one_colleague_then_shared_out(
    leader: Client, alice: Staff, bob: Staff, carol: Staff, now: datetime
) -> None:
    owed(carol, now, 1)
    full = owed(alice, now, 3)
    ticked = {"promise": [promise.pk for promise in full]}
    assert 'formaction="/promises/spread/"' in leader.get(f"/promises/?owner={alice.pk}").content.decode()
    page = Page(leader.post(URL, {**ticked, "owner": "", "team": "", "reason": "太多了"}, follow=True))
    assert "3 promises, each to whoever has least open then" in page.text
    assert page.values["reason"] == ["太多了"]
    assert "Alice" not in page.text.partition("Among whom")[2]  # whose list it is
    assert page.text.index("Bob · 0 open") < page.text.index("Carol · 1 open")
    sent = {**ticked, "is_chosen": "True", "among": [bob.pk, carol.pk], "reason": "太多了"}
    answer = leader.post(URL, sent, follow=True)
    assert "3 promises shared out: Bob 2 · Carol 1" in answer.content.decode()
    assert sorted(owners(full)) == ["bob", "bob", "carol"]


def test_who_is_away_or_works_elsewhere_is_not_offered_and_not_accepted(
    leader: Client, alice: Staff, bob: Staff, carol: Staff, charlie: Staff, now: datetime
) -> None:
    record_absence(staff=bob, starts_on=now.date(), ends_on=now.date(), deputy=None, actor=bob.actor, at=now)
    full = owed(alice, now, 1)
    ticked = {"promise": [full[0].pk]}
    page = leader.post(URL, ticked, follow=True).content.decode()
    offered = page.partition("Among whom")[2]
    assert [name for name in ("Bob", "Carol", "Charlie") if name in offered] == ["Carol"]
    for person in (bob, charlie):
        refused = Page(leader.post(URL, {**ticked, "is_chosen": "True", "among": [person.pk]}, follow=True))
        assert "among" in refused.errors
    assert owners(full) == ["alice"]


def test_a_team_across_departments_may_share(leader: Client, alice: Staff, charlie: Staff, now: datetime) -> None:
    line = make.team("热线组", alice, charlie)
    full = owed(alice, now, 1, team=line)
    assert "Charlie · 0 open" in leader.post(URL, {"promise": [full[0].pk]}, follow=True).content.decode()


def test_nobody_ticked_or_nothing_ticked_is_said(leader: Client, alice: Staff, bob: Staff, now: datetime) -> None:
    full = owed(alice, now, 1)
    page = Page(leader.post(URL, {"promise": [full[0].pk], "is_chosen": "True", "reason": "病假"}, follow=True))
    assert page.errors == {"among": "Choose at least one colleague."}
    assert page.values["reason"] == ["病假"]
    assert "Tick at least one promise." in leader.post(URL, {"among": [bob.pk]}, follow=True).content.decode()


def test_only_what_the_leader_sees_and_only_whoever_leads(
    leader: Client, alice: Staff, bob: Staff, charlie: Staff, dana: Staff, now: datetime
) -> None:
    elsewhere, about_her = owed(charlie, now, 1), owed(alice, now, 1, excluded=[dana])
    sent = {"is_chosen": "True", "among": [bob.pk]}
    for promise in (*elsewhere, *about_her):
        assert leader.post(URL, {**sent, "promise": [promise.pk]}).status_code == 302
    assert make.client_of(alice).post(URL, {**sent, "promise": [about_her[0].pk]}).status_code == 403
    assert owners([*elsewhere, *about_her]) == ["charlie", "alice"]


def test_the_loads_offered_do_not_count_what_is_about_the_leader(
    leader: Client, alice: Staff, bob: Staff, dana: Staff, now: datetime
) -> None:
    owed(bob, now, 2, excluded=[dana])
    full = owed(alice, now, 1)
    assert "Bob · 0 open" in leader.post(URL, {"promise": [full[0].pk]}, follow=True).content.decode()
