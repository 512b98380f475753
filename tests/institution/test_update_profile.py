"""Update the hospital's profile: one row, read in two languages, never overwritten silently."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.translation import override

from accounts.models import AuditEntry, Staff
from hospital_crm.lib.errors import StaleVersion
from institution.models import HospitalProfile
from institution.services.profile import update_profile
from tests.accounts.pages import Page, fill, send
from tests.conftest import SignedIn

URL = "/hospital/"


def update(*, by: Staff, at: datetime, version: int = 1, **values: Any) -> HospitalProfile:
    profile = HospitalProfile.objects.get()
    return update_profile(profile=profile, version=version, values=values, actor=by.actor, at=at)


def test_holds_the_new_facts_and_who_gave_them(frank: Staff, now: datetime) -> None:
    update(by=frank, at=now, name_zh="市眼科医院", consult_phone="0571 5550 0100")
    profile = HospitalProfile.objects.get()
    assert (profile.name_zh, profile.consult_phone) == ("市眼科医院", "0571 5550 0100")
    assert (profile.version, profile.updated_by, profile.updated_at) == (2, frank.actor, now)


def test_is_in_the_audit_by_field_and_never_by_value(frank: Staff, now: datetime) -> None:
    profile = update(by=frank, at=now, name_zh="市眼科医院", name_en="Hospital", licence_number="PDY1")
    entry = AuditEntry.objects.about(profile).get()
    assert (entry.verb, entry.actor, entry.at) == ("profile.updated", frank.actor, now)
    assert entry.fields == ["licence_number", "name_zh"]


def test_without_a_change_leaves_no_trace(frank: Staff, now: datetime) -> None:
    profile = update(by=frank, at=now, name_zh="医院")
    assert profile.version == 1
    assert not AuditEntry.objects.about(profile).exists()


def test_is_refused_when_somebody_saved_first(frank: Staff, now: datetime) -> None:
    update(by=frank, at=now, name_zh="甲医院")
    with pytest.raises(StaleVersion) as stale:
        update(by=frank, at=now, name_zh="乙医院")
    assert isinstance(stale.value.current, HospitalProfile)
    assert stale.value.current.name_zh == "甲医院"
    assert HospitalProfile.objects.get().name_zh == "甲医院"


def test_there_is_one_hospital_only(db: None, now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        HospitalProfile.objects.create(name_zh="第二医院", name_en="Second", updated_at=now)


def test_name_and_contact_are_read_in_the_readers_language_or_in_the_other(frank: Staff, now: datetime) -> None:
    profile = update(by=frank, at=now, name_zh="市眼科医院", name_en="City Eye", support_contact_zh="信息科")
    with override("en"):
        assert (profile.name, profile.support_contact) == ("City Eye", "信息科")
    with override("zh-hans"):
        assert profile.name == "市眼科医院"


def test_page_saves_and_every_page_bears_the_new_name(office: Client) -> None:
    answer = send(office, URL, name_en="City Eye Hospital", directions_en="Exit B\nthen left")
    assert (answer.status_code, answer["Location"]) == (302, URL)
    assert "City Eye Hospital" in office.get("/account/").content.decode()
    assert Page(office.get(URL)).values["directions_en"] == ["Exit B\nthen left"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name_zh", ""),
        ("name_zh", "院" * 81),
        ("name_en", "NUL\x00byte"),
        ("website", "javascript:alert(1)"),
        ("website", "no address"),
        ("support_contact_zh", "分" * 81),
        ("directions_zh", "路" * 1001),
    ],
)
def test_page_says_at_the_field_what_is_wrong_and_keeps_what_was_typed(office: Client, field: str, value: str) -> None:
    typed = {"version": 1, "name_zh": "医院", "name_en": "Hospital", "licence_number": "typed too 👁️ <b>"}
    page = Page(office.post(URL, typed | {field: value}))
    assert list(page.errors) == [field]
    assert page.values["licence_number"] == ["typed too 👁️ <b>"]
    assert HospitalProfile.objects.get().version == 1


def test_page_takes_a_website_without_its_scheme(office: Client) -> None:
    send(office, URL, website="eye.example.cn/about")
    assert HospitalProfile.objects.get().website == "https://eye.example.cn/about"


def test_stale_page_shows_both_sides_and_saves_what_was_chosen(office: Client, frank: Staff, now: datetime) -> None:
    opened = Page(office.get(URL))
    update(by=frank, at=now, name_en="Theirs", licence_number="L-1", website="https://a.example")
    mine = fill(opened.values, name_en="Mine", consult_phone="110", website="https://a.example")
    answer = office.post(URL, mine)
    assert answer.status_code == 409
    both = Page(answer)
    assert "Frank" in both.text
    # Where only one side changed something, it is chosen; where both did, the reader chooses.
    picks = {name: side for name, side in both.values.items() if name.startswith("pick-")}
    assert picks == {"pick-consult_phone": ["mine"], "pick-licence_number": ["theirs"]}
    assert 'name="pick-name_en"' in both.text
    assert 'name="pick-website"' not in both.text
    assert office.post(URL, fill(both.values, **{"pick-name_en": "mine"})).status_code == 302
    profile = HospitalProfile.objects.get()
    assert (profile.name_en, profile.licence_number, profile.consult_phone) == ("Mine", "L-1", "110")
    assert profile.website == "https://a.example"


def test_a_conflict_in_which_nothing_was_picked_is_asked_about_again(
    office: Client, frank: Staff, now: datetime
) -> None:
    opened = Page(office.get(URL))
    update(by=frank, at=now, name_en="Theirs")
    both = Page(office.post(URL, fill(opened.values, name_en="Mine", consult_phone="110")))
    again = office.post(URL, both.values)
    assert again.status_code == 409
    assert all(word in again.content.decode() for word in ("Theirs", "Mine", "110"))
    assert HospitalProfile.objects.get().version == 2


def test_a_third_save_in_between_asks_again(office: Client, frank: Staff, now: datetime) -> None:
    opened = Page(office.get(URL))
    update(by=frank, at=now, name_en="Second")
    both = Page(office.post(URL, fill(opened.values, name_en="Mine")))
    update(by=frank, at=now, version=2, name_en="Third")
    answer = office.post(URL, fill(both.values, **{"pick-name_en": "mine"}))
    assert answer.status_code == 409
    assert all(word in answer.content.decode() for word in ("Second", "Third", "Mine"))
    assert HospitalProfile.objects.get().name_en == "Third"


def test_only_the_administrator_may(alice: Staff, dana: Staff, signed_in: SignedIn, client: Client) -> None:
    for person in (alice, dana):
        assert signed_in(person).get(URL).status_code == 403
        assert signed_in(person).post(URL, {"name_zh": "x"}).status_code == 403
    assert client.get(URL)["Location"].startswith("/sign-in/")
    assert HospitalProfile.objects.get().version == 1
