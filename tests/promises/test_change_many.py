"""Many promises at once: what was ticked has an address, so that language, Back and reload lose nothing."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import Staff
from accounts.services.absences import record_absence
from promises.models import Promise
from promises.services.closing import keep_promise
from promises.services.handing_over import hand_over_promise
from tests import make
from tests.accounts.pages import Page, in_english

REASSIGN, SPREAD = "/promises/reassign/", "/promises/spread/"


@pytest.fixture(autouse=True)
def _still(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def leader(dana: Staff) -> Client:
    return in_english(make.client_of(dana))


@pytest.fixture
def ticked(alice: Staff, now: datetime) -> list[int]:
    return [make.promise(make.patient(name), owner=alice, at=now).pk for name in ("张桂兰", "王建军")]


def in_address(keys: list[int]) -> str:
    return "?" + "&".join(f"promise={key}" for key in keys)


@pytest.mark.parametrize("way", [REASSIGN, SPREAD])
def test_a_refused_choice_leads_to_an_address_that_can_be_read_again(
    leader: Client, ticked: list[int], way: str
) -> None:
    refused = leader.post(way, {"promise": ticked, "reason": "病假", "is_chosen": "True", "owner": ""})
    assert refused["Location"] == f"{way}{in_address(ticked)}"
    assert "病假" not in refused["Location"]  # nothing that somebody typed stands in an address
    for _ in range(2):
        read = Page(leader.get(refused["Location"]))
        assert read.values["promise"] == [str(key) for key in ticked]
        assert read.values["reason"] == ["病假"]
        assert set(read.errors) == {"owner" if way == REASSIGN else "among"}
    assert Promise.objects.filter(pk__in=ticked, owner__username="alice").count() == 2


@pytest.mark.parametrize("way", [REASSIGN, SPREAD])
def test_switching_the_language_there_keeps_the_ticks_and_what_was_typed(
    leader: Client, ticked: list[int], bob: Staff, way: str
) -> None:
    leader.post(way, {"promise": ticked, "reason": "病假", "is_chosen": "True"})
    address = f"{way}{in_address(ticked)}"
    switched = leader.post("/account/language/", {"language": "zh-hans", "next": address}, follow=True)
    assert switched.status_code == 200
    read = Page(switched)
    assert read.values["promise"] == [str(key) for key in ticked]
    assert read.values["reason"] == ["病假"]
    sent = {"promise": ticked, "owner": bob.pk, "among": [bob.pk], "is_chosen": "True"}
    leader.post(address, sent)
    assert Promise.objects.filter(pk__in=ticked, owner=bob).count() == 2
    assert leader.get(address).status_code == 200  # Back, after it was done: the form anew, nothing sent
    assert "病假" not in leader.get(address).content.decode()


def test_what_waits_belongs_to_what_was_ticked_and_to_that_page(leader: Client, ticked: list[int]) -> None:
    leader.post(REASSIGN, {"promise": ticked, "reason": "病假"})
    for other in (f"{REASSIGN}{in_address(ticked[:1])}", f"{SPREAD}{in_address(ticked)}"):
        assert "病假" not in leader.get(other).content.decode()
    assert leader.put(f"{REASSIGN}{in_address(ticked)}").status_code == 405


def test_whoever_is_away_is_marked_where_somebody_is_chosen(
    leader: Client, ticked: list[int], alice: Staff, bob: Staff, now: datetime
) -> None:
    until = now.date() + timedelta(days=2)
    record_absence(staff=bob, starts_on=now.date(), ends_on=until, deputy=None, actor=bob.actor, at=now)
    record_absence(
        staff=alice, starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 2), deputy=None, actor=bob.actor, at=now
    )
    mine = in_english(make.client_of(alice))
    make.promise(owner=alice, at=now)
    pages = [
        leader.get("/promises/"),
        leader.get(f"{REASSIGN}{in_address(ticked)}"),
        mine.get(f"/promises/{ticked[0]}/hand-over/"),
        mine.get("/shift/"),
        mine.get("/calls/new/"),
    ]
    for page in pages:
        text = page.content.decode()
        assert re.search("Bob( · Cataract)?, away until 2026-03-14</option>", text)
        assert not re.search("Alice( · Cataract)?, away", text)


@pytest.mark.parametrize("way", [REASSIGN, SPREAD])
def test_what_was_settled_meanwhile_is_told_and_nothing_moves_until_it_is_sent_again(
    leader: Client, ticked: list[int], alice: Staff, bob: Staff, now: datetime, way: str
) -> None:
    keep_promise(promise=Promise.objects.get(pk=ticked[0]), actor=alice.actor, at=now)
    sent = {"promise": ticked, "owner": bob.pk, "among": [bob.pk], "is_chosen": "True", "reason": "病假"}
    read = Page(leader.post(way, sent, follow=True))
    assert "1 of these promises is not open any more" in read.text
    assert (read.values["promise"], read.values["reason"]) == ([str(ticked[1])], ["病假"])
    assert not Promise.objects.owned_by(bob).exists()
    leader.post(way, {**sent, "promise": ticked[1:]})
    assert Promise.objects.owned_by(bob).get().pk == ticked[1]
    none_left = leader.get(f"{way}{in_address(ticked[:1])}", follow=True).content.decode()
    assert "1 of these promises is not open any more" in none_left
    first_step = leader.post(SPREAD, {"promise": ticked, "reason": ""}, follow=True)  # among whom is asked then
    assert "1 of these promises is not open any more" in first_step.content.decode()


def test_only_what_lies_in_the_tree_one_leads(dana: Staff, alice: Staff, charlie: Staff, now: datetime) -> None:
    """Not what one was only asked to take, nor what nobody of one's team has taken elsewhere."""
    asked = make.promise(owner=charlie, at=now)
    hand_over_promise(promise=asked, to=dana, actor=charlie.actor, at=now)
    unowned = make.promise(team=make.team("热线", dana, charlie, lead=charlie), at=now)
    below = make.department("眼底病组", "Retina", parent=dana.department)
    mine = [make.promise(owner=owner, at=now) for owner in (alice, make.staff("ida", "consultant", department=below))]
    make.promise(owner=alice, excluded=[dana], at=now)
    assert set(Promise.objects.visible_to(dana)) == {asked, unowned, *mine}
    assert set(Promise.objects.reassignable_by(dana)) == set(mine)
    assert not Promise.objects.reassignable_by(alice).exists()
    desk, sent = make.client_of(dana), {"owner": alice.pk, "among": [alice.pk], "is_chosen": "True"}
    for way in (REASSIGN, SPREAD):
        desk.post(way, {"promise": [asked.pk, unowned.pk], **sent})
        for promise in (asked, unowned):
            assert desk.post(f"/api/v1{way}", {"promises": [promise.pk], **sent}, "application/json").status_code == 409
    assert Promise.objects.owned_by(alice).count() == 2


