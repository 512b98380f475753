"""The search box also finds callers who are not on file yet, in few questions to the database."""

from datetime import datetime

from accounts.models import Staff
from patients.services.contacts import attach_contact, find_or_create_contact
from tests import make
from tests.accounts.pages import in_english
from tests.house.world import counted


def found(staff: Staff, text: str) -> str:
    page = in_english(make.client_of(staff)).get("/search/", {"q": text}).content.decode()
    return make.tight(page.partition('id="main"')[2])


def test_a_caller_who_is_nobody_yet_is_found_by_the_number(alice: Staff, now: datetime) -> None:
    caller = find_or_create_contact(name="王女士", digits="13800001234", actor=alice.actor, at=now)
    for text in ("1234", "13800001234", "80000 1234"):
        assert '王女士</span><span class="c-tag">not on file' in found(alice, text)
        assert '<span class="t2 ink3">138****1234</span>' in found(alice, text)
    attach_contact(contact=caller, patient=make.patient("王芳"), actor=alice.actor, at=now)
    assert "not on file" not in found(alice, "1234")


def test_who_sees_one_department_sees_no_callers(alice: Staff, now: datetime) -> None:
    find_or_create_contact(name="王女士", digits="13800001234", actor=alice.actor, at=now)
    assert "Nobody found" in found(make.staff("yann", "doctor"), "1234")


def test_a_search_costs_few_queries_however_many_are_found(alice: Staff, now: datetime) -> None:
    browser = make.client_of(alice)
    browser.get("/search/")
    costs = []
    for many in (2, 12):
        for number in range(many):
            make.patient(f"张{many}{number}", f"138{many:02}{number:02}1000")
            caller = {"name": f"王{many}-{number}", "digits": f"139{many:02}{number:02}1000"}
            find_or_create_contact(**caller, actor=alice.actor, at=now)
        with counted() as queries:
            text = browser.get("/search/", {"q": "1000"}).content.decode()
        assert "张" in text
        assert "王" in text
        with counted() as by_name:
            assert browser.get("/search/", {"q": "张"}).status_code == 200
        costs.append((len(queries), len(by_name)))
    assert costs[0] == costs[1]
    assert max(costs[1]) <= 6 + 1  # that a number was looked for is on record
    assert costs[1][1] <= 6
