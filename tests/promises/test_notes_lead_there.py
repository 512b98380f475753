"""What one was told about a promise leads to its page, for everybody who was told. Mission B4."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine

from accounts.models import Department, Staff
from accounts.services.absences import record_absence
from messaging.models import KIND_NAMES, Message
from messaging.services.delivery import deliver_due
from promises.models import Promise
from promises.services import closing, handing_over, ownership, reassigning
from promises.services.deputies import remind_deputies
from promises.services.escalation import escalate_late
from promises.services.texts import add_text
from tests import make
from tests.accounts.pages import Page, in_english
from tests.messaging.make import message

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KINDS = sorted(kind for kind in KIND_NAMES if kind.startswith("promises."))


class Ward:
    """Alice owes something; Bob, in no team with her, is whom she asks; a doctor leads the department."""

    def __init__(self, alice: Staff, bob: Staff, dana: Staff, place: Department, now: datetime) -> None:
        self.alice, self.bob, self.dana, self.now = alice, bob, dana, now
        self.doctor = make.staff("doctor", "doctor", department=place)
        self.lead = make.staff("lead", "consultant", department=place)
        make.head(place, self.doctor)
        self.line = make.team("热线组", bob, lead=self.lead)
        self.promise = make.promise(owner=alice, at=now, due_at=now + 8 * HOUR)

    def asked(self) -> None:
        handing_over.hand_over_promise(promise=self.promise, to=self.bob, actor=self.alice.actor, at=self.now)

    def accepted(self) -> None:
        self.asked()
        handing_over.accept_promise(promise=self.promise, staff=self.bob, at=self.now)

    def declined(self) -> None:
        self.asked()
        handing_over.decline_promise(promise=self.promise, staff=self.bob, at=self.now)

    def recalled(self) -> None:
        self.asked()
        closing.keep_promise(promise=self.promise, actor=self.alice.actor, at=self.now)

    def reassigned(self) -> None:
        reassigning.reassign_promise(
            promise=self.promise, owner=self.bob, team=None, actor=self.dana.actor, at=self.now
        )

    def moved(self) -> None:
        self.reassigned()

    def stood_in(self) -> None:
        ownership.take_promise(promise=self.promise, staff=self._stand_in(), at=self.now)

    def kept(self) -> None:
        closing.close_reached(promise=self.promise, actor=self.bob.actor, at=self.now)

    def withdrawn(self) -> None:
        closing.close_refused(promise=self.promise, reason="不用了", actor=self.bob.actor, at=self.now)

    def not_reached(self) -> None:
        closing.close_not_reached(promise=self.promise, reason="无人", actor=self.bob.actor, at=self.now)

    def wrote_again(self) -> None:
        due_at = self.promise.due_at
        add_text(promise=self.promise, source="inbound_text:1", due_at=due_at, actor=make.by(), at=self.now)

    def ahead(self) -> None:
        """To whoever stands in as well."""
        self._stand_in()
        self.now = self.promise.due_at - HOUR / 12
        remind_deputies(actor=make.by(), at=self.now)

    def due(self) -> None:
        self._stand_in()
        self.now = self.promise.due_at
        remind_deputies(actor=make.by(), at=self.now)

    def late(self) -> None:
        self._escalate()

    def unowned(self) -> None:
        make.promise(team=self.line, at=self.now, due_at=self.now + 30 * DAY)
        self._escalate()

    def _escalate(self) -> None:
        self.now += 20 * DAY
        for _level in range(3):
            escalate_late(actor=make.by(), at=self.now)

    def _stand_in(self) -> Staff:
        day = self.now.date()
        record_absence(
            staff=self.alice,
            starts_on=day,
            ends_on=day,
            deputy=self.bob,
            actor=self.dana.actor,
            at=self.now,
        )
        return self.bob


@pytest.fixture
def ward(alice: Staff, bob: Staff, dana: Staff, cataract: Department, now: datetime) -> Iterator[Ward]:
    with time_machine.travel(now, tick=False):
        yield Ward(alice, bob, dana, cataract, now)


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_was_told_opens_its_page(ward: Ward, kind: str) -> None:
    step = kind.partition(".")[2]
    cause: Callable[[], None] = getattr(ward, step.rstrip("123"))
    cause()
    deliver_due(now=lambda: ward.now)
    told = Message.objects.filter(kind=kind, channel="in_app", state="sent").select_related("staff")
    assert told, "nobody was told"
    for note in told:
        assert note.staff is not None
        with time_machine.travel(ward.now + 2 * DAY, tick=False):  # nobody stands in any more
            answer = make.client_of(note.staff).get(f"/promises/{note.params['promise']}/")
        assert answer.status_code == 200, note.staff


def test_a_note_says_whom_it_is_about_and_who_did_it(ward: Ward) -> None:
    ward.asked()
    deliver_due(now=lambda: ward.now)
    note = Page(in_english(make.client_of(ward.bob)).get("/notes/")).text
    assert f"{ward.promise.target.name} · today 18:24 · by Alice" in note


def test_a_note_about_another_promise_opens_none_of_which_the_number_begins_alike(ward: Ward) -> None:
    other = Promise.objects.get(pk=ward.promise.pk)
    other.pk = int(f"{ward.promise.pk}2")
    other.save(force_insert=True)

    def opens(source: str) -> list[Promise]:
        note = message(ward.bob, ward.now, source=source)
        Message.objects.filter(pk=note.pk).update(state=Message.State.SENT, settled_at=ward.now, attempts=1)
        found = list(Promise.objects.readable_by(ward.bob, ward.now.date()))
        Message.objects.filter(pk=note.pk).delete()
        return found

    assert [opens(promise.key) for promise in (ward.promise, other)] == [[ward.promise], [other]]
    assert opens(f"{ward.promise.key}:r2") == opens(f"x{ward.promise.key}") == []


def test_whoever_did_something_about_it_reads_it(ward: Ward) -> None:
    """Bob never owed it and was not told of it: he rang the patient."""
    assert page(ward.promise, ward.bob)[0] == 404
    closing.close_reached(promise=ward.promise, actor=ward.bob.actor, at=ward.now)
    assert not Message.objects.notes_of(ward.bob).exists()
    assert page(ward.promise, ward.bob)[0] == 200


# ── Reading is all ───────────────────────────────────────────────────────────


def page(promise: Promise, reader: Staff) -> tuple[int, str]:
    answer = make.client_of(reader).get(f"/promises/{promise.pk}/")
    return answer.status_code, answer.content.decode()


def test_whoever_owed_it_before_reads_it_and_no_more(ward: Ward) -> None:
    ward.accepted()
    status, html = page(ward.promise, ward.alice)
    assert status == 200
    assert not re.search(rf"/promises/{ward.promise.pk}/\w", html)
    assert f"?promise={ward.promise.pk}" not in html
    browser = make.client_of(ward.alice)
    acts = [browser.post(f"/promises/{ward.promise.pk}/{act}/").status_code for act in ("take", "keep", "postpone")]
    assert acts == [302, 409, 409]
    ward.promise.refresh_from_db()
    assert (ward.promise.owner, ward.promise.is_open) == (ward.bob, True)
    assert browser.get(f"/api/v1/promises/{ward.promise.pk}/").status_code == 200
    assert browser.get("/api/v1/promises/").json()["results"] == []
    assert ward.promise not in Promise.objects.counted_for(ward.alice, ward.now.date())


def test_nobody_of_a_team_has_it_and_the_teller_cannot_take_it(ward: Ward) -> None:
    """The lead is told of what lies with the team, without being on it."""
    ward.unowned()
    deliver_due(now=lambda: ward.now)
    unowned = Promise.objects.get(team=ward.line)
    status, html = page(unowned, ward.lead)
    assert status == 200
    assert f"/promises/{unowned.pk}/take/" not in html


def test_a_patient_whom_the_reader_may_not_open_is_only_named(ward: Ward) -> None:
    ward.late()
    deliver_due(now=lambda: ward.now)
    assert ward.promise.patient is not None
    link = f'href="/patients/{ward.promise.patient.pk}/"'
    assert link in page(ward.promise, ward.alice)[1]
    status, html = page(ward.promise, ward.doctor)
    assert status == 200
    assert ward.promise.patient.name in html
    assert link not in html


def test_told_of_one_is_told_of_no_other(ward: Ward) -> None:
    ward.late()
    another = make.promise(owner=ward.alice, at=ward.now)
    deliver_due(now=lambda: ward.now)
    assert [page(promise, ward.doctor)[0] for promise in (ward.promise, another)] == [200, 404]


def test_whoever_was_not_told_or_is_concerned_does_not_find_it(ward: Ward, charlie: Staff) -> None:
    ward.accepted()
    deliver_due(now=lambda: ward.now)
    assert [page(ward.promise, reader)[0] for reader in (charlie, ward.doctor)] == [404, 404]
    ward.promise.excluded.add(ward.alice)
    assert page(ward.promise, ward.alice)[0] == 404
