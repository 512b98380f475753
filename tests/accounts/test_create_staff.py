"""Create a colleague: a one-time password, shown once; sent twice, made once; what is taken is said at the field."""

import re
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.access import Role
from accounts.models import AuditEntry, Department, Staff
from accounts.services import passwords
from accounts.services import staff as services
from hospital_crm.lib.errors import DuplicateSubmission
from tests import make
from tests.conftest import SignedIn

from .at_once import Meanwhile, on_a_server, with_threads
from .pages import Page, send, sign_in

URL = "/staff/new/"
SHOWN = re.compile(r'id="one-time-password">([^<]+)<')


def create(*, by: Staff, at: datetime, **details: Any) -> Staff:
    values = {"username": "zoe", "display_name": "Zoe", "roles": [Role.DOCTOR], "password": "given-once-7"}
    return services.create_staff(**values | details, actor=by.actor, at=at)


def typed(**details: Any) -> dict[str, Any]:
    return {"username": "zoe", "display_name": "周娥", "roles": ["consultant"], "submission": str(uuid4())} | details


def test_can_sign_in_with_the_password_but_must_change_it(frank: Staff, now: datetime) -> None:
    zoe = create(by=frank, at=now)
    assert zoe.check_password("given-once-7")
    assert zoe.must_change_password


def test_is_in_the_audit_without_any_value(frank: Staff, now: datetime) -> None:
    zoe = create(by=frank, at=now)
    entry = AuditEntry.objects.about(zoe).get()
    assert (entry.verb, entry.actor, entry.at, entry.fields) == ("staff.created", frank.actor, now, [])


def test_the_very_first_person_creates_themselves(db: None, now: datetime) -> None:
    first = services.create_staff(
        username="root", display_name="Root", roles=[Role.ADMINISTRATOR], password="x", actor=None, at=now
    )
    assert AuditEntry.objects.about(first).get().actor.staff == first


def test_user_name_is_kept_in_small_letters(frank: Staff, now: datetime) -> None:
    assert create(by=frank, at=now, username="Zoe.Z").username == "zoe.z"


def test_same_submission_makes_one_person(frank: Staff, now: datetime) -> None:
    submission = uuid4()
    zoe = create(by=frank, at=now, submission=submission)
    with pytest.raises(DuplicateSubmission) as again:
        create(by=frank, at=now, submission=submission, username="zoe2")
    assert again.value.subject_id == zoe.pk
    assert not Staff.objects.filter(username="zoe2").exists()


def test_one_time_passwords_differ_and_can_be_read_out(db: None) -> None:
    made = {passwords.one_time_password() for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}", password) for password in made)


def test_page_shows_the_password_once_and_it_opens_the_account(
    office: Client, client: Client, cataract: Department
) -> None:
    answer = send(
        office,
        URL,
        username="zoe",
        display_name="周娥",
        display_name_en="Zoe Zhou",
        employee_number="E-77",
        extension="8123",
        department=cataract.pk,
        roles=["consultant", "manager"],
    )
    answer = office.get(answer["Location"])
    assert "no-store" in answer["Cache-Control"]
    password = SHOWN.findall(answer.content.decode())[0]
    zoe = Staff.objects.get(username="zoe")
    assert (zoe.display_name, zoe.display_name_en, zoe.employee_number) == ("周娥", "Zoe Zhou", "E-77")
    assert (zoe.extension, zoe.department, zoe.roles) == ("8123", cataract, [Role.CONSULTANT, Role.MANAGER])
    later = office.get(reverse("accounts:staff_detail", args=[zoe.pk])).content.decode()
    assert "周娥" in later
    assert password not in later
    assert sign_in(client, "zoe", password).status_code == 302


def test_first_sign_in_leads_to_a_password_of_ones_own_before_any_other_page(client: Client, frank: Staff) -> None:
    make.staff("zoe", "consultant", password="given-once-7", must_change_password=True)
    sign_in(client, "zoe", "given-once-7")
    for page in ("/", "/account/", "/jobs/", "/staff/", "/account/second-factor/"):
        assert client.get(page)["Location"] == "/account/password/", page
    assert client.get("/api/v1/staff/").status_code == 403
    client.post("/account/password/", dict.fromkeys(("password1", "password2"), "blue-otter-31"))
    assert client.get("/").status_code == 200
    zoe = Staff.objects.get(username="zoe")
    assert zoe.check_password("blue-otter-31")
    assert AuditEntry.objects.about(zoe).filter(verb="staff.password_changed", actor=zoe.actor).exists()


@pytest.mark.parametrize("password", ["short-7", "8675309867530", "password123", "given-once-7"])
def test_a_weak_password_of_ones_own_is_refused(client: Client, db: None, password: str) -> None:
    make.staff("zoe", "consultant", password="given-once-7", must_change_password=True)
    sign_in(client, "zoe", "given-once-7")
    answer = client.post(
        "/account/password/",
        {"password1": password, "password2": password},
    )
    assert list(Page(answer).errors) == ["password1"]
    assert Staff.objects.get(username="zoe").must_change_password


