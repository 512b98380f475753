"""The audit: who did what, never what it said; nothing taken back; each sees as much as the role opens."""

import json
import re
from datetime import datetime, timedelta
from functools import partial
from html import unescape
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts import audit
from accounts.access import Role
from accounts.models import AuditEntry, Department, Staff
from accounts.services import departments, teams
from accounts.services import staff as staff_services
from accounts.services.actors import system_actor
from institution.models import HospitalProfile
from institution.services.profile import update_profile
from tests import make
from tests.conftest import SignedIn

from .pages import in_english, send

URL = "/audit/"
ROWS = {"HX-Request": "true", "HX-Target": "rows"}  # as the page asks when somebody changes its filter


def entry(person: Staff, at: datetime, verb: str = "staff.updated", **more: Any) -> AuditEntry:
    return audit.record(**{"actor": person.actor, "verb": verb, "subject": person, "at": at, **more})


def verbs(entries: Any) -> list[str]:
    return sorted(entries.values_list("verb", flat=True))


# ── Who sees what ────────────────────────────────────────────────────────────


@pytest.fixture
def acts(alice: Staff, charlie: Staff, frank: Staff, now: datetime) -> None:
    for person in (alice, charlie, frank):
        entry(person, now, f"by.{person.username}")
    audit.record(actor=system_actor("nightly"), verb="by.system", subject=None, at=now)


@pytest.mark.usefixtures("acts")
def test_the_administrator_sees_everything(frank: Staff) -> None:
    seen = verbs(AuditEntry.objects.visible_to(frank).filter(verb__startswith="by."))
    assert seen == ["by.alice", "by.charlie", "by.frank", "by.system"]


@pytest.mark.usefixtures("acts")
def test_a_manager_sees_what_people_of_the_own_department_did(dana: Staff) -> None:
    assert verbs(AuditEntry.objects.visible_to(dana).filter(verb__startswith="by.")) == ["by.alice"]


@pytest.mark.usefixtures("acts")
def test_a_manager_without_a_department_sees_nothing() -> None:
    assert not AuditEntry.objects.visible_to(make.staff("hans", "manager")).exists()


@pytest.mark.usefixtures("acts")
def test_others_see_nothing_not_even_their_own_acts(alice: Staff, charlie: Staff) -> None:
    for person in (alice, charlie):
        assert not AuditEntry.objects.visible_to(person).exists()


def test_the_page_is_for_administrators_and_managers(
    alice: Staff, charlie: Staff, dana: Staff, frank: Staff, signed_in: SignedIn, client: Client
) -> None:
    answers = {person.username: signed_in(person).get(URL).status_code for person in (alice, charlie, dana, frank)}
    assert answers == {"alice": 403, "charlie": 403, "dana": 200, "frank": 200}
    assert client.get(URL).status_code == 302


def test_the_filter_opens_nothing_that_the_role_does_not(dana: Staff, charlie: Staff, signed_in: SignedIn) -> None:
    text = in_english(signed_in(dana)).get(f"{URL}?who={charlie.pk}").content.decode()
    assert "Nothing matches" in text


# ── Looks ────────────────────────────────────────────────────────────────────


def look(person: Staff, subject: Any, at: datetime, verb: str = "staff.seen") -> None:
    audit.record_look(actor=person.actor, verb=verb, subject=subject, at=at)


def test_looking_again_within_ten_minutes_is_one_look(alice: Staff, bob: Staff, now: datetime) -> None:
    begin = now.replace(minute=20)
    for minutes in (0, 3, 9):
        look(alice, bob, begin + timedelta(minutes=minutes))
    assert AuditEntry.objects.about(bob).get(verb="staff.seen").at == begin
    look(alice, bob, begin + timedelta(minutes=10))
    assert AuditEntry.objects.about(bob).filter(verb="staff.seen").count() == 2


def test_another_person_another_record_another_act_are_looks_of_their_own(
    alice: Staff, bob: Staff, cataract: Department, now: datetime
) -> None:
    before = AuditEntry.objects.count()
    look(alice, bob, now)
    look(bob, bob, now)
    look(alice, alice, now)
    look(alice, cataract, now)
    look(alice, bob, now, "staff.revealed")
    assert AuditEntry.objects.count() == before + 5


