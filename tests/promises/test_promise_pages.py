"""Promises as pages: who sees which, what is typed is kept, a number of the figures opens its rows. Mission B4, B9."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import Staff
from accounts.services.absences import record_absence
from institution.models import HospitalProfile
from promises.models import Promise
from promises.services import closing, handing_over
from tests import make
from tests.accounts.pages import in_english

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def window(alice: Staff, now: datetime) -> Client:
    return make.client_of(alice)


@pytest.fixture(autouse=True)
def _still(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


def revision(promise: Promise) -> dict[str, object]:
    return {"revision": promise.revision, "due": "tomorrow", "reason": "等检查结果"}


def test_postponed_from_its_page(window: Client, alice: Staff, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now)
    answer = window.post(f"/promises/{promise.pk}/postpone/", {**revision(promise), "next": "/"})
    promise.refresh_from_db()
    assert answer["Location"] == "/"
    assert promise.due_at == now.replace(day=13, hour=10, minute=0)


def test_what_was_typed_is_kept_when_somebody_was_quicker(
    window: Client, alice: Staff, bob: Staff, now: datetime
) -> None:
    promise = make.promise(owner=alice, at=now)
    typed = revision(promise)
    handing_over.hand_over_promise(promise=promise, to=bob, actor=alice.actor, at=now)
    html = window.post(f"/promises/{promise.pk}/postpone/", typed).content.decode()
    assert "您打开之后，这项承诺有变动：Alice 今天 10:24：已转交给Bob" in html
    assert "等检查结果" in html
    handing_over.decline_promise(promise=promise, staff=bob, at=now)
    closing.keep_promise(promise=promise, actor=bob.actor, at=now)
    html = window.post(f"/promises/{promise.pk}/keep/", {"note": "患者满意"}).content.decode()
    assert "这项承诺已经结束" in html
    assert "Bob" in html
    assert "患者满意" in html


def test_a_row_that_changes_in_place_gets_no_page(window: Client, alice: Staff, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now)
    form = window.get(f"/promises/{promise.pk}/keep/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in form
    answer = window.post(f"/promises/{promise.pk}/keep/", {"note": ""}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Trigger"]) == (204, "promise-changed")


def test_taken_and_accepted_with_one_button(window: Client, alice: Staff, bob: Staff, now: datetime) -> None:
    line = make.team("热线组", alice, bob)
    unowned, passed_on = make.promise(team=line, at=now), make.promise(owner=bob, at=now)
    handing_over.hand_over_promise(promise=passed_on, to=alice, actor=bob.actor, at=now)
    window.post(f"/promises/{unowned.pk}/take/")
    window.post(f"/promises/{passed_on.pk}/accept/")
    assert set(Promise.objects.owned_by(alice)) == {unowned, passed_on}


def test_no_answer_is_logged_and_plans_the_next_try(window: Client, alice: Staff, now: datetime) -> None:
    promise = make.promise(owner=alice, at=now)
    url = f"/promises/{promise.pk}/attempts/new/"
    assert "请写明什么时候再打" in window.post(url, {"outcome": "call_later", "channel": "phone"}).content.decode()
    window.post(url, {"outcome": "no_answer", "channel": "phone", "note": "无人"})
    promise.refresh_from_db()
    assert promise.due_at == now.replace(hour=14, minute=30)


def test_outside_ones_scope_it_is_not_there(now: datetime, alice: Staff, charlie: Staff, frank: Staff) -> None:
    promise = make.promise(owner=alice, at=now)
    stranger = make.client_of(charlie)
    assert stranger.get(f"/promises/{promise.pk}/").status_code == 404
    assert stranger.post(f"/promises/{promise.pk}/keep/").status_code == 404
    assert make.client_of(frank).get("/promises/").status_code == 403


def test_scopes_add_up_to_what_the_role_may_see(
    alice: Staff, bob: Staff, charlie: Staff, dana: Staff, now: datetime
) -> None:
    make.team("热线组", alice, bob)
    mine, mates, elsewhere = (make.promise(owner=person, at=now) for person in (alice, bob, charlie))
    concerned = make.promise(owner=bob, at=now, excluded=[alice, dana])
    assert set(Promise.objects.visible_to(alice)) == {mine, mates}
    assert set(Promise.objects.visible_to(charlie)) == {elsewhere}
    assert set(Promise.objects.visible_to(dana)) == {mine, mates}
    assert concerned in Promise.objects.visible_to(bob)


def test_a_doctor_sees_what_is_the_own(alice: Staff, bob: Staff, now: datetime) -> None:
    doctor = make.staff("hugo", "doctor", department=alice.department)
    make.team("热线组", doctor, bob)
    own = make.promise(owner=doctor, at=now)
    make.promise(owner=bob, at=now)
    assert list(Promise.objects.visible_to(doctor)) == [own]


def test_whoever_is_on_the_team_may_take_what_nobody_of_it_owns(alice: Staff, bob: Staff, now: datetime) -> None:
    doctor = make.staff("hugo", "doctor", department=alice.department)
    promise = make.promise(team=make.team("热线组", doctor, bob), at=now)
    browser = make.client_of(doctor)
    assert f"/promises/{promise.pk}/take/" in browser.get("/?whose=team").content.decode()
    browser.post(f"/promises/{promise.pk}/take/")
    promise.refresh_from_db()
    assert promise.owner == doctor


def test_who_stands_in_is_offered_to_take_it(window: Client, alice: Staff, bob: Staff, now: datetime) -> None:
    promise = make.promise(owner=bob, at=now)
    make.team("热线组", alice, bob)
    url = f"/promises/{promise.pk}/"
    assert f"{url}take/" not in window.get(url).content.decode()
    record_absence(staff=bob, starts_on=now.date(), ends_on=now.date(), deputy=alice, actor=bob.actor, at=now)
    assert f"{url}take/" in window.get(url).content.decode()


def test_everybody_sees_that_one_exists_but_not_its_text(now: datetime, alice: Staff, charlie: Staff) -> None:
    patient = make.patient("张桂兰")
    make.promise(patient, owner=alice, at=now, note="眼药水能否停用")
    html = make.client_of(charlie).get(f"/promises/for-patient/{patient.pk}/").content.decode()
    assert "Alice" in html
    assert "眼药水" not in html


def test_filters_find_what_the_figures_count(window: Client, alice: Staff, now: datetime) -> None:
    kept, missed = (make.promise(owner=alice, at=now - 5 * HOUR, note=text) for text in ("守了", "没守"))
    closing.keep_promise(promise=kept, actor=alice.actor, at=now - 5 * HOUR)
    for measure, note, other in (("met", "守了", "没守"), ("missed", "没守", "守了")):
        html = window.get(f"/promises/?state=&measure={measure}&since=2026-03-12&until=2026-03-12").content.decode()
        assert note in html
        assert other not in html
    assert "没守" in window.get("/promises/?state=late").content.decode()
    assert missed.is_open


def test_whoever_leads_reassigns_many_at_once(alice: Staff, bob: Staff, dana: Staff, now: datetime) -> None:
    rows = [make.promise(owner=alice, at=now) for _ in range(2)]
    leader = make.client_of(dana)
    ticked = {"promise": [row.pk for row in rows]}
    nobody = {**ticked, "is_chosen": "True"}
    assert "请写明由谁办理" in leader.post("/promises/reassign/", nobody, follow=True).content.decode()
    leader.post("/promises/reassign/", {**ticked, "owner": bob.pk})
    assert set(Promise.objects.owned_by(bob)) == set(rows)
    assert make.client_of(alice).post("/promises/reassign/", {**ticked, "owner": alice.pk}).status_code == 403


def test_the_morning_list_prints_person_by_person(dana: Staff, alice: Staff, bob: Staff, now: datetime) -> None:
    make.promise(make.patient("张桂兰", "13800001234"), owner=alice, at=now)
    make.promise(owner=bob, at=now)
    html = make.client_of(dana).get("/promises/print/").content.decode()
    assert html.index("Alice · 1") < html.index("Bob · 1")
    assert html.index(HospitalProfile.objects.get().name_zh) < html.index("<h1")
    assert html.count("c-table-paper") == 2
    assert "138****1234" in html
    assert "13800001234" not in html


def test_the_morning_list_ends_with_its_day_unless_another_is_chosen(dana: Staff, alice: Staff, now: datetime) -> None:
    days = {"昨天": now - DAY, "今晚": now.replace(hour=23, minute=59), "明天": now.replace(hour=0) + DAY}
    for note, due in days.items():
        make.promise(owner=alice, note=note, at=now - 2 * DAY, due_at=due)
    desk = in_english(make.client_of(dana))

    def printed(**asked: str) -> list[str]:
        text = desk.get("/promises/print/", asked).content.decode()
        return [note for note in days if note in text]

    assert printed() == ["昨天", "今晚"]
    assert printed(state="late") == ["昨天"]
    assert printed(by=f"{now + DAY:%Y-%m-%d}") == ["昨天", "今晚", "明天"]
    assert printed(by="soon") == ["昨天", "今晚"]
    assert printed(until=f"{now + DAY:%Y-%m-%d}") == ["昨天", "今晚", "明天"]  # the filter says it itself
    page = desk.get("/promises/print/", {"kind": "ring_back"}).content.decode()
    assert "Due by the end of 2026-03-12, late ones included." in page
    assert 'name="kind" value="ring_back"' in page


def test_of_too_many_the_most_urgent_are_printed_and_the_rest_is_counted(
    dana: Staff, alice: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("promises.views.prints.MOST_PRINTED", 2)
    for minutes in (30, 10, 20):
        make.promise(owner=alice, note=f"in {minutes}", at=now, due_at=now + timedelta(minutes=minutes))
    desk = in_english(make.client_of(dana))
    text = desk.get("/promises/print/").content.decode()
    assert text.index("in 10") < text.index("in 20")
    assert "in 30" not in text
    assert "1 more, due later, is not shown." in text
    make.promise(owner=alice, at=now, due_at=now + timedelta(hours=1))
    assert "2 more, due later, are not shown." in desk.get("/promises/print/").content.decode()
    monkeypatch.setattr("hospital_crm.lib.paging.COUNT_CAP", 2)
    monkeypatch.setattr("promises.views.prints.COUNT_CAP", 2)
    assert "At least 1 more, due later, is not shown." in desk.get("/promises/print/").content.decode()