def test_a_one_time_password_typed_some_time_ago_is_asked_for_again(
    client: Client, db: None, clock: time_machine.Traveller
) -> None:
    make.staff("zoe", "consultant", password="given-once-7", must_change_password=True)
    sign_in(client, "zoe", "given-once-7")
    clock.shift(301)
    answer = client.post("/account/password/", dict.fromkeys(("password1", "password2"), "blue-otter-31"))
    assert list(Page(answer).errors) == ["oldpassword"]
    assert Staff.objects.get(username="zoe").must_change_password


def test_page_sent_twice_answers_with_the_first_result(office: Client) -> None:
    form = typed(display_name="Zoe", employee_number="7")
    password = SHOWN.findall(office.post(URL, form, follow=True).content.decode())[0]
    zoe = Staff.objects.get(username="zoe")
    again = office.post(URL, form, follow=True)
    assert "This was saved already" in again.content.decode()
    assert SHOWN.findall(again.content.decode()) == [password]
    zoe.refresh_from_db()
    assert zoe.check_password(password)
    assert Staff.objects.filter(display_name="Zoe").count() == 1


def test_each_opened_form_is_a_submission_of_its_own(office: Client) -> None:
    assert Page(office.get(URL)).values["submission"] != Page(office.get(URL)).values["submission"]


@pytest.mark.parametrize("name", ["alice", " alice "])
def test_a_taken_user_name_is_said_at_the_field(office: Client, alice: Staff, name: str) -> None:
    page = Page(office.post(URL, typed(username=name)))
    assert page.errors == {"username": "Somebody has this user name already."}
    assert page.values["display_name"] == ["周娥"]


def test_a_taken_employee_number_is_said_at_the_field(office: Client, db: None) -> None:
    make.staff("old", employee_number="E-7")
    assert Page(office.post(URL, typed(employee_number="E-7"))).errors == {
        "employee_number": "Somebody has this employee number already."
    }


def test_a_taken_employee_number_makes_nobody(office: Client, db: None) -> None:
    make.staff("old", employee_number="E-7")
    answer = office.post(URL, typed(employee_number="E-7"))
    assert "Somebody has this employee number already." in answer.content.decode()
    assert not Staff.objects.filter(username="zoe").exists()


def test_many_people_may_be_without_an_employee_number(office: Client, alice: Staff, bob: Staff) -> None:
    office.post(URL, typed(employee_number=""))
    assert Staff.objects.filter(employee_number="").count() >= 3


@pytest.mark.parametrize("name", ["周", "zoe zhou", ".zoe", "z", "zoe@x", "z" * 41, ""])
def test_a_user_name_of_wrong_shape_is_said_at_the_field(office: Client, name: str) -> None:
    page = Page(office.post(URL, typed(username=name)))
    assert list(page.errors) == ["username"]
    assert page.values["username"] == [name]
    assert not Staff.objects.filter(display_name="周娥").exists()


def test_a_department_that_is_closed_cannot_be_chosen(office: Client, db: None) -> None:
    closed = make.department("旧科", is_active=False)
    assert list(Page(office.post(URL, typed(department=closed.pk))).errors) == ["department"]


def test_only_the_administrator_may(dana: Staff, signed_in: SignedIn, client: Client) -> None:
    assert signed_in(dana).post(URL, typed()).status_code == 403
    assert client.post(URL, typed()).status_code == 302
    assert not Staff.objects.filter(username="zoe").exists()


# ── At the same moment ───────────────────────────────────────────────────────


@on_a_server
@with_threads
def test_sent_again_while_the_first_is_being_saved_it_answers_with_the_first_result(now: datetime) -> None:
    frank = make.staff("frank", "administrator", second_factor=True)
    browser, form = make.client_of(frank), typed()
    with transaction.atomic():
        zoe = create(by=frank, at=now, submission=form["submission"])
        again = Meanwhile(lambda: browser.post(URL, form))
        again.wait_until_it_waits()
    answer = again.outcome()
    assert (answer.status_code, answer["Location"]) == (302, f"/staff/{zoe.pk}/password/")
    assert Staff.objects.get(username="zoe").check_password("given-once-7")


@on_a_server
@with_threads
def test_whoever_takes_the_user_name_a_moment_earlier_wins_and_the_other_reads_why() -> None:
    frank = make.staff("frank", "administrator", second_factor=True)
    browser = make.client_of(frank)
    with transaction.atomic():
        make.staff("zoe")
        other = Meanwhile(lambda: browser.post(URL, typed()))
        other.wait_until_it_waits()
    assert list(Page(other.outcome()).errors) == ["username"]
    assert Staff.objects.get(username="zoe").display_name == "Zoe"


def test_whoever_chose_the_password_types_it_to_change_it_even_after_signing_in_just_now(
    client: Client, alice: Staff
) -> None:
    sign_in(client, "alice")
    assert 'name="oldpassword"' in client.get("/account/password/").content.decode()
