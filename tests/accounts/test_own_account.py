"""One's own account: name and extension oneself, roles and user name by the administrator only."""

from datetime import datetime

from django.test import Client
from django.urls import reverse

from accounts.access import Role
from accounts.models import AuditEntry, Staff
from accounts.services import staff as services
from tests import make
from tests.conftest import SignedIn

from .pages import Page, fill, in_english, send, sign_in

URL = "/account/"


def test_everybody_changes_the_own_name_and_extension(alice: Staff, signed_in: SignedIn) -> None:
    answer = send(signed_in(alice), URL, display_name="李爱", display_name_en="Alice Li", extension="8123")
    assert (answer.status_code, answer["Location"]) == (302, URL)
    alice.refresh_from_db()
    assert (alice.display_name, alice.display_name_en, alice.extension) == ("李爱", "Alice Li", "8123")
    entry = AuditEntry.objects.about(alice).get(verb="staff.updated")
    assert entry.actor == alice.actor
    assert entry.fields == ["display_name", "display_name_en", "extension"]


def test_the_reader_sees_the_name_in_the_reader_s_language(alice: Staff, signed_in: SignedIn) -> None:
    browser = signed_in(alice)
    send(browser, URL, display_name="李爱", display_name_en="Alice Li")
    assert "李爱" in browser.get("/").content.decode()
    assert "Alice Li" in in_english(browser).get("/").content.decode()


def test_nobody_gives_oneself_a_role_a_department_or_another_user_name(alice: Staff, signed_in: SignedIn) -> None:
    send(
        signed_in(alice),
        URL,
        extension="1",
        roles=["administrator"],
        username="boss",
        department="",
        is_active="",
        employee_number="1",
    )
    after = Staff.objects.get(pk=alice.pk)
    assert after.extension == "1"
    assert (after.roles, after.username, after.employee_number) == ([Role.CONSULTANT], "alice", "")
    assert after.department == alice.department


def test_stale_form_is_answered_with_both_versions(
    alice: Staff, frank: Staff, signed_in: SignedIn, now: datetime
) -> None:
    browser = in_english(signed_in(alice))
    opened = Page(browser.get(URL)).values
    services.update_staff(
        staff=alice, version=1, values={"extension": "8001"}, roles=alice.roles, actor=frank.actor, at=now
    )
    answer = browser.post(URL, fill(opened, extension="8002"))
    assert answer.status_code == 409
    assert "Frank saved while you were typing" in answer.content.decode()
    browser.post(URL, fill(Page(answer).values, **{"pick-extension": "mine"}))
    alice.refresh_from_db()
    assert alice.extension == "8002"


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(alice: Staff, signed_in: SignedIn) -> None:
    here, elsewhere = signed_in(alice), signed_in(alice)
    own = {"oldpassword": make.PASSWORD, "password1": "blue-otter-31", "password2": "blue-otter-31"}
    assert here.post(reverse("account_change_password"), own).status_code == 302
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    alice.refresh_from_db()
    assert alice.check_password("blue-otter-31")
    assert AuditEntry.objects.about(alice).filter(verb="staff.password_changed", fields=[]).exists()


def test_what_the_page_asked_under_the_old_key_does_not_take_the_new_one_away(
    alice: Staff, signed_in: SignedIn
) -> None:
    browser = signed_in(alice)
    page_itself = Client()
    page_itself.cookies["sessionid"] = browser.cookies["sessionid"].value
    own = {"oldpassword": make.PASSWORD, "password1": "blue-otter-31", "password2": "blue-otter-31"}
    browser.post(reverse("account_change_password"), own)
    late = page_itself.get(reverse("messaging:bell"), headers={"HX-Request": "true"})
    assert late.status_code == 401
    assert "sessionid" not in late.cookies
    assert browser.get("/").status_code == 200
    browser.post(reverse("account_logout"))
    assert browser.cookies["sessionid"].value == ""


def test_the_current_password_is_asked_first(alice: Staff, signed_in: SignedIn) -> None:
    own = {"oldpassword": "a guess", "password1": "blue-otter-31", "password2": "blue-otter-31"}
    page = Page(signed_in(alice).post(reverse("account_change_password"), own))
    assert list(page.errors) == ["oldpassword"]
    alice.refresh_from_db()
    assert alice.check_password(make.PASSWORD)


def test_both_new_passwords_must_agree(alice: Staff, signed_in: SignedIn) -> None:
    own = {"oldpassword": make.PASSWORD, "password1": "blue-otter-31", "password2": "blue-otter-32"}
    assert list(Page(signed_in(alice).post(reverse("account_change_password"), own)).errors) == ["password2"]


def test_there_is_no_sign_up(client: Client, db: None) -> None:
    answer = client.post(reverse("account_signup"), {"username": "eve", "password1": "blue-otter-31"})
    assert answer.status_code == 200
    assert not Staff.objects.filter(username="eve").exists()
    assert sign_in(client, "eve", "blue-otter-31").status_code == 200


def test_eve_has_none(client: Client, db: None) -> None:
    assert client.get(URL)["Location"].startswith("/sign-in/")
