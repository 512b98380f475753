"""The demo hospital: only in demo mode, only into an empty database, the same every time."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db.models import Count, Max, Min, Sum
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.access import Role
from accounts.models import Absence, AuditEntry, Department, Staff, Team
from consult.models import Call
from dashboards.reports.team import Around, around
from dashboards.reports.workbench import MINE, Work, work_of
from hospital_crm import demo
from hospital_crm.lib.moments import midnight
from institution.models import HospitalProfile, WorkingHours
from institution.services.working_time import read_calendar
from messaging.models import GatewaySetup, InboundText, Message, OptOut, TemplateVersion
from messaging.services.gateways.set_up import gateway_of
from patients.models import (
    Consent,
    DataRequest,
    DuplicatePair,
    Import,
    ImportFault,
    LookToCheck,
    Merge,
    Patient,
    Phone,
    Relation,
)
from promises.models import Promise, PromiseDay
from tests import make
from tests.accounts.pages import in_english, sign_in
from tests.database import undone

NOW = datetime(2026, 3, 12, 10, 24, tzinfo=ZoneInfo("Asia/Shanghai"))
NOTHING = "The database is not empty: nothing was added."


@pytest.fixture(autouse=True)
def _demo_mode(settings: Any) -> Any:
    settings.DEMO = True
    settings.SECOND_FACTOR_FOR_ADMINISTRATORS = False
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the people: what they have to do takes longer to write than all the rest."""
    for part in ("seed_work", "seed_past", "sum_days"):
        monkeypatch.setattr(f"hospital_crm.demo.{part}", lambda *_, **__: None)


def seed() -> str:
    answer = io.StringIO()
    call_command("seed_demo", stdout=answer)
    return answer.getvalue().strip()


def hospital() -> list[Any]:
    """All that the demo made, without keys and password hashes."""
    people = Staff.objects.order_by("username")
    return [
        HospitalProfile.objects.values_list("name_zh", "name_en", "address_zh", "consult_phone").get(),
        list(Department.objects.order_by("name_zh").values_list("name_zh", "parent__name_zh", "head__username")),
        list(people.values_list("username", "display_name", "employee_number", "department__name_zh")),
        list(people.values_list("username", "role_grants__role")),
        list(Team.objects.order_by("name_zh", "members__username").values_list("name_zh", "members__username")),
        list(Absence.objects.values_list("staff__username", "starts_on", "ends_on", "deputy__username")),
        list(Patient.objects.order_by("number").values_list("number", "name", "registered_at")),
        list(Promise.objects.order_by("pk").values_list("owner__username", "note", "state", "due_at")),
        list(Call.objects.order_by("pk").values_list("patient__name", "started_at")),
        list(WorkingHours.objects.order_by("pk").values_list("calendar__name_zh", "weekday", "opens_at", "closes_at")),
        list(Message.objects.order_by("pk").values_list("kind", "channel", "state", "reason", "send_at")),
        list(AuditEntry.objects.order_by("pk").values_list("verb", "at", "actor__code", "fields")),
    ]


@dataclass
class Past:
    """How many are on file, when they called, how promises ended, which calls name what they promised; what of days
    that are over is in their sums, and what there is."""

    patients: int
    called: tuple[datetime, datetime]
    ended: dict[str, int]
    names_promise: dict[str, bool]  # by ending
    summed: tuple[int, int]

    @classmethod
    def read(cls) -> Past:
        called = Call.objects.aggregate(first=Min("started_at"), last=Max("started_at"))
        ended = Promise.objects.exclude(state="open").values_list("state").annotate(Count("pk")).order_by()
        promised = Call.objects.order_by().values_list("disposition").annotate(Count("promise"), Count("pk"))
        names_promise = {ending: promises == calls for ending, promises, calls in promised}
        over = Promise.objects.measured("counted", NOW).filter(first_due_at__lt=midnight(timezone.localdate(NOW)))
        summed = PromiseDay.objects.aggregate(Sum("promised"))["promised__sum"], over.about_nobody().count()
        return cls(Patient.objects.count(), (called["first"], called["last"]), dict(ended), names_promise, summed)


