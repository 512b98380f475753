"""Builders: a row that stands for itself, through the product's own services."""

import itertools
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from accounts.access import Role
from accounts.models import Actor, Department, Staff, Team
from accounts.services.actors import system_actor
from accounts.services.departments import create_department, update_department
from accounts.services.leaving import deactivate_staff
from accounts.services.staff import create_staff
from accounts.services.teams import create_team
from consult.models import Call
from consult.services.calls import log_call
from consult.services.promised import Promised
from consult.services.records import CallRecord, TopicRecord
from hospital_crm.lib.phones import read_phone
from institution.models import ReferenceItem
from patients.models import Contact, Organisation, OrganisationVisit, Patient, Phone, Target, Visit
from patients.services.organisation_visits import plan_organisation_visit
from patients.services.organisations import register_organisation
from patients.services.patients import NewPhone, register_patient
from patients.services.phones import add_phone
from patients.services.visits import ClinicalText, NewDiagnosis, record_visit
from promises.models import Promise
from promises.services.promises import make_promise
from tests.discretion import note

PASSWORD = "correct-horse-9"
THEN = datetime(2026, 3, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
_numbers = itertools.count(1)
_by: list[Actor] = []


def by() -> Actor:
    """Whoever makes these rows, asked for once as long as the row is there."""
    if not _by:
        _by.append(system_actor("tests"))
    return _by[0]


def forget() -> None:
    """The rows are gone."""
    _by.clear()


def staff(
    username: str = "", *roles: str, second_factor: bool = False, password: str = PASSWORD, **details: Any
) -> Staff:
    username = username or f"person{next(_numbers)}"
    note(details.get("display_name", ""), details.get("email", ""))
    person = create_staff(
        username=username,
        display_name=details.pop("display_name", username.title()),
        roles=[Role(role) for role in roles],
        password=password,
        must_change_password=details.pop("must_change_password", False),
        actor=by(),
        at=THEN,
        **details,
    )
    if second_factor:
        TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    return person


def department(name_zh: str = "", name_en: str = "", **values: Any) -> Department:
    name_zh = name_zh or f"科室{next(_numbers)}"
    return create_department(values={"name_zh": name_zh, "name_en": name_en or name_zh, **values}, actor=by(), at=THEN)


def team(name_zh: str = "", *members: Staff, **values: Any) -> Team:
    name_zh = name_zh or f"组{next(_numbers)}"
    return create_team(
        values={"name_zh": name_zh, "name_en": name_zh, **values},
        members=members,
        actor=by(),
        at=THEN,
    )


def left(person: Staff) -> Staff:
    """The person no longer works here."""
    deactivate_staff(staff=person, actor=by(), at=THEN)
    person.refresh_from_db()
    return person


def head(place: Department | None, person: Staff, deputy: Staff | None = None) -> None:
    """The person leads the department."""
    assert place is not None
    place.refresh_from_db()
    update_department(
        department=place,
        version=place.version,
        values={"parent": place.parent, "is_active": True, "head": person, "deputy": deputy},
        actor=by(),
        at=THEN,
    )


def patient(name: str = "", phone: str = "", **values: Any) -> Patient:
    """With the details of `register_patient`; whatever else is given goes on the row."""
    given = {key: values.pop(key) for key in ("actor", "at", "submission") if key in values}
    note(name, phone, str(values.get("card", "")), str(values.get("hospital_number", "")))
    return register_patient(
        values={"name": name or f"患者{next(_numbers)}", **values},
        phones=[NewPhone(read_phone(phone))] if phone else [],
        **{"actor": by(), "at": THEN, **given},
    )


def visit(person: Patient | None = None, *, diagnoses: Sequence[str] = (), **values: Any) -> Visit:
    """An outpatient visit that began THEN unless said otherwise; a diagnosis is a code and words."""
    found = [NewDiagnosis(*line.split(" ", 1)) for line in diagnoses]
    at = values.pop("at", THEN)
    return record_visit(
        patient=person or patient(at=at),
        values={"kind": Visit.Kind.OUTPATIENT, "starts_at": at, **values},
        clinical=ClinicalText(found),
        actor=by(),
        at=at,
    )


def call(handled_by: Staff, person: Patient | Contact | None = None, **values: Any) -> Call:
    """With the details of `CallRecord`; about hours unless a topic is given."""
    at = values.pop("at", THEN)
    topic = values.pop("topic", "directions")
    told = {name: values.pop(name) for name in ("question", "answer", "department") if name in values}
    item = ReferenceItem.objects.get(list__code="call_topic", code=topic)
    number = values.pop("number", "")
    note(number, values.get("name", ""))
    record = CallRecord(
        disposition=Call.Disposition(values.pop("disposition", "answered")),
        started_at=values.pop("started_at", at),
        ended_at=values.pop("ended_at", at),
        topics=[TopicRecord(item, **told)],
        person=person,
        number=read_phone(number) if number else None,
        **values,
    )
    return log_call(record=record, staff=handled_by, at=at)


def call_back(handled_by: Staff, promise: Promise, later: dict[str, Any] | None = None, **values: Any) -> Call:
    """A call out to keep the promise; with `later` it ended with another time."""
    if later is not None:
        values |= {"disposition": "ring_back", "promised": Promised(**later)}
    out = Call.Direction.OUT
    return call(handled_by, promise.patient or promise.contact, tries=promise, direction=out, settles=[], **values)


def phone(person: Patient | None, number: str) -> Phone:
    """One more number of the patient."""
    assert person is not None
    note(number)
    return add_phone(patient=person, phone=NewPhone(read_phone(number)), actor=by(), at=THEN)


def organisation(name: str = "", **values: Any) -> Organisation:
    """A company unless said otherwise."""
    at = values.pop("at", THEN)
    name = name or f"单位{next(_numbers)}"
    return register_organisation(values={"name": name, **values}, actor=by(), at=at)


def organisation_visit(place: Organisation, who: Staff, **values: Any) -> OrganisationVisit:
    """Planned for the day THEN unless said otherwise."""
    at = values.pop("at", THEN)
    given = {"on_day": at.date(), "visited_by": who, "purpose": "洽谈体检", **values}
    return plan_organisation_visit(organisation=place, values=given, actor=by(), at=at)


def promise(target: Target | None = None, **details: Any) -> Promise:
    """Somebody owes it: `owner` or `team`, made THEN and due an hour later unless said otherwise."""
    at = details.pop("at", THEN)
    return make_promise(
        target=target or patient(at=at),
        kind=Promise.Kind(details.pop("kind", "ring_back")),
        due_at=details.pop("due_at", at + timedelta(hours=1)),
        at=at,
        **{"actor": by(), **details},
    )


def client_of(person: Staff) -> Client:
    """A browser with a session of this person, as the door leaves it; the door itself has tests of its own."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save(must_create=True)
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return browser


def tight(html: str) -> str:
    """Without the white space that nobody sees: how a template is laid out is its own affair."""
    return re.sub(r" ?([<>]) ?", r"\1", " ".join(html.split()))
