"""The other rooms through the API: each with the scope and the services of its pages. Mission J1."""

from datetime import datetime, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Staff
from hospital_crm.lib.whole_bodies import WholeBody
from institution.models import ReferenceItem, Setting
from jobs.services.jobs import request_job
from messaging.models import Message
from tests import make
from tests.api.test_patients import sent
from tests.messaging.make import message

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def office(frank: Staff) -> Client:
    return make.client_of(frank)


def test_the_outbox_shows_what_happened_and_no_text_or_address(
    line: Client, charlie: Staff, alice: Staff, now: datetime
) -> None:
    alice.email = "alice@example.com"
    alice.save()
    mail = message(alice, now, channel="email")
    row = line.get(f"/api/v1/messages/{mail.pk}/").json()
    assert (row["state"], row["masked_address"]) == ("queued", "al****@example.com")
    assert make.client_of(charlie).get(f"/api/v1/messages/{mail.pk}/").status_code == 404
    assert sent(line, "post", f"/api/v1/messages/{mail.pk}/cancel/").json()["state"] == "cancelled"
    again = sent(line, "post", f"/api/v1/messages/{mail.pk}/retry/")
    assert (again.status_code, again.json()["code"]) == (409, "message_moved_on")


def test_what_nobody_knows_is_settled(line: Client, alice: Staff, now: datetime) -> None:
    mail = message(alice, now, channel="email")
    Message.objects.filter(pk=mail.pk).update(state="unknown")
    url = f"/api/v1/messages/{mail.pk}/settle/"
    assert sent(line, "post", url, outcome="perhaps").status_code == 400
    assert line.get(f"/api/v1/messages/{mail.pk}/").json()["settled_by"] is None
    told = sent(line, "post", url, outcome="arrived").json()
    assert (told["state"], told["settled_by"]) == ("sent", alice.name)


def test_notes_are_ones_own_and_read_when_said_so(line: Client, alice: Staff, bob: Staff, now: datetime) -> None:
    mine, other = message(alice, now), message(bob, now)
    Message.objects.update(state="sent", settled_at=now)
    (note,) = line.get("/api/v1/notes/").json()["results"]
    assert (note["id"], note["read_at"]) == (mine.pk, None)
    assert sent(line, "post", "/api/v1/notes/read/", notes=[mine.pk, other.pk]).json() == {"read": 1}
    other.refresh_from_db()
    assert other.read_at is None


def test_ones_own_jobs_can_be_cancelled(line: Client, bob: Staff, alice: Staff, now: datetime) -> None:
    job = request_job(kind="call_export", parameters={}, actor=alice.actor, at=now)
    assert make.client_of(bob).get("/api/v1/jobs/").json()["results"] == []
    assert sent(line, "post", f"/api/v1/jobs/{job.pk}/cancel/").json()["state"] == "cancelled"


def test_everybody_reads_the_choices_that_forms_offer(line: Client) -> None:
    codes = [row["code"] for row in line.get("/api/v1/choices/", {"list": "call_topic"}).json()["results"]]
    assert "fee" in codes
    ReferenceItem.objects.filter(code="fee").update(is_active=False)
    rows = line.get("/api/v1/choices/", {"list": "call_topic"}).json()["results"]
    assert "fee" not in [row["code"] for row in rows]
    assert line.get("/api/v1/hospital/").json()["results"][0]["name_zh"]


def test_the_hospitals_facts_are_changed_by_the_administrator(office: Client, line: Client) -> None:
    url, (row,) = "/api/v1/hospital/profile/", line.get("/api/v1/hospital/").json()["results"]
    assert sent(line, "patch", url, name_en="x", version=row["version"]).status_code == 403
    changed = sent(office, "patch", url, name_en="East Lake Eye Hospital", version=row["version"]).json()
    assert (changed["name_en"], changed["name_zh"]) == ("East Lake Eye Hospital", row["name_zh"])
    stale = sent(office, "patch", url, name_en="x", version=row["version"])
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert list(sent(office, "patch", url, website="no", version=changed["version"]).json()["errors"]) == ["website"]


