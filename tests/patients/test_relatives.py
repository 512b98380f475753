"""Family: stored once and read from both sides, guardians, who may be told what, who shares a number. Mission A6."""

from datetime import date, datetime
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import AuditEntry, Staff
from hospital_crm.lib.errors import DuplicateSubmission, StaleVersion
from hospital_crm.lib.phones import read_phone
from patients.forms.relatives import RelativeForm
from patients.kinship import RECIPROCAL, Tie, joined, turned
from patients.models import DuplicatePair, MergedRow, Patient, Relation
from patients.rules import needs_guardian
from patients.services.duplicates import decide_pair, pair_up
from patients.services.merges import merge_patients
from patients.services.relatives import (
    Named,
    RelationAlreadyEnded,
    RelationAlreadyThere,
    add_relative,
    change_relative,
    end_relative,
    kin_of,
    sharers_of,
)
from patients.services.survivors import SamePerson
from patients.services.unmerging import undo_merge
from tests import make
from tests.accounts.pages import Page, fill, in_english
from tests.api.test_patients import sent

from .everything import differences, everything

PHONE = "13800001234"
RELATIONS = "/api/v1/relations/"


@pytest.fixture
def mother(db: None) -> Patient:
    return make.patient("张桂兰", PHONE, sex="female")


@pytest.fixture
def child(db: None, now: datetime) -> Patient:
    return make.patient("张小雨", birth_date=date(now.year - 9, 1, 1))


@pytest.fixture
def line(alice: Staff) -> Client:
    return in_english(make.client_of(alice))


def related(one: Patient, other: Patient | Named, now: datetime, role: str = "parent", **tie: Any) -> Relation:
    return add_relative(patient=one, relative=other, tie=Tie(role, **tie), actor=make.by(), at=now)


def test_every_role_has_its_other_side() -> None:
    assert set(RECIPROCAL) == set(Relation.Role.values)
    assert all(RECIPROCAL[RECIPROCAL[role]] == role for role in RECIPROCAL)
    tie = Tie("parent", guards=True, may_be_told="everything", may_hear="nothing")
    assert turned(tie) == Tie("child", is_guarded=True, may_be_told="nothing", may_hear="everything")
    assert turned(turned(tie)) == tie


@pytest.mark.parametrize(
    ("born", "year", "needs"),
    [
        (date(2012, 3, 12), None, False),  # fourteen today
        (date(2012, 3, 13), None, True),
        (date(2026, 3, 12), None, True),
        (None, 2012, True),  # perhaps thirteen still
        (None, 2011, False),
        (None, None, False),
    ],
)
def test_under_fourteen_a_guardian_is_needed(born: date | None, year: int | None, needs: bool) -> None:
    assert needs_guardian(born, year, date(2026, 3, 12)) is needs


def test_stored_once_it_is_read_from_both_sides(mother: Patient, child: Patient, alice: Staff, now: datetime) -> None:
    related(child, mother, now, guards=True, may_be_told="everything", may_hear="appointments")
    (seen,) = kin_of(child, alice)
    assert (seen.other, seen.tie) == (mother, Tie("parent", True, False, "everything", "appointments"))
    (seen,) = kin_of(mother, alice)
    assert (seen.other, seen.tie) == (child, Tie("child", False, True, "appointments", "everything"))
    assert Relation.objects.count() == 1


def test_a_guardian_is_told_everything_unless_somebody_says_less(
    child: Patient, mother: Patient, now: datetime
) -> None:
    assert related(child, mother, now, guards=True).may_be_told == "everything"
    uncle, aunt = make.patient("王建军"), make.patient("赵云")
    assert related(child, uncle, now, guards=True, may_be_told="nothing").may_be_told == "nothing"
    assert related(child, aunt, now).may_be_told == "nothing"


