"""Two records of one person become one, and two again where that was wrong. Mission A4."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from accounts.models import AuditEntry, Staff
from hospital_crm.lib.errors import DuplicateSubmission
from patients.models import AccessGrant, DuplicatePair, Identifier, MatchKey, Merge, Patient, Phone, Reveal
from patients.services.identifiers import NewIdentifier, add_identifier
from patients.services.merges import AlreadyMerged, PeopleChanged, merge_patients
from patients.services.patients import update_patient
from patients.services.phones import choose_phone, reveal_phone
from patients.services.scan import scan_some
from patients.services.survivors import SamePerson
from patients.services.timeline import record_contact
from patients.services.unmerging import LaterMergeFirst, MergeAlreadyUndone, changed_since, undo_merge
from tests import make

from .everything import differences, everything

PHONE, OTHER_PHONE = "13800001234", "13900005678"
CARD = NewIdentifier(Identifier.Type.RESIDENT_ID, "11010519491231002X")  # the worked example of the standard
BORN = date(1953, 8, 4)


@pytest.fixture
def kept(db: None) -> Patient:
    return make.patient("张桂兰", PHONE, birth_year=1953, hospital_number="H1", residence="杭州")


@pytest.fixture
def double(db: None) -> Patient:
    patient = make.patient("张贵兰", PHONE, birth_date=BORN, hospital_number="H2", card="K7")
    make.phone(patient, OTHER_PHONE)
    return patient


def merged(survivor: Patient, other: Patient, now: datetime, *take: str) -> Merge:
    merge = merge_patients(survivor=survivor, merged=other, take=take or None, actor=make.by(), at=now)
    survivor.refresh_from_db()
    other.refresh_from_db()
    return merge


def undone(merge: Merge, now: datetime) -> Merge:
    return undo_merge(merge=merge, actor=make.by(), at=now)


def test_all_that_was_about_one_is_about_the_other(
    kept: Patient, double: Patient, alice: Staff, bob: Staff, now: datetime
) -> None:
    call, promise = make.call(bob, double), make.promise(double, owner=alice, at=now)
    merged(kept, double, now)
    for row in (promise, call):
        row.refresh_from_db()
        assert row.patient == kept
    assert AccessGrant.objects.open().get().patient == kept
    assert {phone.digits for phone in kept.phones.all()} == {PHONE, OTHER_PHONE}
    assert kept.timelineentrys.filter(kind="patients.registered").count() == 2
    assert list(double.timelineentrys.all()) == []
    assert double.merged_into == kept


def test_whoever_owed_the_one_sees_the_other(kept: Patient, double: Patient, now: datetime) -> None:
    doctor = make.staff("doctor", "doctor", department=make.department())
    make.promise(double, owner=doctor, at=now)
    assert list(Patient.objects.visible_to(doctor)) == [double]
    merge = merged(kept, double, now)
    assert list(Patient.objects.visible_to(doctor)) == [kept]
    undone(merge, now)
    assert list(Patient.objects.visible_to(doctor)) == [double]


def test_what_the_survivor_lacks_is_filled_in(kept: Patient, double: Patient, now: datetime) -> None:
    merged(kept, double, now)
    assert (kept.name, kept.birth_year, kept.birth_date, kept.card) == ("张桂兰", 1953, None, "K7")


def test_field_by_field_somebody_chooses(kept: Patient, double: Patient, now: datetime) -> None:
    merged(kept, double, now, "name", "birth")
    assert (kept.name, kept.birth_year, kept.birth_date, kept.card) == ("张贵兰", None, BORN, "")


def test_either_number_finds_the_survivor_alone(kept: Patient, double: Patient, now: datetime) -> None:
    record_contact(target=double, at=now)
    merge = merged(kept, double, now, "hospital_number")
    assert (kept.hospital_number, kept.last_contact_at) == ("H2", now)
    for text in (double.number, kept.number, "H1", "H2", PHONE[-4:], OTHER_PHONE):
        assert list(Patient.objects.on_file().found_by(text)) == [kept], text
        assert list(Patient.objects.found_by(text)) == [kept], text
    undone(merge, now)
    assert list(Patient.objects.found_by("H2")) == list(Patient.objects.found_by(OTHER_PHONE)) == [double]
    assert list(Patient.objects.found_by("H1")) == [kept]


def test_the_old_key_leads_to_the_survivor(kept: Patient, double: Patient, now: datetime) -> None:
    last = make.patient("张桂蓝")
    merged(kept, double, now)
    merged(last, kept, now)
    for key in (double.pk, kept.pk, last.pk):
        assert Patient.objects.on_file().known_as(key).get() == last
    assert not Patient.objects.known_as(last.pk + 1).exists()


def test_one_number_is_there_once_and_what_was_seen_of_it_stays_on_record(
    kept: Patient, double: Patient, alice: Staff, now: datetime
) -> None:
    phone = double.phones.get(digits=PHONE)
    look = reveal_phone(phone=phone, purpose=Reveal.Purpose.CALL, staff=alice, at=now)
    before = everything()
    merge = merged(kept, double, now)
    look.refresh_from_db()
    assert look.phone == kept.phones.get(digits=PHONE)
    assert kept.phones.filter(is_primary=True).count() == 1
    undone(merge, now)
    assert differences(before, everything()) == []


def test_undone_it_is_as_before(kept: Patient, double: Patient, alice: Staff, now: datetime) -> None:
    for patient in (kept, double):
        add_identifier(patient=patient, new=CARD, actor=make.by(), at=now)
        make.promise(patient, owner=alice, at=now)
    before = everything()
    undone(merged(kept, double, now, "name", "birth", "hospital_number", "residence"), now)
    assert differences(before, everything()) == []


def test_what_came_since_stays(kept: Patient, double: Patient, alice: Staff, now: datetime) -> None:
    merge = merged(kept, double, now)
    since, phone = make.call(alice, kept), make.phone(kept, "13700004321")
    undone(merge, now + timedelta(days=1))
    for row in (since, phone):
        row.refresh_from_db()
        assert row.patient == kept


def test_what_was_changed_since_stays_and_is_named(kept: Patient, double: Patient, now: datetime) -> None:
    merge = merged(kept, double, now, "name", "birth", "card")
    values = {"birth_date": date(1954, 1, 1), "card": "K8"}
    update_patient(patient=kept, version=kept.version, values=values, actor=make.by(), at=now)
    assert changed_since(Merge.objects.get(pk=merge.pk)) == ["birth", "card"]
    assert undone(merge, now).stayed == ["birth", "card"]
    kept.refresh_from_db()
    double.refresh_from_db()
    assert (kept.name, kept.birth_date, kept.card) == ("张桂兰", date(1954, 1, 1), "K8")
    assert (double.name, double.birth_date, double.card) == ("张贵兰", BORN, "K7")


def test_a_hospital_number_that_somebody_has_by_now_is_not_taken_away(
    kept: Patient, double: Patient, now: datetime
) -> None:
    merge = merged(kept, double, now, "hospital_number")
    values = {"hospital_number": "H3"}
    update_patient(patient=kept, version=kept.version, values=values, actor=make.by(), at=now)
    other = make.patient("王建军", hospital_number="H2")
    assert undone(merge, now).stayed == ["hospital_number"]
    numbers = {row.pk: row.hospital_number for row in Patient.objects.all()}
    assert numbers == {kept.pk: "H3", double.pk: "", other.pk: "H2"}


def test_either_has_a_number_to_dial_after_one_of_the_others_was_chosen(
    kept: Patient, double: Patient, now: datetime
) -> None:
    merge = merged(kept, double, now)
    choose_phone(phone=kept.phones.get(digits=OTHER_PHONE), actor=make.by(), at=now)
    undone(merge, now)
    chosen = {phone.patient_id: phone.digits for phone in Phone.objects.filter(is_primary=True)}
    assert chosen == {kept.pk: PHONE, double.pk: OTHER_PHONE}


def test_a_record_is_not_merged_with_itself(kept: Patient, now: datetime) -> None:
    with pytest.raises(SamePerson):
        merged(kept, kept, now)


def test_whoever_is_merged_is_not_merged_again(kept: Patient, double: Patient, now: datetime) -> None:
    """Neither here nor there: of two who merge at once the second is told so."""
    merged(kept, double, now)
    stale, other = Patient.objects.get(pk=double.pk), make.patient("王建军")
    for one, two in ((other, stale), (stale, other), (kept, stale)):
        with pytest.raises(AlreadyMerged):
            merged(one, two, now)


def test_whoever_was_changed_since_somebody_looked_is_looked_at_again(
    kept: Patient, double: Patient, now: datetime
) -> None:
    seen = {kept.pk: kept.version, double.pk: double.version + 1}
    with pytest.raises(PeopleChanged):
        merge_patients(survivor=kept, merged=double, seen=seen, actor=make.by(), at=now)


def test_sent_twice_it_is_done_once(kept: Patient, double: Patient, now: datetime) -> None:
    key = uuid4()
    merge = merge_patients(survivor=kept, merged=double, actor=make.by(), at=now, submission=key)
    with pytest.raises(DuplicateSubmission) as again:
        merge_patients(survivor=kept, merged=double, actor=make.by(), at=now, submission=key)
    assert again.value.subject_id == merge.pk


def test_of_several_the_last_is_undone_first(kept: Patient, double: Patient, now: datetime) -> None:
    third, before = make.patient("张桂蓝", OTHER_PHONE), everything()
    first = merged(kept, double, now)
    for survivor, other in ((kept, third), (third, kept)):
        second = merged(survivor, other, now)
        with pytest.raises(LaterMergeFirst):
            undone(first, now)
        assert Merge.objects.open().filter(pk=first.pk).exists()
        undone(second, now)
    undone(first, now)
    assert differences({**before, "patients.Patient": {}}, everything() | {"patients.Patient": {}}) == []


def test_it_is_undone_once(kept: Patient, double: Patient, now: datetime) -> None:
    merge = merged(kept, double, now)
    undone(merge, now)
    with pytest.raises(MergeAlreadyUndone):
        undone(merge, now)


def test_both_stories_and_the_audit_tell_of_it(kept: Patient, double: Patient, now: datetime) -> None:
    merge = merged(kept, double, now, "name")
    (line,) = kept.timelineentrys.filter(kind="patients.merged")
    assert line.params == {"number": double.number, "merge": merge.pk}
    undone(merge, now)
    assert [row.timelineentrys.get(kind="patients.separated").params["number"] for row in (kept, double)] == [
        double.number,
        kept.number,
    ]
    for patient in (kept, double):
        verbs = AuditEntry.objects.about(patient).order_by("pk").values_list("verb", "fields")
        assert list(verbs)[-2:] == [("patient.merged", ["name"]), ("patient.merge_undone", [])]


def test_steps_hold_no_names_and_no_digits(kept: Patient, double: Patient, now: datetime) -> None:
    while scan_some(at=now):
        pass
    merge = merged(kept, double, now)
    steps = [(row.before, row.after) for row in merge.rows.exclude(model="patients.Phone")]
    assert [step for step in steps if PHONE in str(step) or "zhang" in str(step)] == []
    assert MatchKey.objects.count() == 0
    assert list(Patient.objects.found_by("zhangguilan")) == [kept]


def test_the_pair_is_settled_and_others_are_compared_with_the_survivor(
    kept: Patient, double: Patient, now: datetime
) -> None:
    third = make.patient("张桂蓝")
    pairs = [
        DuplicatePair.objects.create(older=older, newer=newer, score=70, basis="x", found_at=now)
        for older, newer in ((kept, double), (double, third), (kept, third))
    ]
    before = everything()
    merge = merged(double, kept, now)
    states = {(row.older_id, row.newer_id): row.state for row in DuplicatePair.objects.all()}
    assert states == {(kept.pk, double.pk): "merged", (double.pk, third.pk): "open"}
    undone(merge, now)
    pairs[0].refresh_from_db()
    assert pairs[0].state == DuplicatePair.State.ANOTHER  # whoever undoes it says so
    del before["patients.DuplicatePair"][pairs[0].pk]
    assert differences(before, everything()) == []
    assert DuplicatePair.objects.open().count() == len(pairs) - 1
