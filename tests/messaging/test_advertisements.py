"""A medical advertisement goes out under the certificate alone that the authority gave for its very words."""

from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from accounts.audit import name_subjects
from accounts.models import AuditEntry
from hospital_crm.lib.errors import DomainError, StaleVersion
from messaging.models import Channel, Message, MessageTemplate, TemplateCertificate, TemplateVersion
from messaging.rules.certificates import certificate_key
from messaging.services.delivery import deliver_due
from messaging.services.gateways import GATEWAYS, ChannelError
from messaging.services.patient_messages import queue_to_patient
from messaging.services.settling import retry_message
from messaging.services.templates.certificate_history import CertificateOfOtherWords
from messaging.services.templates.certificates import (
    CertificateMissing,
    CertificateNotNeeded,
    CertificateRunOut,
    CertificateWithoutDay,
    CertificateWithoutNumber,
    NoAdvertisement,
    NotYetPublished,
    renew_certificate,
)
from messaging.services.templates.drafting import draft_version
from messaging.services.templates.making import update_template
from messaging.services.words import texts_of
from patients.models import Patient, Purpose
from tests import make
from tests.messaging.people import Line, deliver, said, state_of
from tests.messaging.templates import (
    ANNOUNCED,
    NUMBER,
    SUNDAY,
    certificate,
    draft_of,
    next_version,
    offer,
    publish,
    template,
)

DAY = timedelta(days=1)
YEAR = timedelta(days=365)
OTHER = "京医广〔2026〕第03-12-0002号"
RENEWED = "京医广〔2027〕第03-12-0001号"
pytestmark = pytest.mark.django_db


def renew(words: TemplateVersion, at: datetime, until: date | None, number: str = RENEWED) -> TemplateVersion:
    fresh = TemplateVersion.objects.get(pk=words.pk)
    given: dict[str, Any] = {"certificate_number": number, "certificate_until": until}
    return renew_certificate(words=fresh, version=fresh.version, **given, actor=make.by(), at=at)


def published(at: datetime, until: date, number: str = NUMBER, **offered: Any) -> TemplateVersion:
    return publish(draft_of(offer(at, **offered)), at, **certificate(until, number))


def queue(patient: Patient, at: datetime, *channels: Channel) -> Message:
    (message,) = queue_to_patient(
        recipient=patient, template="open_day", values={}, send_at=at, expires_at=at + 30 * DAY,
        dedupe_key="open_day", source="open_day", actor=make.by(), at=at, channels=channels,
    )  # fmt: skip
    return message


def told(message: Message) -> str:
    """As the outbox shows it."""
    return texts_of([Message.objects.get(pk=message.pk)])[message.pk]


# ── Published under one ──────────────────────────────────────────────────────


def test_what_may_be_an_offer_counts_as_one_until_somebody_says_otherwise(now: datetime) -> None:
    row = offer(now, text="周六义诊。拒收请回复R")
    with pytest.raises(CertificateMissing) as refused:
        publish(draft_of(row), now)
    assert refused.value.field == "certificate_number"
    update_template(template=row, version=row.version, values={"advertises": False}, actor=make.by(), at=now)
    assert publish(draft_of(row), now).may_go_on(now.date())


def test_a_greeting_is_none_and_cannot_be_called_one(now: datetime) -> None:
    row = MessageTemplate.objects.get(code="birthday_greeting")
    with pytest.raises(NoAdvertisement):
        update_template(template=row, version=row.version, values={"advertises": True}, actor=make.by(), at=now)
    with pytest.raises(CertificateNotNeeded):
        renew(row.versions.published().earliest("pk"), now, now.date())
    with pytest.raises(CertificateNotNeeded):
        publish(draft_of(template(now)), now, **certificate(now.date()))


