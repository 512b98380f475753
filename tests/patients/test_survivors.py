"""Whoever writes about somebody who was merged writes about the survivor, however late. Mission A4."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import Capability
from accounts.models import Staff
from consult.models import Call
from hospital_crm.lib.errors import StaleVersion
from messaging.models import ContactLog, Hold, MessageClass
from messaging.services.contact_log import log_contact
from messaging.services.holds import place_hold
from patients.models import Merge, Patient, Phone, Purpose, SearchToken
from patients.services.consents import Decision, record_consent
from patients.services.desk import register_at_desk
from patients.services.grants import grant_access
from patients.services.late_rows import LATE, gather_late_rows
from patients.services.merges import merge_patients
from patients.services.patients import update_patient
from patients.services.timeline import add_timeline_entry
from patients.services.unmerging import undo_merge
from tests import make
from tests.accounts.pages import Page, fill, in_english
from tests.api.test_patients import sent
from tests.messaging.make import message

from .everything import everything

LONG = timedelta(hours=9)  # of work in which the worker looked at nothing else


@pytest.fixture
def kept(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234", birth_year=1953, card="K1", hospital_number="H1")


@pytest.fixture
def double(db: None) -> Patient:
    return make.patient("李小红", "13900005678", birth_year=1990, residence="杭州", hospital_number="H2")


def merged(survivor: Patient, other: Patient, now: datetime) -> Merge:
    return merge_patients(survivor=survivor, merged=other, actor=make.by(), at=now)


@pytest.fixture
def desk(dana: Staff) -> Client:
    return in_english(make.client_of(dana))


def _told(patient: Patient, now: datetime) -> Any:
    more: dict[str, Any] = {"kind": "patients.registered", "params": {}, "needs": Capability.FIND_PEOPLE}
    return add_timeline_entry(target=patient, **more, occurred_at=now, actor=make.by())


def _logged(patient: Patient, now: datetime) -> Any:
    more: dict[str, Any] = {"channel": ContactLog.Channel.PHONE, "reached": True, "source": "call:1"}
    return log_contact(target=patient, **more, actor=make.by(), at=now)


def _held(patient: Patient, now: datetime) -> Any:
    more: dict[str, Any] = {"reason": Hold.Reason.REQUEST, "source": "request:1"}
    return place_hold(patient=patient, classes=[MessageClass.CARE], **more, actor=make.by(), at=now)[0]


WRITES: dict[str, Callable[[Patient, Staff, datetime], Any]] = {
    "record_visit": lambda patient, staff, now: make.visit(patient),
    "record_consent": lambda patient, staff, now: record_consent(
        patient=patient, decision=Decision(Purpose.CARE, True), actor=make.by(), at=now
    ),
    "grant_access": lambda patient, staff, now: grant_access(patient=patient, to=staff, source="x:1", at=now),
    "make_promise": lambda patient, staff, now: make.promise(patient, owner=staff),
    "log_call": lambda patient, staff, now: make.call(staff, patient),
    "add_timeline_entry": lambda patient, staff, now: _told(patient, now),
    "log_contact": lambda patient, staff, now: _logged(patient, now),
    "place_hold": lambda patient, staff, now: _held(patient, now),
    "add_phone": lambda patient, staff, now: make.phone(patient, "13700004321"),
    "queue_message": lambda patient, staff, now: message(
        patient, now, channel="email", message_class=MessageClass.CARE
    ),
}


@pytest.mark.parametrize("name", sorted(WRITES))
def test_whoever_read_it_before_writes_about_the_survivor(
    name: str, kept: Patient, double: Patient, alice: Staff, now: datetime
) -> None:
    last = make.patient("张桂蓝")
    merged(kept, double, now)
    merged(last, kept, now)
    assert WRITES[name](double, alice, now).patient == last
    assert gather_late_rows(at=now) == 0


def test_a_note_is_about_the_survivor(kept: Patient, double: Patient, alice: Staff, now: datetime) -> None:
    merged(kept, double, now)
    assert message(alice, now, about=double).about_patient == kept


def test_the_desk_registers_the_survivor(kept: Patient, double: Patient, now: datetime) -> None:
    merged(kept, double, now)
    assert register_at_desk(patient=double, actor=make.by(), at=now) == kept


def test_details_of_the_one_never_overwrite_the_other(kept: Patient, double: Patient, now: datetime) -> None:
    merged(kept, double, now)
    with pytest.raises(StaleVersion) as stale:
        update_patient(patient=double, version=2, values={"name": "李小虹"}, actor=make.by(), at=now)
    assert stale.value.current == kept
    assert set(Patient.objects.values_list("name", flat=True)) == {"张桂兰", "李小红"}


def late_call(alice: Staff, patient: Patient) -> Call:
    """As of somebody who did not know of the merge."""
    call = make.call(alice)
    Call.objects.filter(pk=call.pk).update(patient=patient, contact=None)
    return call


def test_what_comes_too_late_follows_however_long_nobody_looked(
    kept: Patient, double: Patient, alice: Staff, now: datetime
) -> None:
    before, merge = everything(), merged(kept, double, now)
    call = late_call(alice, double)
    assert gather_late_rows(at=now + LONG) == 1
    call.refresh_from_db()
    assert call.patient == kept
    assert gather_late_rows(at=now + LONG) == 0
    undo_merge(merge=merge, actor=make.by(), at=now)
    call.refresh_from_db()
    assert call.patient == double
    assert before["patients.Phone"] == everything()["patients.Phone"]


def test_each_merge_is_looked_at_until_nobody_can_come_too_late(kept: Patient, double: Patient, now: datetime) -> None:
    merge = merged(kept, double, now)
    gather_late_rows(at=now + LATE / 2)
    merge.refresh_from_db()
    assert merge.gathered_at is None
    gather_late_rows(at=now + LATE)
    merge.refresh_from_db()
    assert merge.gathered_at == now + LATE


def test_it_follows_from_merge_to_merge_and_back(kept: Patient, double: Patient, alice: Staff, now: datetime) -> None:
    last = make.patient("张桂蓝")
    first = merged(kept, double, now)
    call = late_call(alice, double)
    second = merged(last, kept, now)
    gather_late_rows(at=now + LONG)
    owners = []
    for merge in (None, second, first):
        if merge is not None:
            undo_merge(merge=merge, actor=make.by(), at=now)
        call.refresh_from_db()
        owners.append(call.patient)
    assert owners == [last, kept, double]


def test_a_number_that_came_too_late_finds_the_survivor(kept: Patient, double: Patient, now: datetime) -> None:
    """And the one to dial first stays that."""
    phone = make.phone(kept, "13700004321")
    merge = merged(kept, double, now)
    Phone.objects.filter(pk=phone.pk).update(patient=double, is_primary=True)
    SearchToken.objects.filter(token__contains="4321").delete()
    gather_late_rows(at=now)
    assert list(Patient.objects.found_by("13700004321")) == [kept]
    assert kept.phones.get(is_primary=True).digits == "13800001234"
    assert not merge.rows.filter(model=SearchToken._meta.label).exists()


PAGES = (
    "patients:consent_list",
    "patients:consent_create",
    "patients:visit_list",
    "patients:visit_create",
    "patients:relative_create",
    "patients:phone_create",
    "patients:identifier_create",
    "patients:patient_edit",
    "patients:patient_compare",
    "dashboards:patient_looks",
)


@pytest.mark.parametrize("page", PAGES)
def test_every_old_address_leads_on(page: str, desk: Client, kept: Patient, double: Patient, now: datetime) -> None:
    merged(kept, double, now)
    answer = desk.get(reverse(page, args=[double.pk]))
    assert answer.status_code == 200
    assert kept.name in answer.content.decode()


def test_what_was_typed_on_an_old_page_is_saved(desk: Client, kept: Patient, double: Patient, now: datetime) -> None:
    consents, visits = (f"/patients/{double.pk}/{part}/new/" for part in ("consents", "visits"))
    forms = {url: Page(desk.get(url)).values for url in (consents, visits)}
    merged(kept, double, now)
    desk.post(consents, fill(forms[consents], purpose="care", is_given="yes"))
    desk.post(visits, fill(forms[visits], starts_at="2026-03-01T10:00"))
    desk.post(f"/patients/{double.pk}/at-desk/")
    assert (kept.consents.count(), kept.visits.count()) == (1, 1)
    kept.refresh_from_db()
    assert kept.desk_registered_at is not None


def test_a_form_that_was_opened_before_the_merge_shows_both(
    desk: Client, kept: Patient, double: Patient, now: datetime
) -> None:
    """However the versions of the two stand: that of another row says nothing."""
    url = f"/patients/{double.pk}/edit/"
    form = fill(Page(desk.get(url)).values, name="李小虹")
    merged(kept, double, now)
    kept.refresh_from_db()
    answer = desk.post(url, fill(form, version=str(kept.version)))
    assert answer.status_code == 409
    both = Page(answer)
    assert f"{double.number} was merged with this record" in both.text
    assert "Still to choose: Name" in both.text
    kept.refresh_from_db()
    assert (kept.name, kept.birth_year, kept.hospital_number, kept.card) == ("张桂兰", 1953, "H1", "K1")
    picked = {name: ["theirs"] for name in both.values if name.startswith("pick-")}
    assert desk.post(url, {**both.values, **picked, "pick-name": "mine"}).status_code == 302
    kept.refresh_from_db()
    assert (kept.name, kept.birth_year, kept.hospital_number, kept.card) == ("李小虹", 1953, "H1", "K1")


def test_a_form_opened_at_the_old_address_afterwards_saves(
    desk: Client, kept: Patient, double: Patient, now: datetime
) -> None:
    merged(kept, double, now)
    url = f"/patients/{double.pk}/edit/"
    answer = desk.post(url, fill(Page(desk.get(url)).values, card="K9"))
    assert answer["Location"] == f"/patients/{kept.pk}/"
    kept.refresh_from_db()
    assert kept.card == "K9"


def test_for_programs_too_the_record_that_was_read_counts(
    desk: Client, kept: Patient, double: Patient, now: datetime
) -> None:
    url = f"/api/v1/patients/{double.pk}/"
    merged(kept, double, now)
    now_on_file = desk.get(url).json()
    version = now_on_file["version"]
    late = sent(desk, "patch", url, version=version, name="李小虹", hospital_number="H2")
    assert (late.status_code, late.json()["code"]) == (409, "stale_version")
    wrong = sent(desk, "patch", url, version=version, id=double.pk, name="李小虹")
    assert wrong.status_code == 409
    kept.refresh_from_db()
    assert kept.name == "张桂兰"
    assert sent(desk, "patch", url, version=version, id=now_on_file["id"], card="K9").json()["card"] == "K9"
