"""Absences: from the first to the last day, both included; the deputy is there; cancelled once."""

from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Absence, AuditEntry, Staff
from accounts.services import absences as services
from accounts.services import leaving
from hospital_crm.lib.errors import DuplicateSubmission
from tests import make
from tests.conftest import SignedIn

from .at_once import Meanwhile, on_a_server, with_threads
from .pages import Page, post_new, send

FIRST, LAST = date(2026, 4, 6), date(2026, 4, 10)


def away(staff: Staff, *, by: Staff, at: datetime, first: date = FIRST, last: date = LAST, **more: Any) -> Absence:
    values = {"deputy": None} | more
    return services.record_absence(staff=staff, starts_on=first, ends_on=last, actor=by.actor, at=at, **values)


def april(day: int) -> date:
    return date(2026, 4, day)


def new_url(staff: Staff) -> str:
    return reverse("accounts:absence_create", args=[staff.pk])


def cancel_url(absence: Absence) -> str:
    return reverse("accounts:absence_cancel", args=[absence.pk])


# ── The rules ────────────────────────────────────────────────────────────────


def test_both_ends_count(alice: Staff, frank: Staff, now: datetime) -> None:
    away(alice, by=frank, at=now)
    on = [day for day in range(4, 13) if Absence.objects.on(april(day)).exists()]
    assert on == [6, 7, 8, 9, 10]


@pytest.mark.parametrize(("first", "last"), [(4, 6), (10, 12), (7, 8), (1, 30), (6, 10)])
def test_days_that_are_taken_already_are_refused(
    alice: Staff, frank: Staff, now: datetime, first: int, last: int
) -> None:
    away(alice, by=frank, at=now)
    with pytest.raises(services.AbsenceOverlaps):
        away(alice, by=frank, at=now, first=april(first), last=april(last))


@pytest.mark.parametrize(("first", "last"), [(1, 5), (11, 12)])
def test_days_right_beside_it_are_free(alice: Staff, frank: Staff, now: datetime, first: int, last: int) -> None:
    away(alice, by=frank, at=now)
    away(alice, by=frank, at=now, first=april(first), last=april(last))
    assert Absence.objects.standing().count() == 2


def test_others_may_be_away_on_the_same_days(alice: Staff, bob: Staff, frank: Staff, now: datetime) -> None:
    away(alice, by=frank, at=now)
    away(bob, by=frank, at=now)
    assert Absence.objects.on(FIRST).count() == 2


def test_a_deputy_who_is_away_on_one_of_the_days_is_refused(
    alice: Staff, bob: Staff, frank: Staff, now: datetime
) -> None:
    away(bob, by=frank, at=now, first=LAST, last=april(20))
    with pytest.raises(services.DeputyIsAway):
        away(alice, by=frank, at=now, deputy=bob)
    assert away(alice, by=frank, at=now, deputy=bob, last=april(9)).deputy == bob


def test_whoever_stands_in_stays(alice: Staff, bob: Staff, frank: Staff, now: datetime) -> None:
    away(alice, by=frank, at=now, deputy=bob)
    with pytest.raises(services.StandsInMeanwhile):
        away(bob, by=frank, at=now, first=LAST, last=LAST)


def test_somebody_who_has_left_stands_in_for_nobody(alice: Staff, bob: Staff, frank: Staff, now: datetime) -> None:
    leaving.deactivate_staff(staff=bob, actor=frank.actor, at=now)
    with pytest.raises(services.DeputyHasLeft):
        away(alice, by=frank, at=now, deputy=bob)


def test_cancelled_days_are_free_again(alice: Staff, frank: Staff, now: datetime) -> None:
    services.cancel_absence(absence=away(alice, by=frank, at=now), actor=frank.actor, at=now)
    assert not Absence.objects.on(FIRST).exists()
    away(alice, by=frank, at=now)


def test_a_deputy_whose_absence_was_cancelled_stands_in(alice: Staff, bob: Staff, frank: Staff, now: datetime) -> None:
    services.cancel_absence(absence=away(bob, by=frank, at=now), actor=frank.actor, at=now)
    assert away(alice, by=frank, at=now, deputy=bob).deputy == bob


def test_is_refused_to_be_cancelled_twice(alice: Staff, frank: Staff, now: datetime) -> None:
    absence = away(alice, by=frank, at=now)
    services.cancel_absence(absence=absence, actor=frank.actor, at=now)
    with pytest.raises(services.AbsenceAlreadyCancelled):
        services.cancel_absence(absence=absence, actor=frank.actor, at=now)
    assert AuditEntry.objects.about(alice).filter(verb="absence.cancelled").count() == 1


def test_same_submission_makes_one_absence(alice: Staff, frank: Staff, now: datetime) -> None:
    submission = uuid4()
    absence = away(alice, by=frank, at=now, submission=submission)
    with pytest.raises(DuplicateSubmission) as again:
        away(alice, by=frank, at=now, submission=submission)
    assert again.value.subject_id == absence.pk


def test_is_in_the_history_of_the_person(alice: Staff, frank: Staff, now: datetime) -> None:
    services.cancel_absence(absence=away(alice, by=frank, at=now), actor=frank.actor, at=now)
    verbs = AuditEntry.objects.about(alice).filter(at=now).values_list("verb", "actor")
    assert set(verbs) == {("absence.recorded", frank.actor.pk), ("absence.cancelled", frank.actor.pk)}


