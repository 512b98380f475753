"""Whom to speak with at an organisation, masked and shown for a purpose; who of our clients works there. Mission A1."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.access import Capability, Role, Scope
from accounts.access.matrix import GRANTS
from accounts.models import AuditEntry, Department, Staff
from hospital_crm.lib.errors import DuplicateSubmission, StaleVersion
from hospital_crm.lib.phones import read_phone
from patients.models import Employment, Organisation, OrganisationContact, Patient, Reveal
from patients.services.employments import (
    AlreadyEmployed,
    EndsBeforeItBegins,
    add_employee,
    update_employee,
)
from patients.services.identifiers import MayNotReveal
from patients.services.merges import merge_patients
from patients.services.organisation_people import (
    ContactAlreadyEnded,
    add_organisation_contact,
    end_organisation_contact,
    reveal_contact,
    update_organisation_contact,
)
from patients.services.organisations import OrganisationAlreadyEnded, end_organisation
from patients.services.unmerging import undo_merge
from tests import make
from tests.accounts.pages import Page, fill, in_english, send

from .everything import differences, everything

PHONE = "13900005678"


@pytest.fixture
def school(db: None, now: datetime) -> Organisation:
    return make.organisation("示范中学", kind="school", at=now)


@pytest.fixture
def zhang(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234")


@pytest.fixture
def line(alice: Staff) -> Client:
    return in_english(make.client_of(alice))


def by(now: datetime) -> dict[str, Any]:
    return {"actor": make.by(), "at": now}


def contact(place: Organisation, now: datetime, name: str = "钱老师", **values: Any) -> OrganisationContact:
    given = {key: values.pop(key) for key in ("patient",) if key in values}
    return add_organisation_contact(
        organisation=place, values={"name": name, **values}, phone=read_phone(PHONE), **given, **by(now)
    )


def employed(place: Organisation, who: Patient, now: datetime, **values: Any) -> Employment:
    return add_employee(organisation=place, patient=who, values=values, **by(now))


def mains(place: Organisation) -> list[str]:
    return [row.name for row in place.contacts.open() if row.is_main]


def test_the_first_is_the_main_one_until_another_is(school: Organisation, now: datetime) -> None:
    contact(school, now)
    second = contact(school, now, "孙校长")
    assert mains(school) == ["钱老师"]
    update_organisation_contact(contact=second, version=1, values={"is_main": True}, **by(now))
    assert mains(school) == ["孙校长"]
    contact(school, now, "李主任", is_main=True)
    assert mains(school) == ["李主任"]


def test_a_stale_form_leaves_the_main_one(school: Organisation, now: datetime) -> None:
    contact(school, now)
    second = contact(school, now, "孙校长")
    update_organisation_contact(contact=second, version=1, values={"position": "校长"}, **by(now))
    with pytest.raises(StaleVersion):
        update_organisation_contact(contact=second, version=1, values={"is_main": True}, **by(now))
    assert mains(school) == ["钱老师"]


def test_ended_it_is_spoken_with_no_more_and_is_not_changed(school: Organisation, now: datetime) -> None:
    row = contact(school, now)
    end_organisation_contact(contact=row, **by(now))
    assert school.open_contacts == []
    with pytest.raises(ContactAlreadyEnded):
        end_organisation_contact(contact=row, **by(now))
    with pytest.raises(ContactAlreadyEnded):
        update_organisation_contact(contact=row, version=2, values={"name": "钱"}, **by(now))
    contact(school, now, "孙校长")
    assert mains(school) == ["孙校长"]


def test_nobody_comes_to_what_has_ended(school: Organisation, zhang: Patient, now: datetime) -> None:
    end_organisation(organisation=school, reason="搬走", **by(now))
    with pytest.raises(OrganisationAlreadyEnded):
        contact(school, now)
    with pytest.raises(OrganisationAlreadyEnded):
        employed(school, zhang, now)


def test_the_number_is_masked_and_shown_for_a_purpose(
    school: Organisation, line: Client, alice: Staff, now: datetime
) -> None:
    row = contact(school, now)
    text = line.get(f"/organisations/{school.pk}/").content.decode()
    assert "139****5678" in text
    assert PHONE not in text
    url = f"/organisations/contacts/{row.pk}/reveal/"
    assert "139 0000 5678" in line.post(url, {"purpose": "call"}).content.decode()
    assert line.post(url, {"purpose": "curiosity"}).status_code == 302
    look = AuditEntry.objects.about(school).get(verb="organisation.contact_revealed")
    assert (look.actor, look.fields) == (alice.actor, ["purpose_call"])


def test_a_role_without_numbers_sees_none(school: Organisation, now: datetime) -> None:
    row, adviser = contact(school, now), make.staff("yann", "health_adviser")
    with pytest.raises(MayNotReveal):
        reveal_contact(contact=row, purpose=Reveal.Purpose.CALL, staff=adviser, at=now)
    assert not AuditEntry.objects.filter(verb="organisation.contact_revealed").exists()


def test_is_added_changed_and_ended_on_the_pages(school: Organisation, line: Client, zhang: Patient) -> None:
    new = f"/organisations/{school.pk}/contacts/new/"
    form = Page(line.get(new)).values
    wrong = Page(line.post(new, fill(form, name="钱老师", number="P-999999", position="年级组长")))
    assert wrong.errors["number"] == "Nobody of this name or number."
    assert wrong.values["position"] == ["年级组长"]
    line.post(new, fill(form, name="钱老师", number=zhang.number, phone=PHONE, email="qian@example.org"))
    row = OrganisationContact.objects.get()
    assert (row.patient, row.digits, row.is_main) == (zhang, PHONE, True)
    edit = f"/organisations/contacts/{row.pk}/edit/"
    assert PHONE not in line.get(edit).content.decode()
    send(line, edit, position="教务主任")
    row.refresh_from_db()
    assert (row.position, row.digits, row.patient) == ("教务主任", PHONE, zhang)
    line.post(f"/organisations/contacts/{row.pk}/end/")
    row.refresh_from_db()
    assert row.ended_at is not None


def test_somebody_works_there_once_and_may_come_back(school: Organisation, zhang: Patient, now: datetime) -> None:
    row = employed(school, zhang, now, position="教师", since=date(2020, 9, 1))
    with pytest.raises(AlreadyEmployed):
        employed(school, zhang, now)
    update_employee(employment=row, version=1, values={"until": date(2024, 7, 31)}, **by(now))
    again = employed(school, zhang, now)
    with pytest.raises(AlreadyEmployed):
        update_employee(employment=row, version=2, values={"until": None}, **by(now))
    assert list(Employment.objects.current(now.date())) == [again]
    assert list(zhang.employments.latest_first()) == [again, row]


def test_the_last_day_does_not_lie_before_the_first(school: Organisation, zhang: Patient, now: datetime) -> None:
    first = date(2026, 3, 2)
    with pytest.raises(EndsBeforeItBegins):
        employed(school, zhang, now, since=first, until=first - timedelta(days=1))
    row = employed(school, zhang, now, since=first)
    with pytest.raises(EndsBeforeItBegins):
        update_employee(employment=row, version=1, values={"until": first - timedelta(days=1)}, **by(now))
    update_employee(employment=row, version=1, values={"until": first}, **by(now))


def test_sent_twice_one_works_there(school: Organisation, zhang: Patient, now: datetime) -> None:
    sent_as = {"organisation": school, "patient": zhang, "values": {}, "submission": uuid4(), **by(now)}
    row = add_employee(**sent_as)
    with pytest.raises(DuplicateSubmission) as again:
        add_employee(**sent_as)
    assert again.value.subject_id == row.pk


def test_employer_and_employee_lead_to_each_other(
    school: Organisation, zhang: Patient, line: Client, now: datetime
) -> None:
    employed(school, zhang, now, position="教师", staff_number="T-17")
    there, here = f"/organisations/{school.pk}/", f"/patients/{zhang.pk}/"
    assert here in line.get(there).content.decode()
    text = line.get(here).content.decode()
    assert f'href="{there}"' in text
    assert "T-17" in text


def test_who_may_not_open_the_organisation_is_not_led_there(
    school: Organisation, cataract: Department, now: datetime
) -> None:
    zhang = make.patient("张桂兰", department=cataract)
    employed(school, zhang, now)
    doctor = make.client_of(make.staff("henry", "doctor", department=cataract))
    assert "示范中学" not in doctor.get(f"/patients/{zhang.pk}/").content.decode()


def test_of_whom_one_may_not_find_only_the_number_is_told(
    school: Organisation, zhang: Patient, alice: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should a role see organisations and not everybody: no role does so now."""
    employed(school, zhang, now)
    employed(school, make.patient("王芳", department=alice.department), now)
    monkeypatch.setitem(GRANTS[Role.CONSULTANT], Capability.FIND_PEOPLE, Scope.DEPARTMENT)
    text = in_english(make.client_of(alice)).get(f"/organisations/{school.pk}/").content.decode()
    assert "王芳" in text
    assert "张桂兰" not in text
    assert "1 not shown to you" in text


