"""Lists as somebody wants to see them again: saved under a name, opened first, renamed, deleted; one's own."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.test import Client

from accounts.models import AuditEntry, SavedView, Staff
from accounts.services.saved_views import (
    MOST,
    QueryTooLong,
    TooManyViews,
    ViewNameTaken,
    delete_view,
    kept_query,
    save_view,
    update_view,
)
from hospital_crm.lib.errors import StaleVersion
from tests import make
from tests.accounts.pages import Page, fill, in_english
from tests.api.test_patients import sent

PATIENTS = "patients:patient_list"


def saved(staff: Staff, name: str = "女患者", query: str = "sex=female", **more: Any) -> SavedView:
    return save_view(staff=staff, list_name=PATIENTS, name=name, query=query, at=make.THEN, **more)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("", ""),
        ("sex=female&cursor=abc", "sex=female"),
        ("tag=3&sex=&tag=5&department=2", "department=2&tag=3&tag=5"),
        ("all=1&csrfmiddlewaretoken=x", ""),
        ("q=%00&sex=male", "sex=male"),
        ("columns=phone%2Ccard", "columns=phone%2Ccard"),
    ],
)
def test_what_is_kept_of_an_address(address: str, kept: str) -> None:
    assert kept_query(QueryDict(address)) == kept


def test_a_name_holds_one_view_of_a_list(alice: Staff, bob: Staff) -> None:
    saved(alice)
    with pytest.raises(ViewNameTaken):
        saved(alice, query="sex=male")
    saved(bob)
    save_view(staff=alice, list_name="messaging:outbox", name="女患者", query="", at=make.THEN)
    assert SavedView.objects.count() == 3


def test_one_view_of_a_list_opens_first(alice: Staff, now: datetime) -> None:
    first, second = saved(alice, opens_first=True), saved(alice, "男患者", "sex=male", opens_first=True)
    assert [view.name for view in SavedView.objects.filter(opens_first=True)] == ["男患者"]
    first.refresh_from_db()
    update_view(view=first, version=first.version, name="女", opens_first=True, actor=alice.actor, at=now)
    assert [view.name for view in SavedView.objects.filter(opens_first=True)] == ["女"]
    with pytest.raises(ViewNameTaken):
        update_view(view=second, version=second.version, name="女", opens_first=False, actor=alice.actor, at=now)
    with pytest.raises(StaleVersion):
        update_view(view=first, version=99, name="x", opens_first=False, actor=alice.actor, at=now)


def test_they_have_their_bounds(alice: Staff) -> None:
    with pytest.raises(QueryTooLong):
        saved(alice, query="q=" + "长" * 2000)
    SavedView.objects.bulk_create(
        SavedView(staff=alice, list=PATIENTS, name=str(rank), updated_at=make.THEN) for rank in range(MOST)
    )
    with pytest.raises(TooManyViews):
        saved(alice)


def test_deleted_it_is_gone_and_the_audit_knows(alice: Staff, now: datetime) -> None:
    delete_view(view=saved(alice), actor=alice.actor, at=now)
    assert not SavedView.objects.exists()
    verbs = AuditEntry.objects.filter(verb__startswith="saved_view.").values_list("verb", flat=True)
    assert set(verbs) == {"saved_view.created", "saved_view.deleted"}


# ── On the pages ─────────────────────────────────────────────────────────────


@pytest.fixture
def browser(alice: Staff) -> Client:
    return in_english(make.client_of(alice))


@pytest.mark.parametrize(
    ("url", "query"),
    [
        ("/patients/", "sex=female"),
        ("/promises/", "state=kept"),
        ("/calls/", "disposition=answered"),
        ("/outbox/", "state=sent"),
    ],
)
def test_each_list_offers_to_keep_its_conditions_and_shows_what_was_kept(browser: Client, url: str, query: str) -> None:
    assert "Save this view" not in browser.get(url).content.decode()
    page = browser.get(f"{url}?{query}").content.decode()
    link = page.split('href="/account/views/new/', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    form = Page(browser.get(f"/account/views/new/{link}")).values
    for _ in range(2):
        answer = browser.post("/account/views/new/", fill(form, name="My own"))
        assert answer["Location"] == f"{url}?{query}"
    again = browser.get(f"{url}?{query}").content.decode()
    assert "My own" in again
    assert "Save this view" not in again


def test_the_list_opens_with_its_first_view_and_can_still_be_seen_whole(browser: Client, alice: Staff) -> None:
    saved(alice, opens_first=True)
    assert browser.get("/patients/")["Location"] == "/patients/?sex=female"
    page = browser.get("/patients/?sex=female").content.decode()
    assert 'href="/patients/?all=1"' in page
    assert browser.get("/patients/?all=1").status_code == 200


def test_what_means_nothing_any_more_breaks_no_page(browser: Client, alice: Staff) -> None:
    make.patient("张桂兰")
    saved(alice, query="department=99999&tag=99999&columns=gone&colour=red&sort=up", opens_first=True)
    assert "张桂兰" in browser.get("/patients/", follow=True).content.decode()


def test_a_name_that_is_taken_is_said_at_its_field(browser: Client, alice: Staff) -> None:
    saved(alice)
    typed = {"list": PATIENTS, "query": "sex=male", "name": "女患者", "submission": str(uuid4())}
    page = Page(browser.post("/account/views/new/", typed))
    assert page.errors == {"name": "You have a view of this name here already. Choose another name."}
    assert page.values["query"] == ["sex=male"]


def test_they_are_renamed_and_deleted_in_their_list(browser: Client, alice: Staff) -> None:
    view = saved(alice)
    form = Page(browser.get(f"/account/views/{view.pk}/edit/")).values
    assert browser.post(f"/account/views/{view.pk}/edit/", fill(form, name="Women")).status_code == 302
    assert "Women" in browser.get("/account/views/").content.decode()
    stale = browser.post(f"/account/views/{view.pk}/edit/", fill(form, name="Ladies"))
    assert stale.status_code == 409
    assert browser.post(f"/account/views/{view.pk}/delete/").status_code == 302
    assert "No saved view yet" in browser.get("/account/views/").content.decode()


def test_nobody_sees_or_touches_those_of_others(alice: Staff, bob: Staff) -> None:
    view, other = saved(alice), make.client_of(bob)
    assert "女患者" not in other.get("/patients/").content.decode()
    assert other.get(f"/account/views/{view.pk}/edit/").status_code == 404
    assert other.post(f"/account/views/{view.pk}/delete/").status_code == 404
    assert other.get(f"/api/v1/saved-views/{view.pk}/").status_code == 404


def test_programs_keep_them_too(alice: Staff) -> None:
    program, url = make.client_of(alice), "/api/v1/saved-views/"
    told = {"list": PATIENTS, "name": "女患者", "query": "cursor=x&sex=female", "submission": str(uuid4())}
    first, again = sent(program, "post", url, **told), sent(program, "post", url, **told)
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    row = first.json()
    assert row["query"] == "sex=female"
    changed = sent(program, "patch", f"{url}{row['id']}/", opens_first=True, version=row["version"])
    assert (changed.json()["opens_first"], changed.json()["name"]) == (True, "女患者")
    assert sent(program, "post", url, list="nowhere", name="x").json()["errors"].keys() == {"list"}
    assert program.delete(f"{url}{row['id']}/").status_code == 204
    assert program.get(url).json()["results"] == []
