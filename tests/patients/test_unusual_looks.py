"""Many more looks than usual, or at a colleague's record: found after the day, checked by who leads. Mission A7."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from accounts import audit
from accounts.models import AuditEntry, Department, Staff
from institution.models import Setting
from patients.models import LookToCheck, Patient
from patients.rules.looks import Limits, is_unusual, usual_of
from patients.services import colleagues, unusual
from patients.services.merges import merge_patients
from patients.services.unmerging import undo_merge
from promises.services.closing import keep_promise
from tests import make
from tests.accounts.pages import Page, in_english, send
from tests.api.test_patients import sent

DAY = timedelta(days=1)
LIMITS = Limits(times=Decimal(3), floor=30, floor_of_new=60, days_needed=5)
LOOKS = "/api/v1/looks-to-check/"
EXPLAINED, PASSED_ON = LookToCheck.State.EXPLAINED, LookToCheck.State.PASSED_ON


@pytest.mark.parametrize(
    ("looks", "history", "unusual"),
    [
        (30, [1] * 9, False),  # the floor
        (31, [1] * 9, True),
        (60, [20] * 9, False),
        (61, [20] * 9, True),
        (61, [20, 20, 20, 20, 400], True),  # one wild day moves no median
        (60, [20] * 4, False),  # too new
        (61, [20] * 4, True),
        (61, [], True),
    ],
)
def test_three_times_ones_own_median_with_a_floor(looks: int, history: list[int], unusual: bool) -> None:
    assert is_unusual(looks, usual_of(history, LIMITS), LIMITS) is unusual


@pytest.fixture
def zhang(cataract: Department) -> Patient:
    return make.patient("张桂兰", "13800001234", department=cataract)


@pytest.fixture
def clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


def look(person: Staff, patient: Patient, at: datetime, number: int = 1, verb: str = "patient.opened") -> None:
    """So many looks, a quarter of an hour apart."""
    moments = [at + timedelta(minutes=15) * each for each in range(number)]
    rows = [audit.look(actor=person.actor, verb=verb, subject=patient, at=moment) for moment in moments]
    audit.record_looks(rows)


@pytest.fixture
def yesterday(now: datetime) -> datetime:
    return now.replace(hour=0, minute=5) - DAY


def usually(person: Staff, patient: Patient, before: datetime, number: int = 12, days: int = 5) -> None:
    for back in range(1, days + 1):
        look(person, patient, before - DAY * back, number)


def test_a_day_far_above_the_usual_is_found_once(
    alice: Staff, zhang: Patient, yesterday: datetime, now: datetime
) -> None:
    usually(alice, zhang, yesterday)
    look(alice, zhang, yesterday, 37)
    assert [unusual.find_unusual_looks(at=now) for _ in range(2)] == [1, 0]
    found = LookToCheck.objects.get()
    assert (found.kind, found.staff, found.day, found.looks) == ("many", alice, yesterday.date(), 37)
    assert found.usual == Decimal(12)


def test_as_many_as_usual_are_no_matter(alice: Staff, zhang: Patient, yesterday: datetime, now: datetime) -> None:
    usually(alice, zhang, yesterday, number=14)
    look(alice, zhang, yesterday, 36)
    assert unusual.find_unusual_looks(at=now) == 0


def test_today_is_judged_when_it_is_over(alice: Staff, zhang: Patient, now: datetime) -> None:
    look(alice, zhang, now.replace(hour=0), 62)
    assert unusual.find_unusual_looks(at=now) == 0
    assert unusual.find_unusual_looks(at=now + DAY) == 1


def test_reveals_and_exports_count_and_other_acts_do_not(
    alice: Staff, zhang: Patient, yesterday: datetime, now: datetime
) -> None:
    look(alice, zhang, yesterday, 40, verb="patient.phone_revealed")
    look(alice, zhang, yesterday, 20, verb="patient.visits_opened")
    look(alice, zhang, yesterday, 20)
    assert unusual.find_unusual_looks(at=now) == 0
    audit.record(actor=alice.actor, verb="patients.exported", subject=None, at=yesterday)
    assert unusual.find_unusual_looks(at=now) == 1


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    "page", ["/patients/{}/visits/", "/api/v1/visits/?patient={}", "/patients/visits/{visit}/edit/"]
)
def test_whoever_opens_many_peoples_visits_alone_has_looked_at_as_many(alice: Staff, now: datetime, page: str) -> None:
    Setting.objects.filter(key="patients.looks_floor_of_new").update(value=1)
    browser = make.client_of(alice)
    for name in ("张桂兰", "王建军"):
        patient = make.patient(name)
        visit = make.visit(patient, starts_at=now - DAY)
        assert browser.get(page.format(patient.pk, visit=visit.pk)).status_code == 200
    assert unusual.find_unusual_looks(at=now + DAY) == 1
    found = LookToCheck.objects.get()
    assert (found.looks, unusual.looks_behind(found).count()) == (2, 2)


@pytest.mark.usefixtures("clock")
def test_the_page_with_the_visits_on_it_is_one_look(dana: Staff, zhang: Patient, now: datetime) -> None:
    make.visit(zhang, starts_at=now - DAY, diagnoses=["H25.9 白内障"])
    browser = make.client_of(dana)
    for page in ("", "visits/"):
        browser.get(f"/patients/{zhang.pk}/{page}")
    assert AuditEntry.objects.about(zhang).filter(actor=dana.actor).count() == 2
    Setting.objects.filter(key="patients.looks_floor_of_new").update(value=1)
    assert unusual.find_unusual_looks(at=now + DAY) == 0


def test_what_an_open_promise_explains_is_not_counted(
    alice: Staff, zhang: Patient, yesterday: datetime, now: datetime
) -> None:
    promise = make.promise(zhang, owner=alice, at=yesterday - DAY)
    look(alice, zhang, yesterday, 70)
    assert unusual.find_unusual_looks(at=now) == 0
    keep_promise(promise=promise, actor=alice.actor, at=yesterday)
    look(alice, zhang, yesterday + timedelta(minutes=7), 62)
    assert unusual.find_unusual_looks(at=now) == 1


def test_the_promise_of_ones_team_explains_it_too(
    alice: Staff, bob: Staff, zhang: Patient, yesterday: datetime, now: datetime
) -> None:
    make.promise(zhang, team=make.team("咨询热线组", alice), at=yesterday - DAY)
    look(alice, zhang, yesterday, 70)
    look(bob, zhang, yesterday, 70)
    unusual.find_unusual_looks(at=now)
    assert LookToCheck.objects.get().staff == bob


def colleague(patient: Patient, person: Staff, at: datetime) -> None:
    colleagues.name_colleague(patient=patient, staff=person, actor=make.by(), at=at)


def test_every_look_at_a_colleagues_record_is_found_once_a_pair_and_day(
    alice: Staff, bob: Staff, zhang: Patient, yesterday: datetime, now: datetime
) -> None:
    colleague(zhang, bob, now)
    look(alice, zhang, yesterday, 2)
    look(alice, zhang, yesterday - DAY)
    look(bob, zhang, yesterday)  # one's own
    assert [unusual.find_unusual_looks(at=now) for _ in range(2)] == [2, 0]
    found = LookToCheck.objects.filter(kind="colleague").order_by("day")
    assert [(row.staff, row.patient, row.looks) for row in found] == [(alice, zhang, 1), (alice, zhang, 2)]


def test_whoever_owes_the_colleague_something_may_look(
    alice: Staff, bob: Staff, zhang: Patient, yesterday: datetime, now: datetime
) -> None:
    colleague(zhang, bob, now)
    make.promise(zhang, owner=alice, at=yesterday - DAY)
    look(alice, zhang, yesterday)
    assert unusual.find_unusual_looks(at=now) == 0


def test_looks_at_a_record_that_was_merged_into_it_are_found(
    alice: Staff, bob: Staff, zhang: Patient, yesterday: datetime, now: datetime
) -> None:
    other = make.patient("张贵兰")
    look(alice, other, yesterday)
    colleague(zhang, bob, now)
    merge_patients(survivor=zhang, merged=other, actor=make.by(), at=now)
    assert unusual.find_unusual_looks(at=now) == 1


def test_a_look_at_what_a_colleague_was_here_for_is_found(
    alice: Staff, bob: Staff, zhang: Patient, yesterday: datetime, now: datetime
) -> None:
    colleague(zhang, bob, now)
    look(alice, zhang, yesterday, verb="patient.visits_opened")
    assert unusual.find_unusual_looks(at=now) == 1
    assert unusual.looks_behind(LookToCheck.objects.get()).get().whom == zhang.pk


@pytest.mark.parametrize("verb", ["call.opened", "promise.opened"])
def test_a_look_at_what_a_colleague_was_told_or_promised_is_found(
    verb: str, alice: Staff, bob: Staff, zhang: Patient, yesterday: datetime, now: datetime
) -> None:
    colleague(zhang, bob, now)
    for_whom: tuple[Patient, Patient] = (zhang, make.patient("王建军"))
    for person in for_whom:
        row = make.call(bob, person) if verb == "call.opened" else make.promise(person, owner=bob, at=yesterday - DAY)
        audit.record(actor=alice.actor, verb=verb, subject=row, at=yesterday)
    assert unusual.find_unusual_looks(at=now) == 1
    assert unusual.looks_behind(LookToCheck.objects.get()).get().whom == zhang.pk


def test_what_a_promise_explained_it_explains_after_a_merge_and_after_it_was_undone(
    alice: Staff, zhang: Patient, yesterday: datetime, now: datetime
) -> None:
    other = make.patient("张贵兰")
    make.promise(other, owner=alice, at=yesterday - DAY)
    look(alice, other, yesterday, 70)
    merge = merge_patients(survivor=zhang, merged=other, actor=make.by(), at=yesterday + DAY / 2)
    assert unusual.find_unusual_looks(at=now) == 0
    look(alice, zhang, yesterday + DAY / 2, 40)
    undo_merge(merge=merge, actor=make.by(), at=yesterday + DAY * 2)
    assert not unusual.looks_of(alice, since=yesterday.date(), until=now.date()).exists()
    look(alice, zhang, yesterday + DAY * 2 + timedelta(minutes=1))
    later = yesterday.date() + DAY * 2
    assert unusual.looks_of(alice, since=later, until=later).count() == 1


def test_a_promise_at_another_record_explains_no_look_from_before_the_merge(
    alice: Staff, zhang: Patient, yesterday: datetime, now: datetime
) -> None:
    other = make.patient("张贵兰")
    make.promise(other, owner=alice, at=yesterday - DAY)
    look(alice, zhang, yesterday, 61)
    merge = merge_patients(survivor=zhang, merged=other, actor=make.by(), at=now)
    undo_merge(merge=merge, actor=make.by(), at=now + timedelta(minutes=1))
    assert unusual.find_unusual_looks(at=now + timedelta(minutes=2)) == 1


def test_what_was_found_before_a_merge_is_not_found_again(
    alice: Staff, bob: Staff, zhang: Patient, yesterday: datetime, now: datetime
) -> None:
    other = make.patient("张贵兰")
    colleague(other, bob, now)
    look(alice, other, yesterday)
    assert unusual.find_unusual_looks(at=now) == 1
    merge_patients(survivor=zhang, merged=other, actor=make.by(), at=now)
    assert unusual.find_unusual_looks(at=now) == 0


def test_a_call_of_nobody_on_file_is_no_look_at_anybody(alice: Staff, yesterday: datetime, now: datetime) -> None:
    call = make.call(alice, name="李建国", number="13900005678", at=yesterday - DAY)
    for minute in range(62):
        audit.record(actor=alice.actor, verb="call.opened", subject=call, at=yesterday + timedelta(minutes=minute))
    assert unusual.find_unusual_looks(at=now) == 0


def test_what_is_promised_after_a_look_explains_nothing(
    alice: Staff, zhang: Patient, yesterday: datetime, now: datetime
) -> None:
    look(alice, zhang, yesterday, 61)
    make.promise(zhang, owner=alice, at=now)
    assert unusual.find_unusual_looks(at=now) == 1


def test_whoever_ends_the_mark_hides_no_look_from_before(
    alice: Staff, bob: Staff, zhang: Patient, yesterday: datetime, now: datetime
) -> None:
    colleague(zhang, bob, yesterday - DAY)
    look(alice, zhang, yesterday)
    colleagues.end_colleague(record=zhang.colleague_records.get(), actor=make.by(), at=yesterday + DAY / 4)
    look(alice, zhang, yesterday + DAY / 2)
    unusual.find_unusual_looks(at=now)
    assert LookToCheck.objects.get().looks == 1


def test_nobody_sees_or_ends_the_mark_of_the_own_record(dana: Staff, zhang: Patient, now: datetime) -> None:
    colleague(zhang, dana, now)
    mark, browser = zhang.colleague_records.get(), make.client_of(dana)
    assert zhang.name not in browser.get("/patients/colleagues/").content.decode()
    assert browser.post(f"/patients/colleagues/{mark.pk}/end/").status_code == 404


def test_a_colleague_is_named_once_and_ended(bob: Staff, zhang: Patient, now: datetime) -> None:
    colleague(zhang, bob, now)
    with pytest.raises(colleagues.ColleagueAlreadyKnown):
        colleague(zhang, bob, now)
    record = zhang.colleague_records.get()
    colleagues.end_colleague(record=record, actor=make.by(), at=now)
    with pytest.raises(colleagues.ColleagueAlreadyEnded):
        colleagues.end_colleague(record=record, actor=make.by(), at=now)
    colleague(zhang, bob, now)


@pytest.fixture
def found(alice: Staff, zhang: Patient, yesterday: datetime, now: datetime) -> LookToCheck:
    look(alice, zhang, yesterday, 62)
    unusual.find_unusual_looks(at=now)
    return LookToCheck.objects.get()


def test_it_is_explained_once_and_in_words(found: LookToCheck, dana: Staff, now: datetime) -> None:
    check = {"look": found, "version": 1, "state": EXPLAINED, "actor": dana.actor, "at": now}
    with pytest.raises(unusual.WordsAreMissing):
        unusual.check_look(**check, words=" ")  # type: ignore[arg-type]
    unusual.check_look(**check, words="Sorted the files")  # type: ignore[arg-type]
    assert (found.state, found.words, found.checked_by) == ("explained", "Sorted the files", dana.actor)
    with pytest.raises(unusual.LookAlreadyChecked):
        unusual.check_look(**check, words="Once more")  # type: ignore[arg-type]


def test_never_by_the_person(found: LookToCheck, alice: Staff, now: datetime) -> None:
    with pytest.raises(unusual.OwnLooks):
        unusual.check_look(look=found, version=1, state=EXPLAINED, words="I", actor=alice.actor, at=now)


def test_who_may_see_it(found: LookToCheck, dana: Staff, frank: Staff, glaucoma: Department, now: datetime) -> None:
    elsewhere = make.staff("olga", "manager", department=glaucoma)
    seen = LookToCheck.objects.visible_to
    assert [seen(person).count() for person in (dana, frank, elsewhere, found.staff)] == [1, 1, 0, 0]
    LookToCheck.objects.update(staff=dana)
    assert [seen(person).count() for person in (dana, frank, elsewhere)] == [0, 1, 1]


def test_who_leads_the_department_sees_it_from_elsewhere(found: LookToCheck, glaucoma: Department) -> None:
    olga = make.staff("olga", "manager", department=glaucoma)
    make.staff("dana", "manager", department=found.staff.department)
    assert not LookToCheck.objects.visible_to(olga).exists()
    make.head(found.staff.department, olga)
    assert LookToCheck.objects.visible_to(olga).exists()


def test_where_nobody_above_checks_any_manager_does(found: LookToCheck, glaucoma: Department) -> None:
    olga = make.staff("olga", "manager", department=glaucoma)
    assert LookToCheck.objects.visible_to(olga).exists()
    make.staff("dana", "manager", department=found.staff.department)
    assert not LookToCheck.objects.visible_to(olga).exists()


def test_the_page_tells_whom_as_far_as_the_reader_may_know(found: LookToCheck, dana: Staff, frank: Staff) -> None:
    page = f"/patients/looks/{found.pk}/"
    manager = in_english(make.client_of(dana)).get(page).content.decode()
    assert "张桂兰" in manager
    assert "Too new to say" in manager
    entry = AuditEntry.objects.get(verb="look.opened")
    assert (entry.actor, entry.subject_text) == (dana.actor, f"Look to check {found.pk}")
    administrator = in_english(make.client_of(frank)).get(page).content.decode()
    assert "张桂兰" not in administrator
    assert "Not shown to you" in administrator


def test_the_manager_checks_it_on_its_page(found: LookToCheck, dana: Staff, alice: Staff) -> None:
    browser, page = in_english(make.client_of(dana)), f"/patients/looks/{found.pk}/check/"
    assert "Alice" in browser.get("/patients/looks/").content.decode()
    assert Page(send(browser, page, state="passed_on", words="")).errors["words"]
    send(browser, page, state="passed_on", words="To the head of the line")
    found.refresh_from_db()
    assert (found.state, found.words) == ("passed_on", "To the head of the line")
    assert "Alice" not in browser.get("/patients/looks/").content.decode()
    assert make.client_of(alice).get("/patients/looks/").status_code == 403


def test_colleagues_are_named_by_managers_alone(zhang: Patient, bob: Staff, dana: Staff, frank: Staff) -> None:
    browser, page = in_english(make.client_of(dana)), "/patients/colleagues/new/"
    assert Page(send(browser, page, staff=bob.pk, number="P-999999")).errors["number"]
    assert send(browser, page, staff=bob.pk, number=zhang.number).status_code == 302
    assert zhang.number in browser.get("/patients/colleagues/").content.decode()
    for other in (bob, frank):
        assert make.client_of(other).get("/patients/colleagues/").status_code == 403
    record = zhang.colleague_records.get()
    browser.post(f"/patients/colleagues/{record.pk}/end/")
    assert zhang.number not in browser.get("/patients/colleagues/").content.decode()


def test_a_program_reads_and_explains(found: LookToCheck, dana: Staff, frank: Staff, zhang: Patient) -> None:
    manager, administrator = make.client_of(dana), make.client_of(frank)
    url = f"{LOOKS}{found.pk}/"
    assert manager.get(url).json()["looks"] == 62
    assert {row["patient"] for row in manager.get(f"{url}looks/").json()["results"]} == {zhang.pk}
    assert {row["patient"] for row in administrator.get(f"{url}looks/").json()["results"]} == {None}
    answer = sent(manager, "post", f"{url}explain/", version=1, words="Sorted the files")
    assert (answer.status_code, answer.json()["state"]) == (200, "explained")
    again = sent(manager, "post", f"{url}pass-on/", version=2, words="No")
    assert (again.status_code, again.json()["code"]) == (409, "look_already_checked")


def test_a_program_names_a_colleague_once(zhang: Patient, bob: Staff, dana: Staff) -> None:
    told = {"patient": zhang.pk, "staff": bob.pk, "submission": "7e3b1a52-8b0c-4f5e-9a43-1f2f7f0c8a11"}
    first, again = (sent(make.client_of(dana), "post", "/api/v1/colleague-records/", **told) for _ in range(2))
    assert (first.status_code, again.status_code, first.json()["id"]) == (201, 200, again.json()["id"])
    ended = sent(make.client_of(dana), "post", f"/api/v1/colleague-records/{first.json()['id']}/end/")
    assert ended.json()["ended_at"]
