"""Who wants no more messages, told and lifted by a program. Missions A7, H4."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Staff
from messaging.models import OptOut
from patients.models import Patient
from tests import make
from tests.api.test_patients import sent

URL = "/api/v1/opt-outs/"
pytestmark = pytest.mark.usefixtures("clock")


def test_a_patient_or_one_of_the_patients_numbers_is_left_alone_at_once(line: Client, zhang: Patient) -> None:
    whole = sent(line, "post", URL, patient=zhang.pk, scope="all", text="来电说不要")
    number = sent(line, "post", URL, patient=zhang.pk, phone=zhang.phones.get().pk)
    assert (whole.status_code, number.status_code) == (201, 201)
    assert (whole.json()["scope"], whole.json()["way"], whole.json()["patient"]) == ("all", "colleague", zhang.pk)
    assert (number.json()["scope"], number.json()["masked"], number.json()["patient"]) == (
        "offers",
        "138****1234",
        None,
    )
    assert "13800001234" not in number.content.decode()
    assert [row["id"] for row in line.get(f"{URL}?patient={zhang.pk}").json()["results"]] == [whole.json()["id"]]


def test_said_twice_it_stands_there_once(line: Client, zhang: Patient) -> None:
    first, again = (sent(line, "post", URL, patient=zhang.pk) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.json()["id"], OptOut.objects.count()) == (again.json()["id"], 1)


def test_is_lifted_with_a_reason_and_once(line: Client, zhang: Patient) -> None:
    row = sent(line, "post", URL, patient=zhang.pk).json()
    lift = f"{URL}{row['id']}/lift/"
    assert sent(line, "post", lift).status_code == 400
    lifted = sent(line, "post", lift, reason="本人到前台").json()
    assert (lifted["lift_reason"], lifted["lifted_at"] is not None) == ("本人到前台", True)
    again = sent(line, "post", lift, reason="本人到前台")
    assert (again.status_code, again.json()["code"]) == (409, "opt_out_already_lifted")
    assert line.get(f"{URL}?is_open=true").json()["results"] == []


@pytest.mark.parametrize(
    "told",
    [
        {"patient": 99999},
        {"patient": "x"},
        {"scope": "some"},
        {"channel": "pigeon"},
        {"phone": 99999},
        {"text": "长" * 201},
    ],
)
def test_what_is_wrong_is_said_at_its_place(line: Client, zhang: Patient, told: dict[str, Any]) -> None:
    answer = sent(line, "post", URL, **{"patient": zhang.pk, **told})
    assert (answer.status_code, OptOut.objects.count()) == (400, 0)
    assert set(told) <= set(answer.json()["errors"])


def test_somebody_elses_number_is_refused(line: Client, zhang: Patient) -> None:
    other = make.patient("李建国", "13900005678")
    answer = sent(line, "post", URL, patient=zhang.pk, phone=other.phones.get().pk)
    assert (answer.status_code, "phone" in answer.json()["errors"]) == (400, True)


def test_whoever_may_not_find_the_patient_reads_and_stops_nothing(line: Client, alice: Staff, zhang: Patient) -> None:
    row = sent(line, "post", URL, patient=zhang.pk).json()
    doctor = make.client_of(make.staff("", "doctor"))
    assert doctor.get(URL).json()["results"] == []
    assert doctor.get(f"{URL}{row['id']}/").status_code == 404
    assert sent(doctor, "post", f"{URL}{row['id']}/lift/", reason="x").status_code == 404
    assert sent(doctor, "post", URL, patient=zhang.pk).status_code == 400
