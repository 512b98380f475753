"""The certificate of an advertisement's words is entered when they are published, and renewed; programs do the same."""

from datetime import datetime, timedelta
from json import dumps
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Staff
from messaging.models import Channel, Message, MessageTemplate, TemplateVersion
from messaging.services.gateways import GATEWAYS
from messaging.services.patient_messages import queue_to_patient
from messaging.services.templates.certificates import renew_certificate
from messaging.services.templates.drafting import edit_draft
from messaging.services.templates.making import update_template
from patients.models import Purpose
from tests import make
from tests.accounts.pages import Page, fill
from tests.messaging.people import Line, deliver, said
from tests.messaging.templates import NUMBER, certificate, draft_of, next_version, offer, publish

YEAR = timedelta(days=365)
OTHER, RENEWED = "京医广〔2026〕第03-12-0002号", "京医广〔2027〕第03-12-0001号"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(db: None, now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def office(dana: Staff) -> Client:
    return make.client_of(dana)


def address(act: str, words: TemplateVersion) -> str:
    return reverse(f"messaging:template_version_{act}", args=[words.pk])


def page_of(words: TemplateVersion) -> str:
    return reverse("messaging:template_detail", args=[words.template_id])


def typed(at: datetime, number: str = NUMBER) -> dict[str, str]:
    return {"certificate_number": number, "certificate_until": (at.date() + YEAR).isoformat()}


def test_publishing_asks_for_number_and_day_and_whether_they_are_of_these_words(office: Client, now: datetime) -> None:
    draft = draft_of(offer(now))
    asked = Page(office.get(address("publish", draft)))
    assert asked.texts == ["certificate_number", "certificate_until"]
    assert not any(asked.values[name][0] for name in asked.texts)
    nothing = Page(office.post(address("publish", draft), asked.values))
    assert sorted(nothing.errors) == ["certificate_number", "certificate_until", "is_for_words"]
    unsaid = Page(office.post(address("publish", draft), fill(asked.values, **typed(now))))
    assert list(unsaid.errors) == ["is_for_words"]
    assert unsaid.values["certificate_number"] == [NUMBER]
    assert office.post(address("publish", draft), fill(unsaid.values, is_for_words="on")).status_code == 302
    assert f"{NUMBER} · 有效期至 {now.date() + YEAR}" in Page(office.get(page_of(draft))).text


def test_a_day_that_is_over_is_named_at_its_field(office: Client, now: datetime) -> None:
    draft = draft_of(offer(now))
    sent = fill(Page(office.get(address("publish", draft))).values, **typed(now), is_for_words="on")
    answer = office.post(address("publish", draft), fill(sent, certificate_until="2026-01-31"))
    again = Page(answer)
    assert (answer.status_code, list(again.errors)) == (409, ["certificate_until"])
    assert again.values["certificate_until"] == ["2026-01-31"]
    assert again.values["is_for_words"] == ["on"]


def test_what_was_said_of_the_words_before_does_not_count_for_new_ones(office: Client, now: datetime) -> None:
    draft = draft_of(offer(now))
    sent = fill(Page(office.get(address("publish", draft))).values, **typed(now), is_for_words="on")
    edit_draft(draft=draft, version=draft.version, subject="", text="周日也有。拒收请回复R", actor=make.by(), at=now)
    for number in (NUMBER, ""):
        stale = fill(sent, certificate_number=number)
        answer = office.post(address("publish", draft), stale)
        again = Page(answer)
        assert (answer.status_code, "周日也有" in again.text, len(again.alerts)) == (409, True, 1)
        assert again.values["certificate_number"] == [number]
        assert "is_for_words" not in again.values
    assert (
        office.post(address("publish", draft), fill(again.values, **typed(now), is_for_words="on")).status_code == 302
    )


def test_the_page_of_the_template_leads_to_what_is_missing(office: Client, now: datetime) -> None:
    words = publish(draft_of(offer(now)), now, **certificate(now.date()))
    link = f'href="{address("renew_certificate", words)}#id_certificate_number">填写审查证明'
    assert link not in office.get(page_of(words)).content.decode()
    with time_machine.travel(now + timedelta(days=1)):
        office.force_login(Staff.objects.get(username="dana"))
        assert link in office.get(page_of(words)).content.decode()


def test_a_certificate_is_renewed_where_the_words_stand(office: Client, now: datetime) -> None:
    words = publish(draft_of(offer(now)), now, **certificate(now.date()))
    form = Page(office.get(address("renew_certificate", words)))
    assert "周六义诊" in form.text
    assert (form.values["certificate_number"], form.values["certificate_until"]) == ([NUMBER], ["2026-03-12"])
    half = Page(office.post(address("renew_certificate", words), fill(form.values, certificate_until="")))
    assert list(half.errors) == ["certificate_until"]
    unsaid = Page(office.post(address("renew_certificate", words), fill(form.values, **typed(now, RENEWED))))
    assert list(unsaid.errors) == ["is_for_words"]
    assert RENEWED in unsaid.text
    done = office.post(address("renew_certificate", words), fill(unsaid.values, is_for_words="on"))
    assert done.headers["Location"] == page_of(words)
    words.refresh_from_db()
    assert (words.certificate_number, words.certificate_until) == (RENEWED, now.date() + YEAR)


def test_another_day_of_the_same_certificate_needs_no_tick(office: Client, now: datetime) -> None:
    words = publish(draft_of(offer(now)), now, **certificate(now.date()))
    url = address("renew_certificate", words)
    for number, until in ((NUMBER.replace("〔", "["), now.date() + YEAR), ("", "")):
        form = Page(office.get(url)).values
        given = fill(form, certificate_number=number, certificate_until=str(until))
        assert office.post(url, given).status_code == 302
        words.refresh_from_db()
        assert words.certificate_number == number


def test_two_who_renew_at_once_are_shown_both(office: Client, now: datetime) -> None:
    words = publish(draft_of(offer(now)), now, **certificate(now.date()))
    form = Page(office.get(address("renew_certificate", words))).values
    renew_certificate(
        words=words, version=words.version, **certificate(now.date() + YEAR, RENEWED), actor=make.by(), at=now
    )
    answer = office.post(address("renew_certificate", words), fill(form, **typed(now, OTHER), is_for_words="on"))
    assert answer.status_code == 409
    assert RENEWED in answer.content.decode()
    assert OTHER in answer.content.decode()


def test_earlier_words_with_which_messages_may_still_wait_are_renewed_too(office: Client, now: datetime) -> None:
    old = publish(draft_of(offer(now)), now, **certificate(now.date()))
    new = next_version(old, now)
    publish(new, now, **certificate(now.date() + YEAR, OTHER))
    assert address("renew_certificate", old) in office.get(page_of(old)).content.decode()
    form = Page(office.get(address("renew_certificate", old))).values
    given = fill(form, **typed(now, RENEWED), is_for_words="on")
    assert office.post(address("renew_certificate", old), given).status_code == 302
    new.refresh_from_db()
    assert new.certificate_number == OTHER


def test_however_many_versions_came_after(office: Client, now: datetime) -> None:
    first = words = publish(draft_of(offer(now)), now, **certificate(now.date()))
    for number in range(12):
        words = next_version(words, now, f"第 {number} 次义诊。拒收请回复R")
        publish(words, now, **certificate(now.date() + YEAR, f"京医广〔2026〕第{number}号"))
    assert address("renew_certificate", first) in office.get(page_of(first)).content.decode()


def test_no_page_shows_a_number_that_nobody_entered(office: Client, now: datetime) -> None:
    words = publish(draft_of(offer(now)), now, **certificate(now.date(), OTHER))
    new = next_version(words, now)
    renew_certificate(
        words=words, version=words.version, certificate_number="", certificate_until=None, actor=make.by(), at=now
    )
    told = Page(office.get(page_of(words))).text
    assert "周六义诊。{certificate}" in told
    assert "周日义诊。{certificate}" in told
    asked = Page(office.get(address("publish", new)))
    assert "周日义诊。{certificate}" in asked.text
    unsaid = Page(office.post(address("publish", new), fill(asked.values, **typed(now, RENEWED))))
    assert f"周日义诊。{RENEWED}" in unsaid.text


def test_who_says_meanwhile_that_it_advertises_is_asked_for_the_certificate(office: Client, now: datetime) -> None:
    row = offer(now, text="周六义诊。拒收请回复R")
    draft = draft_of(row)
    update_template(template=row, version=row.version, values={"advertises": False}, actor=make.by(), at=now)
    opened = Page(office.get(address("publish", draft)))
    assert opened.texts == []
    update_template(template=row, version=row.version, values={"advertises": True}, actor=make.by(), at=now)
    answer = office.post(address("publish", draft), opened.values)
    asked = Page(answer)
    assert (answer.status_code, len(asked.alerts), asked.errors) == (409, 1, {})
    assert asked.texts == ["certificate_number", "certificate_until"]
    done = office.post(address("publish", draft), fill(asked.values, **typed(now), is_for_words="on"))
    assert done.status_code == 302


def test_the_outbox_leads_whoever_may_enter_it_to_the_certificate_that_a_message_lacks(
    office: Client, dana: Staff, alice: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(GATEWAYS, Channel.EMAIL, Line)
    words = publish(draft_of(offer(now)), now, **certificate(now.date()))
    for staff in (dana, alice):
        patient = make.patient("张桂兰", "13800001234")
        said(patient, Purpose.MARKETING, now - YEAR)
        queue_to_patient(
            recipient=patient, template="open_day", values={}, send_at=now,
            expires_at=now + YEAR, dedupe_key=staff.username, source="open_day", actor=staff.actor, at=now,
            channels=[Channel.EMAIL],
        )  # fmt: skip
    renew_certificate(
        words=words, version=words.version, certificate_number="", certificate_until=None, actor=make.by(), at=now
    )
    deliver(now)
    link = f'href="{address("renew_certificate", words)}#id_certificate_number"'
    assert link in office.get(reverse("messaging:outbox")).content.decode()
    told = make.client_of(alice).get(reverse("messaging:outbox")).content.decode()
    assert str(Message.Reason.NO_CERTIFICATE.label) in told
    assert link not in told
    words.refresh_from_db()
    given = certificate(now.date() + YEAR)
    renew_certificate(words=words, version=words.version, **given, actor=make.by(), at=now)
    assert link not in office.get(reverse("messaging:outbox")).content.decode()  # it can be tried again


def test_nothing_is_renewed_of_a_draft_or_of_what_advertises_nothing(office: Client, now: datetime) -> None:
    greeting = MessageTemplate.objects.get(code="birthday_greeting").versions.published().earliest("pk")
    for words in (draft_of(offer(now)), greeting):
        assert office.get(address("renew_certificate", words)).headers["Location"] == page_of(words)
        assert address("renew_certificate", words) not in office.get(page_of(words)).content.decode()
    assert "医疗广告" not in office.get(page_of(greeting)).content.decode()


def test_programs_do_the_same(office: Client, now: datetime) -> None:
    draft = draft_of(offer(now))

    def post(words: TemplateVersion, act: str, version: int, **sent: object) -> Any:
        body = dumps({"version": version, **sent})
        return office.post(f"/api/v1/template-versions/{words.pk}/{act}/", body, content_type="application/json")

    def refused(answer: Any) -> tuple[int, str, str]:
        return answer.status_code, answer.json()["code"], answer.json()["field"]

    at = draft.version
    assert refused(post(draft, "publish", at)) == (409, "certificate_missing", "certificate_number")
    half = post(draft, "publish", at, certificate_number=NUMBER)
    assert refused(half) == (409, "certificate_without_day", "certificate_until")
    done = post(draft, "publish", at, **typed(now)).json()
    assert (done["state"], done["certificate_number"]) == ("published", NUMBER)
    new = next_version(draft, now)
    other = post(new, "publish", new.version, **typed(now))
    assert refused(other) == (409, "certificate_of_other_words", "certificate_number")
    stale = post(draft, "renew-certificate", at, **typed(now, RENEWED))
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    renewed = post(draft, "renew-certificate", done["version"], **typed(now, RENEWED)).json()
    assert (renewed["certificate_number"], renewed["certificate_until"]) == tuple(typed(now, RENEWED).values())
    gone = post(draft, "renew-certificate", renewed["version"], certificate_number="", certificate_until=None).json()
    assert (gone["certificate_number"], gone["certificate_until"]) == ("", None)
    assert post(draft, "renew-certificate", gone["version"]).status_code == 400
