"""Somebody who called and was nobody becomes a patient; and who is behind a number. Mission A6, B3."""

from datetime import datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from accounts.access import Capability
from accounts.models import Staff
from followups.models import Attempt
from followups.services.attempts import record_attempt
from hospital_crm.lib.phones import read_phone
from patients.models import Contact, Patient, Phone
from patients.services.contacts import ContactIsKnown, attach_contact, find_or_create_contact
from patients.services.patients import NewPhone, register_patient
from patients.services.timeline import add_timeline_entry, strike_timeline_entries
from tests import make

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def caller(alice: Staff, now: datetime, name: str = "", digits: str = "13800001234") -> Contact:
    return find_or_create_contact(name=name, digits=digits, actor=alice.actor, at=now)


def test_the_same_caller_has_one_row_and_a_withheld_one_a_new_row_each_time(alice: Staff, now: datetime) -> None:
    first = caller(alice, now)
    assert caller(alice, now, "王建军") == first  # now it has a name
    assert caller(alice, now, "王建军") == first
    assert caller(alice, now, "王小雨") != first
    assert caller(alice, now, digits="") != caller(alice, now, digits="")


def test_all_that_was_about_the_caller_is_about_the_patient(alice: Staff, now: datetime) -> None:
    contact, patient = caller(alice, now), make.patient("张桂兰")
    call = make.call(alice, contact, at=now)
    add_timeline_entry(
        target=contact,
        kind="patients.registered",
        params={},
        needs=Capability.FIND_PEOPLE,
        occurred_at=now,
        actor=alice.actor,
    )
    attach_contact(contact=contact, patient=patient, actor=alice.actor, at=now)
    call.refresh_from_db()
    assert (call.patient, call.contact) == (patient, None)
    assert patient.timelineentrys.count() == 3
    patient.refresh_from_db()
    assert patient.last_contact_at == now
    with pytest.raises(ContactIsKnown):
        attach_contact(contact=contact, patient=make.patient("王建军"), actor=alice.actor, at=now)
    assert caller(alice, now) != contact  # the row of somebody who is known is not used again


@pytest.mark.parametrize("disposition", ["answered", "silent"])
def test_the_last_contact_is_the_last_time_that_somebody_spoke(alice: Staff, now: datetime, disposition: str) -> None:
    """Neither being registered, nor a promise, nor a silent call is a contact."""
    contact = caller(alice, now)
    make.call(alice, contact, at=now - 2 * DAY)
    make.call(alice, contact, at=now - DAY, disposition=disposition)
    promise = make.promise(contact, owner=alice, at=now - HOUR)
    record_attempt(promise=promise, outcome=Attempt.Outcome.NO_ANSWER, actor=alice.actor, at=now - HOUR)
    patient = make.patient("张桂兰", at=now)
    attach_contact(contact=contact, patient=patient, actor=alice.actor, at=now)
    patient.refresh_from_db()
    assert patient.last_contact_at == now - (DAY if disposition == "answered" else 2 * DAY)


def test_nobody_spoke_with_a_caller_who_only_left_a_number(alice: Staff, now: datetime) -> None:
    contact, patient = caller(alice, now), make.patient("张桂兰", at=now)
    make.promise(contact, owner=alice, at=now)
    attach_contact(contact=contact, patient=patient, actor=alice.actor, at=now)
    patient.refresh_from_db()
    assert patient.last_contact_at is None


def test_what_callers_of_before_said_is_read_from_their_story(alice: Staff, now: datetime) -> None:
    """The migration: calls and tries in which somebody was spoken to, not those that were crossed out."""
    spoken, silent, voided = (caller(alice, now, name) for name in ("王建军", "王小雨", "王一"))
    make.call(alice, spoken, at=now - DAY)
    make.call(alice, silent, at=now - DAY, disposition="silent")
    call = make.call(alice, voided, at=now - DAY)
    strike_timeline_entries(target=voided, source=call, at=now)
    Contact.objects.update(last_contact_at=None)
    import_module("patients.migrations.0009_when_callers_were_spoken_with").add_moments(apps, None)
    found = dict(Contact.objects.values_list("name", "last_contact_at"))
    assert found == {"王建军": now - DAY, "王小雨": None, "王一": None}


def test_every_row_about_a_contact_can_become_one_about_a_patient() -> None:
    """Whatever points at contacts has a patient to point at instead, and both are never forgotten by an app above."""
    for relation in Contact._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete:
            model = relation.related_model
            assert isinstance(model, type)
            assert model._meta.get_field("patient").related_model is Patient, model
            assert model._meta.get_field("contact").related_model is Contact, model


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("1234", ["张桂兰", "王小雨"]),
        ("001234", []),
        ("1380000", []),
        ("55506620", ["单田芳"]),
        ("138 0000 1234", ["张桂兰", "王小雨"]),
        ("+86 138 0000 1234", ["张桂兰", "王小雨"]),
        ("１３８00001234", ["张桂兰", "王小雨"]),
        ("13800001235", []),
        ("234", []),
        ("", []),
        ("张桂兰", []),
        ("P-000001", []),
    ],
)
def test_behind_a_number_its_owner_and_the_family(db: None, typed: str, names: list[str], system: object) -> None:
    make.patient("张桂兰", "13800001234")
    relative = NewPhone(read_phone("13800001234"), Phone.Owner.PARENT)
    register_patient(values={"name": "王小雨"}, phones=[relative], actor=make.staff().actor, at=make.THEN)
    make.patient("单田芳", "057155506620")
    found = Patient.objects.behind_number(typed).order_by("pk")
    assert [patient.name for patient in found] == names


@pytest.mark.parametrize(
    ("typed", "count"), [("1234", 1), ("01234", 0), ("00001234", 1), ("90001234", 0), ("1380000", 0), ("234", 0)]
)
def test_behind_a_number_the_callers_from_before(alice: Staff, now: datetime, typed: str, count: int) -> None:
    caller(alice, now)
    assert Contact.objects.nobody_yet().behind_number(typed).count() == count
    assert Contact.objects.visible_to(make.staff("", "doctor")).count() == 0  # they belong to no department
    assert Contact.objects.visible_to(alice).count() == 1


def test_a_line_of_the_story_is_crossed_out_and_stays(alice: Staff, now: datetime) -> None:
    patient = make.patient("张桂兰")
    call = make.call(alice, patient, at=now)
    strike_timeline_entries(target=patient, source=call, at=now + timedelta(minutes=1))
    assert [entry.struck_at is not None for entry in patient.timelineentrys.order_by("pk")] == [False, True]
