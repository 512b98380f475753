"""What is told to the team or who leads it is told to its WeCom group too, naming nobody. Mission B4."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Actor, Department, Staff
from messaging.forms import form_for
from messaging.models import FOR_GROUPS, GatewaySetup, Message
from messaging.services.delivery import deliver_due
from messaging.services.letters import letter_of
from messaging.services.setups import add_group, change_setup, stop_setup, use_setup
from promises.models import Promise
from promises.services.closing import keep_promise
from promises.services.escalation import escalate_late
from promises.services.promises import postpone_promise
from tests import make
from tests.conftest import SignedIn
from tests.messaging.channels import setup_of
from tests.messaging.provider import Provider, Says, provider

HOUR, MINUTE, MOMENT = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
HOOK = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key="


def group_of(department: Department, at: datetime, url: str = HOOK, **values: Any) -> GatewaySetup:
    """A robot in use."""
    group = add_group(department=department, actor=make.by(), at=at)
    given = {"name": department.name_zh, **values}
    keys = {"web_hook": f"{url}{department.pk}"}
    change_setup(setup=group, version=1, values=given, keys=keys, actor=make.by(), at=at)
    return use_setup(setup=group, actor=make.by(), at=at)


def to_groups() -> list[tuple[str, int]]:
    """The kind and the group of each that waits, the oldest first."""
    rows = Message.objects.filter(channel="wecom", state="queued").order_by("pk")
    return [(row.kind.removeprefix("promises."), row.params["group"]) for row in rows]


@pytest.fixture
def group(cataract: Department, now: datetime) -> GatewaySetup:
    return group_of(cataract, now)


@pytest.fixture
def unowned(alice: Staff, bob: Staff, now: datetime) -> Promise:
    team = make.team("热线组", alice, bob, lead=alice)
    return make.promise(make.patient("张桂兰", "13800001234"), team=team, at=now, due_at=now + 5 * HOUR)


def test_what_nobody_has_taken_is_told_once_a_level(
    unowned: Promise, group: GatewaySetup, system: Actor, now: datetime
) -> None:
    for _ in range(2):
        escalate_late(actor=system, at=now + 35 * MINUTE + MOMENT)
    assert to_groups() == [("unowned1", group.pk)]
    escalate_late(actor=system, at=now + 4 * HOUR)  # the third is told to a manager, who may sit elsewhere
    assert to_groups() == [("unowned1", group.pk), ("unowned2", group.pk)]


def test_what_one_colleague_owes_is_told_once_it_is_late_in_the_department(
    alice: Staff, group: GatewaySetup, system: Actor, now: datetime
) -> None:
    make.promise(owner=alice, at=now)
    escalate_late(actor=system, at=now + HOUR + 5 * MINUTE + MOMENT)
    assert to_groups() == []
    escalate_late(actor=system, at=now + 10 * HOUR)
    assert to_groups() == [("late2", group.pk)]


def test_what_a_team_has_not_taken_by_its_time_is_told_at_once(
    alice: Staff, group: GatewaySetup, system: Actor, now: datetime
) -> None:
    make.promise(team=make.team("热线组", alice), at=now, due_at=now + 10 * MINUTE)
    escalate_late(actor=system, at=now + 15 * MINUTE + MOMENT)
    assert to_groups() == [("late1", group.pk)]


def test_where_the_lead_has_left_it_reaches_the_group_all_the_same(
    unowned: Promise, alice: Staff, bob: Staff, group: GatewaySetup, system: Actor, now: datetime
) -> None:
    """Where the department has no head, it goes out in the name of somebody of the team."""
    make.left(alice)
    escalate_late(actor=system, at=now + 4 * HOUR)
    rows = Message.objects.filter(channel="wecom", kind="promises.unowned2")
    assert list(rows.values_list("staff", "state")) == [(bob.pk, "queued")]


def test_the_nearest_group_above_is_told_else_the_hospitals(
    cataract: Department, group: GatewaySetup, system: Actor, now: datetime
) -> None:
    hospital = setup_of("wecom", "https://example.com")
    for place in (make.department(parent=cataract), make.department(), cataract):
        make.promise(owner=make.staff("", "consultant", department=place), at=now)
    escalate_late(actor=system, at=now + 100 * MINUTE)
    assert to_groups() == [("late2", group.pk), ("late2", hospital.pk), ("late2", group.pk)]


def test_without_a_group_in_use_colleagues_alone_are_told(
    unowned: Promise, group: GatewaySetup, system: Actor, now: datetime
) -> None:
    stop_setup(setup=group, actor=system, at=now)
    escalate_late(actor=system, at=now + HOUR)
    assert to_groups() == []
    assert Message.objects.filter(kind="promises.unowned1", channel="in_app").count() == 2


def test_a_group_is_told_what_was_ticked(unowned: Promise, cataract: Department, system: Actor, now: datetime) -> None:
    group = group_of(cataract, now, told=["promises.unowned2"])
    escalate_late(actor=system, at=now + 4 * HOUR)
    assert to_groups() == [("unowned2", group.pk)]


def test_what_one_colleague_must_not_know_is_told_to_no_group(
    alice: Staff, bob: Staff, group: GatewaySetup, system: Actor, now: datetime
) -> None:
    make.promise(owner=alice, at=now, excluded=[bob])
    escalate_late(actor=system, at=now + 10 * HOUR)
    assert to_groups() == []


@pytest.mark.parametrize("way", ["kept", "postponed"])
def test_what_is_no_longer_late_is_not_told(
    unowned: Promise, group: GatewaySetup, alice: Staff, system: Actor, now: datetime, way: str
) -> None:
    late = now + 35 * MINUTE + MOMENT
    escalate_late(actor=system, at=late)
    unowned.refresh_from_db()
    if way == "kept":
        keep_promise(promise=unowned, actor=alice.actor, at=late)
    else:
        postpone_promise(promise=unowned, due_at=late + HOUR, reason="x", actor=alice.actor, at=late)
    assert to_groups() == []


def test_where_nobody_leads_the_group_is_told_all_the_same(
    alice: Staff, group: GatewaySetup, system: Actor, now: datetime
) -> None:
    make.promise(owner=alice, at=now)
    escalate_late(actor=system, at=now + 10 * HOUR)
    row = Message.objects.get(channel="wecom")
    assert (row.kind, row.staff) == ("promises.late2", alice)


@pytest.mark.parametrize("kind", ["unowned", "late"])
def test_it_says_number_kind_how_late_and_where_and_no_name(
    alice: Staff, group: GatewaySetup, system: Actor, now: datetime, kind: str
) -> None:
    promise = make.promise(
        make.patient("张桂兰", "13800001234"),
        team=make.team("热线组", alice),
        at=now,
        due_at=now + (5 * HOUR if kind == "unowned" else 10 * MINUTE),
        note="右眼术后",
    )
    escalate_late(actor=system, at=now + 35 * MINUTE + MOMENT)
    row = Message.objects.filter(channel="wecom", kind__contains=kind).earliest("pk")
    letter = letter_of(row, language="zh-hans")
    words = f"{letter.subject}\n{letter.body}"
    said = ["编号", str(promise.pk), "回拨", reverse("promises:promise_detail", args=[promise.pk])]
    said.append("35 分" if kind == "unowned" else "迟 25 分")
    assert [part for part in said if part not in words] == []
    assert [part for part in ("张", "1234", "右眼", "热线") if part in words] == []
    assert row.about is None


# The page


def test_all_is_ticked_until_somebody_chooses(group: GatewaySetup) -> None:
    form = form_for(group)(instance=group)
    assert form["told"].value() == FOR_GROUPS == group.told
    assert len(FOR_GROUPS) == 4


def test_the_administrator_chooses_what_a_group_is_told(frank: Staff, signed_in: SignedIn, group: GatewaySetup) -> None:
    browser, url = signed_in(frank), reverse("messaging:channel_edit", args=[group.pk])
    sent = {"version": group.version, "name": "白内障科", "told": ["promises.late2"]}
    assert browser.post(url, sent).status_code == 302
    group.refresh_from_db()
    assert group.told == ["promises.late2"]
    assert browser.get(reverse("api-channel-detail", args=[group.pk])).json()["told"] == ["promises.late2"]
    browser.post(url, {"version": group.version, "name": "白内障科"})
    group.refresh_from_db()
    assert group.told == []


def test_a_kind_that_no_group_is_told_is_refused(group: GatewaySetup) -> None:
    form = form_for(group)({"version": "1", "name": "组", "told": ["promises.asked"]}, instance=group)
    assert form.errors["told"]


# On its way


@pytest.fixture
def place(db: None) -> Iterator[Provider]:
    with provider(lambda asked: Says({"errcode": 0})) as place:
        yield place


@pytest.mark.system
def test_it_goes_to_the_group_that_was_chosen_and_no_other(
    unowned: Promise, cataract: Department, system: Actor, place: Provider, now: datetime
) -> None:
    setup_of("wecom", place.url)
    group = group_of(cataract, now, f"{place.url}/cgi-bin/webhook/send?key=")
    late = now + 35 * MINUTE + MOMENT
    escalate_late(actor=system, at=late)
    deliver_due(now=lambda: late)
    (asked,) = place.asked
    assert asked.query["key"] == str(cataract.pk)
    assert "张" not in str(asked.said)
    escalate_late(actor=system, at=now + HOUR + MOMENT)
    stop_setup(setup=group, actor=system, at=now)
    deliver_due(now=lambda: now + HOUR + MOMENT)
    row = Message.objects.filter(channel="wecom").latest("pk")
    assert (row.kind, row.state, row.reason) == ("promises.unowned2", "withheld", "not_set_up")
    assert len(place.asked) == 1