@dataclass
class Written:
    """What became of messages to patients, and what else the pages about them show."""

    states: dict[str, int]
    undelivered: int
    words: dict[str, int]  # versions of templates, by state
    complete: list[str]  # accounts that are filled in
    in_use: int
    asked: int
    stopped: int

    @classmethod
    def read(cls) -> Written:
        to_patients = Message.objects.filter(patient__isnull=False).order_by()
        return cls(
            states=dict(to_patients.values_list("state").annotate(Count("pk"))),
            undelivered=to_patients.filter(fate="not_delivered").count(),
            words=dict(TemplateVersion.objects.order_by().values_list("state").annotate(Count("pk"))),
            complete=[setup.provider for setup in GatewaySetup.objects.in_order() if gateway_of(setup).is_set_up],
            in_use=GatewaySetup.objects.in_use().count(),
            asked=InboundText.objects.open().count(),
            stopped=OptOut.objects.open().count(),
        )


@dataclass
class ToTry:
    """What the pages show that are about single people: a few rows each, however many patients there are."""

    on_file: list[tuple[str, str, str]]  # relatives: of whom, who, what
    shared: int  # numbers that two people have who are one couple
    said: set[tuple[str, bool]]
    by_guardian: int
    pairs: dict[str, int]  # by state
    merges: int
    asked: list[tuple[str, str, str]]
    looks: list[tuple[str, str, int]]
    brought: tuple[int, int]  # on file, at fault
    faults: set[str]

    @classmethod
    def read(cls) -> ToTry:
        (run,) = Import.objects.all()
        relations = Relation.objects.open().filter(relative__isnull=False).order_by("pk")
        return cls(
            on_file=list(relations.values_list("patient__name", "relative__name", "role")),
            shared=Phone.objects.filter(owner="spouse").count(),
            said=set(Consent.objects.values_list("purpose", "is_given")),
            by_guardian=Consent.objects.filter(said_by="guardian").count(),
            pairs=dict(DuplicatePair.objects.order_by().values_list("state").annotate(Count("pk"))),
            merges=Merge.objects.open().count(),
            asked=list(DataRequest.objects.values_list("patient__name", "kind", "state")),
            looks=list(LookToCheck.objects.open().values_list("staff__username", "patient__name", "looks")),
            brought=(run.created, run.failed),
            faults=set(ImportFault.objects.values_list("code", flat=True)),
        )


@dataclass
class Filled:
    """The whole demo hospital as it was seen before it was undone again: it takes a second to write."""

    rows: list[Any]
    owed: dict[str, Work]
    around: dict[str, Around]
    past: Past
    written: Written
    to_try: ToTry


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Filled:
    with undone(django_db_blocker), override_settings(DEMO=True), time_machine.travel(NOW, tick=False):
        seed()
        people = list(Staff.objects.all())
        return Filled(
            rows=hospital(),
            owed={person.username: work_of(person, whose=MINE, kind="", at=NOW) for person in people},
            around={person.username: around(person, at=NOW) for person in people},
            past=Past.read(),
            written=Written.read(),
            to_try=ToTry.read(),
        )


def test_is_refused_outside_demo_mode(db: None, settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="set DEMO=1"):
        seed()
    assert not Staff.objects.exists()


def test_fills_an_empty_database_with_one_account_for_each_role(no_work: None, db: None) -> None:
    assert seed() == "The demo hospital is ready: 8 accounts, password demo."
    shown = Staff.objects.filter(username__in=[person.username for person in demo.PEOPLE])
    assert sorted(role for person in shown for role in person.roles) == sorted(Role)
    assert Staff.objects.count() == 20
    assert Department.objects.in_use().filter(head__isnull=True).count() == 0


def test_a_second_time_changes_nothing(no_work: None, db: None) -> None:
    seed()
    before = hospital()
    assert seed() == "The demo hospital is there already."
    assert hospital() == before


@pytest.mark.system  # it takes seconds to do all this work
@pytest.mark.xdist_group("demo")
def test_is_the_same_every_time(filled: Filled, db: None) -> None:
    assert not Staff.objects.exists()
    seed()
    assert hospital() == filled.rows


def test_a_hospital_with_people_of_its_own_is_left_alone(db: None) -> None:
    make.staff("wang", "administrator")
    before = hospital()
    assert seed() == NOTHING
    assert hospital() == before


def test_everybody_is_shown_on_the_sign_in_page_and_gets_in(client: Client, no_work: None, db: None) -> None:
    seed()
    page = in_english(client).get("/sign-in/").content.decode()
    for person in demo.PEOPLE:
        assert person.name_en in page
        assert f'<button class="c-acct" type="submit" name="login" value="{person.username}">' in page
    sign_in(client, "nurse", demo.PASSWORD)
    assert "Zhou Ting" in client.get("/").content.decode()


