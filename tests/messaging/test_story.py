"""What was sent to a patient stands in the one story of the patient's page. Missions A7, J1."""

import html
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Role
from accounts.models import AuditEntry, Department, Staff
from messaging.models import Channel, Message
from messaging.reports.story import MessageTeller, of_story
from messaging.services.patient_messages import queue_to_patient
from messaging.services.words import texts_of
from patients.models import Patient
from patients.services.merges import merge_patients
from patients.services.unmerging import undo_merge
from tests import make
from tests.accounts.pages import in_english
from tests.messaging.channels import published, to_patient
from tests.messaging.make import message
from tests.messaging.test_take_reply import WORDS, answers
from tests.patients.asked import approved, erase_all

MINUTE = timedelta(minutes=1)
SENT = {"state": "sent", "address": "+8613800001234"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def zhang() -> Patient:
    return make.patient("张桂兰", "13800001234")


@pytest.fixture
def desk(alice: Staff) -> Client:
    return in_english(make.client_of(alice))


@pytest.fixture
def office(dana: Staff) -> Client:
    return in_english(make.client_of(dana))


def told(patient: Patient, at: datetime, **columns: Any) -> Message:
    """By a text message, in words of a template, which is out at that moment unless it never went."""
    row = to_patient(patient, published("您好，请回电。"), at, Channel.SMS)
    given = {**SENT, "handed_over_at": at, "settled_at": at, **columns}
    Message.objects.filter(pk=row.pk).update(**given)
    row.refresh_from_db()
    return row


def story(browser: Client, patient: Patient, **asked: str) -> str:
    page = browser.get(f"/patients/{patient.pk}/", asked).content.decode()
    return make.tight(page.partition('id="story"')[2].partition("c-side")[0])


def test_tells_what_was_sent_how_it_ended_and_by_whom(desk: Client, zhang: Patient, now: datetime) -> None:
    row = told(zhang, now, fate="delivered", delivered_at=now)
    lines = story(desk, zhang)
    for words in ("Text message · We rang and could not reach you</b>· Care", "Delivered", row.queued_by.name):
        assert words in lines
    assert row.template_version is not None
    assert row.template_version.text not in lines


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"state": "handed_over", "settled_at": None}, "Handed over"),
        ({"state": "failed", "reason": "refused"}, "The other side refused it for good."),
        ({"state": "failed", "reason": "not_delivered", "fate": "not_delivered"}, "The provider took it and reports"),
        ({"state": "withheld", "reason": "no_consent", "handed_over_at": None}, "There is no consent to such"),
        ({"state": "expired", "reason": "expired", "handed_over_at": None}, "Its time had passed"),
        ({"state": "unknown", "settled_at": None, "in_doubt": True}, "An earlier try may have arrived too."),
    ],
)
def test_tells_what_did_not_arrive_and_why(
    desk: Client, zhang: Patient, now: datetime, columns: dict[str, Any], words: str
) -> None:
    told(zhang, now, **columns)
    assert words in story(desk, zhang)


@pytest.mark.parametrize("state", ["queued", "cancelled"])
def test_what_never_went_and_was_not_refused_is_no_line(
    desk: Client, zhang: Patient, now: datetime, state: str
) -> None:
    settled_at = None if state == "queued" else now
    told(zhang, now, state=state, handed_over_at=None, settled_at=settled_at, address="")
    assert "Text message" not in story(desk, zhang)


def test_what_colleagues_are_told_about_the_patient_is_no_line(
    desk: Client, zhang: Patient, bob: Staff, now: datetime
) -> None:
    note = message(bob, now, about=zhang)
    Message.objects.filter(pk=note.pk).update(state="sent", settled_at=now, handed_over_at=now)
    assert "Messages" not in desk.get(f"/patients/{zhang.pk}/").content.decode().partition('id="coming"')[0]


def test_persons_concerned_see_no_line(desk: Client, zhang: Patient, alice: Staff, now: datetime) -> None:
    told(zhang, now).excluded.add(alice)
    assert "Text message" not in story(desk, zhang)


def test_nor_what_was_queued_without_their_knowing(
    desk: Client, zhang: Patient, alice: Staff, bob: Staff, now: datetime
) -> None:
    (row,) = queue_to_patient(
        recipient=zhang, template=published().template.code, values={}, send_at=now, expires_at=now + MINUTE,
        dedupe_key="about alice", source="about alice", actor=make.by(), at=now, excluded=[alice],
    )  # fmt: skip
    Message.objects.filter(pk=row.pk).update(**SENT, handed_over_at=now, settled_at=now)
    assert "Ring back" not in story(desk, zhang)
    assert "We rang and could not" not in story(desk, zhang)
    assert "We rang and could not" in story(in_english(make.client_of(bob)), zhang)


def complaint(patient: Patient, at: datetime, **columns: Any) -> Message:
    return told(patient, at, kind="complaint_received", message_class="service", **columns)


