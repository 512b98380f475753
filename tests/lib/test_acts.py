"""An act leads back to where the person came from, and to no other host."""

from datetime import datetime
from urllib.parse import quote
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils.html import escape

from accounts.models import Staff
from consult.services.drafts import keep_draft
from promises.models import Promise
from tests import make

HOSTILE = (
    "https://elsewhere.example/",
    "//elsewhere.example/",
    "///elsewhere.example/",
    "\\\\elsewhere.example/",
    "/\\elsewhere.example/",
    "http:elsewhere.example/",
    "https://testserver@elsewhere.example/",
    "javascript:alert(1)",
    "\x00//elsewhere.example/",
    "no-page",
    "no:page",
)
OURS = ("/workbench/", "/promises/?state=open", "http://testserver/workbench/")


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> object:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def promise(alice: Staff, now: datetime) -> Promise:
    return make.promise(team=make.team("热线组", alice), at=now)


@pytest.mark.parametrize("wanted", [*HOSTILE, *OURS])
@pytest.mark.parametrize("sent_in", ["form", "address"])
def test_after_an_act(alice: Staff, promise: Promise, wanted: str, sent_in: str) -> None:
    browser, page = make.client_of(alice), f"/promises/{promise.pk}/"
    for act in ("take", "keep"):  # a button, and a question
        url = f"{page}{act}/"
        if sent_in == "form":
            answer = browser.post(url, {"next": wanted, "submission": str(uuid4())})
        else:
            answer = browser.post(url, {"submission": str(uuid4())}, query_params={"next": wanted})
        assert (answer.status_code, answer["Location"]) == (302, wanted if wanted in OURS else page)


@pytest.mark.parametrize("wanted", [*HOSTILE, *OURS])
def test_the_way_back_that_a_question_offers(alice: Staff, promise: Promise, now: datetime, wanted: str) -> None:
    draft = keep_draft(key=uuid4(), content={"name": ["张桂兰"]}, staff=alice, at=now)
    assert draft is not None
    browser, outcome = make.client_of(alice), reverse("followups:attempt_create", args=[promise.pk])
    questions = [f"/promises/{promise.pk}/{act}/" for act in ("keep", "postpone", "hand-over", "withdraw", "dial")]
    words = escape(wanted)
    ways = (f'href="{words}"', f'name="next" value="{words}"', f'href="{outcome}?next={quote(wanted)}"')
    for url in (*questions, f"/calls/draft/{draft.key}/discard/"):
        answer = browser.get(url, {"next": wanted})
        assert answer.status_code == 200, url
        assert any(way in answer.content.decode() for way in ways) is (wanted in OURS), url


@pytest.mark.parametrize("wanted", HOSTILE)
def test_what_was_settled_or_discarded_meanwhile(alice: Staff, promise: Promise, wanted: str) -> None:
    browser, form = make.client_of(alice), {"next": wanted, "submission": str(uuid4())}
    places = [browser.post(f"/promises/{promise.pk}/keep/", form)["Location"] for _times in range(2)]
    gone = browser.post(f"/calls/draft/{uuid4()}/discard/", {"next": wanted})["Location"]
    assert [*places, gone] == [f"/promises/{promise.pk}/"] * 2 + ["/calls/new/"]
