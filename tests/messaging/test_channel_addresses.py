"""Where a message goes: whose number, of which kind, and by which name WeChat knows somebody."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Staff
from messaging.models import Message
from messaging.rules import mask_address
from messaging.services.gateways.addresses import SCOPE, number_of, open_id_of
from patients.models import Identifier, OrganisationContact, Patient
from patients.services.contacts import find_or_create_contact
from patients.services.identifiers import NewIdentifier, add_identifier
from patients.services.phone_checks import update_phone
from tests import make
from tests.messaging.channels import APP_ID, OPEN_ID

OWN, OTHER, LANDLINE = "13800138000", "13900139000", "057155500100"


def to(**people: Any) -> Message:
    return Message(kind="ring_back_missed", **people)


def patient(*phones: tuple[str, str, str]) -> Patient:
    """Number, whose, kind; the first is the one to dial."""
    person = make.patient()
    for number, owner, kind in phones:
        phone = make.phone(person, number)
        given = {"owner": owner, "kind": kind, "checked_as": ""}
        update_phone(phone=phone, version=phone.version, values=given, actor=make.by(), at=make.THEN)
    return person


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("phones", "number"),
    [
        ([], ""),
        ([(OWN, "own", "mobile")], f"+86{OWN}"),
        # whosever it is: the record says to use it
        ([(OTHER, "child", "mobile"), (OWN, "own", "mobile")], f"+86{OTHER}"),
        # a landline takes no texts; the patient's own mobile does, another one's was never named for it
        ([(LANDLINE, "own", "landline"), (OTHER, "child", "mobile"), (OWN, "own", "mobile")], f"+86{OWN}"),
        ([(LANDLINE, "own", "landline"), (OTHER, "child", "mobile")], ""),
        ([(OWN, "own", "work")], ""),
        # on file as a mobile number, and none: the check before sending says so
        ([(LANDLINE, "own", "mobile")], f"+86{LANDLINE[1:]}"),
    ],
)
def test_the_number_that_the_record_says_to_use(phones: list[tuple[str, str, str]], number: str) -> None:
    assert number_of(to(patient=patient(*phones))) == number


@pytest.mark.django_db
def test_callers_organisations_and_colleagues(alice: Staff, now: datetime) -> None:
    caller = find_or_create_contact(name="", digits=OWN, actor=make.by(), at=now)
    assert number_of(to(contact=caller)) == f"+86{OWN}"
    caller.became = patient((OTHER, "own", "mobile"))
    assert number_of(to(contact=caller)) == f"+86{OTHER}"
    place = make.organisation()
    assert number_of(to(organisation=place)) == ""
    OrganisationContact.objects.create(
        organisation=place, name="X", digits=OWN, is_main=True, added_at=now, added_by=make.by(), updated_at=now
    )
    assert number_of(to(organisation=place)) == f"+86{OWN}"
    assert number_of(to(staff=alice)) == ""


def follow(person: Patient, open_id: str, app_id: str, at: datetime) -> None:
    new = NewIdentifier(Identifier.Type.SYSTEM, open_id, f"{SCOPE}{app_id}")
    add_identifier(patient=person, new=new, actor=make.by(), at=at)


@pytest.mark.django_db
def test_the_newest_open_id_of_this_account(alice: Staff, now: datetime) -> None:
    person = patient()
    assert open_id_of(to(patient=person), APP_ID) == ""
    follow(person, "o" * 28, "wx-another", now)
    assert open_id_of(to(patient=person), APP_ID) == ""
    follow(person, OPEN_ID[::-1], APP_ID, now)
    follow(person, OPEN_ID, APP_ID, now + timedelta(days=1))
    assert open_id_of(to(patient=person), APP_ID) == OPEN_ID
    assert open_id_of(to(staff=alice), APP_ID) == ""


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("+8613800138000", "138****8000"),
        ("13800138000", "138****8000"),
        ("+85291234567", "+85****4567"),
        (OPEN_ID, "oia2****"),
        ("short", "****"),
        ("zhang@example.com", "zh****@example.com"),
    ],
)
def test_what_is_shown_of_an_address(address: str, shown: str) -> None:
    assert mask_address(address) == shown
