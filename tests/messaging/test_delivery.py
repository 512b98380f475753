"""What became of messages, in figures: as an independent count has it, and each number opens its rows. Mission D5."""

import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from html import unescape
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client

from accounts.models import Department, Staff
from hospital_crm.lib.figures import Figure
from messaging.filters import MEASURES, MessageFilter
from messaging.models import STOPPED, Channel, Message, MessageClass, OptOut
from messaging.querysets import measures
from messaging.reports.delivery import DeliveryFigures, Line, delivery_figures
from messaging.services.opt_outs import lift_opt_out, opt_out
from patients.models import Patient
from tests import make
from tests.accounts.pages import in_english
from tests.conftest import SignedIn
from tests.messaging.channels import published
from tests.messaging.history import COUNTED, counted, happened, paid, within, written_to
from tests.messaging.make import message

DAY = timedelta(days=1)
URL, LIST, API = "/outbox/delivery/", "/outbox/", "/api/v1/delivery/"
SINCE, UNTIL = date(2026, 3, 6), date(2026, 3, 10)
IN_ALL = re.compile(r"(\d+) on this page, (\d+) in all")
KPI = re.compile(r'<a class="c-kpi" href="/outbox/\?([^"]+)">(.*?)</a>', re.DOTALL)
SEEN: dict[str, Callable[[Message, Staff], bool]] = {
    "alice": lambda row, alice: row.staff == alice or row.queued_by == alice.actor,
    "dana": lambda row, dana: row.department == dana.department or row.staff == dana,
    "frank": lambda row, frank: True,
}


