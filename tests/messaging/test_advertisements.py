"""A medical advertisement goes out under the authority's certificate alone."""

from datetime import date, datetime, timedelta
from json import dumps
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Staff
from messaging.models import Channel, Message, MessageTemplate
from messaging.services.gateways import GATEWAYS
from messaging.services.patient_messages import queue_to_patient
from messaging.services.settling import retry_message
from messaging.services.templates.certificates import CertificateMissing, CertificateOfOtherWords, NoAdvertisement
from messaging.services.templates.drafting import draft_version, edit_draft
from messaging.services.templates.making import update_template
from messaging.services.templates.publishing import publish_version
from messaging.services.words import texts_of
from patients.models import Patient, Purpose
from tests import make
from tests.accounts.pages import Page, fill
from tests.messaging.people import Line, deliver, said, state_of
from tests.messaging.templates import draft_of, publish, template

DAY = timedelta(days=1)
NUMBER = "京医广〔2026〕第03-12-0001号"
OFFER = "周六义诊。{certificate} 拒收请回复R"
pytestmark = pytest.mark.django_db


@pytest.fixture
def office(dana: Staff) -> Client:
    return make.client_of(dana)


def offer(at: datetime, text: str = OFFER) -> MessageTemplate:
    return template(at, text=text, code="open_day", purpose="announcement", message_class="marketing")


def certified(row: MessageTemplate, at: datetime, until: date, number: str = NUMBER) -> MessageTemplate:
    values: dict[str, Any] = {"certificate_number": number, "certificate_until": until}
    return update_template(template=row, version=row.version, values=values, actor=make.by(), at=at)


def send(patient: Patient, at: datetime, *channels: Channel) -> str:
    (message,) = queue_to_patient(
        recipient=patient, template="open_day", values={}, send_at=at, expires_at=at + DAY,
        dedupe_key="open_day", source="open_day", actor=make.by(), at=at, channels=channels,
    )  # fmt: skip
    return texts_of([message])[message.pk]


def test_what_may_be_an_offer_counts_as_one_until_somebody_says_otherwise(now: datetime) -> None:
    row = offer(now)
    with pytest.raises(CertificateMissing) as refused:
        publish(draft_of(row), now)
    assert refused.value.field == "certificate_number"
    update_template(template=row, version=row.version, values={"advertises": False}, actor=make.by(), at=now)
    publish(draft_of(row), now)
    assert row.versions.published().exists()


def test_a_greeting_is_none_and_cannot_be_called_one(now: datetime) -> None:
    row = MessageTemplate.objects.get(code="birthday_greeting")
    assert row.may_go_on(now.date())
    with pytest.raises(NoAdvertisement):
        update_template(template=row, version=row.version, values={"advertises": True}, actor=make.by(), at=now)


def test_is_published_until_the_last_day_of_the_certificate(now: datetime) -> None:
    row = offer(now)
    certified(row, now, now.date() - DAY)
    with pytest.raises(CertificateMissing):
        publish(draft_of(row), now)
    certified(row, now, now.date())
    assert publish(draft_of(row), now).is_published


@pytest.mark.parametrize(
    ("number", "until", "missing"), [(NUMBER, None, "certificate_until"), ("", date(2027, 1, 1), "certificate_number")]
)
def test_number_and_day_belong_together(
    office: Client, now: datetime, number: str, until: date | None, missing: str
) -> None:
    row = offer(now)
    edit = reverse("messaging:template_edit", args=[row.pk])
    day = until.isoformat() if until else ""
    form = Page(office.get(edit)).values
    refused = Page(office.post(edit, fill(form, certificate_number=number, certificate_until=day)))
    assert list(refused.errors) == [missing]
    told = {"version": row.version, "certificate_number": number, "certificate_until": until}
    answer = office.patch(f"/api/v1/templates/{row.pk}/", told, content_type="application/json")
    assert (answer.status_code, answer.json()["field"]) == (409, missing)
    certified(row, now, now.date())
    told = {"version": row.version, "certificate_until": None}
    assert office.patch(f"/api/v1/templates/{row.pk}/", told, content_type="application/json").status_code == 409


def test_a_certificate_covers_no_words_of_which_nobody_says_so(now: datetime) -> None:
    row = offer(now)
    certified(row, now, now.date() + 300 * DAY)
    publish(draft_of(row), now)
    old = row.versions.published().get()
    new = draft_version(
        template=row, language=old.language, subject="", text=f"周日也有。{OFFER}", actor=make.by(), at=now
    )
    for number in ("", "of other words"):
        with pytest.raises(CertificateOfOtherWords):
            publish_version(draft=new, version=new.version, certificate=number, actor=make.by(), at=now)
    assert row.versions.published().get() == old
    assert publish(new, now).is_published


def test_is_sent_until_then_with_the_number_that_it_had(now: datetime) -> None:
    row, patient = offer(now), make.patient("张桂兰", "13800001234")
    certified(row, now, now.date() + DAY)
    publish(draft_of(row), now)
    with pytest.raises(CertificateMissing):
        send(patient, now + 2 * DAY)
    assert NUMBER in send(patient, now + DAY)