def test_lists_are_changed_by_the_administrator(office: Client, line: Client) -> None:
    told = {"list": "call_topic", "code": "Parking", "label_zh": "停车", "label_en": "Parking"}
    assert sent(line, "post", "/api/v1/list-items/", **told).status_code == 403
    key = str(uuid4())
    first = sent(office, "post", "/api/v1/list-items/", **told, submission=key)
    assert (first.status_code, first.json()["code"]) == (201, "parking")
    assert sent(office, "post", "/api/v1/list-items/", **told, submission=key).status_code == 200
    assert sent(office, "post", "/api/v1/list-items/", **told).json()["code"] == "item_code_taken"
    url = f"/api/v1/list-items/{first.json()['id']}/"
    changed = sent(office, "patch", url, label_en="Car park", version=first.json()["version"]).json()
    assert (changed["label_en"], changed["label_zh"], changed["code"]) == ("Car park", "停车", "parking")
    stale = sent(office, "patch", url, label_en="Parking", version=first.json()["version"])
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")


def test_settings_are_changed_within_their_bounds(office: Client) -> None:
    setting = Setting.objects.get(key="promises.ahead_minutes")
    url = f"/api/v1/settings/{setting.pk}/"
    row = office.get(url).json()
    too_much = sent(office, "patch", url, value="999999999", version=row["version"])
    assert too_much.status_code in (400, 409)
    assert sent(office, "patch", url, value="15", version=row["version"]).json()["value"] == "15.00"


def test_search_is_sent_and_finds_as_the_page(line: Client) -> None:
    patient = make.patient("张桂兰", "13800001234")
    found = sent(line, "post", "/api/v1/search/", q="zgl").json()
    assert [row["id"] for row in found["patients"]] == [patient.pk]
    assert sent(line, "post", "/api/v1/search/", q="x" * 81).status_code == 400


def test_figures_count_what_their_filter_shows(line: Client, alice: Staff, now: datetime) -> None:
    make.promise(owner=alice, at=now - timedelta(hours=3))
    make.promise(owner=alice, at=now)
    day = now.date().isoformat()
    figures = line.get("/api/v1/figures/promises/", {"since": day, "until": day}).json()
    assert (figures["total"]["promised"]["number"], figures["total"]["missed"]["number"]) == (2, 1)
    for name in ("promised", "missed"):
        figure = figures["total"][name]
        assert len(line.get(f"/api/v1/promises/?{figure['query']}").json()["results"]) == figure["number"]
    wrong = line.get("/api/v1/figures/promises/", {"since": "2026-03-13", "until": "2026-03-12"})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["until"])


def test_the_desk_is_what_one_owes_and_was_asked_for(line: Client, alice: Staff, bob: Staff, now: datetime) -> None:
    mine = make.promise(owner=alice, at=now)
    make.promise(owner=bob, at=now)
    assert [row["id"] for row in line.get("/api/v1/promises/desk/").json()["results"]] == [mine.pk]


def test_what_breaks_off_on_the_way_is_not_done(line: Client, alice: Staff, now: datetime) -> None:
    """Though what has come can be read."""
    promise = make.promise(owner=alice, at=now)
    came = WholeBody(BytesIO(b'{"note": ""}'), announced=20)
    url = f"/api/v1/promises/{promise.pk}/keep/"
    answer = line.post(url, b" " * 20, content_type="application/json", **{"wsgi.input": came})  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
    promise.refresh_from_db()
    assert promise.is_open


@pytest.mark.parametrize(
    "body",
    ["[" * 200_000, '{"note":' * 200_000, "[" * 2_000 + "]" * 2_000, "{", "\ud800"],
    ids=["deep", "deep in fields", "deep and closed", "cut off", "half a character"],
)
def test_what_is_no_readable_json_is_said_so(line: Client, alice: Staff, now: datetime, body: str) -> None:
    promise = make.promise(owner=alice, at=now)
    content = body.encode(errors="surrogatepass")
    answer = line.post(f"/api/v1/promises/{promise.pk}/keep/", content, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["code"] == "parse_error"
    promise.refresh_from_db()
    assert promise.is_open