@pytest.mark.parametrize(
    ("number", "days", "error"),
    [
        (NUMBER, None, CertificateWithoutDay),
        ("", 1, CertificateWithoutNumber),
        (NUMBER, -1, CertificateRunOut),
        (NUMBER, 0, None),
    ],
)
def test_is_published_and_renewed_with_number_and_day_until_the_last_one(
    now: datetime, number: str, days: int | None, error: type[DomainError] | None
) -> None:
    until = None if days is None else now.date() + days * DAY
    draft, words = draft_of(offer(now, code="another")), published(now, now.date() + DAY, OTHER)
    given = {"certificate_number": number, "certificate_until": until}
    if error is None:
        assert publish(draft, now, **given).may_go_on(now.date())
        assert renew(words, now, until, number).may_go_on(now.date())
        return
    with pytest.raises(error):
        publish(draft, now, **given)
    with pytest.raises(error):
        renew(words, now, until, number)
    assert draft_of(draft.template) == draft
    words.refresh_from_db()
    assert words.certificate_number == OTHER


@pytest.mark.parametrize("half", [{"certificate_number": NUMBER}, {"certificate_until": date(2027, 1, 1)}])
def test_the_table_holds_no_half_of_a_certificate(now: datetime, half: dict[str, Any]) -> None:
    draft = draft_of(offer(now))
    with pytest.raises(IntegrityError), transaction.atomic():
        TemplateVersion.objects.filter(pk=draft.pk).update(**half)


def test_a_certificate_covers_no_other_words_of_the_template(now: datetime) -> None:
    old = published(now, now.date() + YEAR)
    new = next_version(old, now)
    with pytest.raises(CertificateOfOtherWords) as refused:
        publish(new, now, **certificate(now.date() + YEAR))
    assert str(old) in str(refused.value)
    assert publish(new, now, **certificate(now.date() + YEAR, OTHER)).is_published
    with pytest.raises(CertificateOfOtherWords):
        renew(new, now, now.date() + YEAR, NUMBER)


def test_nor_those_of_another_template(now: datetime) -> None:
    published(now, now.date() + YEAR)
    for language in ("zh-hans", "en"):
        other = draft_of(template(now, SUNDAY, code=f"other-{language}", language=language, **ANNOUNCED))
        with pytest.raises(CertificateOfOtherWords):
            publish(other, now, **certificate(now.date() + YEAR))
    elsewhere = published(now, now.date() + YEAR, OTHER, code="elsewhere", text=SUNDAY)
    with pytest.raises(CertificateOfOtherWords):
        renew(elsewhere, now, now.date() + YEAR, NUMBER)


def test_nor_those_that_come_after_it_was_renewed_or_taken_away(queued: Message, now: datetime) -> None:
    old = words_of(queued)
    deliver(now)
    renew(old, now, now.date() + YEAR)
    renew(old, now, None, "")
    new = next_version(old, now)
    with pytest.raises(CertificateOfOtherWords):
        publish(new, now, **certificate(now.date() + YEAR, NUMBER))
    assert renew(old, now, now.date() + YEAR, NUMBER).certificate_number == NUMBER


def test_a_number_that_was_mixed_up_is_free_again_once_it_was_mended(now: datetime) -> None:
    """As long as nothing was sent with it."""
    old = published(now, now.date() + YEAR, OTHER)
    new = next_version(old, now)
    with pytest.raises(CertificateOfOtherWords):
        publish(new, now, **certificate(now.date() + YEAR, OTHER))
    renew(old, now, now.date() + YEAR, NUMBER)
    assert publish(new, now, **certificate(now.date() + YEAR, OTHER)).is_published


def test_of_two_that_had_one_number_before_there_was_a_record_the_first_keeps_it(now: datetime) -> None:
    first = published(now, now.date() + YEAR)
    second = published(now, now.date() + YEAR, OTHER, code="second", text=SUNDAY)
    TemplateVersion.objects.filter(pk=second.pk).update(certificate_number=NUMBER)
    TemplateCertificate.objects.filter(of=second).update(number=NUMBER, key=certificate_key(NUMBER))
    assert renew(first, now, now.date() + 2 * YEAR, NUMBER).certificate_until == now.date() + 2 * YEAR
    with pytest.raises(CertificateOfOtherWords):
        renew(second, now, now.date() + 2 * YEAR, NUMBER)


