"""That a message answers a complaint is told to whom that complaint is shown: one rule for outbox, API, file, figures.

Missions A7, J1, J3. The story, by the same rule, is in test_story.py.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Department, Staff
from institution.models import HospitalProfile
from messaging.models import Channel, Message, MessageTemplate
from messaging.reports.delivery import delivery_figures
from messaging.services.erasing import copy_of_messages
from messaging.services.exports import messages_asked_for
from messaging.services.patient_messages import queue_to_patient
from messaging.services.readiness import withheld_for_want
from tests import make
from tests.accounts.pages import in_english
from tests.conftest import SignedIn
from tests.messaging.make import message

KIND = "complaint_received"
_numbers = count(1)


@pytest.fixture(autouse=True)
def _morning(db: None, now: datetime) -> Iterator[None]:
    HospitalProfile.objects.update(consult_phone="0571 5550 0100")
    with time_machine.travel(now, tick=False):
        yield


def answer(sender: Staff | None, at: datetime, excluded: tuple[Staff, ...] = (), **columns: Any) -> Message:
    """It stands in the outbox of the sender's department; the system itself has none, nor has this patient."""
    number = next(_numbers)
    (queued,) = queue_to_patient(
        recipient=make.patient("张桂兰", "13800001234"),
        template=KIND,
        values={"number": f"TS-2026-{number:04}", "due_on": "3 月 20 日"},
        channels=[Channel.SMS],
        send_at=at,
        expires_at=at + timedelta(hours=4),
        dedupe_key=f"complaint:{number}:received",
        source=f"complaint:{number}",
        actor=sender.actor if sender else make.by(),
        at=at,
        excluded=excluded,
    )
    Message.objects.filter(pk=queued.pk).update(**columns)
    return queued


# ── Who sees which ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("roles", "seen"),
    [
        ("guide", ""),
        ("consultant", "own"),
        ("customer_service", "own"),
        ("followup_nurse", "own"),
        ("doctor", ""),
        ("health_adviser", ""),
        ("manager", "own department"),
        ("administrator", ""),
        ("administrator consultant", "own"),
        ("administrator manager", "own department"),
        ("administrator customer_service", "own department elsewhere"),
    ],
)
def test_each_role_sees_those_whose_complaints_it_is_shown(
    bob: Staff, charlie: Staff, cataract: Department, now: datetime, roles: str, seen: str
) -> None:
    """As far as the role has an outbox."""
    person = make.staff("", *roles.split(), department=cataract)
    made = {"own": answer(person, now), "department": answer(bob, now), "elsewhere": answer(charlie, now)}
    visible = set(Message.objects.visible_to(person))
    assert [name for name, row in made.items() if row in visible] == seen.split()


ROLES_THAT_SEE_THOSE_OF_NO_DEPARTMENT = [
    ("guide", False),
    ("consultant", False),
    ("customer_service", True),
    ("followup_nurse", False),
    ("doctor", False),
    ("health_adviser", False),
    ("manager", False),
    ("administrator", False),
    ("administrator customer_service", True),
]


@pytest.mark.parametrize(("roles", "sees"), ROLES_THAT_SEE_THOSE_OF_NO_DEPARTMENT)
def test_those_in_no_departments_outbox_are_customer_services(
    cataract: Department, now: datetime, roles: str, sees: bool
) -> None:
    """Queued by the system for a patient without department, or by somebody who has none."""
    person = make.staff("", *roles.split(), department=cataract)
    rows = [answer(sender, now) for sender in (None, make.staff("", "guide"), make.staff("", "health_adviser"))]
    assert {row.department_id for row in rows} == {None}
    assert set(Message.objects.visible_to(person)) == set(rows if sees else [])


def test_customer_service_settles_one_of_none(cataract: Department, signed_in: SignedIn, now: datetime) -> None:
    row = answer(None, now)
    Message.objects.filter(pk=row.pk).update(state="unknown", reason="no_answer", settled_at=None)
    person = make.staff("", "customer_service", department=cataract)
    browser = signed_in(person)
    url = reverse("messaging:message_settle", args=[row.pk])
    told = browser.post(url, {"outcome": "arrived"}, headers={"HX-Request": "true"}).content.decode()
    assert (f'id="message-{row.pk}"' in told, person.name in told) == (True, True)
    row.refresh_from_db()
    assert (row.state, row.settled_by) == ("sent", person.actor)


def test_nobody_settles_one_of_no_department_that_is_about_oneself(now: datetime) -> None:
    person = make.staff("", "customer_service")
    row = answer(None, now, excluded=(person,))
    assert row not in Message.objects.visible_to(person)


@pytest.mark.parametrize("role", ["guide", "doctor", "health_adviser"])
def test_whoever_has_no_outbox_for_them_leaves_ones_own_to_the_manager(
    dana: Staff, cataract: Department, now: datetime, role: str
) -> None:
    sender = make.staff("", role, department=cataract)
    row = answer(sender, now)
    assert [row in Message.objects.visible_to(who) for who in (sender, dana)] == [False, True]


def test_other_messages_of_no_department_are_as_before(now: datetime) -> None:
    message(make.patient(), now)
    assert list(Message.objects.visible_to(make.staff("", "customer_service"))) == []


