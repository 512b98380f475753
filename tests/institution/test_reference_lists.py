"""Reference lists: choices are added, renamed, taken out of use; never deleted, never with the same code twice."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.models import AuditEntry, Staff
from hospital_crm.lib.errors import DuplicateSubmission, StaleVersion
from institution.models import ReferenceItem, ReferenceList
from institution.services.lists import ItemCodeTaken, create_item, update_item
from tests import make
from tests.accounts.pages import Page, fill, send
from tests.conftest import SignedIn

NEW = "/lists/media_source/new/"
FRIEND = {"label_zh": "亲友介绍", "label_en": "Family or friends", "position": 10, "is_active": True}


@pytest.fixture
def sources(db: None) -> ReferenceList:
    """Where a patient heard of the hospital."""
    return ReferenceList.objects.get(code="media_source")


@pytest.fixture
def friend(sources: ReferenceList) -> ReferenceItem:
    return sources.items.get(code="friend")


def add(to: ReferenceList, *, by: Staff, at: datetime, code: str = "fair", **more: Any) -> ReferenceItem:
    values = {"code": code, "label_zh": "展会", "label_en": "Fair"}
    return create_item(reference_list=to, values=values, actor=by.actor, at=at, **more)


def update(item: ReferenceItem, *, by: Staff, at: datetime, version: int = 1, **values: Any) -> ReferenceItem:
    return update_item(item=item, version=version, values=FRIEND | values, actor=by.actor, at=at)


def url(item: ReferenceItem) -> str:
    return reverse("institution:item_edit", args=[item.pk])


def test_a_new_choice_is_in_use_and_in_the_audit(sources: ReferenceList, frank: Staff, now: datetime) -> None:
    fair = add(sources, by=frank, at=now)
    assert sources.items.get(code="fair").is_active
    entry = AuditEntry.objects.about(fair).get()
    assert (entry.verb, entry.actor, entry.at) == ("list_item.created", frank.actor, now)


def test_a_code_is_taken_within_its_list_only(sources: ReferenceList, frank: Staff, now: datetime) -> None:
    other = ReferenceList.objects.get(code="insurance")
    with pytest.raises(ItemCodeTaken):
        add(sources, by=frank, at=now, code="friend")
    assert not AuditEntry.objects.filter(verb="list_item.created").exists()
    assert add(other, by=frank, at=now, code="friend").code == "friend"


def test_a_code_out_of_use_is_taken_still(friend: ReferenceItem, frank: Staff, now: datetime) -> None:
    update(friend, by=frank, at=now, is_active=False)
    with pytest.raises(ItemCodeTaken):
        add(friend.list, by=frank, at=now, code="friend")


def test_same_submission_makes_one_choice(sources: ReferenceList, frank: Staff, now: datetime) -> None:
    submission = uuid4()
    fair = add(sources, by=frank, at=now, submission=submission)
    with pytest.raises(DuplicateSubmission) as again:
        add(sources, by=frank, at=now, submission=submission)
    assert again.value.subject_id == fair.pk


def test_a_choice_is_renamed_by_field(friend: ReferenceItem, frank: Staff, now: datetime) -> None:
    update(friend, by=frank, at=now, label_zh="亲友")
    assert ReferenceItem.objects.get(pk=friend.pk).label_zh == "亲友"
    entry = AuditEntry.objects.about(friend).get()
    assert (entry.verb, entry.fields) == ("list_item.updated", ["label_zh"])


def test_renaming_is_refused_when_somebody_saved_first(friend: ReferenceItem, frank: Staff, now: datetime) -> None:
    update(friend, by=frank, at=now, label_zh="亲友")
    with pytest.raises(StaleVersion):
        update(friend, by=frank, at=now, label_zh="朋友")
    assert ReferenceItem.objects.get(pk=friend.pk).label_zh == "亲友"


def test_a_list_with_choices_cannot_be_deleted(sources: ReferenceList) -> None:
    with pytest.raises(ProtectedError):
        sources.delete()


def test_choices_are_read_in_the_readers_language(friend: ReferenceItem) -> None:
    with override("en"):
        assert (str(friend), friend.list.name) == ("Family or friends", "Media source")
    with override("zh-hans"):
        assert (str(friend), friend.list.name) == ("亲友介绍", "媒体来源")


def test_page_of_lists_counts_the_choices_in_use(
    office: Client, friend: ReferenceItem, frank: Staff, now: datetime
) -> None:
    row = '<a class="c-name" href="/lists/media_source/">Media source</a></td><td class="ink2">Where the patient heard'
    before = make.tight(office.get("/lists/").content.decode())
    assert row in before
    assert '<td class="num">14</td>' in before
    update(friend, by=frank, at=now, is_active=False)
    assert '<td class="num">13</td>' in office.get("/lists/").content.decode()


def test_page_of_a_list_shows_its_order_and_last_what_is_out_of_use(
    office: Client, friend: ReferenceItem, frank: Staff, now: datetime
) -> None:
    update(friend, by=frank, at=now, is_active=False)
    text = office.get("/lists/media_source/").content.decode()
    assert text.index("Former patient") < text.index("Not asked") < text.index("Family or friends")
    assert text.count("Not in use") == 1
    assert text.index("亲友介绍") < text.index("Not in use")


def test_page_adds_a_choice(office: Client, sources: ReferenceList) -> None:
    answer = send(office, NEW, code="fair", label_zh="展会", label_en="Fair", position=5)
    fair = sources.items.get(code="fair")
    assert answer["Location"] == f"/lists/media_source/#item-{fair.pk}"
    assert (fair.label_zh, fair.label_en, fair.position, fair.is_active) == ("展会", "Fair", 5, True)


def test_page_writes_a_code_in_small_letters(office: Client, sources: ReferenceList) -> None:
    send(office, NEW, code="FAIR-2", label_zh="展会", label_en="Fair")
    assert sources.items.filter(code="fair-2").exists()


@pytest.mark.parametrize("code", ["friend", "FRIEND"])
def test_page_says_at_the_field_that_a_code_is_taken(office: Client, sources: ReferenceList, code: str) -> None:
    page = Page(send(office, NEW, code=code, label_zh="展会", label_en="Fair"))
    assert list(page.errors) == ["code"]
    assert page.values["label_zh"] == ["展会"]
    assert sources.items.count() == 14


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "two words"),
        ("code", "展会"),
        ("code", "x" * 41),
        ("label_zh", ""),
        ("label_en", "x" * 81),
        ("label_zh", "NUL\x00"),
        ("position", "-1"),
        ("position", "first"),
    ],
)
def test_page_says_at_the_field_what_is_wrong(office: Client, sources: ReferenceList, field: str, value: str) -> None:
    typed = {"code": "fair", "label_zh": "展会", "label_en": "Fair", "position": 5, "submission": str(uuid4())}
    assert list(Page(office.post(NEW, typed | {field: value})).errors) == [field]
    assert sources.items.count() == 14


def test_page_sent_twice_answers_with_the_first_result(office: Client, sources: ReferenceList) -> None:
    form = fill(Page(office.get(NEW)).values, code="fair", label_zh="展会", label_en="Fair")
    answers = [office.post(NEW, form) for _ in range(2)]
    fair = sources.items.get(code="fair")
    assert [answer["Location"] for answer in answers] == [f"/lists/media_source/#item-{fair.pk}"] * 2
    assert Page(office.get("/lists/media_source/")).text.count("This was saved already") == 1


def test_page_takes_a_choice_out_of_use_and_back(office: Client, friend: ReferenceItem) -> None:
    for wanted, typed in ((False, None), (True, "on")):
        back = send(office, url(friend), is_active=typed)["Location"]
        assert back == f"/lists/media_source/#item-{friend.pk}"
        friend.refresh_from_db()
        assert friend.is_active is wanted


def test_page_never_changes_the_code(office: Client, friend: ReferenceItem) -> None:
    send(office, url(friend), code="other", label_zh="亲友")
    friend.refresh_from_db()
    assert (friend.code, friend.label_zh) == ("friend", "亲友")


def test_stale_page_merges_a_checkbox_with_a_label(
    office: Client, friend: ReferenceItem, frank: Staff, now: datetime
) -> None:
    opened = Page(office.get(url(friend)))
    update(friend, by=frank, at=now, label_zh="亲友")
    both = Page(office.post(url(friend), fill(opened.values, is_active=None)))
    assert (both.values["pick-is_active"], both.values["pick-label_zh"]) == (["mine"], ["theirs"])
    assert office.post(url(friend), both.values).status_code == 302
    friend.refresh_from_db()
    assert (friend.is_active, friend.label_zh, friend.position) == (False, "亲友", 10)


def test_the_database_refuses_a_second_code(friend: ReferenceItem, now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ReferenceItem.objects.create(list=friend.list, code="friend", updated_at=now)


def test_only_the_administrator_may(
    friend: ReferenceItem, alice: Staff, dana: Staff, signed_in: SignedIn, client: Client
) -> None:
    for person in (alice, dana):
        browser = signed_in(person)
        for page in ("/lists/", "/lists/media_source/", NEW, url(friend)):
            assert browser.get(page).status_code == 403, page
        assert browser.post(url(friend), {"label_zh": "x", "version": "1"}).status_code == 403
    assert client.get("/lists/").status_code == 302
    friend.refresh_from_db()
    assert friend.version == 1


def test_a_list_or_choice_that_is_not_there_is_not_found(office: Client) -> None:
    for page in ("/lists/nowhere/", "/lists/nowhere/new/", "/lists/items/999999/"):
        assert office.get(page).status_code == 404
