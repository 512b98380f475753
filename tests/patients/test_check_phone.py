"""What is known of a number: whose, which kind, whether it is right, when it last led to somebody. Mission A2."""

from datetime import datetime, timedelta

import pytest

from accounts.models import AuditEntry, Staff
from consult.services.voids import void_call
from followups.models import Attempt
from followups.services.attempts import record_attempt
from hospital_crm.lib.errors import StaleVersion
from patients.models import Patient, Phone
from patients.services.merges import merge_patients
from patients.services.phone_checks import update_phone
from patients.services.phones import PhoneNotValid, choose_phone
from patients.services.unmerging import undo_merge
from promises.models import Promise
from tests import make
from tests.accounts.pages import Page, fill, in_english

HOUR = timedelta(hours=1)
Outcome = Attempt.Outcome


@pytest.fixture
def patient(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234")


@pytest.fixture
def mobile(patient: Patient) -> Phone:
    return patient.phones.get()


@pytest.fixture
def home(patient: Patient) -> Phone:
    return make.phone(patient, "0571 5550 6620")


def check(phone: Phone, found: str, by: Staff, at: datetime, **values: str) -> Phone:
    given = {"owner": phone.owner, "kind": phone.kind, "checked_as": found, **values}
    return update_phone(phone=phone, version=phone.version, values=given, actor=by.actor, at=at)


def rung(promise: Promise, outcome: Outcome, phone: Phone, by: Staff, at: datetime) -> Attempt:
    return record_attempt(promise=promise, outcome=outcome, phone=phone, actor=by.actor, at=at)


def test_the_number_itself_says_which_kind_it_is(mobile: Phone, home: Phone) -> None:
    assert (mobile.kind, home.kind) == ("mobile", "landline")


def test_a_checked_number_says_how_when_and_by_whom(mobile: Phone, alice: Staff, now: datetime) -> None:
    check(mobile, "called", alice, now)
    assert (mobile.is_verified, mobile.checked_at, mobile.checked_by) == (True, now, alice.actor)
    entry = AuditEntry.objects.about(mobile.patient).get(verb="patient.phone_updated")
    assert entry.fields == ["phone_checked_as"]
    check(mobile, "", alice, now + HOUR)
    assert (mobile.is_verified, mobile.checked_at, mobile.checked_by) == (False, None, None)


def test_another_kind_does_not_make_the_check_newer(mobile: Phone, alice: Staff, bob: Staff, now: datetime) -> None:
    check(mobile, "shown", alice, now)
    check(mobile, "shown", bob, now + HOUR, kind="work")
    assert (mobile.kind, mobile.checked_at, mobile.checked_by) == ("work", now, alice.actor)


def test_a_number_that_is_not_valid_is_dialled_no_more(
    patient: Patient, mobile: Phone, home: Phone, alice: Staff, now: datetime
) -> None:
    check(mobile, "dead", alice, now)
    assert patient.phones.get(is_primary=True) == home
    with pytest.raises(PhoneNotValid):
        choose_phone(phone=mobile, actor=alice.actor, at=now)
    check(home, "wrong", alice, now)
    assert Patient.objects.get(pk=patient.pk).phone is None
    check(mobile, "answered", alice, now)
    assert patient.phones.get(is_primary=True) == mobile


def test_who_saved_first_is_not_overwritten(mobile: Phone, alice: Staff, bob: Staff, now: datetime) -> None:
    read = Phone.objects.get(pk=mobile.pk)
    check(mobile, "called", alice, now)
    with pytest.raises(StaleVersion):
        check(read, "dead", bob, now)


def test_a_try_says_what_it_found_out(
    patient: Patient, mobile: Phone, home: Phone, alice: Staff, now: datetime
) -> None:
    promise = make.promise(patient, owner=alice, at=now)
    rung(promise, Outcome.WRONG_NUMBER, mobile, alice, now)
    rung(promise, Outcome.REACHED, home, alice, now + HOUR)
    mobile.refresh_from_db()
    home.refresh_from_db()
    assert (mobile.checked_as, mobile.last_success_at) == ("wrong", None)
    assert (home.checked_as, home.last_success_at, home.is_primary) == ("answered", now + HOUR, True)


def test_who_confirmed_a_number_stays_named_when_it_is_answered(
    patient: Patient, mobile: Phone, alice: Staff, bob: Staff, now: datetime
) -> None:
    check(mobile, "shown", bob, now)
    rung(make.promise(patient, owner=alice, at=now), Outcome.REACHED, mobile, alice, now + HOUR)
    mobile.refresh_from_db()
    assert (mobile.checked_as, mobile.checked_by, mobile.last_success_at) == ("shown", bob.actor, now + HOUR)


def test_what_somebody_says_while_another_rings_is_kept(
    patient: Patient, mobile: Phone, alice: Staff, bob: Staff, now: datetime
) -> None:
    read = Phone.objects.get(pk=mobile.pk)
    check(mobile, "shown", bob, now)
    rung(make.promise(patient, owner=alice, at=now), Outcome.REACHED, read, alice, now + HOUR)
    mobile.refresh_from_db()
    assert (mobile.checked_as, mobile.checked_by) == ("shown", bob.actor)


def test_no_answer_says_nothing_of_the_number(patient: Patient, mobile: Phone, alice: Staff, now: datetime) -> None:
    rung(make.promise(patient, owner=alice, at=now), Outcome.NO_ANSWER, mobile, alice, now)
    mobile.refresh_from_db()
    assert (mobile.checked_as, mobile.last_success_at) == ("", None)


def test_of_a_number_that_was_not_rung_nothing_is_learned(patient: Patient, mobile: Phone, alice: Staff) -> None:
    promise = make.promise(patient, owner=alice)
    window, url = in_english(make.client_of(alice)), f"/promises/{promise.pk}/attempts/new/"
    window.post(url, fill(Page(window.get(url)).values, outcome="reached", channel="phone", phone=""))
    mobile.refresh_from_db()
    assert (Attempt.objects.get().phone, mobile.checked_as, mobile.last_success_at) == (None, "", None)


def test_two_records_of_one_number_know_what_was_found_out_last(
    patient: Patient, mobile: Phone, home: Phone, alice: Staff, now: datetime
) -> None:
    other = make.patient("张贵兰", "13800001234")
    theirs = other.phones.get()
    check(mobile, "shown", alice, now)
    check(theirs, "wrong", alice, now + HOUR)
    merge = merge_patients(survivor=patient, merged=other, actor=alice.actor, at=now + 2 * HOUR)
    mobile.refresh_from_db()
    assert (mobile.checked_as, patient.phones.get(is_primary=True)) == ("wrong", home)
    undo_merge(merge=merge, actor=alice.actor, at=now + 3 * HOUR)
    mobile.refresh_from_db()
    assert (mobile.checked_as, mobile.is_primary, other.phones.get().checked_as) == ("shown", True, "wrong")


def test_two_records_of_one_number_know_when_somebody_was_last_spoken_with_on_it(
    patient: Patient, mobile: Phone, alice: Staff, now: datetime
) -> None:
    other = make.patient("张贵兰", "13800001234")
    make.call(alice, patient, number="13800001234", at=now)
    make.call(alice, other, number="13800001234", at=now + HOUR)
    merge = merge_patients(survivor=patient, merged=other, actor=alice.actor, at=now + 2 * HOUR)
    mobile.refresh_from_db()
    assert mobile.last_success_at == now + HOUR
    undo_merge(merge=merge, actor=alice.actor, at=now + 3 * HOUR)
    mobile.refresh_from_db()
    assert mobile.last_success_at == now


def test_a_merge_can_be_undone_where_a_number_turned_out_to_be_wrong(
    patient: Patient, mobile: Phone, alice: Staff, now: datetime
) -> None:
    other = make.patient("张贵兰", "13900005678")
    merge = merge_patients(survivor=patient, merged=other, actor=alice.actor, at=now)
    check(Phone.objects.get(digits="13900005678"), "dead", alice, now + HOUR)
    undo_merge(merge=merge, actor=alice.actor, at=now + 2 * HOUR)
    assert Patient.objects.get(pk=other.pk).phone is None


def test_a_call_from_the_number_was_a_success_until_it_is_voided(
    patient: Patient, mobile: Phone, alice: Staff, now: datetime
) -> None:
    first = make.call(alice, patient, number="13800001234", at=now)
    last = make.call(alice, patient, number="13800001234", at=now + HOUR)
    mobile.refresh_from_db()
    assert mobile.last_success_at == now + HOUR
    void_call(call=last, reason="登错人", staff=alice, at=now + 2 * HOUR)
    mobile.refresh_from_db()
    assert mobile.last_success_at == now
    void_call(call=first, reason="登错人", staff=alice, at=now + 2 * HOUR)
    mobile.refresh_from_db()
    assert mobile.last_success_at is None


def test_checked_on_a_page_of_its_own(patient: Patient, mobile: Phone, alice: Staff) -> None:
    window = in_english(make.client_of(alice))
    url = f"/patients/phones/{mobile.pk}/edit/"
    page = Page(window.get(url)).values
    window.post(url, fill(page, owner="parent", kind="work", checked_as="shown"))
    shown = window.get(f"/patients/{patient.pk}/").content.decode()
    assert "Verified: confirmed at the desk" in shown
    assert "A parent&#x27;s · At work" in shown
    stale = window.post(url, fill(page, owner="own", kind="mobile", checked_as="dead"))
    assert stale.status_code == 409
    mobile.refresh_from_db()
    assert mobile.is_valid


def test_the_form_asks_which_number_was_rung(patient: Patient, mobile: Phone, home: Phone, alice: Staff) -> None:
    promise = make.promise(patient, owner=alice)
    window, url = in_english(make.client_of(alice)), f"/promises/{promise.pk}/attempts/new/"
    page = Page(window.get(url)).values
    assert page["phone"] == [str(mobile.pk)]
    window.post(url, fill(page, outcome="reached", channel="phone", phone=str(home.pk)))
    assert Attempt.objects.get().phone == home


def test_the_api_checks_a_number_and_says_which_was_rung(patient: Patient, mobile: Phone, alice: Staff) -> None:
    window, url = make.client_of(alice), f"/api/v1/phones/{mobile.pk}/"
    sent = {"checked_as": "called", "version": mobile.version}
    answer = window.patch(url, sent, content_type="application/json").json()
    assert (answer["checked_as"], answer["owner"], answer["version"]) == ("called", "own", 2)
    assert window.patch(url, sent, content_type="application/json").status_code == 409
    promise = make.promise(patient, owner=alice)
    tried = window.post(
        "/api/v1/attempts/", {"promise": promise.pk, "outcome": "no_answer"}, content_type="application/json"
    )
    assert tried.json()["phone"] == mobile.pk


def test_who_is_about_to_ring_sees_when_not_to(patient: Patient, alice: Staff, now: datetime) -> None:
    Patient.objects.filter(pk=patient.pk).update(
        not_before=now + timedelta(days=30000), preferred_from="18:00", preferred_until="20:00"
    )
    promise = make.promise(patient, owner=alice)
    window = in_english(make.client_of(alice))
    asked = ("/patients/{0.patient_id}/", "/promises/{0.pk}/dial/", "/calls/new/?promise={0.pk}")
    for url in asked:
        page = make.tight(window.get(url.format(promise)).content.decode())
        assert "Do not call before" in page, url
        assert "18:00–20:00" in page, url


def test_who_is_about_to_ring_sees_when_each_number_is_answered(
    patient: Patient, mobile: Phone, home: Phone, alice: Staff, now: datetime
) -> None:
    promise = make.promise(patient, owner=alice)
    window = in_english(make.client_of(alice))
    url = f"/patients/phones/{home.pk}/edit/"
    form = fill(Page(window.get(url)).values, preferred_from="20:00", preferred_until="18:30")
    refused = Page(window.post(url, form))
    assert refused.errors == {"preferred_until": "The hours end before they begin."}
    assert window.post(url, fill(refused.values, preferred_from="18:30", preferred_until="20:00")).status_code == 302
    told = AuditEntry.objects.about(patient).get(verb="patient.phone_updated").fields
    assert sorted(told) == ["phone_preferred_from", "phone_preferred_until"]
    for asked in ("/patients/{0.patient_id}/", "/promises/{0.pk}/dial/", "/calls/new/?promise={0.pk}"):
        page = make.tight(window.get(asked.format(promise)).content.decode())
        assert page.count("Best reached here 18:30–20:00") == 1, asked
    numbers = window.get(f"/api/v1/promises/{promise.pk}/numbers/").json()
    assert [each["preferred_from"] for each in numbers] == [None, "18:30"]


def test_a_program_says_when_a_number_is_answered(mobile: Phone, alice: Staff) -> None:
    window, url = make.client_of(alice), f"/api/v1/phones/{mobile.pk}/"
    told = {"preferred_from": "09:00", "preferred_until": "11:30", "version": mobile.version}
    answer = window.patch(url, told, content_type="application/json").json()
    assert (answer["preferred_from"], answer["preferred_until"], answer["owner"]) == ("09:00", "11:30", "own")
    wrong = {"preferred_until": "08:00", "version": answer["version"]}
    refused = window.patch(url, wrong, content_type="application/json")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["preferred_until"])


def test_a_number_that_two_records_have_keeps_its_hours(patient: Patient, mobile: Phone, now: datetime) -> None:
    double = make.patient("张贵兰", mobile.digits)
    double.phones.update(preferred_from="18:30", preferred_until="20:00")
    merge_patients(survivor=patient, merged=double, actor=make.by(), at=now)
    mobile.refresh_from_db()
    assert (str(mobile.preferred_from), str(mobile.preferred_until)) == ("18:30:00", "20:00:00")