def test_outside_demo_mode_the_sign_in_page_names_nobody(
    client: Client, settings: Any, no_work: None, db: None
) -> None:
    seed()
    settings.DEMO = False
    page = in_english(client).get("/sign-in/").content.decode()
    assert not any(person.name_en in page for person in demo.PEOPLE)


def test_the_demo_says_at_once_who_is_away(client: Client, no_work: None, db: None) -> None:
    seed()
    sign_in(in_english(client), "nurse", demo.PASSWORD)
    assert "Liu Yang stands in" in client.get("/").content.decode()


@pytest.mark.system  # as above
@pytest.mark.xdist_group("demo")
def test_everybody_has_something_to_do_and_it_is_late_due_tomorrows_nobodys_passed_on_or_kept(
    filled: Filled, db: None
) -> None:
    assert [person.username for person in demo.PEOPLE if not filled.owed[person.username].total] == ["admin"]
    codes = {group.code for group in filled.owed["line"].groups}
    assert codes == {"late", "hour", "today", "later"}
    team = filled.around["line"]
    assert team.unowned_count == 2
    assert all(kept.rate.part for kept in (team.today, team.yesterday))
    assert {row.asks_me for group in filled.owed["line"].groups for row in group.rows} == {True, False}
    assert [load.staff.username for load in filled.around["nurse"].full] == ["nurse"]


@pytest.mark.system
@pytest.mark.xdist_group("demo")
def test_it_has_written_to_patients_and_no_account_leads_out_of_it(filled: Filled, db: None) -> None:
    written = filled.written
    assert written.states == {"sent": 22, "failed": 2, "queued": 2, "withheld": 1, "unknown": 1}
    assert (written.undelivered, written.asked, written.stopped) == (2, 1, 1)
    assert written.words == {"published": 13, "draft": 1}
    assert (written.complete, written.in_use) == (["aliyun", "wecom"], 0)


@pytest.mark.system
@pytest.mark.xdist_group("demo")
def test_no_page_is_empty_for_whoever_tries_it(filled: Filled, db: None) -> None:
    seen = filled.to_try
    assert seen.on_file == [("梁一诺", "吴海燕", "parent"), ("何建平", "孙丽华", "spouse")]
    assert (seen.shared, seen.by_guardian) == (1, 1)
    assert {purpose for purpose, _ in seen.said} == {"care", "sharing", "survey", "marketing", "story"}
    assert {("sharing", False), ("marketing", True), ("marketing", False)} < seen.said
    assert (seen.pairs, seen.merges) == ({"open": 1, "merged": 1}, 1)
    assert seen.asked == [("胡蓉", "copy", "open")]
    assert seen.looks == [("line3", "石兰", 3)]
    assert (seen.brought, seen.faults) == ((3, 4), {"no_birth", "no_number", "not_a_choice", "missing"})


def test_a_department_has_a_pause_at_noon_and_is_there_on_saturdays(no_work: None, db: None) -> None:
    seed()
    eye = Department.objects.get(name_zh="白内障科")
    week = read_calendar(eye).week
    assert [str(part) for part in week[1]] == ["08:00–11:30", "14:00–17:30"]
    assert [str(part) for part in week[6]] == ["08:00–12:00"]
    assert 6 not in read_calendar(None).week


@pytest.mark.system
@pytest.mark.xdist_group("demo")
def test_three_months_lie_behind_it(filled: Filled, db: None) -> None:
    first, last = filled.past.called
    assert filled.past.patients == 500
    assert timedelta(days=85) < last - first < timedelta(days=95)
    assert filled.past.names_promise == {"answered": False, "ring_back": True}
    in_sums, over = filled.past.summed
    assert in_sums == over > 300
    assert filled.past.ended["kept"] > 8 * filled.past.ended["not_reached"] > 0


@pytest.mark.system
@pytest.mark.xdist_group("demo")
def test_grows_to_the_size_that_is_asked_for(settings: Any, db: None) -> None:
    call_command("seed_demo", patients=700, history=True, stdout=io.StringIO())
    past = Past.read()
    assert past.patients == 700
    assert past.called[1] - past.called[0] > timedelta(days=2 * 365)
