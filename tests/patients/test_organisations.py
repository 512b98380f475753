"""Companies, communities, schools, clinics, suppliers: one record each, found by pinyin, ended and never deleted.

Mission A1.
"""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import AuditEntry, Staff
from hospital_crm.lib.errors import DuplicateSubmission, StaleVersion
from patients.models import Organisation, TimelineEntry
from patients.services.organisations import (
    OrganisationAlreadyEnded,
    OrganisationAlreadyThere,
    OrganisationIsActive,
    end_organisation,
    register_organisation,
    sound_of,
    take_up_organisation,
    update_organisation,
)
from tests import make
from tests.accounts.pages import Page, fill, in_english, send
from tests.house.world import counted

LIST = "/organisations/"


@pytest.fixture
def school(db: None, now: datetime) -> Organisation:
    return make.organisation("示范中学", kind="school", district="330102", at=now)


@pytest.fixture
def line(alice: Staff) -> Client:
    return in_english(make.client_of(alice))


def by(now: datetime) -> dict[str, Any]:
    return {"actor": make.by(), "at": now}


def page_of(row: Organisation) -> str:
    return f"{LIST}{row.pk}/"


def test_it_has_a_number_of_ours_and_a_story(school: Organisation, now: datetime) -> None:
    assert school.number == "O-00001"
    assert make.organisation().number == "O-00002"
    line = TimelineEntry.objects.get(organisation=school)
    assert (line.kind, line.target, line.params) == ("patients.organisation_registered", school, {"number": "O-00001"})
    assert AuditEntry.objects.about(school).get().verb == "organisation.registered"


@pytest.mark.parametrize("text", ["示范", "中学", "shifan", "shi fan zhong", "sfzx", "o-00001", " SFZX "])
def test_it_is_found_by_name_pinyin_initials_and_number(school: Organisation, text: str) -> None:
    make.organisation("海湾诊所")
    assert list(Organisation.objects.found_by(text)) == [school]


@pytest.mark.parametrize("text", ["", " ", "高中", "zhongshifan", "%", "_"])
def test_nothing_else_finds_it(school: Organisation, text: str) -> None:
    assert list(Organisation.objects.found_by(text)) == []


def test_a_latin_name_is_found_by_its_words_run_together(db: None) -> None:
    acme = make.organisation("Acme Optics Ltd")
    for text in ("acme optics", "acmeoptics", "Optics"):
        assert list(Organisation.objects.found_by(text)) == [acme]


def test_the_longest_name_has_a_sound_that_fits() -> None:
    assert 0 < len(sound_of("壮" * 120)) <= 800


def test_of_one_name_in_one_district_one_is_active(school: Organisation, now: datetime) -> None:
    same = {"name": "示范中学", "district": "330102"}
    with pytest.raises(OrganisationAlreadyThere):
        register_organisation(values=same, **by(now))
    elsewhere = register_organisation(values={**same, "district": "330105"}, **by(now))
    with pytest.raises(OrganisationAlreadyThere):
        update_organisation(organisation=elsewhere, version=1, values=same, **by(now))
    end_organisation(organisation=school, reason="搬走", **by(now))
    register_organisation(values=same, **by(now))
    with pytest.raises(OrganisationAlreadyThere):
        take_up_organisation(organisation=school, **by(now))


def test_sent_twice_it_is_registered_once(school: Organisation, now: datetime) -> None:
    sent_as = {"values": {"name": "海湾诊所"}, "submission": uuid4(), **by(now)}
    row = register_organisation(**sent_as)
    with pytest.raises(DuplicateSubmission) as again:
        register_organisation(**sent_as)
    assert again.value.subject_id == row.pk


def test_a_new_name_is_heard_and_a_stale_form_changes_nothing(school: Organisation, now: datetime) -> None:
    update_organisation(organisation=school, version=1, values={"name": "示范小学"}, **by(now))
    assert list(Organisation.objects.found_by("sfxx")) == [school]
    assert list(Organisation.objects.found_by("sfzx")) == []
    assert AuditEntry.objects.about(school).newest_first()[0].fields == ["name"]
    with pytest.raises(StaleVersion):
        update_organisation(organisation=school, version=1, values={"name": "示范大学"}, **by(now))


def test_it_ends_once_for_a_reason_and_is_taken_up_again(school: Organisation, now: datetime) -> None:
    with pytest.raises(OrganisationIsActive):
        take_up_organisation(organisation=school, **by(now))
    end_organisation(organisation=school, reason="搬走", **by(now))
    assert (school.is_active, school.end_reason) == (False, "搬走")
    with pytest.raises(OrganisationAlreadyEnded):
        end_organisation(organisation=school, reason="搬走", **by(now))
    assert take_up_organisation(organisation=school, **by(now)).is_active
    kinds = TimelineEntry.objects.filter(organisation=school).order_by("pk").values_list("kind", flat=True)
    assert [kind.rpartition("_")[2] for kind in kinds] == ["registered", "ended", "up"]