def test_who_somebody_is_and_who_decides_are_two_questions(line: Client, mother: Patient, child: Patient) -> None:
    form = RelativeForm(among=Patient.objects.all())
    assert not {"guardian", "ward"} & {code for code, _label in form.fields["role"].choices}  # type: ignore[attr-defined]
    told = {"patient": child.pk, "relative": mother.pk, "submission": str(uuid4())}
    refused = sent(line, "post", RELATIONS, **told, role="guardian")
    assert (refused.status_code, refused.json()["errors"].keys()) == (400, {"role"})
    row = sent(line, "post", RELATIONS, **told, role="other", is_guardian=True).json()
    assert (row["role"], row["is_guardian"], row["may_be_told"]) == ("other", True, "everything")


def test_whoever_was_called_a_guardian_stays_one(mother: Patient, child: Patient, alice: Staff, now: datetime) -> None:
    """Those of before had the role; what a merge remembers of them is told anew too."""
    double, aunt = make.patient("张小鱼", birth_year=2018), make.patient("赵云")
    related(child, mother, now, "other")
    related(double, aunt, now, "other")
    merge = merge_patients(survivor=child, merged=double, actor=make.by(), at=now)
    Relation.objects.filter(relative=mother).update(role="guardian", is_guardian=True)
    Relation.objects.filter(relative=aunt).update(role="ward", is_ward=True)
    remembered = MergedRow.objects.create(
        merge=merge, model="patients.Relation", row=0, before={"role": "guardian", "is_guardian": False}, after=None
    )
    import_module("patients.migrations.0045_guardian_is_no_role").tick(apps, None)
    seen = {each.name: (each.tie.role, each.tie.guards, each.tie.is_guarded) for each in kin_of(child, alice)}
    assert seen == {"张桂兰": ("other", True, False), "赵云": ("other", False, True)}
    remembered.refresh_from_db()
    assert (remembered.before, remembered.after) == ({"role": "other", "is_guardian": True}, None)


def test_somebody_who_is_not_on_file_has_a_name_and_a_phone(child: Patient, alice: Staff, now: datetime) -> None:
    related(child, Named("王奶奶", read_phone("13900005678")), now, "grandparent")
    (seen,) = kin_of(child, alice)
    assert (seen.other, seen.relation.name, seen.relation.masked) == (None, "王奶奶", "139****5678")


def test_two_are_relatives_once_from_whichever_side(mother: Patient, child: Patient, now: datetime) -> None:
    row = related(child, mother, now)
    for one, other in ((child, mother), (mother, child)):
        with pytest.raises(RelationAlreadyThere):
            related(one, other, now)
    with pytest.raises(IntegrityError), transaction.atomic():  # nor two at once
        Relation.objects.bulk_create(
            [Relation(patient=mother, relative=child, role="child", added_at=now, added_by=make.by(), updated_at=now)]
        )
    end_relative(relation=row, actor=make.by(), at=now)
    related(mother, child, now, "child")


def test_nobody_is_a_relative_of_oneself(mother: Patient, now: datetime) -> None:
    with pytest.raises(SamePerson):
        related(mother, mother, now)


def test_sent_twice_it_is_added_once(mother: Patient, child: Patient, now: datetime) -> None:
    sent_as = {"tie": Tie("parent"), "actor": make.by(), "at": now, "submission": uuid4()}
    row = add_relative(patient=child, relative=mother, **sent_as)  # type: ignore[arg-type]
    with pytest.raises(DuplicateSubmission) as again:
        add_relative(patient=child, relative=mother, **sent_as)  # type: ignore[arg-type]
    assert again.value.subject_id == row.pk


def test_it_is_changed_from_either_side(mother: Patient, child: Patient, alice: Staff, now: datetime) -> None:
    row = related(child, mother, now)
    by, tie = {"actor": make.by(), "at": now}, Tie("grandchild", is_guarded=True, may_hear="everything")
    change_relative(relation=row, seen_from=mother, version=1, tie=tie, **by)  # type: ignore[arg-type]
    (seen,) = kin_of(child, alice)
    assert seen.tie == Tie("grandparent", guards=True, may_be_told="everything", may_hear="nothing")
    with pytest.raises(StaleVersion):
        change_relative(relation=row, seen_from=mother, version=1, tie=Tie("child"), **by)  # type: ignore[arg-type]


