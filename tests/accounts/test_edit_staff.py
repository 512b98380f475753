"""Edit a colleague: roles, details, and two administrators who do it at once."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import Role
from accounts.models import AuditEntry, Department, Staff
from accounts.services import leaving, passwords
from accounts.services import staff as services
from hospital_crm.lib.errors import StaleVersion
from tests import make
from tests.conftest import SignedIn

from .pages import Page, Values, fill


def update(staff: Staff, *, by: Staff, at: datetime, version: int = 1, roles: Any = None, **values: Any) -> Staff:
    return services.update_staff(
        staff=staff,
        version=version,
        values=values,
        roles=staff.roles if roles is None else roles,
        actor=by.actor,
        at=at,
    )


def edit_url(staff: Staff) -> str:
    return reverse("accounts:staff_edit", args=[staff.pk])


@pytest.fixture
def grace(db: None) -> Staff:
    """Administers too."""
    return make.staff("grace", "administrator", second_factor=True)


# ── The rules ────────────────────────────────────────────────────────────────


def test_names_the_changed_fields_in_the_audit_and_nothing_of_what_they_hold(
    alice: Staff, frank: Staff, now: datetime
) -> None:
    update(alice, by=frank, at=now, extension="8123", display_name="Alice", roles=[Role.GUIDE])
    entry = AuditEntry.objects.about(alice).get(verb="staff.updated")
    assert (entry.actor, entry.at, entry.fields) == (frank.actor, now, ["extension", "roles"])
    assert (alice.extension, alice.version) == ("8123", 2)
    assert Staff.objects.get(pk=alice.pk).roles == [Role.GUIDE]


def test_without_a_change_nothing_is_written(alice: Staff, frank: Staff, now: datetime) -> None:
    update(alice, by=frank, at=now, display_name="Alice")
    assert alice.version == 1
    assert not AuditEntry.objects.about(alice).filter(verb="staff.updated").exists()


def test_a_change_of_roles_alone_counts_as_a_version(alice: Staff, frank: Staff, now: datetime) -> None:
    update(alice, by=frank, at=now, roles=[Role.CONSULTANT, Role.GUIDE])
    with pytest.raises(StaleVersion):
        update(alice, by=frank, at=now, roles=[Role.CONSULTANT])
    assert Staff.objects.get(pk=alice.pk).roles == [Role.GUIDE, Role.CONSULTANT]


def test_a_stale_version_changes_nothing_and_brings_what_stands_there(
    alice: Staff, frank: Staff, grace: Staff, now: datetime
) -> None:
    update(alice, by=frank, at=now, extension="1")
    with pytest.raises(StaleVersion) as stale:
        update(alice, by=grace, at=now, extension="2", roles=[])
    assert isinstance(stale.value.current, Staff)
    assert (stale.value.current.extension, stale.value.current.updated_by) == ("1", frank.actor)
    assert Staff.objects.get(pk=alice.pk).roles == [Role.CONSULTANT]


def test_a_stale_version_is_noticed_even_if_nothing_would_change(alice: Staff, frank: Staff, now: datetime) -> None:
    update(alice, by=frank, at=now, extension="1")
    with pytest.raises(StaleVersion):
        update(alice, by=frank, at=now, extension="1")


def test_the_last_administrator_keeps_the_role(frank: Staff, now: datetime) -> None:
    with pytest.raises(services.LastAdministrator):
        update(frank, by=frank, at=now, roles=[Role.MANAGER], display_name="Francis")
    frank = Staff.objects.get(pk=frank.pk)
    assert (frank.roles, frank.display_name) == ([Role.ADMINISTRATOR], "Frank")


def test_a_deactivated_administrator_is_no_other_administrator(frank: Staff, grace: Staff, now: datetime) -> None:
    leaving.deactivate_staff(staff=grace, actor=frank.actor, at=now)
    with pytest.raises(services.LastAdministrator):
        update(frank, by=frank, at=now, roles=[])


def test_with_a_second_administrator_the_role_can_go(frank: Staff, grace: Staff, now: datetime) -> None:
    update(frank, by=grace, at=now, roles=[])
    assert Staff.objects.get(pk=frank.pk).roles == []


# ── The page ─────────────────────────────────────────────────────────────────


def test_page_saves_what_is_typed_and_picked(office: Client, alice: Staff, glaucoma: Department) -> None:
    form = Page(office.get(edit_url(alice))).values
    assert form["roles"] == ["consultant"]
    answer = office.post(
        edit_url(alice), fill(form, display_name="李爱", department=glaucoma.pk, roles=["guide", "manager"])
    )
    assert (answer.status_code, answer["Location"]) == (302, f"/staff/{alice.pk}/")
    alice = Staff.objects.get(pk=alice.pk)
    assert (alice.display_name, alice.department) == ("李爱", glaucoma)
    assert alice.roles == [Role.GUIDE, Role.MANAGER]


def test_a_new_role_opens_its_pages_at_once(office: Client, alice: Staff, signed_in: SignedIn) -> None:
    browser = signed_in(alice)
    assert browser.get("/audit/").status_code == 403
    office.post(edit_url(alice), fill(Page(office.get(edit_url(alice))).values, roles=["manager"]))
    assert browser.get("/audit/").status_code == 200


def test_the_last_administrator_reads_why_the_role_stays(office: Client, frank: Staff) -> None:
    page = Page(office.post(edit_url(frank), fill(Page(office.get(edit_url(frank))).values, roles=["manager"])))
    assert page.alerts == ["This is the last administrator. Give the role to somebody else first."]
    assert page.values["roles"] == ["manager"]


def test_whoever_gives_up_the_own_role_is_told_on_a_page_that_stays_open(office: Client, frank: Staff) -> None:
    make.staff("grace", "administrator")
    answer = office.post(
        edit_url(frank), fill(Page(office.get(edit_url(frank))).values, roles=["manager"]), follow=True
    )
    assert answer.redirect_chain == [("/account/", 302)]
    assert "You are no longer an administrator." in answer.content.decode()


def test_a_user_name_that_another_has_is_said_at_the_field(office: Client, alice: Staff, bob: Staff) -> None:
    page = Page(office.post(edit_url(alice), fill(Page(office.get(edit_url(alice))).values, username="bob")))
    assert page.errors == {"username": "Somebody has this user name already."}


def test_an_unknown_role_is_said_at_the_field(office: Client, alice: Staff) -> None:
    page = Page(office.post(edit_url(alice), fill(Page(office.get(edit_url(alice))).values, roles=["emperor"])))
    assert list(page.errors) == ["roles"]


def test_only_the_administrator_may(office: Client, dana: Staff, signed_in: SignedIn, client: Client) -> None:
    form = fill(Page(office.get(edit_url(dana))).values, roles=["administrator"])
    assert signed_in(dana).post(edit_url(dana), form).status_code == 403
    assert client.post(edit_url(dana), form).status_code == 302
    assert Staff.objects.get(pk=dana.pk).roles == [Role.MANAGER]


# ── Two at once ──────────────────────────────────────────────────────────────


@pytest.fixture
def opened(office: Client, alice: Staff) -> Values:
    """The form as Frank has it on his screen."""
    return Page(office.get(edit_url(alice))).values


def grace_saves(grace: Staff, alice: Staff, **changes: Any) -> None:
    stands_there = Staff.objects.get(pk=alice.pk)
    update(stands_there, by=grace, at=make.THEN, version=stands_there.version, **changes)


def picked(answer: Any, **sides: str) -> dict[str, Any]:
    """The page with both versions, as sent back with the sides that somebody picked."""
    assert answer.status_code == 409
    return fill(Page(answer).values, **{f"pick-{field}": side for field, side in sides.items()})


def versions_in(answer: Any) -> list[str]:
    """What stands in the cells, row by row: when it was opened, yours, theirs."""
    return [part.partition("<")[0] for part in answer.content.decode().split('class="val">')[1:]]


def test_stale_form_shows_all_three_versions_and_overwrites_nothing(
    office: Client, opened: Values, grace: Staff, alice: Staff
) -> None:
    grace_saves(grace, alice, display_name="Alice G.")
    answer = office.post(edit_url(alice), fill(opened, display_name="Alice F."))
    assert answer.status_code == 409
    assert "Grace saved while you were typing" in answer.content.decode()
    assert versions_in(answer)[:3] == ["Alice", "Alice F.", "Alice G."]
    assert Staff.objects.get(pk=alice.pk).display_name == "Alice G."


def test_where_only_one_changed_something_that_is_chosen_already(
    office: Client, opened: Values, grace: Staff, alice: Staff
) -> None:
    grace_saves(grace, alice, extension="8001")
    form = picked(office.post(edit_url(alice), fill(opened, employee_number="E-5")))
    assert (form["pick-extension"], form["pick-employee_number"]) == (["theirs"], ["mine"])
    assert office.post(edit_url(alice), form).status_code == 302
    alice = Staff.objects.get(pk=alice.pk)
    assert (alice.extension, alice.employee_number, alice.display_name) == ("8001", "E-5", "Alice")
    assert alice.roles == [Role.CONSULTANT]


def test_where_both_changed_something_somebody_must_choose(
    office: Client, opened: Values, grace: Staff, alice: Staff
) -> None:
    grace_saves(grace, alice, extension="8001")
    answer = office.post(edit_url(alice), fill(opened, extension="8002"))
    assert "pick-extension" not in picked(answer)
    office.post(edit_url(alice), picked(answer, extension="mine"))
    assert Staff.objects.get(pk=alice.pk).extension == "8002"


def test_picking_theirs_keeps_theirs(office: Client, opened: Values, grace: Staff, alice: Staff) -> None:
    grace_saves(grace, alice, display_name="Alice G.", extension="8001")
    answer = office.post(edit_url(alice), fill(opened, display_name="Alice F.", extension=""))
    office.post(edit_url(alice), picked(answer, display_name="theirs"))
    alice = Staff.objects.get(pk=alice.pk)
    assert (alice.display_name, alice.extension) == ("Alice G.", "8001")


def test_what_both_changed_in_the_same_way_is_kept(office: Client, opened: Values, grace: Staff, alice: Staff) -> None:
    both = {"extension": "8001", "roles": ["guide", "manager"]}
    grace_saves(grace, alice, **both)
    answer = office.post(edit_url(alice), fill(opened, **both, display_name="Alicia"))
    form = picked(answer)
    assert [name for name in form if name.startswith("pick-")] == ["pick-display_name"]
    office.post(edit_url(alice), form)
    alice = Staff.objects.get(pk=alice.pk)
    assert (alice.display_name, alice.extension, alice.roles) == ("Alicia", "8001", [Role.GUIDE, Role.MANAGER])


@pytest.mark.parametrize(("side", "kept"), [("mine", [Role.GUIDE]), ("theirs", [Role.DOCTOR, Role.MANAGER])])
def test_roles_are_picked_as_a_whole(
    office: Client, opened: Values, grace: Staff, alice: Staff, side: str, kept: list[Role]
) -> None:
    grace_saves(grace, alice, roles=["doctor", "manager"])
    answer = office.post(edit_url(alice), fill(opened, roles=["guide"]))
    assert any("Doctor" in version and "Manager" in version for version in versions_in(answer))
    office.post(edit_url(alice), picked(answer, roles=side))
    assert Staff.objects.get(pk=alice.pk).roles == kept


def test_roles_that_were_all_taken_away_stay_away_when_picked(
    office: Client, opened: Values, grace: Staff, alice: Staff
) -> None:
    grace_saves(grace, alice, roles=["doctor"])
    answer = office.post(edit_url(alice), fill(opened, roles=None))
    office.post(edit_url(alice), picked(answer, roles="mine"))
    assert Staff.objects.get(pk=alice.pk).roles == []


def test_a_third_save_in_between_is_not_overwritten_either(
    office: Client, opened: Values, grace: Staff, alice: Staff
) -> None:
    grace_saves(grace, alice, extension="8001")
    answer = office.post(edit_url(alice), fill(opened, extension="8002"))
    grace_saves(grace, alice, extension="8003")
    again = office.post(edit_url(alice), picked(answer, extension="mine"))
    assert again.status_code == 409
    assert Staff.objects.get(pk=alice.pk).extension == "8003"
    office.post(edit_url(alice), picked(again, extension="theirs"))
    assert Staff.objects.get(pk=alice.pk).extension == "8003"


@pytest.mark.parametrize("sides", [{}, {"extension": "nobody's"}])
def test_without_a_choice_what_stands_there_is_not_overwritten(
    office: Client, opened: Values, grace: Staff, alice: Staff, sides: dict[str, str]
) -> None:
    grace_saves(grace, alice, extension="8001")
    answer = office.post(edit_url(alice), fill(opened, extension="8002"))
    office.post(edit_url(alice), picked(answer, **sides))
    assert Staff.objects.get(pk=alice.pk).extension == "8001"


def test_a_new_password_makes_no_form_stale(
    office: Client, opened: Values, alice: Staff, frank: Staff, now: datetime
) -> None:
    passwords.reset_password(staff=alice, actor=frank.actor, at=now)
    assert office.post(edit_url(alice), fill(opened, extension="8002")).status_code == 302
