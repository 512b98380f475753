"""Our people go there: planned, held with a result that leads to a promise, cancelled with a reason. Mission A1."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Staff
from hospital_crm.lib.errors import StaleVersion
from patients.models import Organisation, OrganisationVisit, TimelineEntry
from patients.services.organisation_visits import (
    HeldBeforehand,
    VisitIsSettled,
    cancel_organisation_visit,
    hold_organisation_visit,
    plan_organisation_visit,
    update_organisation_visit,
)
from patients.services.organisations import OrganisationAlreadyEnded, end_organisation
from tests import make
from tests.accounts.pages import Page, fill, in_english


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def school(db: None, now: datetime) -> Organisation:
    return make.organisation("示范中学", kind="school", at=now)


@pytest.fixture
def visit(school: Organisation, alice: Staff, now: datetime) -> OrganisationVisit:
    return make.organisation_visit(school, alice, at=now)


@pytest.fixture
def line(alice: Staff) -> Client:
    return in_english(make.client_of(alice))


def by(now: datetime) -> dict[str, Any]:
    return {"actor": make.by(), "at": now}


def held(visit: OrganisationVisit, now: datetime, **told: Any) -> OrganisationVisit:
    was = {"on_day": visit.on_day, "visited_by": visit.visited_by, "result": "愿意组织体检", **told}
    return hold_organisation_visit(visit=visit, **was, **by(now))


def test_held_it_has_a_result_a_line_in_the_story_and_was_the_last_contact(
    visit: OrganisationVisit, school: Organisation, bob: Staff, now: datetime
) -> None:
    held(visit, now, visited_by=bob)
    assert (visit.status, visit.visited_by, visit.result) == ("held", bob, "愿意组织体检")
    line = TimelineEntry.objects.filter(organisation=school).latest("pk")
    assert (line.kind, line.params["by"]) == ("patients.organisation_visited", bob.display_name)
    school.refresh_from_db()
    assert school.last_contact_at == now


def test_of_a_day_that_is_over_the_contact_was_then(
    visit: OrganisationVisit, school: Organisation, line: Client, now: datetime
) -> None:
    held(visit, now, on_day=now.date() - timedelta(days=3))
    school.refresh_from_db()
    assert school.last_contact_at is not None
    assert school.last_contact_at < now - timedelta(days=2)
    assert TimelineEntry.objects.filter(organisation=school).latest("pk").occurred_at == school.last_contact_at
    page = make.tight(line.get(f"/organisations/{school.pk}/").content.decode())
    assert "2026-03-09 12:00" not in page
    assert "9 Mar 12:00" not in page


def test_nothing_was_held_tomorrow(visit: OrganisationVisit, now: datetime) -> None:
    with pytest.raises(HeldBeforehand):
        held(visit, now, on_day=now.date() + timedelta(days=1))
    visit.refresh_from_db()
    assert visit.is_planned


def test_what_is_planned_changes_what_is_settled_does_not(visit: OrganisationVisit, now: datetime) -> None:
    update_organisation_visit(visit=visit, version=1, values={"purpose": "签约"}, **by(now))
    with pytest.raises(StaleVersion):
        update_organisation_visit(visit=visit, version=1, values={"purpose": "谈价"}, **by(now))
    held(visit, now)
    with pytest.raises(VisitIsSettled):
        update_organisation_visit(visit=visit, version=3, values={"purpose": "谈价"}, **by(now))
    with pytest.raises(VisitIsSettled):
        held(visit, now)
    with pytest.raises(VisitIsSettled):
        cancel_organisation_visit(visit=visit, reason="下雨", **by(now))


def test_cancelled_it_says_why(visit: OrganisationVisit, now: datetime) -> None:
    cancel_organisation_visit(visit=visit, reason="校长出差", **by(now))
    assert (visit.status, visit.cancel_reason) == ("cancelled", "校长出差")


def test_nobody_goes_to_what_has_ended(school: Organisation, alice: Staff, now: datetime) -> None:
    end_organisation(organisation=school, reason="搬走", **by(now))
    with pytest.raises(OrganisationAlreadyEnded):
        make.organisation_visit(school, alice, at=now)


def test_with_a_result_somebody_was_there_already(school: Organisation, alice: Staff, now: datetime) -> None:
    values: dict[str, Any] = {"on_day": now.date(), "visited_by": alice, "purpose": "送方案"}
    row = plan_organisation_visit(organisation=school, values=values, result="已收下", **by(now))
    assert (row.status, row.result) == ("held", "已收下")
    values["on_day"] += timedelta(days=1)
    with pytest.raises(HeldBeforehand):
        plan_organisation_visit(organisation=school, values=values, result="已收下", **by(now))
    assert OrganisationVisit.objects.count() == 1


def test_is_planned_and_held_on_the_pages_and_leads_on_to_a_promise(
    school: Organisation, line: Client, alice: Staff, now: datetime
) -> None:
    new, page = f"/organisations/{school.pk}/visits/new/", f"/organisations/{school.pk}/"
    form = Page(line.get(new)).values
    assert form["visited_by"] == [str(alice.pk)]
    line.post(new, fill(form, on_day="2026-03-11", purpose="洽谈体检"))
    visit = OrganisationVisit.objects.get()
    assert visit.is_planned
    assert "洽谈体检" in line.get(page).content.decode()
    hold = f"/organisations/visits/{visit.pk}/hold/"
    form = Page(line.get(hold)).values
    nothing = Page(line.post(hold, fill(form, result="", promises_next="on")))
    assert "result" in nothing.errors
    answer = line.post(hold, fill(form, on_day="2026-03-11", result="愿意", promises_next="on"))
    assert answer["Location"] == f"/promises/for-organisation/{school.pk}/new/"
    assert line.get(hold)["Location"] == page
    assert "愿意" in line.get(f"/organisations/{school.pk}/visits/").content.decode()


def test_without_a_promise_it_leads_back(visit: OrganisationVisit, line: Client, now: datetime) -> None:
    hold = f"/organisations/visits/{visit.pk}/hold/"
    answer = line.post(hold, fill(Page(line.get(hold)).values, on_day=now.date().isoformat(), result="愿意"))
    assert answer["Location"] == f"/organisations/{visit.organisation_id}/"


def test_a_day_to_come_is_told_at_its_field(visit: OrganisationVisit, line: Client, now: datetime) -> None:
    hold, tomorrow = f"/organisations/visits/{visit.pk}/hold/", (now + timedelta(days=1)).date().isoformat()
    answer = Page(line.post(hold, fill(Page(line.get(hold)).values, on_day=tomorrow, result="愿意")))
    assert answer.errors["on_day"] == "This day is still to come: the visit cannot have been held."
    assert answer.values["result"] == ["愿意"]


def test_is_changed_and_cancelled_on_the_pages(visit: OrganisationVisit, line: Client) -> None:
    edit, cancel = (f"/organisations/visits/{visit.pk}/{act}/" for act in ("edit", "cancel"))
    line.post(edit, fill(Page(line.get(edit)).values, purpose="签约"))
    assert "reason" in Page(line.post(cancel, {"reason": ""})).errors
    line.post(cancel, {"reason": "校长出差"})
    visit.refresh_from_db()
    assert (visit.purpose, visit.status) == ("签约", "cancelled")
    assert line.get(edit).status_code == 302
    assert line.get(cancel).status_code == 302
