"""What is stopped stands where consents stand: seen, stopped and lifted there. Mission A7."""

import re
from datetime import datetime

import pytest
from django.test import Client

from accounts.models import AuditEntry, Staff
from messaging.models import OptOut
from messaging.services.opt_outs import lift_opt_out, opt_out
from messaging.services.stops import stopped_purposes
from patients.models import Patient, Purpose
from tests import make
from tests.accounts.pages import in_english

pytestmark = pytest.mark.django_db
NUMBER = "13800001234"


@pytest.fixture
def zhang() -> Patient:
    return make.patient("张桂兰", NUMBER)


@pytest.fixture
def stopped(zhang: Patient, now: datetime) -> OptOut:
    return opt_out(channel="sms", address=NUMBER, way=OptOut.Way.KEYWORD, text="TD", actor=make.by(), at=now)[0]


def page_of(patient: Patient, rest: str = "") -> str:
    return f"/patients/{patient.pk}/stopped/{rest}"


def test_shows_what_was_stopped_how_and_when_with_the_number_masked(
    alice: Staff, zhang: Patient, stopped: OptOut
) -> None:
    page = make.client_of(alice).get(page_of(zhang)).content.decode()
    for told in ("138****1234", "回复关键字", "满意度调查和推广", "TD"):
        assert told in page
    assert NUMBER not in page
    assert AuditEntry.objects.filter(verb="patient.opened", actor=alice.actor).exists()


def test_the_patients_page_has_a_place_for_it_that_is_filled_from_here(
    alice: Staff, zhang: Patient, stopped: OptOut
) -> None:
    client = make.client_of(alice)
    page = client.get(f"/patients/{zhang.pk}/").content.decode()
    assert f'<a class="t2"\n      href="{page_of(zhang)}"' in page
    headers = {"hx-request": "true", "hx-target": "ahead"}
    part = client.get(f"/patients/{zhang.pk}/ahead/", headers=headers).content.decode()
    assert "138****1234" in part
    assert "<html" not in part


def test_beside_each_consent_stands_whether_it_is_stopped(alice: Staff, zhang: Patient, now: datetime) -> None:
    """A consent alone does not say what may be sent."""
    opt_out(channel="sms", address=NUMBER, patient=zhang, way=OptOut.Way.LINK, actor=make.by(), at=now)
    client = in_english(make.client_of(alice))
    for address, target, places in (
        (f"/patients/{zhang.pk}/ahead/", "ahead", {"consent-": "Surveys: stopped", "consent-tag-": "Stopped"}),
        (page_of(zhang), "stopped", {"consent-tag-": "Stopped"}),
    ):
        headers = {"hx-request": "true", "hx-target": target}
        part = client.get(address, headers=headers).content.decode()
        assert {place: words_for(part, f"{place}survey") for place in places} == places
        assert not words_for(part, "consent-care")
    for address in (f"/patients/{zhang.pk}/", f"/patients/{zhang.pk}/consents/"):
        assert 'id="consent-tag-survey"' in client.get(address).content.decode()


def test_what_is_stopped_at_one_number_is_told_of_that_number(zhang: Patient, stopped: OptOut, now: datetime) -> None:
    told = stopped_purposes(zhang, [stopped])
    assert [(each.purpose, each.where) for each in told] == [
        (Purpose.SURVEY, ("138****1234",)),
        (Purpose.MARKETING, ("138****1234",)),
    ]
    way, scope = OptOut.Way.COLLEAGUE, OptOut.Scope.ALL
    own, _new = opt_out(channel="", patient=zhang, scope=scope, way=way, actor=make.by(), at=now)
    both = stopped_purposes(zhang, [stopped, own])
    assert [(each.purpose, each.is_whole) for each in both] == [
        (Purpose.CARE, True),
        (Purpose.SURVEY, True),
        (Purpose.MARKETING, True),
    ]


def words_for(part: str, place: str) -> str:
    """What goes into that place of the page."""
    found = re.search(rf':#{place}">(.*?)</(?:span|b)>\s*</span>', part, re.DOTALL)
    return re.sub("<[^>]*>", "", found[1]).split("\n")[-1].strip() if found else ""


def test_a_colleague_stops_messages_to_the_patient_or_to_a_number(alice: Staff, zhang: Patient) -> None:
    client = make.client_of(alice)
    phone = zhang.phones.get()
    for sent in (
        {"whom": "patient", "scope": "all", "channel": "", "text": "来电说不要"},
        {"whom": f"phone:{phone.pk}", "scope": "offers", "channel": "", "text": ""},
    ):
        answer = client.post(page_of(zhang, "new/"), sent)
        assert (answer.status_code, answer["Location"]) == (302, page_of(zhang))
    rows = {(row.patient, row.masked, row.scope, row.way, row.text) for row in OptOut.objects.all()}
    assert rows == {(zhang, "", "all", "colleague", "来电说不要"), (None, "138****1234", "offers", "colleague", "")}


def test_a_mistake_keeps_what_was_typed_and_says_what_is_wrong(alice: Staff, zhang: Patient) -> None:
    sent = {"whom": "phone:99999", "scope": "some", "channel": "pigeon", "text": "来电说不要"}
    page = make.client_of(alice).post(page_of(zhang, "new/"), sent)
    assert (page.status_code, OptOut.objects.count()) == (200, 0)
    assert "来电说不要" in page.content.decode()


def test_is_lifted_with_a_reason_only(alice: Staff, zhang: Patient, stopped: OptOut) -> None:
    client, url = make.client_of(alice), page_of(zhang, f"{stopped.pk}/lift/")
    assert client.post(url, {"reason": " "}).status_code == 200
    assert OptOut.objects.open().exists()
    assert client.post(url, {"reason": "本人到前台，已核对身份证"}).status_code == 302
    page = client.get(page_of(zhang)).content.decode()
    assert "本人到前台，已核对身份证" in page
    assert client.get(url).status_code == 302  # and once only


def test_of_somebody_else_it_is_not_found_here(alice: Staff, stopped: OptOut) -> None:
    other = make.patient("李建国", "13900005678")
    assert make.client_of(alice).get(page_of(other, f"{stopped.pk}/lift/")).status_code == 404


def test_whoever_may_not_find_the_patient_finds_nothing(zhang: Patient, stopped: OptOut) -> None:
    doctor = make.client_of(make.staff("", "doctor"))
    for rest in ("", "new/", f"{stopped.pk}/lift/"):
        assert doctor.get(page_of(zhang, rest)).status_code == 404
    assert Client().get(page_of(zhang)).status_code == 302


def test_the_story_tells_it_in_words(alice: Staff, zhang: Patient, now: datetime) -> None:
    row, _new = opt_out(patient=zhang, way=OptOut.Way.LINK, actor=make.by(), at=now)
    lift_opt_out(opt_out=row, reason="又要了", actor=alice.actor, at=now)
    page = make.client_of(alice).get(f"/patients/{zhang.pk}/").content.decode()
    assert "不再接收：满意度调查和推广" in page
    assert "恢复接收：满意度调查和推广" in page