@pytest.mark.parametrize(("role", "is_shown"), [("doctor", True), ("guide", True), ("health_adviser", False)])
def test_the_own_answer_to_a_complaint_is_read_here_by_whoever_has_no_outbox(
    zhang: Patient, cataract: Department, now: datetime, role: str, is_shown: bool
) -> None:
    person = make.staff("eve", role, department=cataract)
    row = complaint(zhang, now, queued_by=person.actor)
    Patient.objects.filter(pk=zhang.pk).update(department=cataract)
    found = make.client_of(person).get(f"/api/v1/patients/{zhang.pk}/timeline/", {"kind": "messaging"})
    assert (row.pk in [line["id"] for line in found.json()["results"]]) == is_shown
    assert not Message.objects.visible_to(person).exists()


@pytest.mark.parametrize(
    ("role", "is_shown"),
    [("doctor", False), ("health_adviser", False), ("consultant", False), ("customer_service", True)],
)
def test_that_somebody_complained_is_told_to_whom_complaints_are_shown(
    zhang: Patient, cataract: Department, now: datetime, role: str, is_shown: bool
) -> None:
    told(zhang, now)
    row = complaint(zhang, now)
    Patient.objects.filter(pk=zhang.pk).update(department=cataract)
    browser = in_english(make.client_of(make.staff("eve", role, department=cataract)))
    number = 2 if is_shown else 1
    page = make.tight(browser.get(f"/patients/{zhang.pk}/").content.decode())
    assert f'?kind=messaging">Messages<span class="n">{number}</span>' in page
    assert ("A complaint was received" in page) == is_shown
    found = browser.get(f"/api/v1/patients/{zhang.pk}/timeline/", {"kind": "messaging"}).json()["results"]
    assert (row.pk in [line["id"] for line in found]) == is_shown


def test_whoever_sent_the_answer_to_a_complaint_sees_it(
    desk: Client, zhang: Patient, alice: Staff, now: datetime
) -> None:
    complaint(zhang, now, queued_by=alice.actor)
    assert "Text message · Ring back" in story(desk, zhang)


def test_nobody_else_reads_that_answer(office: Client, zhang: Patient, bob: Staff, dana: Staff, now: datetime) -> None:
    row = of_department(complaint(zhang, now), dana)
    url = reverse("messaging:message_text", args=[row.pk])
    assert office.get(url).status_code == 200
    Message.objects.filter(pk=row.pk).update(department=None)
    assert (office.get(url).status_code, make.client_of(bob).get(url).status_code) == (404, 404)


def test_stands_with_what_the_patient_wrote_under_one_name(desk: Client, zhang: Patient, now: datetime) -> None:
    told(zhang, now)
    answers(WORDS, now + MINUTE)
    page = make.tight(desk.get(f"/patients/{zhang.pk}/").content.decode())
    assert f'href="/patients/{zhang.pk}/?kind=messaging">Messages<span class="n">2</span>' in page
    lines = story(desk, zhang, kind="messaging")
    assert lines.index("Wrote to us: Text message") < lines.index("Text message · We rang")
    assert "On file as" not in lines
    assert "Text message" not in story(desk, zhang, kind="patients")


# ── The words are for whoever may read them ──────────────────────────────────


def of_department(row: Message, person: Staff) -> Message:
    Message.objects.filter(pk=row.pk).update(department=person.department)
    return row


def test_whoever_may_read_them_is_told_the_template_and_asks_for_the_words(
    office: Client, zhang: Patient, dana: Staff, now: datetime
) -> None:
    row = of_department(told(zhang, now), dana)
    url = reverse("messaging:message_text", args=[row.pk])
    lines = story(office, zhang)
    assert "Text message · Ring back</b>" in lines
    assert f'hx-get="{url}"' in lines
    part = office.get(url, headers={"HX-Request": "true", "HX-Target": f"said-{row.pk}"}).content.decode()
    whole = office.get(url).content.decode()
    for page in (part, whole):
        assert "您好，请回电。" in page
        assert "138****1234" in page
        assert "13800001234" not in page
        assert f"{reverse('messaging:outbox')}?q={quote(row.dedupe_key)}" in page
    assert '<span tabindex="-1" data-go>' in part  # where the keys go on once the link is gone
    assert f'id="said-{row.pk}">' in lines  # the focus that moves there reads it: no live region reads it again
    assert ("<html" in part, "<html" in whole) == (False, True)
    assert AuditEntry.objects.about(zhang).filter(verb="patient.opened", actor=dana.actor).count() == 1


def test_nobody_else_gets_the_words(desk: Client, zhang: Patient, now: datetime) -> None:
    row = told(zhang, now)
    assert "Read the text" not in story(desk, zhang)
    assert desk.get(reverse("messaging:message_text", args=[row.pk])).status_code == 404


def test_of_people_who_were_erased_no_words_are_left(
    office: Client, zhang: Patient, alice: Staff, dana: Staff, now: datetime
) -> None:
    row = of_department(told(zhang, now), dana)
    url = reverse("messaging:message_text", args=[row.pk])
    assert "请回电" in office.get(url).content.decode()
    approved(zhang, alice, dana, now)
    erase_all(now)
    assert office.get(url).status_code == 404
    (kept,) = Message.objects.filter(pk=row.pk).with_people()
    assert "请回电" not in texts_of([kept]).get(row.pk, "")