def test_only_those_can_be_ticked(
    leader: Client, ticked: list[int], dana: Staff, charlie: Staff, now: datetime
) -> None:
    asked = make.promise(owner=charlie, at=now)
    hand_over_promise(promise=asked, to=dana, actor=charlie.actor, at=now)
    page = Page(leader.get("/promises/"))
    assert f"/promises/{asked.pk}/" in page.text
    assert boxes(page) == {str(key) for key in ticked}


def boxes(page: Page) -> set[str]:
    return set(re.findall(r'name="promise" value="(\d+)"', page.text))


def test_named_nobody_the_list_leads_to_the_question_and_nothing_is_wrong_yet(
    leader: Client, ticked: list[int]
) -> None:
    page = Page(leader.post(REASSIGN, {"promise": ticked, "owner": "", "team": "", "reason": "病假"}, follow=True))
    assert (page.errors, page.values["reason"]) == ({}, ["病假"])
    labels = re.findall(r'<label class="form-label"[^>]*>([^<]+)(<span class="opt">)?', page.text)
    marked = {label.strip(): bool(mark) for label, mark in labels}
    assert marked == {"To whom": False, "Or to a team": False, "Reason": True}  # a team will do, but one is needed
    unanswered = {name: page.values[name] for name in ("promise", "owner", "team", "reason", "is_chosen")}
    assert Page(leader.post(REASSIGN, unanswered, follow=True)).errors != {}


def test_a_team_chosen_in_the_list_owes_them_at_once(leader: Client, ticked: list[int], bob: Staff) -> None:
    line = make.team("热线组", bob)
    leader.post(REASSIGN, {"promise": ticked, "owner": "", "team": line.pk, "reason": ""})
    assert Promise.objects.filter(pk__in=ticked, owner=None, team=line).count() == 2


def test_a_refusal_is_read_in_the_language_chosen_after_it(
    leader: Client, ticked: list[int], bob: Staff, now: datetime
) -> None:
    line = make.team("热线组", bob)
    leader.post(REASSIGN, {"promise": ticked, "owner": bob.pk, "team": line.pk, "is_chosen": "True"})
    address = f"{REASSIGN}{in_address(ticked)}"
    assert "Either a colleague or a team." in leader.get(address).content.decode()
    switched = leader.post("/account/language/", {"language": "zh-hans", "next": address}, follow=True)
    assert Page(switched).errors["team"] == "同事和小组只选其一。"
