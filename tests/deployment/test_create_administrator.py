"""The first administrator: let in once with a one-time password, then a password and a second factor of their own."""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.access import Role
from accounts.models import AuditEntry, Staff
from tests import make
from tests.accounts.pages import sign_in

PASSWORD = re.compile(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}")


def create(username: str = "wang.min", name: str = "王敏") -> str:
    """What the command prints."""
    answer = io.StringIO()
    call_command("create_administrator", username, name, stdout=answer)
    return answer.getvalue()


def test_makes_an_administrator_who_made_themselves(db: None) -> None:
    create()
    wang = Staff.objects.get(username="wang.min")
    assert (wang.display_name, wang.roles) == ("王敏", [Role.ADMINISTRATOR])
    assert AuditEntry.objects.about(wang).get(verb="staff.created").actor == wang.actor


def test_printed_password_opens_the_door_once_and_must_be_replaced(client: Client, db: None) -> None:
    printed = PASSWORD.findall(create())
    assert len(printed) == 1
    sign_in(client, "wang.min", printed[0])
    assert client.get("/")["Location"] == "/account/password/"
    client.post("/account/password/", dict.fromkeys(("password1", "password2"), "blue-otter-31"))
    assert client.get("/")["Location"] == "/account/second-factor/activate/"
    assert client.get("/account/second-factor/activate/").status_code == 200  # and no password once more


def test_a_user_name_is_taken_however_it_is_written(db: None) -> None:
    create()
    with pytest.raises(CommandError, match=r"has the user name wang\.min already"):
        create("WANG.min")
    assert Staff.objects.count() == 1


def test_a_second_administrator_can_be_let_in_when_the_first_lost_everything(db: None) -> None:
    make.staff("first", "administrator")
    assert PASSWORD.search(create())
    assert Staff.objects.with_role(Role.ADMINISTRATOR).count() == 2


def test_a_user_name_must_be_one_that_can_sign_in() -> None:
    with pytest.raises(CommandError, match="is no user name: Use small letters"):
        create("two words")


@pytest.mark.parametrize("name", ["", "  ", "名" * 61])
def test_a_name_must_be_one_that_pages_can_show(name: str) -> None:
    with pytest.raises(CommandError, match="is no name"):
        create(name=name)
