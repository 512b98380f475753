"""People through the API: masked, scoped and recorded as on the pages. Mission A2, J1."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, Department, Staff
from hospital_crm.lib.planned import ONE_FOR_ALL
from patients.models import Patient, Reveal
from tests import make

URL = "/api/v1/patients/"

pytestmark = pytest.mark.usefixtures("clock")


def sent(client: Client, method: str, url: str, **body: Any) -> Any:
    return getattr(client, method)(url, body, content_type="application/json")


def test_are_found_as_in_the_search_box_and_masked(line: Client, zhang: Patient) -> None:
    make.patient("王建军", "13900005678")
    for text in ("张桂兰", "zhangguilan", "zgl", "1234", zhang.number):
        (row,) = line.get(URL, {"q": text}).json()["results"]
        assert (row["id"], row["phones"][0]["masked"]) == (zhang.pk, "138****1234")
    assert "13800001234" not in line.get(URL).content.decode()


def test_pages_by_key(line: Client) -> None:
    people = [make.patient(f"患者{number}").pk for number in range(30)]
    first = line.get(URL).json()
    second = line.get(first["next"]).json()
    assert [row["id"] for row in first["results"] + second["results"]] == people[::-1]
    assert line.get(second["previous"]).json()["results"] == first["results"]
    assert line.get(URL, {"cursor": "x"}).status_code == 404


def test_a_look_is_recorded(line: Client, alice: Staff, zhang: Patient) -> None:
    assert line.get(f"{URL}{zhang.pk}/").json()["name"] == "张桂兰"
    assert AuditEntry.objects.about(zhang).get(verb="patient.opened").actor == alice.actor


def test_who_is_out_of_scope_is_not_there(zhang: Patient, cataract: Department) -> None:
    doctor = make.client_of(make.staff("henry", "doctor", department=make.department("青光眼科")))
    zhang.department = cataract
    zhang.save()
    for answer in (doctor.get(f"{URL}{zhang.pk}/"), sent(doctor, "patch", f"{URL}{zhang.pk}/", version=1)):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_one_is_registered_once_however_often_it_is_sent(line: Client, now: datetime) -> None:
    told = {"name": "李小梅", "birth": "1953", "phones": [{"number": "+86 138-0000-5678"}], "submission": str(uuid4())}
    first, again = sent(line, "post", URL, **told), sent(line, "post", URL, **told)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    patient = Patient.objects.get()
    assert (patient.birth_year, patient.phone.digits) == (1953, "13800005678")  # type: ignore[union-attr]


def test_the_answer_to_a_registration_is_what_is_on_file(line: Client, cataract: Department) -> None:
    told = {
        "name": "李小梅",
        "sex": "female",
        "birth": "1953-08-21",
        "hospital_number": "Z1",
        "department": cataract.pk,
        "email": "xm@example.com",
        "preferred_from": "08:30",
        "preferred_until": "11:00",
        "not_before": "2026-12-01T08:00:00",
        "district": "330106",
        "phones": [{"number": "13800005678"}, {"number": "0571-5550100", "owner": "child"}, {"number": "13800005678"}],
        "identifiers": [{"type": "passport", "number": "E12345678"}],
    }
    first = sent(line, "post", URL, **told).json()
    assert first == line.get(f"{URL}{first['id']}/").json()
    assert [phone["masked"] for phone in first["phones"]] == ["138****5678", "57****0100"]
    assert sent(line, "post", URL, name="王建军").json()["phones"] == []


def test_a_registration_writes_each_table_once_and_reads_what_it_must(line: Client) -> None:
    told = {"name": "李小梅", "phones": [{"number": "13800005678"}], "submission": str(uuid4())}
    line.get(URL)  # from now on the database keeps the plans of what each request asks
    with CaptureQueriesContext(connection) as asked:
        assert sent(line, "post", URL, **told).status_code == 201
    statements = [each["sql"].removeprefix(f"{ONE_FOR_ALL}; ").split()[0] for each in asked]
    reads, writes = ("session", "reader", "submission"), ("patient", "phone", "story", "audit", "submission")
    assert sum(statements.count(each) for each in ("SELECT", "EXECUTE")) == len(reads)
    assert (statements.count("UPDATE"), statements.count("INSERT")) == (1, len(writes))


def test_whom_the_maker_cannot_see_is_answered_again_for_a_day_and_to_nobody_else(
    cataract: Department, glaucoma: Department, now: datetime
) -> None:
    """A doctor registers somebody for another department."""
    henry = make.client_of(make.staff("henry", "doctor", department=glaucoma))
    other = make.client_of(make.staff("irene", "doctor", department=glaucoma))
    told = {"name": "李小梅", "department": cataract.pk, "submission": str(uuid4())}
    first, again = sent(henry, "post", URL, **told), sent(henry, "post", URL, **told)
    assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
    assert henry.get(f"{URL}{first.json()['id']}/").status_code == 404
    stolen = sent(other, "post", URL, **told)
    assert (stolen.status_code, stolen.json()["code"]) == (409, "duplicate_submission")
    with time_machine.travel(now + timedelta(hours=25), tick=False):
        assert sent(henry, "post", URL, **told).status_code == 409
    assert Patient.objects.count() == 1


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({}, "name"),
        ({"name": "李" * 81}, "name"),
        ({"name": "李\0"}, "name"),
        ({"name": "李", "birth": "3000"}, "birth"),
        ({"name": "李", "sex": "?"}, "sex"),
        ({"name": "李", "phones": [{"number": "abc"}]}, "phones"),
        ({"name": "李", "department": 10**30}, "department"),
        ({"name": "李", "submission": "x"}, "submission"),
    ],
)
def test_a_wrong_shape_is_said_at_its_field(line: Client, told: dict[str, Any], field: str) -> None:
    answer = sent(line, "post", URL, **told)
    assert (answer.status_code, answer.json()["code"], list(answer.json()["errors"])) == (400, "invalid", [field])
    assert not Patient.objects.exists()


def test_whoever_saved_first_wins(line: Client, zhang: Patient) -> None:
    url = f"{URL}{zhang.pk}/"
    version = line.get(url).json()["version"]
    assert sent(line, "patch", url, residence="杭州", version=version).json()["residence"] == "杭州"
    late = sent(line, "patch", url, residence="宁波", version=version)
    assert (late.status_code, late.json()["code"]) == (409, "stale_version")
    zhang.refresh_from_db()
    assert (zhang.residence, zhang.name) == ("杭州", "张桂兰")


def test_a_number_is_shown_for_a_purpose_and_that_is_on_record(line: Client, alice: Staff, zhang: Patient) -> None:
    (phone,) = line.get(f"{URL}{zhang.pk}/").json()["phones"]
    url = f"/api/v1/phones/{phone['id']}/reveal/"
    assert sent(line, "post", url).status_code == 400
    assert sent(line, "post", url, purpose="call").json()["digits"] == "13800001234"
    assert Reveal.objects.get().staff == alice
    adviser = make.client_of(make.staff("vera", "health_adviser"))
    refused = sent(adviser, "post", url, purpose="call")
    assert (refused.status_code, refused.json()["code"]) == (403, "may_not_reveal")


def test_one_more_number(line: Client, zhang: Patient) -> None:
    url = f"{URL}{zhang.pk}/phones/"
    assert len(sent(line, "post", url, number="0571 5550 6620", owner="child").json()["phones"]) == 2
    twice = sent(line, "post", url, number="057155506620")
    assert (twice.status_code, twice.json()["code"], twice.json()["field"]) == (409, "phone_already_there", "phone")


def test_one_more_number_sent_again_is_answered_as_the_first_time(line: Client, zhang: Patient) -> None:
    url, key = f"{URL}{zhang.pk}/phones/", str(uuid4())
    first, again = (sent(line, "post", url, number="057155506620", submission=key) for _ in range(2))
    assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
    other = make.patient("王建军")
    elsewhere = sent(line, "post", f"{URL}{other.pk}/phones/", number="057155506620", submission=key)
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (409, "duplicate_submission")


def test_the_story_shows_what_ones_capabilities_show(line: Client, alice: Staff, zhang: Patient) -> None:
    make.call(alice, zhang)
    kinds = [entry["kind"] for entry in line.get(f"{URL}{zhang.pk}/timeline/").json()["results"]]
    assert sorted(kinds) == ["consult.call", "patients.registered"]


def test_which_number_is_dialled_first(line: Client, zhang: Patient) -> None:
    added = make.phone(zhang, "0571 5550 6620")
    url = f"/api/v1/phones/{added.pk}/choose/"
    assert sent(line, "post", url).json()["is_primary"]
    assert sent(line, "post", url).json()["code"] == "phone_already_chosen"