def test_acts_are_never_collapsed(alice: Staff, now: datetime) -> None:
    entry(alice, now)
    entry(alice, now)
    assert AuditEntry.objects.about(alice).filter(verb="staff.updated").count() == 2


# ── Append-only, and never a value ───────────────────────────────────────────


def test_entries_can_neither_be_changed_nor_removed(alice: Staff, now: datetime) -> None:
    mine = entry(alice, now)
    entries = AuditEntry.objects.filter(pk=mine.pk)
    change = partial(entries.update, verb="nothing")
    for act in (entries.delete, change, AuditEntry.objects.all().delete):
        with pytest.raises(TypeError, match="append-only"):
            act()
    mine.verb = "nothing"
    with pytest.raises(TypeError, match="append-only"), transaction.atomic():
        AuditEntry.objects.bulk_update([mine], ["verb"])
    assert entries.get().verb == "staff.updated"


def test_somebody_with_a_trace_in_the_audit_cannot_be_deleted(alice: Staff) -> None:
    with pytest.raises(Exception, match="protected foreign keys"):
        alice.delete()


def test_no_entry_holds_a_value(
    office: Client, alice: Staff, cataract: Department, frank: Staff, now: datetime
) -> None:
    by: Any = {"actor": frank.actor, "at": now}
    marked: Any = {"display_name": "markeda", "display_name_en": "markedb", "extension": "markedc"}
    make.staff("markedd", "doctor", employee_number="markede", password="markedn", **marked)
    staff_services.update_staff(staff=alice, version=1, values=marked, roles=[Role.DOCTOR], **by)
    names = {"name_zh": "markedf", "name_en": "markedg", "official_code": "markedh"}
    place = {"parent": None, "is_active": True}
    departments.update_department(department=cataract, version=1, values=names | place, **by)
    teams.create_team(values={"name_zh": "markedi", "name_en": "markedj"}, members=[], **by)
    send(office, "/account/", display_name="markedk")
    facts = {"name_zh": "markedl", "consult_phone": "markedm"}
    update_profile(profile=HospitalProfile.objects.get(), version=1, values=facts, **by)
    rows = AuditEntry.objects.values("verb", "subject_type", "subject_id", "fields", "address", "look_key")
    assert {"staff.created", "staff.updated", "department.updated", "team.created", "profile.updated"} <= {
        row["verb"] for row in rows
    }
    assert "marked" not in json.dumps(list(rows))


# ── The page ─────────────────────────────────────────────────────────────────


def shown(answer: Any) -> list[str]:
    """The times in the first column, which name the entries here."""
    return [part.partition("<")[0] for part in answer.content.decode().split('<td class="nowrap">')[1:]]


def test_page_names_who_what_and_which_fields_in_the_reader_s_language(
    office: Client, alice: Staff, cataract: Department, frank: Staff, now: datetime
) -> None:
    staff_services.update_staff(staff=alice, version=1, values={"extension": "1"}, roles=[], actor=frank.actor, at=now)
    text = office.get(URL).content.decode()
    for words in ("2026-03-12 10:24:00", "Frank", "Person changed", "Person Alice", "Extension · Roles"):
        assert words in text, words


def test_page_filters_by_person_act_and_days(office: Client, alice: Staff, bob: Staff, now: datetime) -> None:
    entry(alice, now, "staff.updated")
    entry(alice, now + timedelta(days=1), "staff.reactivated")
    entry(bob, now + timedelta(days=2), "staff.updated")
    by_query = {
        f"who={alice.pk}&since=2026-03-12": ["2026-03-13 10:24:00", "2026-03-12 10:24:00"],
        "verb=staff.updated&since=2026-03-12": ["2026-03-14 10:24:00", "2026-03-12 10:24:00"],
        "since=2026-03-13&until=2026-03-13": ["2026-03-13 10:24:00"],
        "since=2026-03-14": ["2026-03-14 10:24:00"],
        f"who={bob.pk}&until=2026-03-12&since=2026-03-12": [],
    }
    for query, times in by_query.items():
        assert shown(office.get(f"{URL}?{query}", headers=ROWS)) == times, query


