"""What patients are told: queued by template and values, worded when it is handed over."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from accounts.models import Staff
from institution.models import HospitalProfile
from messaging.models import Channel, Message, MessageTemplate, TemplateVersion
from messaging.services.letters import letter_of
from messaging.services.links import stop_link
from messaging.services.patient_messages import (
    ClassNotLawful,
    NoSuchTemplate,
    NotPublished,
    ValuesMissing,
    ValuesUnknown,
    queue_to_patient,
)
from messaging.services.words import words_of
from patients.models import Patient, Sex
from tests import make
from tests.conftest import SignedIn
from tests.messaging.conftest import Post

HOUR = timedelta(hours=1)
VALUES = {"department": "心内科", "due_on": "3 月 20 日"}


@pytest.fixture(autouse=True)
def hospital(db: None) -> None:
    HospitalProfile.objects.update(
        name_zh="示例医院", name_en="Example Hospital", message_signature="示例医院", consult_phone="0571 5550 0100"
    )


@pytest.fixture
def template(now: datetime) -> MessageTemplate:
    return MessageTemplate.objects.create(
        code="come_again",
        name_zh="复诊提醒",
        name_en="Come again",
        message_class="care",
        purpose="followup_reminder",
        updated_at=now,
        created_at=now,
    )


def publish(template: MessageTemplate, language: str, text: str, at: datetime, subject: str = "") -> TemplateVersion:
    return TemplateVersion.objects.create(
        template=template,
        language=language,
        number=template.versions.count() + 1,
        subject=subject,
        text=text,
        state="published",
        created_at=at,
        published_at=at,
        updated_at=at,
    )


@pytest.fixture
def chinese(template: MessageTemplate, now: datetime) -> TemplateVersion:
    text = "{recipient}您好，请于{due_on}前到{department}复诊，联系电话{hospital_phone}。"
    return publish(template, "zh-hans", text, now, subject="{department}复诊")


def queue(patient: Patient, at: datetime, **given: Any) -> list[Message]:
    usual: dict[str, Any] = {
        "template": "come_again",
        "values": VALUES,
        "send_at": at,
        "expires_at": at + HOUR,
        "dedupe_key": "plan:17:r1",
        "source": "plan:17",
        "actor": make.by(),
    }
    return queue_to_patient(recipient=patient, at=at, **usual | given)


def test_it_holds_the_published_words_and_the_values(chinese: TemplateVersion, now: datetime) -> None:
    (message,) = queue(make.patient("张桂兰", sex=Sex.FEMALE), now)
    assert (message.kind, message.message_class, message.template_version) == ("followup_reminder", "care", chinese)
    words = words_of(Message.objects.get(pk=message.pk))
    assert words.text == "张女士您好，请于3 月 20 日前到心内科复诊，联系电话0571 5550 0100。"
    assert words.full == f"【示例医院】{words.text}"
    assert words.subject == "心内科复诊"
    assert list(words.values) == ["recipient", "due_on", "department", "hospital_phone"]
    assert letter_of(message, language="en").subject == "心内科复诊"


def test_the_same_key_again_tells_nobody_twice(chinese: TemplateVersion, now: datetime) -> None:
    patient = make.patient("张桂兰")
    assert queue(patient, now)
    assert queue(patient, now, send_at=now + HOUR, expires_at=now + 2 * HOUR) == []


def test_everybody_is_written_to_in_the_own_language(
    template: MessageTemplate, chinese: TemplateVersion, now: datetime
) -> None:
    english = publish(template, "en", "{recipient}, see {department} by {due_on}.", now)
    day = (now + timedelta(days=8)).date()
    (message,) = queue(make.patient("张桂兰", sex=Sex.FEMALE, language="en"), now, values=VALUES | {"due_on": day})
    assert message.template_version == english
    assert words_of(message).text == f"Ms Zhang, see 心内科 by {day:%a} {day.day} {day:%b}."


def test_who_reads_another_language_gets_the_words_of_the_hospitals(chinese: TemplateVersion, now: datetime) -> None:
    (message,) = queue(make.patient("John Smith", sex=Sex.MALE, language="en"), now)
    assert words_of(message).text.startswith("John Smith先生您好")


def test_a_later_version_changes_nothing_that_waits(
    template: MessageTemplate, chinese: TemplateVersion, now: datetime
) -> None:
    (message,) = queue(make.patient("张桂兰"), now)
    TemplateVersion.objects.filter(pk=chinese.pk).update(state="retired", retired_at=now)
    publish(template, "zh-hans", "请到{department}。", now)
    assert "复诊" in words_of(Message.objects.get(pk=message.pk)).text


def test_without_a_template_in_use_nothing_is_queued(template: MessageTemplate, now: datetime) -> None:
    patient = make.patient("张桂兰")
    with pytest.raises(NoSuchTemplate):
        queue(patient, now, template="nothing_like_it")
    with pytest.raises(NotPublished):
        queue(patient, now)
    MessageTemplate.objects.update(is_active=False)
    with pytest.raises(NoSuchTemplate):
        queue(patient, now)


@pytest.mark.parametrize("values", [{"department": "心内科"}, {"department": "心内科", "due_on": " "}])
def test_each_value_must_be_given(chinese: TemplateVersion, now: datetime, values: dict[str, str]) -> None:
    with pytest.raises(ValuesMissing) as refused:
        queue(make.patient("张桂兰"), now, values=values)
    assert "{due_on}" in str(refused.value)
    assert not Message.objects.exists()


def test_the_hospital_must_have_what_the_words_tell_of_it(chinese: TemplateVersion, now: datetime) -> None:
    HospitalProfile.objects.update(consult_phone="")
    with pytest.raises(ValuesMissing) as refused:
        queue(make.patient("张桂兰"), now)
    assert "{hospital_phone}" in str(refused.value)


def test_a_value_that_the_purpose_does_not_know_is_refused(chinese: TemplateVersion, now: datetime) -> None:
    with pytest.raises(ValuesUnknown) as refused:
        queue(make.patient("张桂兰"), now, values=VALUES | {"diagnosis": "x"})
    assert "{diagnosis}" in str(refused.value)


def test_it_takes_the_first_channel_on_which_somebody_can_be_reached(
    chinese: TemplateVersion, post: Post, now: datetime
) -> None:
    patient = make.patient("张桂兰")
    (message,) = queue(patient, now, channels=[Channel.IN_APP, Channel.EMAIL])
    assert message.channel == Channel.EMAIL


def test_whom_no_channel_reaches_the_message_waits_all_the_same(
    chinese: TemplateVersion, post: Post, now: datetime
) -> None:
    post.address = ""
    (message,) = queue(make.patient("张桂兰"), now, channels=[Channel.EMAIL, Channel.IN_APP])
    assert message.channel == Channel.EMAIL


def test_the_outbox_shows_what_the_patient_reads(
    chinese: TemplateVersion, alice: Staff, signed_in: SignedIn, now: datetime
) -> None:
    queue(make.patient("张桂兰", sex=Sex.FEMALE), now, actor=alice.actor)
    assert "【示例医院】张女士您好" in signed_in(alice).get("/outbox/").content.decode()
    Message.objects.update(params={})  # as an erasure leaves it
    page = signed_in(alice).get("/outbox/")
    assert page.status_code == 200
    assert "张女士您好" not in page.content.decode()


def test_nothing_is_queued_of_a_class_that_the_purpose_cannot_have(template: MessageTemplate, now: datetime) -> None:
    publish(template, "zh-hans", "您好", now)
    MessageTemplate.objects.update(message_class="service")  # as it could be written before
    with pytest.raises(ClassNotLawful):
        queue(make.patient("张桂兰"), now)
    assert not Message.objects.exists()


def invited(at: datetime, **given: Any) -> Message:
    """To a survey, with both links."""
    survey = MessageTemplate.objects.get(code="survey_invitation")
    survey.versions.published().filter(language="zh-hans").update(text="{link} 拒收：{stop_link}")
    values = {"department": "心内科", "link": "https://crm.example/q/Zm9vYmFy/?from=sms"}
    (message,) = queue(make.patient("张桂兰"), at, template=survey.code, values=values, **given)
    return message


def test_the_link_that_stops_such_messages_is_filled_in_for_each(now: datetime) -> None:
    message = invited(now)
    words = words_of(message)
    assert words.text == f"https://crm.example/q/Zm9vYmFy/?from=sms 拒收：{stop_link(message)}"
    assert words.values["stop_link"] == stop_link(message)


def test_no_colleague_is_shown_a_link_that_works(alice: Staff, signed_in: SignedIn, now: datetime) -> None:
    message = invited(now, actor=alice.actor)
    page = signed_in(alice).get("/outbox/").content.decode()
    assert f"https://crm.example/q/… 拒收：{settings.BASE_URL}/m/…" in page
    assert stop_link(message).split("/")[-2] not in page
    assert "Zm9vYmFy" not in page