def test_other_messages_are_seen_as_before(bob: Staff, frank: Staff, now: datetime) -> None:
    answer(bob, now)
    other = message(make.patient(), now, actor=bob.actor)
    assert list(Message.objects.visible_to(frank)) == [other]


def test_nobody_sees_the_answer_to_a_complaint_about_oneself(bob: Staff, dana: Staff, now: datetime) -> None:
    row = answer(bob, now, excluded=(dana,))
    assert [row in Message.objects.visible_to(person) for person in (bob, dana)] == [True, False]


def test_what_may_not_be_known_of_may_not_be_read(frank: Staff, dana: Staff, bob: Staff, now: datetime) -> None:
    row = answer(bob, now)
    assert [row in Message.objects.readable_by(person) for person in (frank, dana)] == [False, True]


# ── Wherever messages are shown, counted or acted on ─────────────────────────


@pytest.fixture
def failed(bob: Staff, now: datetime) -> Message:
    return answer(bob, now, state="failed", reason="refused", settled_at=now)


@pytest.mark.parametrize("asked", ["", "q={key}"])
def test_neither_page_nor_api_shows_it_to_the_administrator(
    failed: Message, frank: Staff, dana: Staff, signed_in: SignedIn, asked: str
) -> None:
    query = asked.format(key=failed.dedupe_key)
    for person, is_found in ((frank, False), (dana, True)):
        browser = signed_in(person)
        assert (f'id="message-{failed.pk}"' in browser.get(f"/outbox/?{query}").content.decode()) == is_found
        found = browser.get(f"/api/v1/messages/?{query}").json()["results"]
        assert [row["id"] for row in found] == [failed.pk] * is_found


def test_its_number_leads_to_nothing_in_the_api(
    failed: Message, frank: Staff, dana: Staff, signed_in: SignedIn
) -> None:
    url = f"/api/v1/messages/{failed.pk}/"
    assert [signed_in(person).get(url).status_code for person in (frank, dana)] == [404, 200]
    assert signed_in(frank).post(f"{url}retry/").status_code == 404


@pytest.mark.parametrize("act", ["retry", "settle", "cancel"])
def test_the_administrator_cannot_act_on_it(failed: Message, frank: Staff, signed_in: SignedIn, act: str) -> None:
    url = reverse(f"messaging:message_{act}", args=[failed.pk])
    assert signed_in(frank).post(url, {"outcome": "arrived"}).status_code == 404
    failed.refresh_from_db()
    assert failed.state == "failed"


def test_trying_several_again_leaves_it(bob: Staff, frank: Staff, signed_in: SignedIn, now: datetime) -> None:
    row = answer(bob, now, state="withheld", reason="not_set_up", settled_at=now)
    for sent in ({"which": "not_ready"}, {"message": str(row.pk)}):
        signed_in(frank).post(reverse("messaging:messages_retry"), sent)
    row.refresh_from_db()
    assert row.state == "withheld"
    today = now.date()
    found = [withheld_for_want(Message.objects.visible_to(who), today=today).number for who in (frank, bob)]
    assert found == [0, 1]


def test_a_file_holds_it_for_the_same_people(failed: Message, bob: Staff, dana: Staff, cataract: Department) -> None:
    both = make.staff("", "administrator", "guide", department=cataract)  # sees all messages, has figures of the own
    holding = [failed in messages_asked_for(who, {"filter": {}}) for who in (bob, dana, both)]
    assert holding == [True, True, False]


def test_figures_count_it_for_the_same_people(
    failed: Message, frank: Staff, dana: Staff, now: datetime, signed_in: SignedIn
) -> None:
    other = message(make.patient(), now, channel=Channel.SMS, actor=dana.actor)
    today: dict[str, Any] = {"since": now.date(), "until": now.date(), "at": now}
    with override("en"):
        mine, office = (delivery_figures(staff=who, **today) for who in (dana, frank))
    assert (mine.total.messages.number, office.total.messages.number) == (2, 1)
    names = [[line.name for line in each.templates] for each in (mine, office)]
    told = MessageTemplate.objects.get(purpose=KIND).name_en
    assert [told in each for each in names] == [True, False]
    shown = in_english(signed_in(frank)).get("/outbox/delivery/?period=today").content.decode()
    assert told not in shown
    assert list(Message.objects.visible_to(frank)) == [other]


def test_the_copy_of_ones_data_holds_it(bob: Staff, dana: Staff, now: datetime) -> None:
    """The law gives people all that is held about them; left out is what a colleague must not know of."""
    mine, hidden = answer(bob, now), answer(bob, now, excluded=(dana,))
    assert mine.patient is not None
    assert hidden.patient is not None
    assert [len(copy_of_messages(patient)) for patient in (mine.patient, hidden.patient)] == [1, 0]


def test_the_rail_counts_it_for_whoever_can_decide(
    failed: Message, frank: Staff, dana: Staff, signed_in: SignedIn
) -> None:
    counts = [signed_in(who).get(reverse("dashboards:counts")).content.decode() for who in (frank, dana)]
    assert ['id="count-outbox" hx-swap-oob="true">1<' in each for each in counts] == [False, True]
