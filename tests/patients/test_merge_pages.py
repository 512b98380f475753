"""Possible duplicates on their pages and through the API: seen side by side, merged, told apart, undone. Mission A4."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Staff
from patients.kinship import Tie
from patients.models import DuplicatePair, Merge, Patient, Purpose
from patients.services.consents import Decision, record_consent
from patients.services.duplicates import decide_pair, pair_up
from patients.services.merges import merge_patients
from patients.services.patients import update_patient
from patients.services.relatives import Named, add_relative
from patients.services.scan import scan_some
from patients.services.unmerging import undo_merge
from promises.models import Promise
from tests import make
from tests.accounts.pages import Page, fill, in_english
from tests.api.test_patients import sent

BORN = date(1953, 8, 4)
LIST, PAIRS = "/patients/duplicates/", "/api/v1/duplicates/"


@pytest.fixture
def carla(db: None) -> Staff:
    """Customer service: merges, and undoes nothing."""
    return make.staff("carla", "customer_service")


@pytest.fixture
def desk(carla: Staff) -> Client:
    return in_english(make.client_of(carla))


@pytest.fixture
def boss(dana: Staff) -> Client:
    return in_english(make.client_of(dana))


@pytest.fixture
def pair(now: datetime) -> DuplicatePair:
    make.patient("张桂兰", "13800001234", birth_date=BORN, hospital_number="H1", address="湖滨路 1 号")
    make.patient("张贵兰", "13800001234", birth_date=BORN, card="K7", address="湖滨路 2 号")
    scan_some(at=now)
    return DuplicatePair.objects.select_related("older", "newer").get()


def page_of(pair: DuplicatePair) -> str:
    return f"{LIST}{pair.pk}/"


@pytest.mark.django_db
def test_the_list_shows_the_likest_first_and_why(desk: Client, pair: DuplicatePair) -> None:
    other = pair_up(one=make.patient("王建军"), other=make.patient("赵云"), at=pair.found_at)
    page = make.tight(desk.get(LIST).content.decode())
    assert "same date of birth · same phone, each one&#x27;s own · same name in pinyin" in page
    assert "138****1234" in page
    assert "13800001234" not in page
    assert page.index(page_of(pair)) < page.index(page_of(other))


@pytest.mark.django_db
def test_what_was_decided_is_listed_apart(desk: Client, pair: DuplicatePair, now: datetime) -> None:
    decide_pair(pair=pair, verdict=DuplicatePair.State.FAMILY, actor=make.by(), at=now)
    assert page_of(pair) not in desk.get(LIST).content.decode()
    assert page_of(pair) in desk.get(LIST, {"state": "decided"}).content.decode()
    assert page_of(pair) not in desk.get(LIST, {"state": "merged"}).content.decode()


@pytest.mark.django_db
def test_side_by_side_nothing_that_is_masked_is_shown_and_the_look_is_recorded(
    desk: Client, carla: Staff, pair: DuplicatePair
) -> None:
    page = desk.get(page_of(pair)).content.decode()
    for hidden in ("13800001234", "湖滨路"):
        assert hidden not in page
    looks = AuditEntry.objects.filter(verb="patient.opened", actor=carla.actor).values_list("subject_id", flat=True)
    assert set(looks) == {pair.older_id, pair.newer_id}


@pytest.mark.django_db
def test_merged_as_chosen_field_by_field(desk: Client, pair: DuplicatePair) -> None:
    form = Page(desk.get(page_of(pair))).values
    assert (form["stays"], form["pick_name"], form["pick_card"]) == (["older"], ["older"], ["newer"])
    answer = desk.post(page_of(pair), fill(form, stays="newer", pick_name="older", pick_address="newer"))
    pair.newer.refresh_from_db()
    assert answer["Location"] == f"/patients/{pair.newer_id}/"
    survivor = pair.newer
    told = (survivor.name, survivor.card, survivor.hospital_number, survivor.address)
    assert told == ("张桂兰", "K7", "H1", "湖滨路 2 号")
    assert Merge.objects.get().merged == pair.older


@pytest.mark.django_db
def test_the_word_after_a_merge_leads_to_where_it_is_undone(desk: Client, boss: Client, pair: DuplicatePair) -> None:
    answer = desk.post(page_of(pair), Page(desk.get(page_of(pair))).values, follow=True)
    merge = Merge.objects.get()
    there = f'Merged into one record. <a href="/patients/merges/{merge.pk}/">'
    assert f"{there}See the merge</a>" in answer.content.decode()
    undo_merge(merge=merge, actor=make.by(), at=merge.merged_at)
    other = pair_up(one=make.patient("王建军"), other=make.patient("赵云"), at=pair.found_at)
    answer = boss.post(page_of(other), Page(boss.get(page_of(other))).values, follow=True)
    assert ">Undo</a>" in answer.content.decode()


@pytest.mark.django_db
def test_sent_twice_it_is_merged_once(desk: Client, pair: DuplicatePair) -> None:
    form = Page(desk.get(page_of(pair))).values
    first, again = desk.post(page_of(pair), form), desk.post(page_of(pair), form)
    assert first["Location"] == again["Location"] == f"/patients/{pair.older_id}/"
    assert Merge.objects.count() == 1


@pytest.mark.django_db
def test_whoever_was_changed_meanwhile_is_looked_at_once_more(desk: Client, pair: DuplicatePair, now: datetime) -> None:
    """What changed is named, what was chosen stays, and the next sending counts."""
    form = fill(Page(desk.get(page_of(pair))).values, stays="newer", pick_name="newer")
    update_patient(patient=pair.older, version=1, values={"card": "K8", "sex": "female"}, actor=make.by(), at=now)
    page = Page(desk.post(page_of(pair), form))
    assert "Somebody has changed one of these records meanwhile." in page.text
    assert "Changed since you opened this: Sex · Discount or member card" in page.text
    assert not Merge.objects.exists()
    assert (page.values["stays"], page.values["pick_name"]) == (["newer"], ["newer"])
    assert desk.post(page_of(pair), page.values).status_code == 302
    assert Merge.objects.get().merged == pair.older


@pytest.mark.django_db
def test_the_second_of_two_who_merge_is_led_to_what_they_are_now(
    desk: Client, pair: DuplicatePair, now: datetime
) -> None:
    form = Page(desk.get(page_of(pair))).values
    merge_patients(survivor=pair.newer, merged=pair.older, actor=make.by(), at=now)
    answer = desk.post(page_of(pair), form, follow=True)
    assert answer.redirect_chain == [(page_of(pair), 302)]
    page = answer.content.decode()
    assert "has been merged already" in page
    assert f"{pair.older.number} was merged with {pair.newer.number}; either number leads there." in page
    assert f'href="/patients/{pair.newer_id}/"' in page
    assert "One person: merge" not in page


@pytest.mark.django_db
def test_beforehand_one_reads_of_family_visits_promises_and_consents(
    desk: Client, alice: Staff, pair: DuplicatePair, now: datetime
) -> None:
    tie = Tie("parent", guards=True, may_be_told="everything")
    add_relative(patient=pair.newer, relative=Named("张小雨"), tie=tie, actor=make.by(), at=now)
    for _rank in range(3):
        make.visit(pair.older)
    make.promise(pair.newer, owner=alice)
    agreed, refused = Decision(Purpose.MARKETING, True), Decision(Purpose.MARKETING, False)
    record_consent(patient=pair.older, decision=refused, actor=make.by(), at=now - timedelta(days=9))
    record_consent(patient=pair.newer, decision=agreed, actor=make.by(), at=now)
    page = make.tight(desk.get(page_of(pair)).content.decode())
    for told in (
        ">张小雨 (Parent · Guardian · May be told: Everything)<",
        ">Marketing: not allowed<",
        ">Marketing: allowed<",
        "One record says yes and the other no. Merged, the last word counts: Marketing: allowed (",
    ):
        assert make.tight(told) in page, told
    assert page.count(">Number<") == 0  # which one stays is asked


@pytest.mark.django_db
def test_relatives_who_are_to_be_one_are_warned_of(desk: Client, pair: DuplicatePair, now: datetime) -> None:
    warning = "These two stand as relatives of each other."
    assert warning not in desk.get(page_of(pair)).content.decode()
    add_relative(patient=pair.older, relative=pair.newer, tie=Tie("parent"), actor=make.by(), at=now)
    assert warning in desk.get(page_of(pair)).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("verdict", ["family", "another"])
def test_two_people_are_remembered_and_can_be_looked_at_again(desk: Client, pair: DuplicatePair, verdict: str) -> None:
    desk.post(f"{page_of(pair)}decide/", {"verdict": verdict})
    pair.refresh_from_db()
    assert pair.state == verdict
    assert "Look at it again" in desk.get(page_of(pair)).content.decode()
    desk.post(f"{page_of(pair)}decide/", {"verdict": "open"})
    pair.refresh_from_db()
    assert pair.is_open


@pytest.mark.django_db
def test_the_patients_page_tells_of_it_and_whoever_may_merge_compares(
    desk: Client, alice: Staff, pair: DuplicatePair
) -> None:
    url, told = f"/patients/{pair.older_id}/", f"Perhaps the same person: 张贵兰 {pair.newer.number}"
    page = desk.get(url).content.decode()
    assert told in page
    assert page_of(pair) in page
    page = in_english(make.client_of(alice)).get(url).content.decode()
    assert told in page
    assert "Customer service or a manager compares the two." in page
    assert page_of(pair) not in page
    doctor = make.staff("doctor", "doctor", department=make.department())
    Patient.objects.filter(pk=pair.older_id).update(department=doctor.department)
    Patient.objects.filter(pk=pair.newer_id).update(department=make.department())
    assert "Perhaps the same person" not in in_english(make.client_of(doctor)).get(url).content.decode()


@pytest.mark.django_db
def test_side_by_side_the_numbers_tell_namesakes_apart_and_a_moment_has_its_time(
    desk: Client, pair: DuplicatePair, now: datetime
) -> None:
    Patient.objects.filter(pk=pair.older_id).update(not_before=now)
    page = desk.get(page_of(pair)).content.decode()
    assert f'data-label="{pair.older.name} · {pair.older.number}"' in page
    assert f'data-label="{pair.newer.name} · {pair.newer.number}"' in page
    assert "2026-03-12 10:24" in page


@pytest.mark.django_db
def test_the_old_address_leads_to_the_survivor_and_says_why(desk: Client, pair: DuplicatePair, now: datetime) -> None:
    merge_patients(survivor=pair.older, merged=pair.newer, actor=make.by(), at=now)
    answer = desk.get(f"/patients/{pair.newer_id}/", follow=True)
    assert answer.redirect_chain == [(f"/patients/{pair.older_id}/", 302)]
    page = answer.content.decode()
    assert f"{pair.newer.number} was merged with this record" in page
    assert f"Merged with {pair.newer.number}" in page
    for part in ("patients:patient_edit", "patients:identifier_create", "promises:for_patient", "consult:for_patient"):
        assert desk.get(reverse(part, args=[pair.newer_id])).status_code == 200, part
    form = Page(desk.get(f"/patients/{pair.newer_id}/phones/new/")).values
    desk.post(f"/patients/{pair.newer_id}/phones/new/", fill(form, phone="13900005678"))
    assert pair.older.phones.filter(digits="13900005678").exists()


@pytest.mark.django_db
def test_undoing_is_for_the_manager_and_says_what_stays(
    desk: Client, boss: Client, pair: DuplicatePair, now: datetime
) -> None:
    merge = merge_patients(survivor=pair.older, merged=pair.newer, take=["card"], actor=make.by(), at=now)
    pair.older.refresh_from_db()
    values = {"card": "K8", "residence": "杭州"}
    update_patient(patient=pair.older, version=2, values=values, actor=make.by(), at=now)
    make.phone(pair.older, "13900005678")
    url = f"/patients/merges/{merge.pk}/"
    page = desk.get(url).content.decode()
    assert "Undo the merge" not in page
    assert "A manager undoes it." in page
    assert desk.post(f"{url}undo/").status_code == 403
    page = boss.get(url).content.decode()
    assert "Undo the merge" in page
    assert (
        f"Changed since the merge, and so stays with {pair.older.number}: Place of residence · Discount or member card"
        in page
    )
    assert "New since the merge: Phone 1." in page
    boss.post(f"{url}undo/")
    assert Patient.objects.on_file().count() == 2
    page = boss.get(url).content.decode()
    assert f"<h1>{pair.newer.number} and {pair.older.number} separated again</h1>" in page
    assert f"has stayed with {pair.older.number}: Place of residence · Discount or member card" in page
    assert f"What came after the merge has stayed with {pair.older.number}: Phone 1" in page
    assert "This merge was undone already." in boss.post(f"{url}undo/", follow=True).content.decode()


@pytest.mark.django_db
def test_any_two_are_compared_by_number(desk: Client, pair: DuplicatePair) -> None:
    third = make.patient("王建军")
    url = f"/patients/{third.pk}/compare/"
    assert "No record has this number." in desk.post(url, {"number": "P-999999"}).content.decode()
    assert "This is one record already" in desk.post(url, {"number": third.number}).content.decode()
    answer = desk.post(url, {"number": " h1 "})
    made = DuplicatePair.objects.get(older=pair.older, newer=third)
    assert answer["Location"] == page_of(made)


@pytest.mark.django_db
def test_whoever_may_not_merge_sees_no_list(alice: Staff, pair: DuplicatePair) -> None:
    browser = make.client_of(alice)
    assert browser.get(LIST).status_code == browser.get(page_of(pair)).status_code == 403
    assert browser.get(PAIRS).status_code == 403


@pytest.mark.django_db
def test_programs_find_decide_and_merge(desk: Client, pair: DuplicatePair) -> None:
    (row,) = desk.get(PAIRS, {"state": "open"}).json()["results"]
    assert (row["id"], row["score"], row["older"]["phones"][0]["masked"]) == (pair.pk, 85, "138****1234")
    one = f"{PAIRS}{pair.pk}/"
    assert sent(desk, "post", f"{one}decide/", verdict="family").json()["state"] == "family"
    assert sent(desk, "post", f"{one}decide/", verdict="another").json()["code"] == "pair_already_decided"
    assert sent(desk, "post", f"{one}decide/", verdict="open").json()["state"] == "open"
    key, seen = str(uuid4()), {str(pair.older_id): 1, str(pair.newer_id): 1}
    asked: dict[str, Any] = {"stays": "newer", "take": ["hospital_number"], "seen": seen, "submission": key}
    first, again = sent(desk, "post", f"{one}merge/", **asked), sent(desk, "post", f"{one}merge/", **asked)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (first.json()["survivor"], first.json()["merged"]) == (pair.newer_id, pair.older_id)
    assert sent(desk, "post", f"{one}merge/", stays="newer").json()["code"] == "already_merged"


@pytest.mark.django_db
def test_for_programs_an_old_id_answers_with_the_survivor(desk: Client, pair: DuplicatePair, now: datetime) -> None:
    merge = merge_patients(survivor=pair.older, merged=pair.newer, actor=make.by(), at=now)
    assert desk.get(f"/api/v1/patients/{pair.newer_id}/").json()["id"] == pair.older_id
    assert desk.get(f"/api/v1/patients/{pair.newer_id}/timeline/").status_code == 200
    logged = sent(desk, "post", "/api/v1/calls/", patient=pair.newer_id, disposition="silent")
    assert logged.status_code == 201, logged.json()
    assert pair.older.calls.count() == 1
    for key in (pair.older_id, pair.newer_id):
        assert len(desk.get("/api/v1/calls/", {"patient": key}).json()["results"]) == 1
    assert sent(desk, "post", f"/api/v1/merges/{merge.pk}/undo/").status_code == 403


@pytest.mark.django_db
def test_programs_undo_too(boss: Client, pair: DuplicatePair, now: datetime) -> None:
    merge = merge_patients(survivor=pair.older, merged=pair.newer, actor=make.by(), at=now)
    undone = sent(boss, "post", f"/api/v1/merges/{merge.pk}/undo/").json()
    assert undone["undone_at"]
    assert (undone["stayed"], undone["stayed_rows"], undone["stayed_new"]) == ([], [], [])
    assert sent(boss, "post", f"/api/v1/merges/{merge.pk}/undo/").json()["code"] == "merge_already_undone"
    third = make.patient("王建军")
    asked = {"one": third.pk, "other": pair.older_id}
    assert sent(boss, "post", PAIRS, **asked).json()["score"] == 0
    assert sent(boss, "post", PAIRS, one=third.pk, other=third.pk).json()["code"] == "same_person"


@pytest.mark.django_db
def test_after_undoing_nobody_reads_of_whom_they_may_not_find(now: datetime) -> None:
    here, there = make.department("甲科"), make.department("乙科")
    kept, double = make.patient("张桂兰", department=here), make.patient("李小红", department=there)
    merge = merge_patients(survivor=kept, merged=double, actor=make.by(), at=now)
    undo_merge(merge=merge, actor=make.by(), at=now)
    doctor = in_english(make.client_of(make.staff("doctor", "doctor", department=here)))
    page = doctor.get(f"/patients/merges/{merge.pk}/").content.decode()
    assert "李小红" not in page
    assert "not shown to you" in page


@pytest.mark.django_db
def test_undone_the_page_names_what_belongs_to_both(
    boss: Client, alice: Staff, pair: DuplicatePair, now: datetime
) -> None:
    promises = [make.promise(patient, owner=alice, at=now) for patient in (pair.older, pair.newer)]
    merge = merge_patients(survivor=pair.older, merged=pair.newer, actor=make.by(), at=now)
    settles = [Promise.objects.get(pk=promise.pk) for promise in promises]
    call = make.call(alice, Patient.objects.get(pk=pair.older_id), at=now + timedelta(minutes=1), settles=settles)
    url = f"/patients/merges/{merge.pk}/"
    assert "What was done since about what goes back goes with it" in boss.get(url).content.decode()
    boss.post(f"{url}undo/")
    words = f"Could not go back, or belongs to both, and so has stayed with {pair.older.number}: Call 1"
    assert words in boss.get(url).content.decode()
    assert boss.get(f"/api/v1/merges/{merge.pk}/").json()["stayed_rows"] == [["consult.Call", call.pk]]
