"""What an account may not see is not there, by whichever operation it is asked for; and looks are on record. A7, J1."""

from datetime import datetime

import pytest
from django.test import Client

from accounts import audit
from accounts.models import AuditEntry, Department, Staff
from accounts.services.tokens import issue_token
from patients.models import Patient
from tests import make
from tests.api.test_patients import sent

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def doctor(glaucoma: Department) -> Client:
    """Of another department than the patients here."""
    return make.client_of(make.staff("henry", "doctor", department=glaucoma))


@pytest.fixture
def zhang(cataract: Department) -> Patient:
    return make.patient("张桂兰", "13800001234", department=cataract)


def test_a_number_of_a_patient_out_of_sight_is_neither_read_nor_revealed(doctor: Client, zhang: Patient) -> None:
    url = f"/api/v1/phones/{zhang.phones.get().pk}/"
    answers = [
        doctor.get(url),
        sent(doctor, "post", f"{url}reveal/", purpose="call"),
        sent(doctor, "post", f"{url}choose/"),
        doctor.get(f"/api/v1/patients/{zhang.pk}/timeline/"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4


def test_of_a_story_one_reads_what_ones_roles_show_and_nothing_about_oneself(
    alice: Staff, zhang: Patient, now: datetime
) -> None:
    make.call(alice, zhang, at=now)
    make.promise(zhang, owner=alice, at=now)
    url = f"/api/v1/patients/{zhang.pk}/timeline/"
    kinds = {row["kind"] for row in make.client_of(alice).get(url).json()["results"]}
    assert {"consult.call", "promises.made"} <= kinds
    for entry in zhang.timelineentrys.filter(kind="promises.made"):
        entry.excluded.add(alice)
    assert "promises.made" not in {row["kind"] for row in make.client_of(alice).get(url).json()["results"]}


def test_a_manager_reads_the_audit_of_the_own_department_only(
    dana: Staff, alice: Staff, charlie: Staff, zhang: Patient, now: datetime
) -> None:
    for staff in (alice, charlie):  # charlie works elsewhere
        audit.record_look(actor=staff.actor, verb="patient.opened", subject=zhang, at=now)
    looks = make.client_of(dana).get("/api/v1/audit/", {"verb": "patient.opened"}).json()["results"]
    assert [row["by"] for row in looks] == ["Alice"]


def test_reading_what_happened_to_a_promise_is_a_look(alice: Staff, zhang: Patient, now: datetime) -> None:
    promise = make.promise(zhang, owner=alice, at=now)
    assert make.client_of(alice).get(f"/api/v1/promises/{promise.pk}/events/").status_code == 200
    assert AuditEntry.objects.about(promise).filter(verb="promise.opened", actor=alice.actor).exists()


def test_a_token_learns_who_it_stands_for(client: Client, frank: Staff, alice: Staff, now: datetime) -> None:
    until = now.replace(year=now.year + 1)
    _row, token = issue_token(staff=alice, name="Telephony", expires_at=until, actor=frank.actor, at=now)
    me = client.get("/api/v1/me/", headers={"Authorization": f"Bearer {token}"}).json()
    assert (me["id"], me["name"], me["roles"]) == (alice.pk, "Alice", ["consultant"])
