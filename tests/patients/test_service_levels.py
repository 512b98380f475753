"""What service somebody is owed follows from how often they were here and what that came to. Mission A4."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Department, Staff
from institution.models import ReferenceItem, Setting
from patients.models import LevelSweep, Patient, Visit
from patients.rules.levels import Reach, Stay, Terms, counts_until, standing_of
from patients.services.bulk_visits import NewVisit, record_visits
from patients.services.levels import renew_some, sweep_some
from patients.services.merges import merge_patients
from patients.services.unmerging import undo_merge
from patients.services.visits import cancel_visit, update_visit
from tests import make
from tests.accounts.pages import in_english

C, B, A = 1, 2, 3
DAY = timedelta(days=1)
ZONE = ZoneInfo("Asia/Shanghai")
TERMS = Terms(24, {A: Reach(12, Decimal(30_000)), B: Reach(6, Decimal(10_000)), C: Reach(3, Decimal(3_000))})


def on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 10, tzinfo=ZONE)


def stays(count: int, amount: int = 0) -> list[Stay]:
    """One a day, from 1 March 2026; all of the amount was for the first."""
    return [Stay(on(2026, 3, 1) + rank * DAY, Decimal(0 if rank else amount)) for rank in range(count)]


@pytest.mark.parametrize(
    ("history", "level"),
    [
        ([], 0),
        (stays(2, 2_999), 0),
        (stays(3), C),
        (stays(1, 3_000), C),
        (stays(6), B),
        (stays(2, 10_000), B),
        (stays(12), A),
        (stays(1, 30_000), A),
    ],
)
def test_the_level_is_the_highest_that_visits_or_amount_reach(history: list[Stay], level: int) -> None:
    assert standing_of(history, TERMS, on(2026, 4, 1)).level == level


def test_what_is_too_long_ago_does_not_count() -> None:
    history = [Stay(on(2024, 4, 1), Decimal(50_000)), *stays(3)]
    assert standing_of(history, TERMS, on(2026, 3, 31)).level == A
    assert standing_of(history, TERMS, on(2026, 4, 1)).level == C


def test_a_level_says_until_when_it_holds_without_another_visit() -> None:
    """The fourth visit may drop out and nothing changes; the third may not."""
    standing = standing_of(stays(4), TERMS, on(2026, 4, 1))
    assert standing == (C, on(2028, 3, 2))
    assert standing_of(stays(2), TERMS, on(2026, 4, 1)).ends_at is None


def test_nought_leaves_a_condition_out() -> None:
    by_amount = Terms(24, {A: Reach(0, Decimal(100))})
    assert standing_of(stays(50), by_amount, on(2026, 4, 1)).level == 0
    assert standing_of(stays(1, 100), by_amount, on(2026, 4, 1)).level == A


@pytest.mark.parametrize(
    ("begin", "months", "end"),
    [
        (on(2024, 2, 29), 12, on(2025, 2, 28)),
        (on(2026, 3, 31), 1, on(2026, 4, 30)),
        (on(2026, 11, 30), 3, on(2027, 2, 28)),
        (on(2026, 3, 12), 24, on(2028, 3, 12)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(begin: datetime, months: int, end: datetime) -> None:
    assert counts_until(begin, months) == end


# ── On file ──────────────────────────────────────────────────────────────────


@pytest.fixture
def zhang(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234")


def level(patient: Patient) -> int:
    patient.refresh_from_db()
    return patient.service_level


def visited(patient: Patient, now: datetime, *amounts: int, **values: Any) -> list[Visit]:
    """One yesterday, one the day before, and so on."""
    return [
        make.visit(patient, starts_at=now - (rank + 1) * DAY, total=Decimal(amount), at=now, **values)
        for rank, amount in enumerate(amounts)
    ]


def test_a_visit_changes_the_level_at_once(zhang: Patient, now: datetime) -> None:
    visited(zhang, now, 0, 0)
    assert level(zhang) == 0
    third, *_rest = visited(zhang, now, 0)
    assert level(zhang) == C
    update_visit(visit=third, version=third.version, values={"total": Decimal(30_000)}, actor=make.by(), at=now)
    assert level(zhang) == A
    cancel_visit(visit=third, reason="录错", actor=make.by(), at=now)
    assert level(zhang) == 0


def test_only_who_was_here_counts_and_money_of_elsewhere_does_not(zhang: Patient, now: datetime) -> None:
    visited(zhang, now, 9_000, 9_000, status=Visit.Status.PLANNED)
    assert level(zhang) == 0
    visited(zhang, now, 9_000, 9_000, currency="USD")
    assert level(zhang) == 0


def test_what_was_brought_in_from_the_past_counts(zhang: Patient, now: datetime) -> None:
    visited(zhang, now, 4_000, historic=True)
    assert level(zhang) == C


def test_many_visits_at_once_are_looked_at_soon(zhang: Patient, now: datetime) -> None:
    other = make.patient("何建平")
    here = {"kind": "outpatient", "starts_at": now - DAY, "total": Decimal(3_000)}
    long_ago = {**here, "starts_at": now - 4000 * DAY}
    record_visits([NewVisit(zhang.pk, here), NewVisit(other.pk, long_ago)], actor=make.by(), at=now)
    assert level(zhang) == 0
    assert renew_some(at=now) == 1
    assert (level(zhang), level(other)) == (C, 0)
    assert renew_some(at=now) == 0


def test_a_level_ends_when_its_visits_are_too_long_ago(zhang: Patient, now: datetime) -> None:
    visited(zhang, now, 0, 0, 0)
    ends = zhang.level_ends_at if level(zhang) else None
    assert ends == counts_until(now - 3 * DAY, 24)
    assert renew_some(at=ends - timedelta(seconds=1)) == 0
    assert renew_some(at=ends) == 1
    assert (level(zhang), zhang.level_ends_at) == (0, None)


def test_other_terms_reach_everybody_some_at_a_time(
    zhang: Patient, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [zhang, make.patient("何建平"), make.patient("吴海燕")]
    for patient in people:
        visited(patient, now, 0)
    monkeypatch.setattr("patients.services.levels.AT_ONCE", 2)
    swept(now)
    assert [level(patient) for patient in people] == [0, 0, 0]
    Setting.objects.filter(key="patients.level_a_visits").update(value=1)
    assert [sweep_some(at=now), sweep_some(at=now), sweep_some(at=now), sweep_some(at=now)] == [2, 1, 0, 0]
    assert [level(patient) for patient in people] == [A, A, A]
    assert LevelSweep.objects.filter(finished_at__isnull=True).count() == 0


def swept(now: datetime) -> None:
    while sweep_some(at=now):
        pass


def test_two_who_become_one_have_the_visits_of_both(zhang: Patient, now: datetime) -> None:
    twin = make.patient("张贵兰")
    visited(zhang, now, 0, 0)
    visited(twin, now, 0)
    merge = merge_patients(survivor=zhang, merged=twin, actor=make.by(), at=now)
    renew_some(at=now)
    assert level(zhang) == C
    undo_merge(merge=merge, actor=make.by(), at=now)
    renew_some(at=now)
    assert (level(zhang), level(twin)) == (0, 0)


# ── Shown ────────────────────────────────────────────────────────────────────


@pytest.fixture
def often(cataract: Department, now: datetime) -> Sequence[Patient]:
    """Of level A, of C, of none; registered in this order."""
    people = [make.patient(name, department=cataract) for name in ("甲一", "乙二", "丙三")]
    for patient, lvl in zip(people, (A, C, 0), strict=True):
        Patient.objects.filter(pk=patient.pk).update(service_level=lvl)
    return people


def names(page: str, people: Sequence[Patient]) -> list[str]:
    found = sorted((page.index(patient.name), patient.name) for patient in people if patient.name in page)
    return [name for _place, name in found]


def test_staff_read_what_is_owed_and_doctors_nothing(
    often: Sequence[Patient], alice: Staff, cataract: Department
) -> None:
    doctor = make.staff("", "doctor", department=cataract)
    owed = "Call back within 2 hours"
    for url in (f"/patients/{often[0].pk}/", "/patients/"):
        assert owed in in_english(make.client_of(alice)).get(url).content.decode()
        told = in_english(make.client_of(doctor)).get(url).content.decode()
        assert "甲一" in told
        assert owed not in told


def test_the_words_are_the_hospitals_own(often: Sequence[Patient], alice: Staff) -> None:
    ReferenceItem.objects.filter(list__code="service_level", code="a").update(label_zh="一小时内回电")
    page = make.client_of(alice).get(f"/patients/{often[0].pk}/").content.decode()
    assert "一小时内回电" in page
    ReferenceItem.objects.filter(list__code="service_level", code="a").update(is_active=False)
    page = make.client_of(alice).get(f"/patients/{often[0].pk}/").content.decode()
    assert "一小时内回电" not in page


def test_lists_are_asked_for_a_level_and_put_in_its_order(often: Sequence[Patient], alice: Staff) -> None:
    browser = make.client_of(alice)
    assert names(browser.get("/patients/?level=c").content.decode(), often) == ["乙二"]
    assert names(browser.get("/patients/").content.decode(), often) == ["丙三", "乙二", "甲一"]
    assert names(browser.get("/patients/?sort=level").content.decode(), often) == ["甲一", "乙二", "丙三"]


def test_programs_ask_the_same(often: Sequence[Patient], alice: Staff, cataract: Department) -> None:
    program, url = make.client_of(alice), "/api/v1/patients/"
    rows = program.get(url, {"sort": "level"}).json()["results"]
    assert [row["service_level"] for row in rows] == ["a", "c", ""]
    assert [row["name"] for row in program.get(url, {"level": "c"}).json()["results"]] == ["乙二"]
    doctor = make.client_of(make.staff("", "doctor", department=cataract))
    told = doctor.get(url, {"sort": "level", "level": "c"}).json()["results"]
    assert [row["service_level"] for row in told] == ["", "", ""]
    assert [row["name"] for row in told] == ["丙三", "乙二", "甲一"]


def test_the_call_page_says_what_the_caller_is_owed(often: Sequence[Patient], alice: Staff) -> None:
    make.phone(often[0], "13800001234")
    browser = in_english(make.client_of(alice))
    found = browser.post("/calls/who/", {"number": "13800001234"}).content.decode()
    assert "Call back within 2 hours" in found
    taken = browser.get("/calls/new/", {"patient": often[0].pk}).content.decode()
    assert "Owed: Call back within 2 hours" in taken
    assert "Owed:" not in browser.get("/calls/new/", {"patient": often[2].pk}).content.decode()


def test_a_doctor_at_the_phone_is_told_of_no_level(often: Sequence[Patient], cataract: Department) -> None:
    Patient.objects.filter(pk=often[0].pk).update(department=cataract)
    make.phone(often[0], "13800001234")
    browser = in_english(make.client_of(make.staff("", "doctor", department=cataract)))
    found = browser.post("/calls/who/", {"number": "13800001234"}).content.decode()
    assert often[0].name in found
    assert "Call back within 2 hours" not in found
