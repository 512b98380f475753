"""Programs sign in with a token that the administrator made; people with their session. Mission J1."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from accounts.models import ApiToken, AuditEntry, Staff
from accounts.services.leaving import deactivate_staff, reactivate_staff
from accounts.services.passwords import change_own_password, reset_password
from accounts.services.tokens import TokenAlreadyRevoked, issue_token, revoke_token
from tests import make
from tests.accounts.pages import Page, fill, in_english

PATIENTS = "/api/v1/patients/"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> object:
    with time_machine.travel(now, tick=False):
        yield


def issued(staff: Staff, by: Staff, now: datetime, days: int = 90) -> tuple[ApiToken, str]:
    return issue_token(staff=staff, name="Telephony", expires_at=now + days * DAY, actor=by.actor, at=now)


def asked(client: Client, token: str, url: str = PATIENTS) -> int:
    return client.get(url, headers={"Authorization": f"Bearer {token}"}).status_code


def test_with_a_token_a_program_is_the_colleague(client: Client, alice: Staff, frank: Staff, now: datetime) -> None:
    row, token = issued(alice, frank, now)
    assert asked(client, token) == 200
    assert asked(client, token, "/api/v1/staff/") == 403  # no more than her roles
    row.refresh_from_db()
    assert row.last_used_at == now
    assert AuditEntry.objects.about(alice).get(verb="token.issued").actor == frank.actor


def test_the_token_itself_is_kept_nowhere(alice: Staff, frank: Staff, now: datetime) -> None:
    row, token = issued(alice, frank, now)
    assert token not in str(vars(row))


@pytest.mark.parametrize("token", ["", "hcrm_wrong", "\x00", "数字", "Bearer"])
def test_an_unknown_token_is_refused(client: Client, db: None, token: str) -> None:
    answer = client.get(PATIENTS, HTTP_AUTHORIZATION=f"Bearer {token}".encode().decode("latin-1"))
    assert (answer.status_code, answer.json()["code"]) == (401, "authentication_failed")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_nobody_is_asked_to_sign_in(client: Client, db: None) -> None:
    answer = client.get(PATIENTS)
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer.json()["code"] == "not_authenticated"


def test_it_ends_with_its_time_its_revocation_and_the_account(
    client: Client, alice: Staff, bob: Staff, frank: Staff, now: datetime
) -> None:
    _row, expired = issued(alice, frank, now - 2 * DAY, days=1)
    row, revoked = issued(alice, frank, now)
    _other, left = issued(bob, frank, now)
    revoke_token(token=row, actor=frank.actor, at=now)
    make.left(bob)
    assert [asked(client, token) for token in (expired, revoked, left)] == [401, 401, 401]
    with pytest.raises(TokenAlreadyRevoked):
        revoke_token(token=row, actor=frank.actor, at=now)


@pytest.mark.parametrize("end", ["deactivated", "password_reset"])
def test_what_has_ended_with_the_account_or_its_password_does_not_come_back(
    client: Client, alice: Staff, frank: Staff, now: datetime, end: str
) -> None:
    row, token = issued(alice, frank, now)
    if end == "deactivated":
        deactivate_staff(staff=alice, actor=frank.actor, at=now)
        reactivate_staff(staff=alice, actor=frank.actor, at=now)
    else:
        reset_password(staff=alice, actor=frank.actor, at=now)
        change_own_password(staff=alice, password="Another-1-Long-Word", at=now)
    assert asked(client, token) == 401
    row.refresh_from_db()
    assert row.revoked_at == now
    assert asked(client, issued(alice, frank, now)[1]) == 200


def test_a_session_needs_the_csrf_token_to_act(alice: Staff) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = make.client_of(alice).cookies
    assert browser.get(PATIENTS).status_code == 200
    answer = browser.post(PATIENTS, {"name": "张桂兰"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


def test_a_session_that_was_idle_too_long_has_ended_for_the_api_too(alice: Staff, now: datetime) -> None:
    browser = Client()
    browser.post(reverse("account_login"), {"login": "alice", "password": make.PASSWORD})
    assert browser.get(PATIENTS).status_code == 200
    with time_machine.travel(now + timedelta(minutes=16), tick=False):
        answer = browser.get(PATIENTS)
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
        assert answer.json()["code"] == "not_authenticated"
        assert browser.get("/api/v1/docs/").status_code == 302  # a page, which leads to the door
    ended = AuditEntry.objects.about(alice).filter(verb="session.timed_out")
    assert ended.count() == 1


def test_whoever_asks_too_often_is_told_when_to_come_back(
    client: Client, alice: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    caches["throttle"].clear()
    monkeypatch.setattr("hospital_crm.lib.throttle.RateOfOne.THROTTLE_RATES", {"user": "2/min"})
    browser = make.client_of(alice)
    answers = [browser.get(PATIENTS) for _ in range(3)]
    caches["throttle"].clear()
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json()["code"] == "throttled"
    assert 0 < int(answers[-1]["Retry-After"]) <= 61


def test_the_administrator_makes_one_sees_it_once_and_revokes_it(frank: Staff, alice: Staff, client: Client) -> None:
    office = in_english(make.client_of(frank))
    url = reverse("accounts:token_create", args=[alice.pk])
    page = Page(office.get(url))
    answer = office.post(url, fill(page.values, name="Telephony", days="30"), follow=True)
    token = Page(answer).text.partition('id="token">')[2].partition("<")[0]
    assert asked(client, token) == 200
    person = office.get(reverse("accounts:staff_detail", args=[alice.pk])).content.decode()
    assert "Telephony" in person
    assert token not in person
    row = ApiToken.objects.get()
    office.post(reverse("accounts:token_revoke", args=[row.pk]))
    assert asked(client, token) == 401


def test_nobody_else_makes_one(alice: Staff, dana: Staff) -> None:
    for person in (alice, dana):
        assert make.client_of(person).get(reverse("accounts:token_create", args=[alice.pk])).status_code == 403


def test_an_address_that_leads_nowhere_is_said_to_a_program_too(alice: Staff) -> None:
    for address in ("/api/v1/nothing/", "/api/v1/promises/1.5/take/", "/api/v2/"):
        answer = make.client_of(alice).get(address)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
        assert answer.json()["code"] == "not_found"
