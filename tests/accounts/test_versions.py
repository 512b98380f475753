"""Two people save the same row: one is first, the other is told, and nothing is overwritten."""

from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from accounts.models import Staff
from accounts.services.staff import update_staff
from accounts.services.versions import save_version
from hospital_crm.lib.errors import StaleVersion
from tests import make

from .at_once import Meanwhile, on_a_server, with_threads


def rename(row: Staff, name: str, by: Staff, at: datetime) -> Any:
    """As they opened it: version 1."""
    return save_version(row, version=1, values={"display_name": name}, actor=by.actor, at=at)


def test_who_opened_it_before_the_last_save_is_told_what_stands_there(
    alice: Staff, frank: Staff, now: datetime
) -> None:
    rename(alice, "First", frank, now)
    with pytest.raises(StaleVersion) as stale:
        rename(alice, "Second", frank, now)
    assert stale.value.current == alice
    assert Staff.objects.values_list("display_name", "version").get(pk=alice.pk) == ("First", 2)


def test_saving_what_stands_there_already_is_no_new_version(alice: Staff, frank: Staff, now: datetime) -> None:
    assert not rename(alice, alice.display_name, frank, now)
    assert rename(alice, "First", frank, now) == {"display_name"}


@on_a_server
@with_threads
def test_of_two_saves_at_the_same_moment_one_wins_and_the_other_is_told(now: datetime) -> None:
    frank, alice = make.staff("frank", "administrator"), make.staff("alice")
    with transaction.atomic():
        rename(alice, "First", frank, now)
        other = Meanwhile(lambda: rename(Staff.objects.get(pk=alice.pk), "Second", frank, now))
        other.wait_until_it_waits()  # it has read version 1 too
    error = other.outcome()
    assert isinstance(error, StaleVersion)
    assert error.current.display_name == "First"  # type: ignore[attr-defined]
    assert Staff.objects.values_list("display_name", "version").get(pk=alice.pk) == ("First", 2)


@on_a_server
@with_threads
def test_of_two_changes_of_roles_at_the_same_moment_one_wins(now: datetime) -> None:
    frank, alice = make.staff("frank", "administrator"), make.staff("alice", "consultant")

    def give(role: Any) -> Staff:
        person = Staff.objects.get(pk=alice.pk)
        return update_staff(staff=person, version=1, values={}, roles=[role], actor=frank.actor, at=now)

    with transaction.atomic():
        give("doctor")
        other = Meanwhile(lambda: give("guide"))
        other.wait_until_it_waits()
    assert isinstance(other.outcome(), StaleVersion)
    assert [str(role) for role in Staff.objects.get(pk=alice.pk).roles] == ["doctor"]
