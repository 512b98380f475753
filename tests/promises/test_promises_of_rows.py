"""What the apps below owe becomes one promise a row, and is kept when the row is done. Mission A7, B4."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts import audit
from accounts.models import Department, Staff
from accounts.services.absences import record_absence
from followups.models import Attempt
from followups.services.attempts import record_attempt
from patients.models import AccessGrant, DataRequest, LookToCheck, Patient
from patients.services.colleagues import name_colleague
from patients.services.merges import merge_patients
from patients.services.rights import answer_request
from patients.services.unmerging import undo_merge
from patients.services.unusual import check_look, find_unusual_looks
from promises.models import Promise
from promises.services.closing import RowDecides, keep_promise, withdraw_promise
from promises.services.rows import keep_up_with_rows
from tests import make
from tests.accounts.pages import in_english
from tests.patients.asked import ERASURE, asked


@pytest.fixture
def zhang(cataract: Department) -> Patient:
    return make.patient("张桂兰", "13800001234", department=cataract)


@pytest.fixture
def request_of_zhang(zhang: Patient, alice: Staff, now: datetime) -> DataRequest:
    return asked(zhang, alice, now)


def look_at(person: Staff, now: datetime) -> LookToCheck:
    return LookToCheck.objects.create(
        kind="many", staff=person, day=timezone.localdate(now), looks=90, usual=4, found_at=now, updated_at=now
    )


def keep_up(at: datetime) -> int:
    return keep_up_with_rows(actor=make.by(), at=at)


def test_a_request_is_owed_by_the_manager_until_its_day_ends(
    request_of_zhang: DataRequest, dana: Staff, now: datetime
) -> None:
    assert keep_up(now) == 1
    promise = Promise.objects.get()
    assert (promise.kind, promise.owner, promise.patient) == ("data_right", dana, request_of_zhang.patient)
    due = timezone.localtime(promise.due_at)
    assert (due.date(), due.hour, promise.source) == (request_of_zhang.due_on, 17, request_of_zhang.key)
    assert AccessGrant.objects.open().held_by(dana).exists()


def test_however_often_it_runs_there_is_one_promise(request_of_zhang: DataRequest, dana: Staff, now: datetime) -> None:
    assert [keep_up(now) for _ in range(3)] == [1, 0, 0]


def test_what_was_written_down_too_late_is_due_within_the_hour(
    zhang: Patient, alice: Staff, dana: Staff, now: datetime
) -> None:
    asked(zhang, alice, now, asked_at=now - timedelta(days=60))
    keep_up(now)
    assert Promise.objects.get().due_at == now + timedelta(hours=1)


def test_it_is_kept_by_whoever_answered(request_of_zhang: DataRequest, dana: Staff, now: datetime) -> None:
    keep_up(now)
    answer_request(request=request_of_zhang, version=1, answer="Handed over", actor=dana.actor, at=now)
    assert keep_up(now) == 1
    promise = Promise.objects.get()
    assert (promise.state, promise.ended_by) == ("kept", dana.actor)


def test_what_was_answered_before_anybody_owed_it_needs_no_promise(
    request_of_zhang: DataRequest, dana: Staff, now: datetime
) -> None:
    answer_request(request=request_of_zhang, version=1, answer="Handed over", actor=dana.actor, at=now)
    assert keep_up(now) == 0


def test_nothing_else_keeps_it(request_of_zhang: DataRequest, dana: Staff, now: datetime) -> None:
    keep_up(now)
    promise = Promise.objects.get()
    with pytest.raises(RowDecides):
        keep_promise(promise=promise, actor=dana.actor, at=now)
    with pytest.raises(RowDecides):
        withdraw_promise(promise=promise, reason="No time", actor=dana.actor, at=now)
    with pytest.raises(RowDecides):
        record_attempt(promise=promise, outcome=Attempt.Outcome.REACHED, actor=dana.actor, at=now)
    assert Promise.objects.open().get() == promise


def test_no_call_settles_it(request_of_zhang: DataRequest, zhang: Patient, dana: Staff, now: datetime) -> None:
    keep_up(now)
    make.call(dana, zhang, at=now)
    assert Promise.objects.open().count() == 1
    assert not Promise.objects.settleable_by(dana, timezone.localdate(now)).exists()


def test_an_erasure_is_owed_by_somebody_else_than_who_wrote_it_down(
    zhang: Patient, dana: Staff, glaucoma: Department, now: datetime
) -> None:
    other = make.staff("olga", "manager", department=glaucoma)
    asked(zhang, dana, now, ERASURE)
    keep_up(now)
    assert Promise.objects.get().owner == other


def test_where_nobody_can_owe_it_it_waits(request_of_zhang: DataRequest, cataract: Department, now: datetime) -> None:
    assert keep_up(now) == 0
    make.staff("dana", "manager", department=cataract)
    assert keep_up(now) == 1


def test_looks_are_owed_to_the_hospital_by_who_leads_the_person(alice: Staff, dana: Staff, now: datetime) -> None:
    look = look_at(alice, now)
    keep_up(now)
    promise = Promise.objects.get()
    assert (promise.kind, promise.owner, promise.about) == ("check_looks", dana, None)
    assert promise.note == f"{look.staff.display_name} · {look.day.isoformat()}"
    assert promise.due_at == now + timedelta(days=3)
    printed = make.client_of(dana).get("/promises/print/").content.decode()
    assert str(Promise.Kind.CHECK_LOOKS.label) in printed
    assert look.staff.display_name not in printed  # paper lies on desks
    assert not Promise.objects.not_about(alice).exists()
    check_look(look=look, version=1, state=LookToCheck.State.EXPLAINED, words="Census", actor=dana.actor, at=now)
    keep_up(now)
    assert Promise.objects.get().state == "kept"


def test_nobody_checks_oneself(dana: Staff, glaucoma: Department, now: datetime) -> None:
    other = make.staff("olga", "manager", department=glaucoma)
    look_at(dana, now)
    keep_up(now)
    assert Promise.objects.get().owner == other


def test_whoever_owes_a_look_may_see_it(alice: Staff, dana: Staff, glaucoma: Department, now: datetime) -> None:
    make.staff("olga", "manager", department=glaucoma)
    today = timezone.localdate(now)
    record_absence(staff=dana, starts_on=today, ends_on=today + timedelta(days=9), deputy=None, actor=make.by(), at=now)
    look = look_at(alice, now)
    keep_up(now)
    owner = Promise.objects.get().owner
    assert owner is not None
    assert LookToCheck.objects.visible_to(owner).get() == look


def test_a_row_with_which_nothing_can_be_done_keeps_no_other_waiting(
    request_of_zhang: DataRequest, alice: Staff, dana: Staff, now: datetime
) -> None:
    look, latest = look_at(alice, now), now.replace(year=9999)
    LookToCheck.objects.update(found_at=latest)
    other = look_at(make.staff("bob", "consultant"), now)
    keep_up(now)
    assert set(Promise.objects.values_list("source", flat=True)) == {request_of_zhang.key, other.key}
    LookToCheck.objects.filter(pk=look.pk).update(found_at=now)
    assert keep_up(now) == 1


def test_a_row_that_cannot_be_done_with_keeps_no_other_waiting(
    request_of_zhang: DataRequest, alice: Staff, dana: Staff, now: datetime
) -> None:
    other = asked(make.patient("李雷", department=request_of_zhang.patient.department), alice, now)
    keep_up(now)
    for request in (request_of_zhang, other):
        answer_request(request=request, version=1, answer="Handed over", actor=dana.actor, at=now)
    Promise.objects.filter(source=request_of_zhang.key).update(source=f"data_request:0{request_of_zhang.pk}")
    assert keep_up(now) == 1
    assert Promise.objects.get(state="kept").source == other.key


def test_what_a_row_asked_for_that_is_gone_is_owed_no_longer(alice: Staff, dana: Staff, now: datetime) -> None:
    look_at(alice, now)
    keep_up(now)
    LookToCheck.objects.all().delete()
    assert keep_up(now) == 1
    promise = Promise.objects.get()
    assert (promise.state, bool(promise.reason)) == ("withdrawn", True)


def test_a_merge_leaves_each_look_to_its_promise(
    zhang: Patient, alice: Staff, bob: Staff, dana: Staff, now: datetime
) -> None:
    other = make.patient("张贵兰")
    for person in (zhang, other):
        name_colleague(patient=person, staff=bob, actor=make.by(), at=now)
        audit.record(actor=alice.actor, verb="patient.opened", subject=person, at=now - timedelta(days=1))
    assert find_unusual_looks(at=now) == keep_up(now) == 2
    merge = merge_patients(survivor=zhang, merged=other, actor=make.by(), at=now)
    assert [LookToCheck.objects.filter(patient=zhang).count(), find_unusual_looks(at=now), keep_up(now)] == [2, 0, 0]
    for look in LookToCheck.objects.all():
        check_look(look=look, version=1, state=LookToCheck.State.EXPLAINED, words="Census", actor=dana.actor, at=now)
    assert keep_up(now) == 2
    undo_merge(merge=merge, actor=make.by(), at=now)
    assert LookToCheck.objects.get(patient=other).patient_then == other.pk


def test_the_workbench_leads_to_the_row(
    request_of_zhang: DataRequest, alice: Staff, dana: Staff, now: datetime
) -> None:
    look = look_at(alice, now)
    keep_up(now)
    browser = in_english(make.client_of(dana))
    page = browser.get("/").content.decode()
    assert f"/patients/requests/{request_of_zhang.pk}/" in page
    assert f"/patients/looks/{look.pk}/" in page
    for promise in Promise.objects.all():
        detail = browser.get(f"/promises/{promise.pk}/").content.decode()
        assert promise.row_url in detail
        assert f"/promises/{promise.pk}/attempts/" not in detail
        assert f"/promises/{promise.pk}/keep/" not in detail
    assert browser.get("/promises/").status_code == browser.get("/promises/print/").status_code == 200
    assert browser.get("/shift/").status_code == browser.get("/notes/").status_code == 200
    listed = make.client_of(dana).get("/api/v1/promises/").json()["results"]
    assert sorted(row["name"] for row in listed) == ["", "张桂兰"]
