"""Who owes a call sees the number, and each look is recorded. Mission D7."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import AuditEntry, Staff, Team
from accounts.services.absences import record_absence
from consult.models import Call
from messaging.models import Hold, MessageClass, OptOut
from messaging.services.holds import place_hold
from messaging.services.opt_outs import opt_out
from patients.models import Patient
from patients.services.contacts import find_or_create_contact
from patients.services.phones import owes
from promises.models import Promise
from tests import make

CARE = MessageClass.CARE


@pytest.fixture(autouse=True)
def _morning(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def promise(alice: Staff, now: datetime) -> Promise:
    return make.promise(make.patient("张桂兰", "13800001234"), owner=alice, at=now)


def looks(staff: Staff) -> int:
    return AuditEntry.objects.filter(verb="promise.dialled", actor=staff.actor).count()


def test_who_owes_it_sees_the_number_and_the_look_is_recorded_once(promise: Promise, alice: Staff) -> None:
    browser = make.client_of(alice)
    for _ in range(2):
        text = browser.get(f"/promises/{promise.pk}/dial/").content.decode()
    assert 'href="tel:+8613800001234"' in text
    assert "138 0000 1234" in text
    assert looks(alice) == 1


def test_a_colleague_of_the_team_who_does_not_owe_it_sees_no_number(promise: Promise, alice: Staff, bob: Staff) -> None:
    make.team("热线组", alice, bob)
    browser = make.client_of(bob)
    assert browser.get(f"/promises/{promise.pk}/").status_code == 200
    assert browser.get(f"/promises/{promise.pk}/dial/").status_code == 404
    assert looks(bob) == 0


def test_what_nobody_owns_can_be_dialled_by_the_team(alice: Staff, bob: Staff, now: datetime) -> None:
    caller = find_or_create_contact(name="", digits="13800001234", actor=bob.actor, at=now)
    promise = make.promise(caller, team=make.team("热线组", alice), at=now)
    url = f"/promises/{promise.pk}/dial/"
    assert 'href="tel:13800001234"' in make.client_of(alice).get(url).content.decode()
    assert make.client_of(bob).get(url).status_code == 404


def test_a_caller_who_withheld_the_number_has_none(alice: Staff, now: datetime) -> None:
    caller = find_or_create_contact(name="王女士", digits="", actor=alice.actor, at=now)
    promise = make.promise(caller, owner=alice, at=now)
    text = make.client_of(alice).get(f"/promises/{promise.pk}/dial/").content.decode()
    assert "tel:" not in text


def test_a_caller_without_a_name_has_a_masked_number_and_is_rung_from_the_page(alice: Staff, now: datetime) -> None:
    caller = find_or_create_contact(name="", digits="13900005678", actor=alice.actor, at=now)
    owed = make.promise(caller, owner=alice, at=now)
    browser = make.client_of(alice)
    page = browser.get(f"/promises/{owed.pk}/").content.decode()
    assert page.count("139****5678") == 2  # in the head and among the details
    assert f'href="/promises/{owed.pk}/dial/"' in page
    assert "139****5678" in browser.get("/promises/").content.decode()
    assert "13900005678" not in page
    withheld = find_or_create_contact(name="", digits="", actor=alice.actor, at=now)
    silent = make.promise(withheld, owner=alice, at=now)
    assert f'href="/promises/{silent.pk}/dial/"' not in browser.get(f"/promises/{silent.pk}/").content.decode()


def test_who_stands_in_sees_the_number_on_the_patients_page_too_and_only_that_day(
    promise: Promise, alice: Staff, charlie: Staff, now: datetime
) -> None:
    """A doctor of another department finds the patient through it as well."""
    deputy = make.staff("hugo", "doctor", department=charlie.department)
    today = now.date()
    url, browser = f"/patients/{promise.patient_id}/", make.client_of(deputy)
    assert browser.get(url).status_code == 404
    record_absence(staff=alice, starts_on=today, ends_on=today, deputy=deputy, actor=alice.actor, at=now)
    assert 'href="tel:+8613800001234"' in browser.get(url).content.decode()
    with time_machine.travel(now + timedelta(days=1), tick=False):
        assert make.client_of(deputy).get(url).status_code == 404


def test_who_stands_in_opens_all_that_the_patients_page_leads_to(
    promise: Promise, alice: Staff, charlie: Staff, now: datetime
) -> None:
    deputy = make.staff("hugo", "doctor", department=charlie.department)
    patient, today = promise.patient_id, now.date()
    browser = make.client_of(deputy)

    def opened() -> set[int]:
        urls = [
            f"/patients/{patient}/", f"/promises/for-patient/{patient}/", f"/calls/for-patient/{patient}/",
            f"/calls/new/?patient={patient}", f"/patients/{patient}/edit/", f"/patients/{patient}/phones/new/",
            f"/api/v1/patients/{patient}/", f"/api/v1/patients/{patient}/timeline/",
        ]  # fmt: skip
        return {browser.get(url).status_code for url in urls}

    assert opened() == {404}
    record_absence(staff=alice, starts_on=today, ends_on=today, deputy=deputy, actor=alice.actor, at=now)
    assert opened() == {200}


# ── What speaks against it ───────────────────────────────────────────────────


def stopped(patient: Patient | None, now: datetime, *, number: str = "") -> None:
    opt_out(
        channel="sms" if number else "",
        address=number,
        patient=patient,
        scope=OptOut.Scope.ALL,
        way=OptOut.Way.COLLEAGUE,
        actor=make.by(),
        at=now,
    )


def held(patient: Patient | None, now: datetime) -> None:
    assert patient is not None
    reason = Hold.Reason.COMPLAINT
    place_hold(patient=patient, classes=[CARE], reason=reason, source="complaint:1", actor=make.by(), at=now)


def rung_twice(patient: Patient | None, now: datetime) -> None:
    """By colleagues of whatever department."""
    for _ in range(2):
        make.call(make.staff("", "consultant"), patient, at=now, direction=Call.Direction.OUT, settles=[])


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (stopped, "对方不愿再接到这类联系。"),
        (held, "暂停与这位患者联系。"),
        (rung_twice, "近期全院联系对方的次数已够。"),
    ],
)
def test_whoever_is_about_to_ring_is_told_and_kept_from_nothing(
    promise: Promise, alice: Staff, now: datetime, act: Any, words: str
) -> None:
    browser, urls = (
        make.client_of(alice),
        (f"/promises/{promise.pk}/dial/", f"/patients/{promise.patient_id}/before-calls/"),
    )
    assert [words in browser.get(url).content.decode() for url in urls] == [False, False]
    act(promise.patient, now)
    assert [words in browser.get(url).content.decode() for url in urls] == [True, True]
    assert 'href="tel:+8613800001234"' in browser.get(urls[0]).content.decode()
    for page in (f"/patients/{promise.patient_id}/", f"/calls/new/?promise={promise.pk}"):
        assert f'<div id="doubts" hx-get="{urls[1]}"' in browser.get(page).content.decode()
    part = browser.get(urls[1], headers={"HX-Request": "true", "HX-Target": "doubts"}).content.decode()
    assert (words in part, "<html" in part) == (True, False)


def test_when_there_is_room_again_is_told_too(promise: Promise, alice: Staff, now: datetime) -> None:
    rung_twice(promise.patient, now)
    assert "明天 08:00 起可再联系。" in make.client_of(alice).get(f"/promises/{promise.pk}/dial/").content.decode()


def test_a_number_that_was_stopped_is_marked_and_the_other_is_not(
    promise: Promise, alice: Staff, now: datetime
) -> None:
    make.phone(promise.patient, "13900005678")
    stopped(None, now, number="13900005678")
    page = make.client_of(alice).get(f"/promises/{promise.pk}/dial/").content.decode()
    assert page.index("139 0000 5678") < page.index("对方不愿再接到这类联系。")
    assert page.count("对方不愿再接到这类联系。") == 1
    fragment = make.client_of(alice).get(f"/patients/{promise.patient_id}/before-calls/").content.decode()
    assert "139****5678 · <b>对方不愿再接到这类联系。" in fragment


def test_a_death_is_told_once(promise: Promise, alice: Staff, now: datetime) -> None:
    Patient.objects.update(died_on=now.date())
    page = make.client_of(alice).get(f"/promises/{promise.pk}/dial/").content.decode()
    assert (page.count("去世"), "由您决定" in page) == (1, False)


def test_a_program_is_told_by_number(promise: Promise, alice: Staff, now: datetime) -> None:
    stopped(promise.patient, now)
    (number,) = make.client_of(alice).get(f"/api/v1/promises/{promise.pk}/numbers/").json()
    told = [{"code": "opted_out", "detail": "对方不愿再接到这类联系。", "until": None}]
    hours = {"preferred_from": None, "preferred_until": None}
    assert number == {"digits": "13800001234", "extension": "", **hours, "doubts": told}


def test_a_closed_team_opens_no_number(alice: Staff, now: datetime) -> None:
    line = make.team("热线组", alice)
    promise = make.promise(make.patient("张桂兰", "13800001234"), team=line, at=now)
    assert promise.patient is not None
    seen = [owes(staff=alice, patient=promise.patient, on=now.date())]
    Team.objects.update(is_active=False)
    seen.append(owes(staff=alice, patient=promise.patient, on=now.date()))
    assert seen == [True, False]
