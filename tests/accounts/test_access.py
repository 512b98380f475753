"""Who may do what: capabilities of several roles add up, and so do their scopes."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client, RequestFactory

from accounts.access import Capability, Role, Scope, needs, public, scope_of
from accounts.models import Staff
from tests import make
from tests.conftest import SignedIn


def test_without_a_role_only_the_own_account_is_open(db: None) -> None:
    nobody = make.staff("nobody")
    open_to_nobody = [capability for capability in Capability if nobody.can(capability)]
    assert open_to_nobody == [Capability.USE_OWN_ACCOUNT]


@pytest.mark.parametrize("role", Role)
def test_every_role_uses_the_own_account_and_no_more_of_it_than_that(role: Role) -> None:
    assert scope_of([role], Capability.USE_OWN_ACCOUNT) == Scope.OWN


def test_scopes_of_several_roles_add_up() -> None:
    reach = scope_of([Role.DOCTOR, Role.MANAGER], Capability.SEE_CLINICAL)
    assert reach == Scope.DEPARTMENT | Scope.OPEN_PROMISE | Scope.DEPARTMENT_TREE
    assert scope_of([Role.MANAGER], Capability.SEE_CLINICAL) == Scope.DEPARTMENT_TREE


def test_the_order_of_roles_does_not_matter() -> None:
    for capability in Capability:
        assert scope_of(list(Role), capability) == scope_of(reversed(list(Role)), capability)


def test_what_no_role_has_is_nothing_and_counts_as_no() -> None:
    assert scope_of([Role.GUIDE, Role.DOCTOR], Capability.MANAGE_SETTINGS) == Scope.NOTHING
    assert not scope_of([Role.GUIDE], Capability.MANAGE_SETTINGS)


def test_administering_alone_shows_nothing_of_patients() -> None:
    patients = (
        Capability.FIND_PEOPLE,
        Capability.REVEAL_NUMBERS,
        Capability.SEE_CLINICAL,
        Capability.SEE_CALLS,
        Capability.SEE_COMPLAINTS,
        Capability.READ_MESSAGES,
        Capability.EXPORT_NUMBERS,
    )
    assert not any(scope_of([Role.ADMINISTRATOR], capability) for capability in patients)


def test_staff_and_settings_are_the_administrator_s_alone() -> None:
    assert [role for role in Role if scope_of([role], Capability.MANAGE_SETTINGS)] == [Role.ADMINISTRATOR]


def test_a_person_holds_what_the_roles_hold(db: None) -> None:
    both = make.staff("both", "manager", "administrator")
    assert both.roles == [Role.MANAGER, Role.ADMINISTRATOR]
    assert both.scope(Capability.SEE_AUDIT) == Scope.DEPARTMENT | Scope.HOSPITAL
    assert both.can(Capability.MANAGE_SETTINGS)
    assert both.can(Capability.FIND_PEOPLE)


def test_somebody_of_two_roles_opens_the_pages_of_both(db: None, settings: Any, signed_in: SignedIn) -> None:
    settings.SECOND_FACTOR_FOR_ADMINISTRATORS = False
    browser = signed_in(make.staff("both", "guide", "administrator"))
    assert [browser.get(page).status_code for page in ("/", "/staff/", "/audit/")] == [200, 200, 200]


def test_the_page_for_a_wrong_role_names_the_roles_one_has(alice: Staff, signed_in: SignedIn) -> None:
    answer = signed_in(alice).get("/staff/", headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert "You work here as: Consult line." in answer.content.decode()


def test_a_guard_lets_nobody_past_without_the_capability(alice: Staff, rf: RequestFactory) -> None:
    request: Any = rf.get("/")
    request.user = alice
    with pytest.raises(PermissionDenied):
        needs(Capability.MANAGE_SETTINGS)(lambda request: HttpResponse("in"))(request)
    assert needs(Capability.SEE_CALLS)(lambda request: HttpResponse("in"))(request).status_code == 200
    assert public("a test")(lambda request: HttpResponse("in"))(request).status_code == 200


def test_a_fragment_asked_for_by_nobody_takes_the_whole_page_to_the_sign_in(client: Client, db: None) -> None:
    answer = client.get("/staff/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/staff/"})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/sign-in/?next=%2Fstaff%2F")


def test_a_part_that_may_not_be_seen_or_is_not_there_brings_no_page_with_it(alice: Staff, signed_in: SignedIn) -> None:
    browser = signed_in(alice)
    for url, status in (("/staff/", 403), ("/patients/999999/", 404)):
        answer = browser.get(url, headers={"HX-Request": "true"})
        assert (answer.status_code, answer.content) == (status, b"")
        restored = browser.get(url, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
        assert (restored.status_code, b"<h1>" in restored.content) == (status, True)