@pytest.fixture(autouse=True)
def _morning(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def people(alice: Staff, bob: Staff, charlie: Staff, dana: Staff, frank: Staff) -> dict[str, Staff]:
    return {person.username: person for person in (alice, bob, charlie, dana, frank)}


@pytest.fixture
def patients(db: None) -> list[Patient]:
    return [make.patient(name) for name in ("张桂兰", "李建国", "王小明", "陈静")]


@pytest.fixture
def rows(people: dict[str, Staff], patients: list[Patient], now: datetime) -> list[Message]:
    staff = [people[name] for name in ("alice", "bob", "charlie")]
    versions = [published(), published(), None]
    happened(Random(13), 240, staff=staff, patients=patients, versions=versions, at=now)
    for patient, days in ((patients[0], 5), (patients[1], 1), (patients[2], 30)):
        stop(patient, now - days * DAY)
    # Whoever stops messages stops what waits: as they stand now.
    return list(Message.objects.select_related("staff", "queued_by", "department").order_by("pk"))


def stop(patient: Patient, at: datetime) -> OptOut:
    return opt_out(patient=patient, way=OptOut.Way.COLLEAGUE, actor=make.by(), at=at)[0]


def figures_of(staff: Staff, now: datetime) -> DeliveryFigures:
    return delivery_figures(staff=staff, since=SINCE, until=UNTIL, at=now)


def numbers(line: Line) -> dict[str, int]:
    return {name: getattr(line, name).number for name in COUNTED}


def by(rows: list[Message], key: Callable[[Message], Any]) -> dict[Any, list[Message]]:
    groups: dict[Any, list[Message]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def seen_by(rows: list[Message], reader: str, people: dict[str, Staff]) -> list[Message]:
    person = people[reader]
    return [row for row in within(rows, SINCE, UNTIL) if SEEN[reader](row, person)]


def test_as_an_independent_count_has_it(
    people: dict[str, Staff], rows: list[Message], patients: list[Patient], now: datetime
) -> None:
    """Of one's own, of the department, of the hospital: each reader's figures are those of what they see."""
    for reader in SEEN:
        seen, found = seen_by(rows, reader, people), figures_of(people[reader], now)
        assert len(seen) > 20
        assert numbers(found.total) == counted(seen)
        assert (found.total.parts, found.total.cost) == paid(seen)
        channels = by(seen, lambda row: str(Channel(row.channel).label))
        assert {line.name: numbers(line) for line in found.channels} == each_counted(channels)
        templates = by(seen, lambda row: str(row.template_version_id or "null"))
        lines = {QueryDict(line.messages.query)["template_version"]: numbers(line) for line in found.templates}
        assert lines == each_counted(templates)
        told = written_to(seen)
        assert found.recipients.number == len(told)
        assert found.stopped.number == len(told & {patients[0].pk})  # the others did before and after these days


def each_counted(groups: dict[Any, list[Message]]) -> dict[Any, dict[str, int]]:
    return {key: counted(group) for key, group in groups.items()}


def test_reasons_say_what_was_kept_back_and_what_only_waits(
    people: dict[str, Staff], rows: list[Message], now: datetime
) -> None:
    kept = {"withheld", "queued", "claimed", "handed_over", "cancelled", "expired"}
    seen = [row for row in seen_by(rows, "dana", people) if row.state in kept and row.reason]
    reasons = each_counted(by(seen, lambda row: row.get_reason_display()))
    found = figures_of(people["dana"], now).reasons
    assert {line.name: (line.withheld.number, line.waiting.number, line.dropped.number) for line in found} == {
        name: (count["withheld"], count["waiting"], count["dropped"]) for name, count in reasons.items()
    }
    assert [line.number for line in found] == sorted((line.number for line in found), reverse=True)


def test_every_number_opens_as_many_rows(dana: Staff, rows: list[Message], now: datetime) -> None:
    visible, asked = Message.objects.visible_to(dana), SimpleNamespace(user=dana)

    def opened(figure: Figure) -> int:
        found = MessageFilter(QueryDict(figure.query), queryset=visible, request=asked)
        assert found.form.errors == {}
        return int(found.qs.count())

    shown = list(every_figure(figures_of(dana, now)))
    assert len(shown) > 50
    assert [figure for figure in shown if opened(figure) != figure.number] == []


def every_figure(report: DeliveryFigures) -> Iterator[Figure]:
    yield from (report.recipients, report.stopped)
    lines: list[Any] = [report.total, *report.channels, *report.templates, *report.reasons]
    for line in lines:
        yield from (value for each in fields(line) if isinstance(value := getattr(line, each.name), Figure))


def test_each_message_is_counted_once(dana: Staff, rows: list[Message], now: datetime) -> None:
    found = numbers(figures_of(dana, now).total)
    once = ("waiting", "sent", "failed", "unknown", "withheld", "dropped")
    assert sum(found[name] for name in once) == found["messages"]
    assert found["delivered"] <= found["told"]


def test_the_list_can_be_asked_for_whatever_is_counted() -> None:
    assert {code for code, _ in MEASURES} == {*measures.MEASURES, measures.RECIPIENTS, measures.STOPPED}
    assert set(measures.REFUSABLE) == set(STOPPED[OptOut.Scope.ALL])


def test_what_was_lifted_since_was_stopped_all_the_same(alice: Staff, now: datetime) -> None:
    patient = make.patient("张桂兰")
    row = message(patient, now, channel=Channel.EMAIL, message_class=MessageClass.CARE, actor=alice.actor)
    Message.objects.filter(pk=row.pk).update(state="sent", settled_at=now)
    lift_opt_out(opt_out=stop(patient, now), reason="本人来电", actor=alice.actor, at=now)
    found = delivery_figures(staff=alice, since=now.date(), until=now.date(), at=now)
    assert (found.stopped.number, found.recipients.number, found.stop_rate.percent) == (1, 1, 100)


def test_nobody_counts_what_is_about_oneself(dana: Staff, alice: Staff, now: datetime) -> None:
    message(alice, now, excluded=[dana])
    today: dict[str, Any] = {"since": now.date(), "until": now.date(), "at": now}
    assert [delivery_figures(staff=who, **today).total.messages.number for who in (alice, dana)] == [1, 0]


def test_a_manager_counts_the_departments_below(dana: Staff, cataract: Department, now: datetime) -> None:
    message(make.staff("", "consultant", department=make.department(parent=cataract)), now)
    message(make.staff("", "consultant", department=make.department()), now)
    assert delivery_figures(staff=dana, since=now.date(), until=now.date(), at=now).total.messages.number == 1


# ── The page ─────────────────────────────────────────────────────────────────


def page(browser: Client, **query: str) -> str:
    answer = browser.get(URL, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_names_channels_templates_reasons_and_what_is_counted(
    dana: Staff, rows: list[Message], signed_in: SignedIn
) -> None:
    text = page(in_english(signed_in(dana)), period="own", since=SINCE.isoformat(), until=UNTIL.isoformat())
    for words in ("Text message", "Ring back", "Care · ", "Without a template", "Withheld, by reason", "Asia/Shanghai"):
        assert words in text
    for term in ("Delivered", "On their way", "Failed", "Unknown", "Withheld", "Opted out", "Cost"):
        assert f"<dt>{term}</dt>" in text


def test_the_lists_behind_the_numbers_of_the_page_hold_as_many_rows(
    dana: Staff, rows: list[Message], signed_in: SignedIn
) -> None:
    browser = in_english(signed_in(dana))
    text = page(browser, period="own", since=SINCE.isoformat(), until=UNTIL.isoformat())
    found = {unescape(query): re.search(r'class="v">(\d+)', inside) for query, inside in KPI.findall(text)}
    assert len(found) == 6
    for query, number in found.items():
        if number is not None:  # the sixth is money
            in_all = IN_ALL.search(browser.get(f"{LIST}?{query}").content.decode())
            assert (int(in_all[2]) if in_all else 0) == int(number[1])


def test_without_messages_it_says_so_and_leads_on(alice: Staff, signed_in: SignedIn) -> None:
    text = page(in_english(signed_in(alice)), period="7")
    assert "Nothing was to be sent on these days" in text
    assert 'href="/outbox/"' in text
    assert "c-kpis" not in text


def test_days_that_cannot_be_meant_are_said_at_their_field(alice: Staff, signed_in: SignedIn) -> None:
    text = page(in_english(signed_in(alice)), period="own", since="2026-03-12", until="2026-03-01")
    assert "The last day must not come before the first." in text
    assert 'value="2026-03-01"' in text


def test_the_administrator_counts_everything_and_reads_nothing(
    frank: Staff, rows: list[Message], signed_in: SignedIn
) -> None:
    text = page(signed_in(frank), period="30")
    assert f">{len(rows)}</a>" in text
    assert [name for name in ("张桂兰", "李建国") if name in text] == []


def test_whoever_has_no_outbox_has_no_figures_of_it(cataract: Department, client: Client, signed_in: SignedIn) -> None:
    guide, doctor = (make.staff("", role, department=cataract) for role in ("guide", "doctor"))
    assert [signed_in(who).get(URL).status_code for who in (guide, doctor)] == [403, 403]
    assert [signed_in(who).get(API).status_code for who in (guide, doctor)] == [403, 403]
    assert client.get(URL).status_code == 302


def test_programs_read_the_same(dana: Staff, rows: list[Message], signed_in: SignedIn, now: datetime) -> None:
    days = {"since": SINCE.isoformat(), "until": UNTIL.isoformat()}
    told, found = signed_in(dana).get(API, days).json(), figures_of(dana, now)
    assert {name: told["total"][name]["number"] for name in COUNTED} == numbers(found.total)
    assert Decimal(told["total"]["cost"]) == found.total.cost
    assert [line["name"] for line in told["channels"]] == [line.name for line in found.channels]
    listed = signed_in(dana).get(f"/api/v1/messages/?{told['stopped']['query']}").json()["results"]
    assert len(listed) == told["stopped"]["number"]
    wrong = signed_in(dana).get(API, {**days, "until": "2026-03-01"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "invalid")