def test_ended_it_stays_on_file_and_ends_once(mother: Patient, child: Patient, alice: Staff, now: datetime) -> None:
    row = related(child, mother, now)
    end_relative(relation=row, actor=make.by(), at=now)
    assert kin_of(child, alice) == []
    assert Relation.objects.get().ended_at == now
    with pytest.raises(RelationAlreadyEnded):
        end_relative(relation=row, actor=make.by(), at=now)
    with pytest.raises(RelationAlreadyEnded):
        change_relative(relation=row, seen_from=child, version=2, tie=Tie("child"), actor=make.by(), at=now)
    for patient in (mother, child):
        verbs = AuditEntry.objects.about(patient).order_by("pk").values_list("verb", flat=True)
        assert list(verbs)[-2:] == ["patient.relative_added", "patient.relative_ended"]


def test_whoever_is_out_of_sight_has_no_name(mother: Patient, child: Patient, now: datetime) -> None:
    department = make.department()
    Patient.objects.filter(pk=child.pk).update(department=department)
    doctor = make.staff("doctor", "doctor", department=department)
    related(child, mother, now)
    (seen,) = kin_of(child, doctor)
    assert (seen.other, seen.is_hidden) == (None, True)
    page = in_english(make.client_of(doctor)).get(f"/patients/{child.pk}/").content.decode()
    assert "not shown to you" in page
    relation = Relation.objects.get()
    form = in_english(make.client_of(doctor)).get(f"/patients/relatives/{relation.pk}/edit/?of={child.pk}")
    assert mother.name not in form.content.decode()
    assert "张桂兰" not in page


def test_a_number_leads_to_whoever_shares_it(mother: Patient, child: Patient, alice: Staff, now: datetime) -> None:
    make.phone(child, PHONE)
    stranger = make.patient("赵云", PHONE)
    assert sharers_of(mother, alice, []) == [child, stranger]
    related(mother, child, now, "child")
    assert sharers_of(mother, alice, kin_of(mother, alice)) == [stranger]


def test_whoever_looks_like_the_same_person_is_not_offered_as_a_relative(
    mother: Patient, alice: Staff, now: datetime
) -> None:
    double = make.patient("张桂兰", PHONE, sex="female")
    assert sharers_of(mother, alice, []) == [double]
    pair = pair_up(one=double, other=mother, at=now)
    assert pair.score
    assert sharers_of(mother, alice, []) == []
    decide_pair(pair=pair, verdict=DuplicatePair.State.FAMILY, actor=make.by(), at=now)
    assert sharers_of(mother, alice, []) == [double]


def test_a_shared_number_leads_nobody_to_whoever_is_out_of_sight(mother: Patient) -> None:
    place = make.department()
    Patient.objects.filter(pk=mother.pk).update(department=place)
    make.patient("赵云", PHONE, department=make.department())
    doctor = make.staff("doctor", "doctor", department=place)
    assert sharers_of(mother, doctor, []) == []
    assert "赵云" not in make.client_of(doctor).get(f"/patients/{mother.pk}/").content.decode()


def test_the_phone_of_a_relative_who_is_not_on_file_leads_to_the_patient_while_they_are_relatives(
    child: Patient, line: Client, alice: Staff, now: datetime
) -> None:
    relation = related(child, Named("张桂兰", read_phone("13700004321")), now)
    found = line.post("/calls/who/", {"number": "13700004321", "channel": "phone"}).content.decode()
    assert child.name in found
    assert "a relative&#x27;s phone" in found
    end_relative(relation=relation, actor=alice.actor, at=now)
    assert child not in Patient.objects.behind_number("13700004321")


