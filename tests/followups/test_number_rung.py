"""Which number was rung, and whether a wrong one was the last. Mission A2, D7."""

from datetime import datetime, timedelta

import pytest

from accounts.models import Staff
from followups.models import Attempt
from followups.services.attempts import record_attempt
from followups.services.numbers import NotTheirNumber, NumberIsMissing, Unsaid
from followups.services.voids import void_attempt
from hospital_crm.lib.phones import read_phone
from messaging.models import ContactLog
from patients.models import Organisation, Patient, Phone
from patients.services.organisation_people import add_organisation_contact
from promises.models import Promise
from tests import make
from tests.accounts.pages import Page, fill, in_english
from tests.api.test_patients import sent

HOUR = timedelta(hours=1)
Outcome, Channel = Attempt.Outcome, ContactLog.Channel
URL = "/api/v1/attempts/"


@pytest.fixture
def patient(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234")


@pytest.fixture
def mobile(patient: Patient) -> Phone:
    return patient.phones.get()


@pytest.fixture
def home(patient: Patient, mobile: Phone) -> Phone:
    return make.phone(patient, "0571 5550 6620")


@pytest.fixture
def promise(patient: Patient, alice: Staff, now: datetime) -> Promise:
    return make.promise(patient, owner=alice, at=now)


def wrong(promise: Promise, phone: Phone | Unsaid | None, by: Staff, at: datetime) -> Attempt:
    made = record_attempt(promise=promise, outcome=Outcome.WRONG_NUMBER, phone=phone, actor=by.actor, at=at)
    promise.refresh_from_db()
    return made


def with_number(place: Organisation | None, by: Staff, at: datetime) -> None:
    """One more number of the organisation."""
    assert place is not None
    phone = read_phone("13900005678")
    add_organisation_contact(organisation=place, values={"name": "钱老师"}, phone=phone, actor=by.actor, at=at)


def test_a_wrong_number_ends_it_unless_there_is_another(
    promise: Promise, mobile: Phone, home: Phone, alice: Staff, now: datetime
) -> None:
    wrong(promise, mobile, alice, now)
    assert (promise.state, promise.due_at) == ("open", now + timedelta(minutes=20))
    wrong(promise, home, alice, now + HOUR)
    assert promise.state == "not_reached"


def test_a_wrong_number_that_is_not_on_file_says_nothing_of_the_one_that_is(
    promise: Promise, mobile: Phone, alice: Staff, now: datetime
) -> None:
    for hours in (0, 1):
        wrong(promise, None, alice, now + hours * HOUR)
        assert promise.state == "open"
    wrong(promise, mobile, alice, now + 2 * HOUR)
    assert promise.state == "not_reached"


def test_a_voided_try_is_no_wrong_number(
    promise: Promise, mobile: Phone, home: Phone, alice: Staff, now: datetime
) -> None:
    void_attempt(attempt=wrong(promise, mobile, alice, now), reason="没打过", actor=alice.actor, at=now)
    wrong(promise, home, alice, now + HOUR)
    assert promise.state == "open"


def test_of_an_organisation_each_wrong_number_is_taken_for_one_of_its_own(alice: Staff, now: datetime) -> None:
    school = make.organisation("示范中学", digits="57155506620")
    with_number(school, alice, now)
    promise = make.promise(school, owner=alice, at=now)
    for hours, state in enumerate(("open", "not_reached")):
        wrong(promise, None, alice, now + hours * HOUR)
        assert promise.state == state


def test_of_an_organisation_a_try_in_vain_is_no_wrong_number(alice: Staff, now: datetime) -> None:
    promise = make.promise(make.organisation("示范中学", digits="57155506620"), owner=alice, at=now)
    record_attempt(promise=promise, outcome=Outcome.NO_ANSWER, actor=alice.actor, at=now)
    with_number(promise.organisation, alice, now)
    wrong(promise, None, alice, now + HOUR)
    assert promise.state == "open"


def test_who_does_not_say_which_means_the_only_one_that_can_be_dialled(
    promise: Promise, patient: Patient, mobile: Phone, alice: Staff, now: datetime
) -> None:
    Phone.objects.filter(pk=make.phone(patient, "13900005678").pk).update(checked_as="dead")
    assert wrong(promise, Unsaid.UNSAID, alice, now).phone == mobile
    assert wrong(make.promise(patient, owner=alice, at=now), Unsaid.UNSAID, alice, now).phone is None


def test_of_several_somebody_has_to_say_which(
    promise: Promise, mobile: Phone, home: Phone, alice: Staff, now: datetime
) -> None:
    with pytest.raises(NumberIsMissing):
        wrong(promise, Unsaid.UNSAID, alice, now)
    assert not promise.attempts.exists()
    assert Phone.objects.valid().filter(patient=promise.patient).count() == 2


def test_somebody_elses_number_was_not_rung(promise: Promise, alice: Staff, now: datetime) -> None:
    with pytest.raises(NotTheirNumber):
        wrong(promise, make.patient("李雷", "13800005678").phones.get(), alice, now)


@pytest.mark.parametrize("said", ["the number", Unsaid.UNSAID])
def test_what_was_no_call_rang_no_number(
    promise: Promise, mobile: Phone, alice: Staff, now: datetime, said: str | Unsaid
) -> None:
    phone = mobile if isinstance(said, str) else said
    record_attempt(
        promise=promise, outcome=Outcome.REACHED, channel=Channel.WECHAT, phone=phone, actor=alice.actor, at=now
    )
    mobile.refresh_from_db()
    assert (Attempt.objects.get().phone, mobile.checked_as, mobile.last_success_at) == (None, "", None)


def test_the_form_proposes_the_number_and_of_another_channel_takes_none(
    promise: Promise, mobile: Phone, alice: Staff
) -> None:
    window, url = in_english(make.client_of(alice)), f"/promises/{promise.pk}/attempts/new/"
    page = Page(window.get(url)).values
    assert page["phone"] == [str(mobile.pk)]
    window.post(url, fill(page, outcome="reached", channel="wechat"))
    mobile.refresh_from_db()
    assert (Attempt.objects.get().phone, mobile.checked_as) == (None, "")


def test_the_api_says_that_none_of_those_on_file_was_rung(promise: Promise, mobile: Phone, alice: Staff) -> None:
    told = {"promise": promise.pk, "outcome": "wrong_number", "phone": None}
    assert sent(make.client_of(alice), "post", URL, **told).json()["phone"] is None
    promise.refresh_from_db()
    mobile.refresh_from_db()
    assert (promise.state, mobile.checked_as) == ("open", "")


def test_the_api_takes_no_number_of_several_for_the_one_that_was_rung(
    promise: Promise, mobile: Phone, home: Phone, alice: Staff
) -> None:
    told = {"promise": promise.pk, "outcome": "wrong_number"}
    refused = sent(make.client_of(alice), "post", URL, **told)
    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["field"]) == (409, "number_is_missing", "phone")
    assert sent(make.client_of(alice), "post", URL, **told, phone=home.pk).json()["phone"] == home.pk
    home.refresh_from_db()
    assert (home.checked_as, mobile.is_valid) == ("wrong", True)