@pytest.mark.parametrize(
    "number",
    ["京医广[2026]第03-12-0001号", "京医广（２０２６）第 03–12–0001 号 ", "京医广［2026］第03－12－0001号\u200b"],
)
def test_however_it_is_typed_it_is_the_same_certificate(now: datetime, number: str) -> None:
    old = published(now, now.date() + YEAR)
    with pytest.raises(CertificateOfOtherWords):
        publish(next_version(old, now), now, **certificate(now.date() + YEAR, number))


def test_the_same_words_come_back_under_the_same_certificate(now: datetime) -> None:
    """However their lines end: a form and a program send them differently."""
    old = published(now, now.date() + YEAR, text="周六义诊。\r\n{certificate} 拒收请回复R")
    again = next_version(old, now, old.text.replace("\r\n", "\n"))
    assert publish(again, now, **certificate(now.date() + YEAR)).is_published


def test_one_certificate_may_have_been_given_for_both_languages(now: datetime) -> None:
    old = published(now, now.date() + YEAR)
    text = "Open day on Saturday. {certificate} Reply R to stop"
    words = draft_version(template=old.template, language="en", subject="", text=text, actor=make.by(), at=now)
    assert publish(words, now, **certificate(now.date() + YEAR)).is_published


def test_which_words_had_which_certificate_stays_on_record(now: datetime) -> None:
    words, until = published(now, now.date()), now.date() + YEAR
    renew(words, now + DAY, until)
    renew(words, now + 2 * DAY, None, "")
    kept = words.certificates.order_by("pk").values_list("number", "until", "entered_at")
    assert list(kept) == [(NUMBER, now.date(), now), (RENEWED, until, now + DAY), ("", None, now + 2 * DAY)]


def test_what_stood_with_published_words_before_there_was_a_record_covers_them_alone(now: datetime) -> None:
    old = published(now, now.date() + YEAR)
    TemplateCertificate.objects.all().delete()
    for _again in range(2):
        import_module("messaging.migrations.0033_certificates_so_far").note_them(apps, None)
    assert old.certificates.get().number == NUMBER
    with pytest.raises(CertificateOfOtherWords):
        publish(next_version(old, now), now, **certificate(now.date() + YEAR))


def test_a_renewal_is_on_record_and_never_of_a_draft_or_of_what_somebody_else_renewed(now: datetime) -> None:
    words = published(now, now.date() + DAY)
    renew(words, now, now.date() + YEAR)
    entry = AuditEntry.objects.get(verb="template.certificate_renewed")
    (named,) = name_subjects([entry])
    assert named.subject_name == str(words)
    assert entry.fields == ["certificate_number", "certificate_until"]
    first = AuditEntry.objects.get(verb="template.certificate_entered")
    assert (first.subject_type, first.subject_id) == (entry.subject_type, words.pk)
    renew(words, now, now.date() + YEAR)  # the same once more changes nothing
    assert AuditEntry.objects.filter(verb="template.certificate_renewed").count() == 1
    with pytest.raises(StaleVersion):
        renew_certificate(
            words=words, version=words.version, **certificate(now.date() + 2 * YEAR), actor=make.by(), at=now
        )
    with pytest.raises(NotYetPublished):
        renew(next_version(words, now), now, now.date() + YEAR)


def test_nothing_is_queued_for_a_day_after_the_last_one(now: datetime) -> None:
    patient = make.patient("张桂兰", "13800001234")
    published(now, now.date() + DAY)
    with pytest.raises(CertificateMissing):
        queue(patient, now + 2 * DAY)
    assert NUMBER in told(queue(patient, now + DAY))


# ── At the hand-over ─────────────────────────────────────────────────────────


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    made = Line()
    monkeypatch.setitem(GATEWAYS, Channel.EMAIL, lambda: made)
    return made