def test_later_certificates_change_nothing_that_was_said(now: datetime) -> None:
    row, patient = offer(now), make.patient("张桂兰", "13800001234")
    certified(row, now, now.date() + DAY)
    publish(draft_of(row), now)
    send(patient, now)
    certified(row, now, now.date() + 300 * DAY, "another")
    (message,) = patient.messages.with_people()
    assert NUMBER in texts_of([message])[message.pk]


# ── At the hand-over ─────────────────────────────────────────────────────────


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Message:
    """To somebody who wants offers, on the last day of the certificate."""
    monkeypatch.setitem(GATEWAYS, Channel.EMAIL, Line)
    patient = make.patient("张桂兰", "13800001234")
    said(patient, Purpose.MARKETING, now - DAY)
    certified(offer(now), now, now.date())
    publish(draft_of(MessageTemplate.objects.get(code="open_day")), now)
    send(patient, now, Channel.EMAIL)
    return patient.messages.get()


def test_goes_on_the_last_day(queued: Message, now: datetime) -> None:
    deliver(now)
    assert state_of(queued) == ("sent", "")


def test_what_leaves_a_day_later_stays_until_there_is_a_new_certificate(queued: Message, now: datetime) -> None:
    later = now + timedelta(hours=23)
    deliver(later)
    assert state_of(queued) == ("withheld", "no_certificate")
    certified(MessageTemplate.objects.get(code="open_day"), later, later.date())
    assert queued.is_to_retry
    retry_message(message=queued, actor=make.by(), at=later)
    deliver(later)
    assert state_of(queued) == ("sent", "")


def test_what_waits_when_its_certificate_is_taken_away_stays(queued: Message, now: datetime) -> None:
    row = MessageTemplate.objects.get(code="open_day")
    none = {"certificate_number": "", "certificate_until": None}
    update_template(template=row, version=row.version, values=none, actor=make.by(), at=now)
    deliver(now)
    assert state_of(queued) == ("withheld", "no_certificate")


# ── Pages and programs ───────────────────────────────────────────────────────


def test_the_pages_say_what_is_missing_and_take_it(office: Client, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        row = offer(now)
        detail = reverse("messaging:template_detail", args=[row.pk])
        edit = reverse("messaging:template_edit", args=[row.pk])
        asked = reverse("messaging:template_version_publish", args=[draft_of(row).pk])
        for page in (detail, asked):
            assert f'href="{edit}#id_certificate_number">填写审查证明' in office.get(page).content.decode()
        refused = office.post(asked, {"version": draft_of(row).version})
        assert refused.status_code == 409
        assert "没有在当日有效的审查证明" in refused.content.decode()
        assert f'href="{edit}#id_certificate_number">填写审查证明' in refused.content.decode()
        form = Page(office.get(edit)).values
        until = (now.date() + 300 * DAY).isoformat()
        office.post(edit, fill(form, certificate_number=NUMBER, certificate_until=until))
        assert f"{NUMBER} · 到 {until}" in Page(office.get(detail)).text
        assert NUMBER in office.get(asked).content.decode()
        unsaid = office.post(asked, {"version": draft_of(row).version})
        assert (unsaid.status_code, list(Page(unsaid).errors)) == (409, ["certificate"])
        assert office.post(asked, fill(Page(unsaid).values, certificate="on")).status_code == 302


def test_what_was_said_of_the_words_before_does_not_count_for_new_ones(office: Client, now: datetime) -> None:
    row = offer(now)
    certified(row, now, now.date() + 300 * DAY)
    draft = draft_of(row)
    with time_machine.travel(now, tick=False):
        asked = reverse("messaging:template_version_publish", args=[draft.pk])
        said_so = fill(Page(office.get(asked)).values, certificate="on")
        words = {"subject": "", "text": f"周日也有。{OFFER}"}
        edit_draft(draft=draft, version=draft.version, **words, actor=make.by(), at=now)
        again = office.post(asked, said_so)
        assert (again.status_code, "周日也有" in again.content.decode()) == (409, True)
        assert "certificate" not in Page(again).values


def test_a_template_of_another_purpose_is_asked_for_none(office: Client) -> None:
    row = MessageTemplate.objects.get(code="birthday_greeting")
    assert "certificate" not in office.get(reverse("messaging:template_edit", args=[row.pk])).content.decode()
    assert "医疗广告" not in office.get(reverse("messaging:template_detail", args=[row.pk])).content.decode()


def test_programs_enter_it_too(office: Client, now: datetime) -> None:
    row, greeting = offer(now), MessageTemplate.objects.get(code="birthday_greeting")
    draft = draft_of(row)

    def answer(method: str, url: str, **sent: object) -> Any:
        return office.generic(method, f"/api/v1/{url}/", dumps(sent), content_type="application/json")

    assert answer("GET", f"templates/{row.pk}").json()["advertises"] is True
    refused = answer("POST", f"template-versions/{draft.pk}/publish", version=draft.version)
    assert (refused.status_code, refused.json()["code"]) == (409, "certificate_missing")
    told = {"certificate_number": NUMBER, "certificate_until": "2027-03-01"}
    found = answer("PATCH", f"templates/{row.pk}", version=row.version, **told).json()
    assert {name: found[name] for name in told} == told
    wrong = answer("PATCH", f"templates/{greeting.pk}", version=greeting.version, advertises=True)
    assert (wrong.status_code, wrong.json()["code"]) == (409, "no_advertisement")