def test_merging_keeps_families_together(mother: Patient, child: Patient, alice: Staff, now: datetime) -> None:
    double = make.patient("张贵兰")
    aunt = make.patient("张桂芳")
    related(child, mother, now)
    related(child, double, now, "other", guards=True)
    related(double, mother, now, "sibling")
    related(double, aunt, now, "sibling")
    related(aunt, Named("王奶奶"), now)
    before = everything()
    merge = merge_patients(survivor=mother, merged=double, actor=make.by(), at=now)
    assert [(each.other, each.tie.role) for each in kin_of(mother, alice)] == [(child, "child"), (aunt, "sibling")]
    undo_merge(merge=merge, actor=make.by(), at=now)
    assert differences(before, everything()) == []


def test_the_panel_says_who_is_missing_and_who_is_family(
    mother: Patient, child: Patient, line: Client, now: datetime
) -> None:
    page = f"/patients/{child.pk}/"
    assert "Under 14, and no guardian is named yet." in line.get(page).content.decode()
    related(child, mother, now, guards=True, may_be_told="appointments")
    shown = make.tight(line.get(page).content.decode())
    assert "no guardian" not in shown
    assert f'href="/patients/{mother.pk}/">张桂兰</a>' in shown
    assert "May be told: Appointments only" in shown


def test_added_changed_and_ended_on_the_page(mother: Patient, child: Patient, line: Client) -> None:
    url = f"/patients/{child.pk}/relatives/new/"
    form = Page(line.get(url, {"number": mother.number})).values
    assert form["number"] == [mother.number]
    answer = line.post(url, fill(form, role="parent", guards="on", may_be_told="everything"))
    assert answer["Location"] == f"/patients/{child.pk}/"
    row = Relation.objects.get()
    assert (row.patient, row.relative, row.is_guardian, row.may_be_told) == (child, mother, True, "everything")
    edit = f"/patients/relatives/{row.pk}/edit/?of={mother.pk}"
    form = Page(line.get(edit)).values
    assert (form["role"], form["is_guarded"]) == (["child"], ["on"])
    line.post(edit, fill(form, role="grandchild"))
    row.refresh_from_db()
    assert row.role == "grandparent"
    line.post(f"/patients/relatives/{row.pk}/end/?of={mother.pk}")
    row.refresh_from_db()
    assert row.ended_at is not None


def test_what_is_wrong_is_said_at_its_field(child: Patient, line: Client) -> None:
    url = f"/patients/{child.pk}/relatives/new/"
    form = fill(Page(line.get(url)).values, role="other")
    said = Page(line.post(url, form)).errors
    assert said["number"] == "Type who it is, or the name of whoever is not on file."
    assert Page(line.post(url, fill(form, number="P-999999"))).errors["number"] == "Nobody of this name or number."
    stale = fill(form, name="王奶奶", phone="139 0000 5678", role="grandparent")
    line.post(url, stale)
    assert Relation.objects.get().digits == "13900005678"


def test_somebody_else_changed_it_first(mother: Patient, child: Patient, line: Client, now: datetime) -> None:
    row = related(child, mother, now)
    edit = f"/patients/relatives/{row.pk}/edit/?of={child.pk}"
    form = Page(line.get(edit)).values
    change_relative(relation=row, seen_from=child, version=1, tie=Tie("sibling"), actor=make.by(), at=now)
    answer = line.post(edit, fill(form, role="other"))
    assert answer.status_code == 409
    row.refresh_from_db()
    assert row.role == "sibling"
    both = Page(answer)
    assert "Still to choose: Is to the patient" in both.text
    assert line.post(edit, {**both.values, "pick-role": "mine"}).status_code == 302
    row.refresh_from_db()
    assert row.role == "other"


