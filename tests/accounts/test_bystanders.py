"""A write to one row leaves its neighbour as it was."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db.models import Model

from accounts.models import Department, Staff
from accounts.services import leaving, passwords
from accounts.services import staff as services
from accounts.services.absences import cancel_absence, record_absence
from accounts.services.departments import update_department
from accounts.services.teams import update_team
from institution.models import ReferenceItem, Setting
from institution.services.lists import update_item
from institution.services.settings import change_setting
from jobs.models import Job
from jobs.services.jobs import cancel_job, claim_job, fail_job, finish_job, report_progress, request_job
from tests import make


def stored(row: Model) -> dict[str, Any]:
    return type(row)._default_manager.filter(pk=row.pk).values().get()


@contextmanager
def only(row: Model, *neighbours: Model) -> Iterator[None]:
    """What happens changes the row, and none of its neighbours."""
    before, others = stored(row), [stored(each) for each in neighbours]
    yield
    assert stored(row) != before
    assert [stored(each) for each in neighbours] == others


PERSONAL: dict[str, Callable[[Staff, Staff, datetime], object]] = {
    "change_own_password": lambda one, frank, at: passwords.change_own_password(staff=one, password="other-9-x", at=at),
    "reset_password": lambda one, frank, at: passwords.reset_password(staff=one, actor=frank.actor, at=at),
    "deactivate_staff": lambda one, frank, at: leaving.deactivate_staff(staff=one, actor=frank.actor, at=at),
    "change_language": lambda one, frank, at: services.change_language(staff=one, language="en"),
}


@pytest.mark.parametrize("service", PERSONAL)
def test_what_is_done_to_one_person_is_done_to_nobody_else(
    alice: Staff, bob: Staff, frank: Staff, now: datetime, service: str
) -> None:
    with only(alice, bob, frank):
        PERSONAL[service](alice, frank, now)
    assert Authenticator.objects.filter(user=frank).exists()


def test_reactivated_one_person_comes_back_alone(alice: Staff, bob: Staff, frank: Staff, now: datetime) -> None:
    for person in (alice, bob):
        leaving.deactivate_staff(staff=person, actor=frank.actor, at=now)
    with only(alice, bob, frank):
        leaving.reactivate_staff(staff=alice, actor=frank.actor, at=now)


def test_one_absence_is_cancelled_and_the_next_one_stands(alice: Staff, frank: Staff, now: datetime) -> None:
    def away(day: date) -> Any:
        return record_absence(staff=alice, starts_on=day, ends_on=day, deputy=None, actor=frank.actor, at=now)

    one, next_one = away(now.date()), away(now.date() + timedelta(days=7))
    with only(one, next_one):
        cancel_absence(absence=one, actor=frank.actor, at=now)


def test_one_team_changes(alice: Staff, bob: Staff, frank: Staff, now: datetime) -> None:
    one, other = make.team("一组", alice), make.team("二组", alice)
    with only(one, other):
        values = {"name_en": "New"}
        update_team(team=one, version=1, values=values, members=[bob], actor=frank.actor, at=now)
    assert [list(team.members.all()) for team in (one, other)] == [[bob], [alice]]


def test_one_department_moves_with_what_is_below_it_and_no_other(frank: Staff, now: datetime) -> None:
    top, moving, other = make.department(), make.department(), make.department()
    below, beside = make.department(parent=moving), make.department(parent=other)
    values = {"name_en": "New", "parent": Department.objects.get(pk=top.pk), "is_active": True}
    with only(moving, top, other, beside):
        update_department(department=moving, version=moving.version, values=values, actor=frank.actor, at=now)
    below.refresh_from_db()
    assert (below.parent, below.level) == (moving, 2)


def test_one_setting_changes(frank: Staff, now: datetime) -> None:
    one, *others = Setting.objects.order_by("pk")
    assert others
    value = one.lowest if one.value != one.lowest else Decimal(one.highest)
    with only(one, *others):
        change_setting(setting=one, value=value, version=one.version, actor=frank.actor, at=now)


def test_one_entry_of_a_list_changes(frank: Staff, now: datetime) -> None:
    one, *others = ReferenceItem.objects.order_by("pk")
    assert others
    with only(one, *others):
        update_item(item=one, version=one.version, values={"label_en": "New"}, actor=frank.actor, at=now)


WORK: dict[str, Callable[[Job, Staff, datetime], object]] = {
    "report_progress": lambda job, frank, at: report_progress(job=job, done=1, total=3, at=at),
    "finish_job": lambda job, frank, at: finish_job(job=job, result=None, at=at),
    "fail_job": lambda job, frank, at: fail_job(job=job, error="no room", at=at),
    "cancel_job": lambda job, frank, at: cancel_job(job=job, actor=frank.actor, at=at),
}


@pytest.mark.parametrize("service", WORK)
def test_what_happens_to_one_job_happens_to_no_other(frank: Staff, now: datetime, service: str) -> None:
    for _ in range(3):
        request_job(kind="audit_export", parameters={}, actor=frank.actor, at=now)
    one, other = claim_job("audit_export", at=now), claim_job("audit_export", at=now)
    assert one is not None
    assert other is not None
    with only(one, other, Job.objects.latest("pk")):
        WORK[service](one, frank, now)


def test_claiming_one_job_leaves_the_next_one_waiting(frank: Staff, now: datetime) -> None:
    one, other = (request_job(kind="audit_export", parameters={}, actor=frank.actor, at=now) for _ in range(2))
    with only(one, other):
        claim_job("audit_export", at=now)