@pytest.mark.parametrize("role", ["doctor", "administrator"])
def test_who_does_not_find_people_everywhere_sees_none(school: Organisation, role: str, now: datetime) -> None:
    stranger = make.staff("", role, second_factor=True)
    assert not Organisation.objects.visible_to(stranger).exists()
    assert make.client_of(stranger).get(page_of(school)).status_code == 403


def test_the_list_shows_the_active_by_kind_owner_and_words(
    line: Client, school: Organisation, alice: Staff, now: datetime
) -> None:
    make.organisation("海湾诊所", kind="clinic", owner=alice)
    gone = make.organisation("旧厂", at=now)
    end_organisation(organisation=gone, reason="倒闭", **by(now))

    def shown(**asked: str) -> set[str]:
        text = line.get(LIST, asked).content.decode()
        return {name for name in ("示范中学", "海湾诊所", "旧厂") if name in text}

    assert shown() == {"示范中学", "海湾诊所"}
    assert shown(kind="school") == {"示范中学"}
    assert shown(owner=str(alice.pk)) == {"海湾诊所"}
    assert shown(state="ended") == {"旧厂"}
    assert shown(state="") == {"示范中学", "海湾诊所", "旧厂"}
    assert shown(q="hwzs") == {"海湾诊所"}
    assert shown(q="nothing of the kind") == set()


def test_is_registered_changed_and_ended_on_its_pages(line: Client, alice: Staff) -> None:
    form = Page(line.get(f"{LIST}new/")).values
    assert form["owner"] == [str(alice.pk)]
    told = fill(form, name="海湾社区", kind="community", district="杭州市上城区", phone="0571 5550 0100 转 7")
    answer = line.post(f"{LIST}new/", told, follow=True)
    row = Organisation.objects.get()
    assert answer.redirect_chain == [(page_of(row), 302)]
    assert (row.digits, row.extension, row.district, row.owner) == ("057155500100", "7", "330102", alice)
    assert "0571 5550 0100 ext. 7" in answer.content.decode()
    edit = f"{page_of(row)}edit/"
    assert send(line, edit, phone="", note="每年体检").status_code == 302
    row.refresh_from_db()
    assert (row.digits, row.note) == ("", "每年体检")
    assert Page(line.post(f"{page_of(row)}end/", {"reason": ""})).errors["reason"].startswith("Say why")
    line.post(f"{page_of(row)}end/", {"reason": "合并"})
    assert "合并" in line.get(page_of(row)).content.decode()
    line.post(f"{page_of(row)}take-up/")
    row.refresh_from_db()
    assert row.is_active


def test_a_taken_name_is_told_at_its_field_and_nothing_typed_is_lost(line: Client, school: Organisation) -> None:
    form = Page(line.get(f"{LIST}new/")).values
    answer = Page(line.post(f"{LIST}new/", fill(form, name="示范中学", district="330102", note="住校")))
    assert answer.errors["name"] == "An organisation of this name is on file in this district already."
    assert answer.values["note"] == ["住校"]
    assert Organisation.objects.count() == 1


def test_who_saved_first_wins_and_both_versions_are_shown(line: Client, school: Organisation, now: datetime) -> None:
    edit = f"{page_of(school)}edit/"
    form = Page(line.get(edit)).values
    update_organisation(organisation=school, version=1, values={"note": "有食堂"}, **by(now))
    answer = line.post(edit, fill(form, note="住校"))
    assert answer.status_code == 409
    assert "有食堂" in answer.content.decode()
    assert "住校" in answer.content.decode()


def test_opening_it_is_on_record(line: Client, school: Organisation, alice: Staff) -> None:
    line.get(page_of(school))
    assert AuditEntry.objects.about(school).get(verb="organisation.opened").actor == alice.actor


def test_the_search_box_finds_the_active_ones(line: Client, school: Organisation, now: datetime) -> None:
    assert page_of(school) in line.get("/search/", {"q": "sfzx"}).content.decode()
    end_organisation(organisation=school, reason="搬走", **by(now))
    assert page_of(school) not in line.get("/search/", {"q": "sfzx"}).content.decode()


def test_the_rail_leads_there_and_knows_where_one_is(line: Client, school: Organisation) -> None:
    text = make.tight(line.get(page_of(school)).content.decode())
    assert 'href="/organisations/" aria-current="page"' in text
    assert 'href="/patients/" aria-current="page"' not in text


def test_list_and_page_cost_at_most_25_queries(line: Client, school: Organisation) -> None:
    for url in (LIST, page_of(school)):
        line.get(url)
        with counted() as queries:
            assert line.get(url).status_code == 200
        assert len(queries) <= 25