def test_is_added_and_changed_on_the_pages(school: Organisation, zhang: Patient, line: Client) -> None:
    new = f"/organisations/{school.pk}/employees/new/"
    form = Page(line.get(new)).values
    assert Page(line.post(new, fill(form, number="nobody's"))).errors["number"] == "Nobody of this name or number."
    asked = Page(line.post(new, fill(form, number=zhang.name, position="教师")))
    assert asked.errors == {"person": "Whom do you mean? Choose one, or type more."}
    assert asked.values["position"] == ["教师"]
    line.post(new, fill(form, number=zhang.number, position="教师", since="2024-09-01"))
    row = Employment.objects.get()
    assert (row.patient, row.since) == (zhang, date(2024, 9, 1))
    twice = Page(line.post(new, fill(Page(line.get(new)).values, number=zhang.number)))
    assert twice.errors["number"] == "This person works there already, by what is on file."
    edit = f"/organisations/employees/{row.pk}/edit/"
    wrong = fill(Page(line.get(edit)).values, until="2024-08-31")
    assert Page(line.post(edit, wrong)).errors["until"] == "The last day lies before the first."
    send(line, edit, until="2026-01-31")
    row.refresh_from_db()
    assert row.until == date(2026, 1, 31)
    assert "张桂兰" in line.get(f"/organisations/{school.pk}/employees/").content.decode()


def test_a_merge_moves_them_and_one_stands_for_both_where_both_worked(
    school: Organisation, zhang: Patient, now: datetime
) -> None:
    other, elsewhere = make.patient("张贵兰"), make.organisation("海湾诊所")
    employed(school, zhang, now, position="教师")
    employed(school, other, now)
    employed(elsewhere, other, now)
    spoken = contact(school, now, patient=other)
    before = everything()
    merge = merge_patients(survivor=zhang, merged=other, **by(now))
    where = zhang.employments.order_by("pk").values_list("organisation__name", "position")
    assert list(where) == [("示范中学", "教师"), ("海湾诊所", "")]
    spoken.refresh_from_db()
    assert spoken.patient == zhang
    undo_merge(merge=merge, **by(now))
    assert differences(before, everything()) == []
