"""Teams: a name, a lead, members across departments; nobody drops out unnoticed."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Staff, Team
from accounts.services import teams as services
from hospital_crm.lib.errors import DuplicateSubmission, StaleVersion
from tests import make
from tests.conftest import SignedIn

from .pages import Page, fill, post_new, send

LIST, NEW = "/teams/", "/teams/new/"


def update(team: Team, *, by: Staff, at: datetime, version: int, members: Collection[Staff], **changes: Any) -> Team:
    values = {name: getattr(team, name) for name in ("name_zh", "name_en", "lead", "is_active")} | changes
    return services.update_team(team=team, version=version, values=values, members=members, actor=by.actor, at=at)


def typed(**details: Any) -> dict[str, Any]:
    return {"name_zh": "夜班组", "name_en": "Night", "is_active": "on"} | details


def edit_url(team: Team) -> str:
    return reverse("accounts:team_edit", args=[team.pk])


def members_of(team: Team) -> set[str]:
    return {member.username for member in team.members.all()}


@pytest.fixture
def line(alice: Staff, bob: Staff) -> Team:
    """Alice and Bob, who share the consult line."""
    return make.team("咨询组", alice, bob, name_en="Consult line", lead=alice)


def test_members_may_come_from_several_departments(alice: Staff, charlie: Staff) -> None:
    assert members_of(make.team("跨科组", alice, charlie)) == {"alice", "charlie"}


def test_audit_names_what_changed(line: Team, alice: Staff, charlie: Staff, frank: Staff, now: datetime) -> None:
    update(line, by=frank, at=now, version=1, members=[alice, charlie], name_en="Line")
    assert members_of(line) == {"alice", "charlie"}
    entry = AuditEntry.objects.about(line).get(verb="team.updated")
    assert (entry.fields, entry.actor) == (["members", "name_en"], frank.actor)


def test_the_same_members_in_another_order_are_no_change(
    line: Team, alice: Staff, bob: Staff, frank: Staff, now: datetime
) -> None:
    assert update(line, by=frank, at=now, version=1, members=[bob, alice]).version == 1


def test_a_change_of_members_alone_counts_as_a_version(line: Team, alice: Staff, frank: Staff, now: datetime) -> None:
    update(line, by=frank, at=now, version=1, members=[alice])
    with pytest.raises(StaleVersion):
        update(line, by=frank, at=now, version=1, members=[])
    assert members_of(line) == {"alice"}


def test_same_submission_makes_one_team(alice: Staff, frank: Staff, now: datetime) -> None:
    submission, values = uuid4(), {"name_zh": "夜班组", "name_en": "Night"}
    made = services.create_team(values=values, members=[alice], actor=frank.actor, at=now, submission=submission)
    with pytest.raises(DuplicateSubmission) as again:
        services.create_team(values=values, members=[], actor=frank.actor, at=now, submission=submission)
    assert again.value.subject_id == made.pk
    assert members_of(made) == {"alice"}


def test_page_creates_and_lists_it(office: Client, alice: Staff, bob: Staff) -> None:
    send(office, NEW, name_zh="夜班组", name_en="Night", lead=bob.pk, members=[alice.pk, bob.pk])
    team = Team.objects.get(name_zh="夜班组")
    assert (members_of(team), team.lead) == ({"alice", "bob"}, bob)
    assert "Night" in office.get(LIST).content.decode()


def test_page_sent_twice_answers_with_the_first_result(office: Client) -> None:
    form = typed(submission=str(uuid4()))
    office.post(NEW, form)
    again = office.post(NEW, form, follow=True)
    assert again.redirect_chain == [(f"{LIST}#team-{Team.objects.get().pk}", 302)]
    assert "This was saved already" in again.content.decode()


def test_a_taken_name_is_said_at_the_field(office: Client, line: Team) -> None:
    assert list(Page(post_new(office, NEW, **typed(name_zh="咨询组"))).errors) == ["name_zh"]
    assert Team.objects.filter(name_zh="咨询组").count() == 1


def test_a_member_who_does_not_exist_is_said_at_the_field(office: Client, line: Team, alice: Staff) -> None:
    page = Page(send(office, edit_url(line), members=[alice.pk, 999_999]))
    assert list(page.errors) == ["members"]
    assert members_of(line) == {"alice", "bob"}


def stale(office: Client, line: Team, *, mine: dict[str, Any], theirs: dict[str, Any]) -> Any:
    """Frank has the form open, Grace saves, Frank sends: the page with both versions."""
    opened = Page(office.get(edit_url(line))).values
    grace = make.staff("grace", "administrator", second_factor=True)
    update(line, by=grace, at=make.THEN, version=1, **{"members": line.members.all(), **theirs})
    answer = office.post(edit_url(line), fill(opened, **mine))
    assert answer.status_code == 409
    return answer


@pytest.mark.parametrize(("side", "kept"), [("mine", {"alice"}), ("theirs", {"bob", "charlie"})])
def test_stale_form_shows_members_by_name_and_keeps_the_side_that_was_picked(
    office: Client, line: Team, alice: Staff, bob: Staff, charlie: Staff, side: str, kept: set[str]
) -> None:
    answer = stale(office, line, mine={"members": [alice.pk]}, theirs={"members": [bob, charlie]})
    text = answer.content.decode()
    assert all(name in text for name in ("Alice", "Bob", "Charlie"))
    assert members_of(line) == {"bob", "charlie"}
    office.post(edit_url(line), fill(Page(answer).values, **{"pick-members": side}))
    assert members_of(line) == kept


def test_members_on_which_both_agree_stay_in_whatever_order(office: Client, db: None) -> None:
    """The page lists people by name, the table by number: here these orders differ."""
    yan, an = make.staff("yan"), make.staff("an")
    team = make.team("咨询组", yan, an)
    answer = stale(
        office, team, mine={"members": [an.pk, yan.pk], "name_en": "Line"}, theirs={"name_en": "Consult line"}
    )
    office.post(edit_url(team), fill(Page(answer).values, **{"pick-name_en": "mine"}))
    team.refresh_from_db()
    assert team.name_en == "Line"
    assert members_of(team) == {"yan", "an"}


def test_a_switch_is_picked_like_any_field(office: Client, line: Team) -> None:
    answer = stale(office, line, mine={"is_active": None}, theirs={"name_en": "Line"})
    assert office.post(edit_url(line), fill(Page(answer).values)).status_code == 302
    line.refresh_from_db()
    assert (line.is_active, line.name_en) == (False, "Line")


def test_only_the_administrator_may(dana: Staff, signed_in: SignedIn, client: Client) -> None:
    assert post_new(signed_in(dana), NEW, **typed()).status_code == 403
    assert post_new(client, NEW, **typed()).status_code == 302
    assert not Team.objects.exists()