# ── One order, page by page ──────────────────────────────────────────────────


def turned(browser: Client, page: str, rel: str) -> str:
    found = re.search(rf'href="([^"]+)"[^>]* rel="{rel}"', page)
    assert found is not None, rel
    return browser.get(html.unescape(found.group(1))).content.decode()


def lines_of(page: str) -> list[str]:
    return re.findall(r"<li>\s*<time[^>]*>[^<]*</time>.*?</li>", page.partition('id="story"')[2], re.DOTALL)


def test_pages_lead_on_and_back_through_both_without_leaving_anything_out(
    desk: Client, alice: Staff, zhang: Patient, now: datetime
) -> None:
    at_once = [now] * 20  # of one moment some lie on this page, some on the next
    for at in [*at_once, *(now - minute * MINUTE for minute in range(20))]:
        told(zhang, at)
        make.call(alice, zhang, at=at)
    first = desk.get(f"/patients/{zhang.pk}/").content.decode()
    pages = [first]
    while 'rel="next"' in pages[-1]:
        pages.append(turned(desk, pages[-1], "next"))
    shown = [line for page in pages for line in lines_of(page)]
    kinds = [("Text message" in line, "Call in" in line) for line in shown]
    assert (kinds.count((True, False)), kinds.count((False, True)), len(shown)) == (40, 40, 81)
    moments = re.findall(r'datetime="([^"]+)"', " ".join(shown))
    assert moments == sorted(moments, reverse=True)
    back = [pages[-1]]
    while 'rel="prev"' in back[-1]:
        back.append(turned(desk, back[-1], "prev"))
    assert [lines_of(page) for page in back[1:]] == [lines_of(page) for page in pages[-2::-1]]


def test_a_merge_takes_them_along_and_its_undoing_gives_them_back(
    desk: Client, zhang: Patient, alice: Staff, now: datetime
) -> None:
    other = make.patient("张桂兰", "13900005678")
    told(other, now)
    merge = merge_patients(survivor=zhang, merged=other, actor=alice.actor, at=now)
    assert "Text message" in story(desk, zhang)
    undo_merge(merge=merge, actor=alice.actor, at=now + MINUTE)
    assert ("Text message" in story(desk, zhang), "Text message" in story(desk, other)) == (False, True)


def test_costs_one_question_and_none_where_nothing_was_sent(
    desk: Client, zhang: Patient, alice: Staff, now: datetime
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            desk.get(f"/patients/{zhang.pk}/")
        return len(found)

    asked()
    before = asked()
    for _ in range(3):
        told(zhang, now)
    assert asked() == before + 1


@pytest.mark.parametrize("role", Role)
def test_of_two_with_the_same_rights_each_is_told_what_is_theirs(
    zhang: Patient, cataract: Department, glaucoma: Department, now: datetime, role: Role
) -> None:
    """Which words one may read, and what one must not know of, by a question that both share."""
    pair = [make.staff(f"reader-{place.pk}", role, department=place) for place in (cataract, glaucoma)]
    for reader in pair:
        rows = [told(zhang, now), told(zhang, now), told(zhang, now)]
        Message.objects.filter(pk=rows[0].pk).update(queued_by=reader.actor)
        Message.objects.filter(pk=rows[1].pk).update(department=reader.department)
        rows[2].excluded.add(reader)
    teller = MessageTeller()
    for reader in (*pair, pair[0]):
        lines = teller.lines(zhang.pk, reader, Q(), ("-occurred_at", "-id"))
        plain = of_story(reader).filter(patient=zhang).with_readable_by(reader).order_by("-handed_over_at", "-id")
        found = [(line.id, line.is_readable) for line in lines]
        assert found == [(row.pk, bool(vars(row)["is_readable"])) for row in plain]
        assert len(found) == 5


# ── Programs ─────────────────────────────────────────────────────────────────


def test_programs_read_the_same_story(desk: Client, zhang: Patient, alice: Staff, now: datetime) -> None:
    row = told(zhang, now + MINUTE, state="withheld", reason="no_consent", handed_over_at=None)
    url = f"/api/v1/patients/{zhang.pk}/timeline/"
    first = desk.get(url).json()["results"][0]
    assert (first["id"], first["kind"], first["by"]) == (row.pk, "messaging.message", row.queued_by.name)
    assert first["params"] == {
        "purpose": "ring_back_missed",
        "title": "We rang and could not reach you",
        "channel": "sms",
        "message_class": "care",
        "state": "withheld",
        "reason": "no_consent",
        "fate": "",
    }
    assert [line["id"] for line in desk.get(url, {"kind": "messaging"}).json()["results"]] == [row.pk]
    assert row.pk not in [line["id"] for line in desk.get(url, {"kind": "consult"}).json()["results"]]
    for _ in range(30):
        make.call(alice, zhang, at=now)
    answer = desk.get(url).json()
    assert len(answer["results"]) == 25
    assert len(desk.get(answer["next"]).json()["results"]) == 7
