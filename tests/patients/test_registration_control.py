"""Nobody is missed at the desk: visits without a registration, and the reverse, of a day. Mission A2."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditEntry, Staff
from patients.models import Patient, Visit
from patients.services.desk import AlreadyRegisteredAtDesk, register_at_desk
from tests import make
from tests.accounts.pages import in_english
from tests.patients.brought import imported

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
URL = "/patients/registration/"


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def gina(db: None) -> Staff:
    """Guides people at the desk."""
    return make.staff("gina", "guide")


def at_desk(gina: Staff, name: str, at: datetime) -> Patient:
    return make.patient(name, actor=gina.actor, at=at)


def test_the_desk_is_who_records_arrivals(gina: Staff, alice: Staff, now: datetime) -> None:
    assert at_desk(gina, "张桂兰", now).desk_registered_at == now
    assert make.patient("何建平", actor=alice.actor, at=now).desk_registered_at is None  # on the line
    assert make.patient("吴海燕").desk_registered_at is None  # by another system


def test_whom_a_manager_imports_the_desk_has_not_seen(dana: Staff, now: datetime) -> None:
    run = imported("姓名\n张桂兰\n", actor=dana.actor, at=now)
    assert (run.created, Patient.objects.get().desk_registered_at) == (1, None)


def test_missed_is_who_was_here_and_was_registered_later_or_never(gina: Staff, now: datetime) -> None:
    never, later = make.patient("从未登记"), at_desk(gina, "后来登记", now)
    at_midnight = at_desk(gina, "零点登记", now.replace(hour=0, minute=0))
    before, same_day = at_desk(gina, "先登记", now - 9 * DAY), at_desk(gina, "当天登记", now)
    yesterday = now - DAY
    for who in (never, later, at_midnight, before):
        make.visit(who, starts_at=yesterday)
    make.visit(same_day, starts_at=now - 2 * HOUR)  # before the desk, on the same day
    make.visit(never, starts_at=yesterday, status=Visit.Status.CANCELLED)
    missed = Visit.objects.missed_by_desk(yesterday.date()).order_by("pk")
    assert [visit.patient for visit in missed] == [never, later, at_midnight]
    assert list(Visit.objects.missed_by_desk(now.date())) == []


def test_idle_is_whom_the_desk_registered_without_a_visit_that_day(gina: Staff, now: datetime) -> None:
    alone, cancelled, planned, here = (at_desk(gina, name, now) for name in ("独", "消", "约", "到"))
    make.visit(alone, starts_at=now - DAY)
    make.visit(cancelled, starts_at=now, status=Visit.Status.CANCELLED)
    make.visit(planned, starts_at=now + HOUR, status=Visit.Status.PLANNED)
    make.visit(here, starts_at=now)
    idle = Patient.objects.registered_at_desk_on(now.date()).without_visit_on(now.date()).order_by("pk")
    assert list(idle) == [alone, cancelled]


def test_registered_once_at_the_desk(gina: Staff, now: datetime) -> None:
    patient = make.patient("张桂兰")
    assert register_at_desk(patient=patient, actor=gina.actor, at=now).desk_registered_at == now
    with pytest.raises(AlreadyRegisteredAtDesk):
        register_at_desk(patient=patient, actor=gina.actor, at=now)
    assert AuditEntry.objects.about(patient).filter(verb="patient.registered_at_desk").count() == 1


def test_each_count_opens_its_rows_and_the_desk_makes_up_for_it(gina: Staff, now: datetime) -> None:
    browser: Client = in_english(make.client_of(gina))
    missed = make.patient("从未登记")
    make.visit(missed, starts_at=now)
    at_desk(gina, "没有就诊", now)
    page = browser.get(URL).content.decode()
    assert "从未登记" in page
    assert "没有就诊" not in page
    assert make.tight(page).count('<span class="n">1</span>') == 2
    assert "没有就诊" in browser.get(URL, {"day": "2026-03-12", "show": "idle"}).content.decode()
    assert "Nobody was missed" in browser.get(URL, {"day": "2026-03-11"}).content.decode()
    browser.post(f"/patients/{missed.pk}/at-desk/", {"next": URL})
    assert "从未登记" not in browser.get(URL).content.decode()
    api = make.client_of(gina)
    assert api.get("/api/v1/visits/missed/").json()["results"] == []
    (row,) = api.get("/api/v1/patients/without-visit/?day=2026-03-12").json()["results"]
    assert row["name"] == "没有就诊"
    assert api.get("/api/v1/visits/missed/?day=soon").status_code == 400