@pytest.mark.parametrize(
    ("kept", "other", "together"),
    [
        (Tie("other"), Tie("parent", guards=True, may_be_told="everything"), ("parent", True, "everything")),
        (Tie("parent", guards=True), Tie("sibling"), ("parent", True, "nothing")),
        (Tie("other", guards=True), Tie("other"), ("other", True, "nothing")),
        (
            Tie("child", may_be_told="appointments"),
            Tie("child", may_be_told="everything"),
            ("child", False, "appointments"),
        ),
        (Tie("child", may_be_told="everything"), Tie("child"), ("child", False, "everything")),
    ],
)
def test_what_two_records_of_one_tie_say_is_kept(kept: Tie, other: Tie, together: tuple[str, bool, str]) -> None:
    """However much is said may be said, unless somebody wanted less."""
    tie = joined(kept, other)
    assert (tie.role, tie.guards, tie.may_be_told) == together


@pytest.mark.parametrize("is_turned", [False, True])
def test_a_guardian_whom_either_record_names_stays_one(
    mother: Patient, child: Patient, now: datetime, is_turned: bool
) -> None:
    double = make.patient("张晓雨", birth_year=2018)
    tie = Tie("other")
    first, second = (mother, child) if is_turned else (child, mother)
    add_relative(patient=first, relative=second, tie=tie, actor=make.by(), at=now)
    guards = Tie("parent", guards=True, may_be_told="everything", may_hear="nothing")
    add_relative(patient=double, relative=mother, tie=guards, actor=make.by(), at=now)
    before = everything()
    merge = merge_patients(survivor=child, merged=double, actor=make.by(), at=now)
    row = Relation.objects.open().get()
    assert row.tie_from(child) == guards
    with pytest.raises(StaleVersion):
        change_relative(relation=row, seen_from=child, version=1, tie=tie, actor=make.by(), at=now)
    undo_merge(merge=merge, actor=make.by(), at=now)
    assert differences(before, everything()) == []


def test_programs_too(mother: Patient, child: Patient, line: Client) -> None:
    key = str(uuid4())
    told = {"patient": child.pk, "relative": mother.pk, "role": "parent", "is_guardian": True, "submission": key}
    first, again = sent(line, "post", RELATIONS, **told), sent(line, "post", RELATIONS, **told)
    assert (first.status_code, again.status_code) == (201, 200)
    row = first.json()
    for patient in (mother, child):
        assert [each["id"] for each in line.get(RELATIONS, {"patient": patient.pk}).json()["results"]] == [row["id"]]
    url = f"{RELATIONS}{row['id']}/"
    changed = sent(line, "patch", url, version=1, may_be_told="everything").json()
    assert (changed["role"], changed["is_guardian"], changed["may_be_told"]) == ("parent", True, "everything")
    assert sent(line, "post", f"{url}end/").json()["ended_at"]
    assert sent(line, "post", f"{url}end/").json()["code"] == "relation_already_ended"
    assert line.get(RELATIONS, {"patient": child.pk, "is_open": True}).json()["results"] == []
    assert sent(line, "post", RELATIONS, patient=child.pk, role="parent").json()["errors"].keys() == {"relative"}
    named = sent(line, "post", RELATIONS, patient=child.pk, role="other", name="王奶奶", phone=PHONE)
    assert named.json()["masked"] == "138****1234"


def test_a_form_from_before_a_merge_means_the_same_side(
    mother: Patient, child: Patient, line: Client, now: datetime
) -> None:
    relation, double = related(child, mother, now), make.patient("张小语")
    url = f"/patients/relatives/{relation.pk}/edit/?of={child.pk}"
    form = Page(line.get(url)).values
    merge_patients(survivor=double, merged=child, actor=make.by(), at=now)
    line.post(url, fill(form, may_be_told="everything"))
    relation.refresh_from_db()
    assert (relation.patient, relation.relative, relation.role) == (double, mother, "parent")
    assert relation.patient_may_be_told == "nothing"  # never the other side
    stranger = make.patient("赵云")
    assert line.get(f"/patients/relatives/{relation.pk}/edit/?of={stranger.pk}").status_code == 404
