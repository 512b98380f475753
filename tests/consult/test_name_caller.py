"""Say who a caller was: somebody on file, or a new patient, with all that was said and promised. Mission A2, A6."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Staff
from consult.models import Call
from consult.services.callers import CallerIsKnown, NewPatient, name_caller, register_caller
from consult.services.promised import Promised
from messaging.models import Message
from patients.models import AccessGrant, Patient, Sex
from promises.models import Promise, PromiseEvent
from promises.services.changes import PromiseHasChanged
from promises.services.closing import keep_promise
from tests import make
from tests.accounts.pages import Page, fill, in_english


def unknown(alice: Staff, now: datetime, **values: Any) -> Call:
    return make.call(alice, at=now, name="王建军", number="13800001234", **values)


def test_all_calls_and_promises_of_the_caller_are_the_patients(alice: Staff, now: datetime) -> None:
    owed = Promised(Promise.Kind.RING_BACK, now + timedelta(hours=1), alice)
    first, second = unknown(alice, now), unknown(alice, now, disposition="ring_back", promised=owed)
    patient = make.patient("张桂兰")
    name_caller(call=second, patient=patient, actor=alice.actor, at=now)
    first.refresh_from_db()
    assert (first.target, second.target, Promise.objects.get().target) == (patient, patient, patient)
    assert AccessGrant.objects.held_by(alice).filter(patient=patient).exists()
    due = Message.objects.filter(kind="promises.due", channel="in_app")
    assert list(due.values_list("state", "about_patient")) == [("queued", patient.pk)]  # still reminded, by name
    assert [phone.digits for phone in patient.phones.all()] == ["13800001234"]
    with pytest.raises(CallerIsKnown):
        name_caller(call=second, patient=make.patient("王小雨"), actor=alice.actor, at=now)


def test_whoever_has_read_whose_it_was_before_keeps_nothing(alice: Staff, now: datetime) -> None:
    owed = Promised(Promise.Kind.RING_BACK, now + timedelta(hours=1), alice)
    call = unknown(alice, now, disposition="ring_back", promised=owed)
    seen_before = Promise.objects.get()
    name_caller(call=call, patient=make.patient("张桂兰"), actor=alice.actor, at=now)
    with pytest.raises(PromiseHasChanged, match=r"有变动。所填|opened it\. If"):
        keep_promise(promise=seen_before, actor=alice.actor, at=now)
    assert Promise.objects.get().is_open
    assert not PromiseEvent.objects.exclude(verb="made").exists()


def test_a_number_that_the_patient_has_already_is_no_hindrance(alice: Staff, now: datetime) -> None:
    call, patient = unknown(alice, now), make.patient("张桂兰", "13800001234")
    name_caller(call=call, patient=patient, actor=alice.actor, at=now)
    assert patient.phones.count() == 1


def test_a_new_patient_is_registered_from_what_was_told(alice: Staff, now: datetime) -> None:
    call = unknown(alice, now, details={"age": 72, "residence": "拱墅"})
    patient = register_caller(call=call, new=NewPatient("王建军", Sex.MALE), actor=alice.actor, at=now)
    assert (patient.number, patient.birth_year, patient.residence) == ("P-000001", 1954, "拱墅")
    assert [phone.digits for phone in patient.phones.all()] == ["13800001234"]
    assert call.target == patient


def test_a_number_from_abroad_stays_what_it_is(alice: Staff, now: datetime) -> None:
    call = make.call(alice, at=now, number="+238 339 48 96")  # its digits alone would be one of Chongqing
    patient = register_caller(call=call, new=NewPatient("王建军", Sex.MALE), actor=alice.actor, at=now)
    assert (call.digits, patient.phones.get().digits) == ("2383394896", "2383394896")


def test_a_withheld_number_registers_without_a_phone(alice: Staff, now: datetime) -> None:
    call = make.call(alice, at=now, is_withheld=True)
    patient = register_caller(call=call, new=NewPatient("王建军", Sex.MALE), actor=alice.actor, at=now)
    assert patient.phones.count() == 0


def test_the_page_searches_first_and_then_registers(alice: Staff, charlie: Staff, now: datetime) -> None:
    desk = in_english(make.client_of(alice))
    known, call = make.patient("王建军", "13900005678"), unknown(alice, now)
    url = f"/calls/{call.pk}/caller/"
    page = Page(desk.get(url))
    assert known.number in page.text  # the name that was told is searched by itself
    assert "13800001234" not in page.text
    assert known.number not in desk.get(url, {"q": "李四"}).content.decode()
    assert make.client_of(charlie).get(url).status_code == 404
    assert desk.post(url, {"patient": "99999"}).status_code == 404
    assert Page(desk.post(url, {"register": "on", "name": "", "sex": "male"})).errors["name"]
    desk.post(url, fill(page.values, register="on", sex="male"))
    assert Call.objects.get().target == Patient.objects.latest("pk")
    desk.post(f"/calls/{unknown(alice, now).pk}/caller/", {"patient": str(known.pk)})
    assert known.calls.count() == 1
    assert desk.get(url)["Location"] == f"/calls/{call.pk}/"


def test_without_a_name_the_number_finds_and_is_not_shown(alice: Staff, now: datetime) -> None:
    desk, known = in_english(make.client_of(alice)), make.patient("张桂兰", "13800001234")
    url = f"/calls/{make.call(alice, at=now, number='13800001234').pk}/caller/"
    for asked in ({}, {"q": ""}, {"q": " "}):
        text = desk.get(url, asked).content.decode()
        assert known.number in text
        assert "138****1234" in text
        assert "13800001234" not in text
    assert 'value="13700005678"' in desk.get(url, {"q": "13700005678"}).content.decode()  # what one typed stays