# ── The page ─────────────────────────────────────────────────────────────────


def test_page_records_it_and_names_who_stands_in(office: Client, alice: Staff, bob: Staff) -> None:
    answer = send(office, new_url(alice), starts_on="2026-04-06", ends_on="2026-04-10", deputy=bob.pk)
    detail = office.get(answer["Location"]).content.decode()
    assert "2026-04-06 – 2026-04-10" in detail
    assert "Bob stands in" in detail


def test_page_sent_twice_records_it_once(office: Client, alice: Staff) -> None:
    form = {"submission": str(uuid4()), "starts_on": "2026-04-06", "ends_on": "2026-04-10"}
    office.post(new_url(alice), form)
    again = office.post(new_url(alice), form, follow=True)
    assert "This was saved already" in again.content.decode()
    assert alice.absences.count() == 1


def test_last_day_before_the_first_is_said_at_the_field(office: Client, alice: Staff) -> None:
    page = Page(post_new(office, new_url(alice), starts_on="2026-04-10", ends_on="2026-04-09"))
    assert page.errors == {"ends_on": "The last day must not come before the first."}
    assert (page.values["starts_on"], page.values["ends_on"]) == (["2026-04-10"], ["2026-04-09"])


def test_a_single_day_is_enough(office: Client, alice: Staff) -> None:
    post_new(office, new_url(alice), starts_on="2026-04-10", ends_on="2026-04-10")
    assert Absence.objects.on(april(10)).get().staff == alice


@pytest.mark.parametrize(
    ("who", "text"),
    [
        ("alice", "This person is away on some of these days already."),
        ("bob", "The deputy is away on some of these days too. Choose somebody else."),
    ],
)
def test_page_says_why_not_and_keeps_what_was_typed(
    office: Client, alice: Staff, bob: Staff, frank: Staff, now: datetime, who: str, text: str
) -> None:
    away({"alice": alice, "bob": bob}[who], by=frank, at=now)
    page = Page(post_new(office, new_url(alice), starts_on="2026-04-10", ends_on="2026-04-12", deputy=bob.pk))
    assert page.alerts == [text]
    assert page.values["deputy"] == [str(bob.pk)]


def test_nobody_stands_in_for_oneself_and_nobody_deactivated_does(
    office: Client, alice: Staff, bob: Staff, frank: Staff, now: datetime
) -> None:
    leaving.deactivate_staff(staff=bob, actor=frank.actor, at=now)
    for deputy in (alice, bob):
        page = Page(post_new(office, new_url(alice), starts_on="2026-04-10", ends_on="2026-04-12", deputy=deputy.pk))
        assert list(page.errors) == ["deputy"]


def test_page_cancels_and_says_so_the_second_time(office: Client, alice: Staff, frank: Staff, now: datetime) -> None:
    absence = away(alice, by=frank, at=now)
    assert "Absence cancelled" in office.post(cancel_url(absence), follow=True).content.decode()
    again = office.post(cancel_url(absence), follow=True).content.decode()
    assert "This absence was cancelled already." in again
    assert "No absence is recorded." in again


def test_only_the_administrator_may(
    alice: Staff, dana: Staff, frank: Staff, now: datetime, signed_in: SignedIn, client: Client
) -> None:
    absence = away(alice, by=frank, at=now)
    assert signed_in(dana).post(cancel_url(absence)).status_code == 403
    assert post_new(signed_in(dana), new_url(alice), starts_on="2026-05-01", ends_on="2026-05-02").status_code == 403
    assert client.post(cancel_url(absence)).status_code == 302
    assert list(Absence.objects.standing()) == [absence]


def test_is_not_for_somebody_deactivated_meanwhile(frank: Staff, alice: Staff, office: Client, now: datetime) -> None:
    leaving.deactivate_staff(staff=alice, actor=frank.actor, at=now)
    with pytest.raises(services.PersonHasLeft):
        away(alice, by=frank, at=now)
    answer = office.get(new_url(alice), follow=True)
    assert answer.redirect_chain == [(f"/staff/{alice.pk}/", 302)]
    assert "This person was deactivated already." in answer.content.decode()


# ── At the same moment ───────────────────────────────────────────────────────


@on_a_server
@with_threads
def test_of_two_overlapping_absences_at_the_same_moment_one_is_refused(now: datetime) -> None:
    frank, alice = make.staff("frank", "administrator"), make.staff("alice")
    with transaction.atomic():
        away(alice, by=frank, at=now)
        other = Meanwhile(lambda: away(alice, by=frank, at=now, first=LAST, last=april(20)))
        other.wait_until_it_waits()
    assert isinstance(other.outcome(), services.AbsenceOverlaps)
    assert Absence.objects.get().starts_on == FIRST


@on_a_server
@with_threads
def test_a_deputy_who_goes_away_at_the_same_moment_is_refused(now: datetime) -> None:
    frank, alice, bob = make.staff("frank", "administrator"), make.staff("alice"), make.staff("bob")
    with transaction.atomic():
        away(bob, by=frank, at=now)
        other = Meanwhile(lambda: away(alice, by=frank, at=now, deputy=bob))
        other.wait_until_it_waits()
    assert isinstance(other.outcome(), services.DeputyIsAway)
    assert Absence.objects.get().staff == bob