@pytest.fixture
def queued(line: Line, now: datetime) -> Message:
    """To somebody who wants offers, on the last day of the certificate."""
    patient = make.patient("张桂兰", "13800001234")
    said(patient, Purpose.MARKETING, now - DAY)
    published(now, now.date())
    return queue(patient, now, Channel.EMAIL)


def words_of(message: Message) -> TemplateVersion:
    assert message.template_version is not None
    return TemplateVersion.objects.get(pk=message.template_version.pk)


def test_goes_on_the_last_day(queued: Message, now: datetime) -> None:
    deliver(now)
    assert state_of(queued) == ("sent", "")
    assert NUMBER in told(queued)


def test_what_leaves_a_day_later_stays_until_its_own_certificate_is_renewed(queued: Message, now: datetime) -> None:
    later = now + timedelta(hours=23)
    publish(next_version(words_of(queued), now), now, **certificate(now.date() + YEAR, OTHER))
    deliver(later)
    assert state_of(queued) == ("withheld", "no_certificate")  # what the next version has covers other words
    assert queued.is_to_retry
    renew(words_of(queued), later, later.date() + YEAR)
    retry_message(message=queued, actor=make.by(), at=later)
    deliver(later)
    assert state_of(queued) == ("sent", "")
    assert RENEWED in told(queued)


def test_a_renewal_before_the_hand_over_is_told_and_a_later_one_is_not(queued: Message, now: datetime) -> None:
    publish(next_version(words_of(queued), now), now, **certificate(now.date() + YEAR, OTHER))
    renew(words_of(queued), now, now.date() + YEAR)
    assert RENEWED in told(queued)
    deliver(now)
    renew(words_of(queued), now, now.date() + 2 * YEAR, "the one after")
    assert state_of(queued) == ("sent", "")
    assert RENEWED in told(queued)


def test_what_is_given_to_the_gateway_is_what_stays_on_record(line: Line, queued: Message, now: datetime) -> None:
    given: list[str] = []
    line.meanwhile = lambda message: given.append(texts_of([message])[message.pk])
    renew(words_of(queued), now, now.date() + YEAR)
    deliver(now)
    assert given == [told(queued)]
    assert RENEWED in given[0]


def test_one_that_failed_shows_what_was_tried_until_it_is_tried_again(
    line: Line, queued: Message, now: datetime
) -> None:
    def refuse(message: Message) -> None:
        raise ChannelError("no", permanent=True)

    line.meanwhile = refuse
    deliver(now)
    renew(words_of(queued), now, now.date() + YEAR)
    assert state_of(queued)[0] == "failed"
    assert NUMBER in told(queued)
    line.meanwhile = lambda message: None
    retry_message(message=queued, actor=make.by(), at=now)
    deliver(now)
    assert RENEWED in told(queued)


def test_what_waits_when_its_certificate_is_taken_away_stays(queued: Message, now: datetime) -> None:
    renew(words_of(queued), now, None, "")
    deliver(now)
    assert state_of(queued) == ("withheld", "no_certificate")


def test_a_renewal_counts_for_what_was_claimed_before_it(
    line: Line, queued: Message, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows of a batch are read together, and asked about again after a second."""
    patient = make.patient("李秀英", "13800005678")
    said(patient, Purpose.MARKETING, now - DAY)
    (second,) = queue_to_patient(
        recipient=patient, template="open_day", values={}, send_at=now, expires_at=now + DAY, dedupe_key="second",
        source="open_day", actor=make.by(), at=now, channels=[Channel.EMAIL],
    )  # fmt: skip
    clock = [now]

    def go_on(message: Message) -> None:
        clock[0] += timedelta(seconds=1)
        if message.pk == queued.pk:
            renew(words_of(queued), now, now.date() + YEAR)

    line.meanwhile = go_on
    deliver_due(now=lambda: clock[0])
    assert NUMBER in told(queued)
    assert RENEWED in told(second)