def test_days_begin_and_end_at_midnight_in_the_hospital(office: Client, alice: Staff, now: datetime) -> None:
    entry(alice, now.replace(hour=0, minute=0))
    entry(alice, now.replace(hour=23, minute=59))
    entry(alice, now.replace(hour=0, minute=0) + timedelta(days=1))
    days = office.get(f"{URL}?since=2026-03-12&until=2026-03-12")
    assert shown(days) == ["2026-03-12 23:59:00", "2026-03-12 00:00:00"]


def numbered(answer: Any) -> list[str]:
    """The acts "n.0", "n.1", … on the page, from above."""
    return re.findall(r"<td>(n\.\d+)</td>", answer.content.decode())


def link(answer: Any, rel: str) -> str:
    """Where the pager leads to, "" if it leads nowhere."""
    for part in answer.content.decode().split("<a ")[1:]:
        tag = part.partition(">")[0]
        if f'rel="{rel}"' in tag:
            return unescape(tag.partition('href="')[2].partition('"')[0])
    return ""


@pytest.mark.parametrize("same_moment", [False, True], ids=["one after another", "all at one moment"])
def test_sixty_entries_page_forwards_and_back_without_a_gap(
    office: Client, alice: Staff, now: datetime, same_moment: bool
) -> None:
    AuditEntry.objects.bulk_create(
        AuditEntry(at=now if same_moment else now + timedelta(seconds=number), actor=alice.actor, verb=f"n.{number}")
        for number in range(60)
    )
    newest_first = [f"n.{number}" for number in reversed(range(60))]
    answer = office.get(f"{URL}?since=2026-03-12")
    forwards = [numbered(answer)]
    while url := link(answer, "next"):
        answer = office.get(url)
        forwards.append(numbered(answer))
    assert forwards == [newest_first[:25], newest_first[25:50], newest_first[50:]]
    backwards = []
    while url := link(answer, "prev"):
        answer = office.get(url, headers=ROWS)
        backwards.append(numbered(answer))
    assert backwards == [newest_first[25:50], newest_first[:25]]


def test_an_entry_that_comes_in_between_shifts_nothing(office: Client, alice: Staff, now: datetime) -> None:
    AuditEntry.objects.bulk_create(
        AuditEntry(at=now + timedelta(seconds=number), actor=alice.actor, verb="x") for number in range(30)
    )
    first = office.get(f"{URL}?since=2026-03-12")
    before = shown(office.get(link(first, "next")))
    entry(alice, now + timedelta(minutes=5))
    assert shown(office.get(link(first, "next"))) == before


def test_htmx_gets_the_rows_alone(office: Client) -> None:
    part = office.get(URL, headers=ROWS)
    assert part.content.decode().lstrip().startswith('<div id="rows">')
    assert "HX-Request" in part["Vary"]
    restored = office.get(URL, headers={**ROWS, "HX-History-Restore-Request": "true"})
    assert restored.content.decode().startswith("<!doctype html>")


def test_a_record_without_a_name_shows_its_number(office: Client, frank: Staff, now: datetime) -> None:
    team = teams.create_team(values={"name_zh": "组", "name_en": "Crew"}, members=[], actor=frank.actor, at=now)
    department = departments.create_department(values={"name_zh": "科", "name_en": "Ward"}, actor=frank.actor, at=now)
    audit.record(actor=frank.actor, verb="x.done", subject=frank.actor, at=now)
    text = office.get(URL).content.decode()
    for words in (f"Team {team.name_en}", f"Department {department.name_en}", f"actor {frank.actor.pk}"):
        assert words in text, words


def test_an_old_entry_has_a_name_too(alice: Staff, office: Client, now: datetime) -> None:
    """The audit is append-only: what was written under a verb that nobody writes any more stays."""
    entry(alice, now, "call.number_asked")
    page = in_english(office).get(URL, {"verb": "call.number_asked"}).content.decode()
    assert page.count("Looked for calls by a number") == 2  # in the filter and in the row
    assert ">call.number_asked<" not in page
