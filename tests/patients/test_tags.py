"""Tags of the hospital's own list on patients: put on, taken off, asked for. Mission A3."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest

from accounts.models import AuditEntry, Department, Staff
from hospital_crm.lib.errors import DuplicateSubmission
from institution.models import ReferenceItem
from patients.models import Patient
from patients.services.merges import merge_patients
from patients.services.tags import NotTagged, TaggedAlready, TagNotInUse, tag_patient, untag_patient
from patients.services.unmerging import undo_merge
from tests import make
from tests.accounts.pages import Page, fill, in_english
from tests.api.test_patients import sent

Tag = Callable[..., Patient]


@pytest.fixture
def zhang(cataract: Department) -> Patient:
    return make.patient("张桂兰", "13800001234", department=cataract)


def tags(*codes: str) -> list[ReferenceItem]:
    return list(ReferenceItem.objects.filter(list__code="patient_tag", code__in=codes).order_by("position"))


def on(patient: Patient) -> list[str]:
    return [each.tag.code for each in patient.tags.select_related("tag")]


def put(patient: Patient, *codes: str) -> Patient:
    return tag_patient(patient=patient, tags=tags(*codes), actor=make.by(), at=make.THEN)


def test_a_tag_is_there_with_who_and_when(zhang: Patient, alice: Staff, now: datetime) -> None:
    tag_patient(patient=zhang, tags=tags("wheelchair"), actor=alice.actor, at=now)
    row = zhang.tags.get()
    assert (row.tag.code, row.added_by, row.added_at) == ("wheelchair", alice.actor, now)


def test_only_what_is_new_is_put_on(zhang: Patient) -> None:
    put(zhang, "wheelchair")
    put(zhang, "wheelchair", "lives_alone")
    assert on(zhang) == ["lives_alone", "wheelchair"]
    with pytest.raises(TaggedAlready):
        put(zhang, "wheelchair")


def test_what_is_no_tag_in_use_is_refused(zhang: Patient) -> None:
    retired, word = tags("large_print")[0], ReferenceItem.objects.filter(list__code="insurance")[0]
    ReferenceItem.objects.filter(pk=retired.pk).update(is_active=False)
    for wrong in (retired, word):
        with pytest.raises(TagNotInUse):
            tag_patient(patient=zhang, tags=[wrong], actor=make.by(), at=make.THEN)
    assert on(zhang) == []


def test_a_tag_is_taken_off_once_also_when_it_is_out_of_use(zhang: Patient) -> None:
    put(zhang, "wheelchair")
    ReferenceItem.objects.filter(code="wheelchair").update(is_active=False)
    untag_patient(patient=zhang, tags=tags("wheelchair"), actor=make.by(), at=make.THEN)
    assert on(zhang) == []
    with pytest.raises(NotTagged):
        untag_patient(patient=zhang, tags=tags("wheelchair"), actor=make.by(), at=make.THEN)


def test_the_same_form_sent_twice_tags_once(zhang: Patient, now: datetime) -> None:
    form = uuid4()
    tag_patient(patient=zhang, tags=tags("wheelchair"), actor=make.by(), at=now, submission=form)
    with pytest.raises(DuplicateSubmission):
        tag_patient(patient=zhang, tags=tags("wheelchair"), actor=make.by(), at=now, submission=form)
    assert on(zhang) == ["wheelchair"]


def test_the_story_and_the_audit_tell_it(zhang: Patient, alice: Staff, now: datetime) -> None:
    put(zhang, "wheelchair")
    untag_patient(patient=zhang, tags=tags("wheelchair"), actor=alice.actor, at=now)
    story = make.tight(in_english(make.client_of(alice)).get(f"/patients/{zhang.pk}/").content.decode())
    assert "<b>Tagged</b>· Needs a wheelchair" in story
    assert "<b>Tag removed</b>· Needs a wheelchair" in story
    told = AuditEntry.objects.about(zhang).filter(verb__in=("patient.tagged", "patient.untagged"))
    assert [entry.fields for entry in told] == [[], []]


def test_merged_and_separated_they_go_along(zhang: Patient, now: datetime) -> None:
    twin = make.patient("张贵兰")
    put(zhang, "wheelchair")
    put(twin, "wheelchair", "lives_alone")
    merge = merge_patients(survivor=zhang, merged=twin, actor=make.by(), at=now)
    assert (on(zhang), on(twin)) == (["lives_alone", "wheelchair"], [])
    undo_merge(merge=merge, actor=make.by(), at=now)
    assert (on(zhang), on(twin)) == (["wheelchair"], ["lives_alone", "wheelchair"])


def test_of_whoever_was_merged_the_survivor_is_tagged(zhang: Patient, now: datetime) -> None:
    twin = make.patient("张贵兰")
    merge_patients(survivor=zhang, merged=twin, actor=make.by(), at=now)
    put(twin, "wheelchair")
    assert on(zhang) == ["wheelchair"]


def test_on_the_page_they_are_added_and_removed(zhang: Patient, alice: Staff) -> None:
    browser, page = in_english(make.client_of(alice)), f"/patients/{zhang.pk}/"
    form = Page(browser.get(f"{page}tags/new/")).values
    refused = Page(browser.post(f"{page}tags/new/", form))
    assert refused.errors == {"tags": "Choose at least one tag."}
    chosen = [tag.pk for tag in tags("wheelchair", "lives_alone")]
    for _ in range(2):
        assert browser.post(f"{page}tags/new/", fill(form, tags=chosen))["Location"] == page
    assert on(zhang) == ["lives_alone", "wheelchair"]
    offered = browser.get(f"{page}tags/new/").content.decode()
    assert "Needs a wheelchair" not in offered
    row = zhang.tags.get(tag__code="wheelchair")
    for _ in range(2):
        gone = browser.post(f"/patients/tags/{row.pk}/remove/", {"patient": zhang.pk})
        assert gone["Location"] == page
    assert "This tag is not there any more." in browser.get(page).content.decode()
    assert on(zhang) == ["lives_alone"]


def test_a_stranger_finds_nothing_to_tag(zhang: Patient, glaucoma: Department) -> None:
    put(zhang, "wheelchair")
    doctor = make.client_of(make.staff("", "doctor", department=glaucoma))
    assert doctor.get(f"/patients/{zhang.pk}/tags/new/").status_code == 404
    assert doctor.post(f"/patients/tags/{zhang.tags.get().pk}/remove/", {"patient": zhang.pk}).status_code == 404
    assert on(zhang) == ["wheelchair"]


def test_lists_are_asked_for_any_of_several(zhang: Patient, alice: Staff) -> None:
    put(zhang, "wheelchair")
    put(make.patient("何建平"), "lives_alone")
    make.patient("吴海燕")
    asked = {"tag": [tag.pk for tag in tags("wheelchair", "lives_alone")]}
    page = make.client_of(alice).get("/patients/", asked).content.decode()
    assert ("张桂兰" in page, "何建平" in page, "吴海燕" in page) == (True, True, False)
    rows = make.client_of(alice).get("/api/v1/patients/", {"tag": tags("wheelchair")[0].pk}).json()["results"]
    assert [row["name"] for row in rows] == ["张桂兰"]
    told = make.client_of(alice).get(f"/api/v1/patients/{zhang.pk}/").json()
    assert [tag["code"] for tag in told["tags"]] == ["wheelchair"]


def test_programs_put_on_and_take_off(zhang: Patient, alice: Staff) -> None:
    program, url = make.client_of(alice), f"/api/v1/patients/{zhang.pk}/"
    alone, wheelchair = (tag.pk for tag in tags("wheelchair", "lives_alone"))
    told = {"tags": [alone], "submission": str(uuid4())}
    for _ in range(2):
        assert [row["code"] for row in sent(program, "post", f"{url}tags/", **told).json()] == ["lives_alone"]
    sent(program, "post", f"{url}tags/", tags=[wheelchair])
    assert len(program.get(f"{url}tags/").json()) == 2
    assert len(sent(program, "post", f"{url}untag/", tags=[wheelchair]).json()) == 1
    again = sent(program, "post", f"{url}untag/", tags=[wheelchair])
    assert (again.status_code, again.json()["code"]) == (409, "not_tagged")
    assert sent(program, "post", f"{url}tags/", tags=[]).json()["errors"].keys() == {"tags"}


def test_the_same_tag_twice_in_one_sending_is_one(zhang: Patient, alice: Staff) -> None:
    tag = ReferenceItem.objects.of_list("patient_tag")[0]
    answer = sent(make.client_of(alice), "post", f"/api/v1/patients/{zhang.pk}/tags/", tags=[tag.pk, tag.pk])
    assert answer.status_code in (200, 201)
    assert zhang.tags.count() == 1


def test_a_vip_is_marked_by_whoever_said_so_and_found(zhang: Patient, alice: Staff) -> None:
    line = in_english(make.client_of(alice))
    make.patient("何建平")
    (vip,) = tags("vip")
    tag_patient(patient=zhang, tags=[vip], actor=alice.actor, at=make.THEN)
    page = make.tight(line.get(f"/patients/{zhang.pk}/").content.decode())
    badge = page.partition("c-tag brand")[2].partition("</span>")[0]
    assert "VIP" in badge
    assert alice.name in page.partition("Tags")[2]
    listed = line.get("/patients/", {"tag": vip.pk}).content.decode()
    assert ("张桂兰" in listed, "何建平" in listed) == (True, False)
